"""Whose a duty is now: the one place that turns a clock's `duty`, or a role, into people."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from shared.cases import internal_reports, participation
from shared.cases.models import Case
from shared.identity import leaves, queries
from shared.identity.models import User
from shared.identity.permissions import Role

FIRST_RESPONDER = "first_responder"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who hears of a case, and as what."""

    user: User
    role: str


def fit(case: Case, users: Iterable[User | None], role: str, at: datetime) -> list[Recipient]:
    """*users* as *role*: for who is away their deputy, and nobody whom the case is about.

    Of a report from inside nobody hears but those who answer for it, away or not (CO-M5).
    """
    if case.is_internal:
        kept = (user for user in users if user is not None and internal_reports.is_kept_by(case, user))
        return [Recipient(user, str(role)) for user in kept]
    found: dict[int, Recipient] = {}
    for user in users:
        person = leaves.stand_in(user, at) if user is not None else None
        if person is not None and not participation.is_about(case, person):
            found.setdefault(person.id, Recipient(person, str(role)))
    return list(found.values())


def with_role(case: Case, role: str, at: datetime) -> list[Recipient]:
    """Everybody with the role at the estate of *case*."""
    return fit(case, queries.people_with([Role(role)], case.estate_id), role, at)


def heads_of(case: Case, department_ids: Iterable[int | None], at: datetime) -> list[Recipient]:
    """The heads of these departments."""
    heads = [
        head
        for department_id in department_ids
        if department_id is not None
        for head in queries.people_with([Role.DEPARTMENT_HEAD], case.estate_id, department_id)
    ]
    return fit(case, heads, Role.DEPARTMENT_HEAD, at)


def first_responder(case: Case, at: datetime) -> list[Recipient]:
    return fit(case, [case.first_responder], FIRST_RESPONDER, at)


def handler(case: Case, at: datetime) -> list[Recipient]:
    return fit(case, [case.handler], Role.HANDLER, at)


def on_duty(case: Case, at: datetime) -> list[Recipient]:
    """Who answers by the roster for what nobody has claimed: one person, the next where the case is about the first."""
    if case.is_internal:
        return supervision(case, at)
    return fit(case, queries.people_on_duty(case.estate_id, at), Role.DISPATCHER, at)[:1]


def supervision(case: Case, at: datetime) -> list[Recipient]:
    """Everybody who answers for a report from inside, whoever they are by now (CO-M5)."""
    return [Recipient(user, Role.SUPERVISOR.value) for user in internal_reports.keepers(case)]


def _dispatcher(case: Case, at: datetime) -> list[Recipient]:
    """The first responder, where relaying is their work too; else whoever is on duty."""
    person = case.first_responder
    if person is not None and Role.DISPATCHER in person.roles_at(case.estate_id):
        return first_responder(case, at)
    return []


def _lead_heads(case: Case, at: datetime) -> list[Recipient]:
    return heads_of(case, [case.lead_department_id], at)


def _all(role: Role) -> Callable[[Case, datetime], list[Recipient]]:
    return lambda case, at: with_role(case, role, at)


Find = Callable[[Case, datetime], list[Recipient]]
_UNCLAIMED: tuple[Find, ...] = (on_duty, _all(Role.DIRECTOR), _all(Role.GENERAL_MANAGER))
# Per duty whom it lies with; where that is nobody, with the next, and in the end with who answers for the unclaimed.
_BY_DUTY: dict[str, tuple[Find, ...]] = {
    "first_responder": (first_responder,),
    "handler": (handler, first_responder),
    "dispatcher": (_dispatcher,),
    "specialist": (_all(Role.SPECIALIST),),
    "assistant": (_all(Role.ASSISTANT), first_responder),
    "department_head": (_lead_heads, first_responder),
    "director": (_all(Role.DIRECTOR),),
    "supervisor": (_all(Role.SUPERVISOR),),
}


def holders(case: Case, duty: str, at: datetime) -> list[Recipient]:
    """With whom a *duty* (`Deadline.duty`) lies on *case* now; nobody's duty, nobody."""
    if duty not in _BY_DUTY:
        return []
    if case.is_internal:
        return first_responder(case, at) or supervision(case, at)
    for find in (*_BY_DUTY[duty], *_UNCLAIMED):
        if found := find(case, at):
            return found
    return []
