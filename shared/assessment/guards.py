"""Who may do what with an entry of the ledger; the buttons ask the same functions."""

from collections.abc import Iterable

from shared.assessment.models import Decision, Entry
from shared.assessment.standing import STANDS, Origin, State, Step
from shared.cases import participation
from shared.identity.models import User
from shared.identity.permissions import Permission


def can_propose(user: User, estate_id: int) -> bool:
    return user.can(Permission.ASSESSMENT_PROPOSE, estate_id)


def may_decide(user: User, estate_id: int) -> bool:
    return user.can(Permission.ASSESSMENT_DECIDE, estate_id)


def is_party(user: User, entry: Entry) -> bool:
    """Whether *user* proposed it, is or may be the person, or would pay double by it as the head (GZ-19)."""
    return (
        user.id in (entry.proposed_by_id, entry.person_id)
        or shares_duty(user, entry)
        or (entry.department_id is not None and user.heads(entry.department_id))
        or (entry.about is not None and entry.origin == Origin.COUNTER and user.id == entry.about.person_id)
    )


def is_complained_of(user: User, entry: Entry) -> bool:
    """Whether the case it came of is about *user*, who sees nothing of that case and decides nothing of it."""
    return entry.case is not None and participation.is_about(entry.case, user)


def shares_duty(user: User, entry: Entry) -> bool:
    """Whether *user* is one of several whose duty it was: what is named of one of them falls on no other."""
    return user.id in entry.evidence.get("candidates", ())


def can_waive(user: User, entry: Entry, state: State) -> bool:
    return state is State.PROPOSED and may_decide(user, entry.estate_id) and not is_party(user, entry)


def can_decide(user: User, entry: Entry, state: State) -> bool:
    """Of somebody: where several shared the duty, it is said first whose it was."""
    return can_waive(user, entry, state) and (entry.person_id is not None or entry.origin == Origin.REWARD)


def can_counter(user: User, entry: Entry, state: State) -> bool:
    """Of what stands, by anybody who may propose but the person, and but whom the case is about.

    What takes back is itself not taken back.
    """
    return (
        state in STANDS
        and entry.origin != Origin.COUNTER
        and can_propose(user, entry.estate_id)
        and user.id != entry.person_id
        and not is_complained_of(user, entry)
    )


def can_name(user: User, entry: Entry, state: State) -> bool:
    """Who it was, where several shared the duty; by none of them, nor by whom the case is about."""
    return (
        state is State.PROPOSED
        and entry.person_id is None
        and entry.origin != Origin.REWARD
        and not shares_duty(user, entry)
        and can_propose(user, entry.estate_id)
        and not is_complained_of(user, entry)
    )


def can_appeal(user: User, entry: Entry, state: State) -> bool:
    """Once, the person themself, of what was decided against them."""
    return (
        state is State.DECIDED
        and user.id == entry.person_id
        and entry.origin not in (Origin.REWARD, Origin.COUNTER)
    )


def can_hear(user: User, entry: Entry, state: State, decisions: Iterable[Decision]) -> bool:
    """Another than who decided it, and no party to it."""
    decided = {decision.by_id for decision in decisions if decision.kind == Step.DECIDED}
    return (
        state is State.APPEALED
        and may_decide(user, entry.estate_id)
        and not is_party(user, entry)
        and user.id not in decided
    )
