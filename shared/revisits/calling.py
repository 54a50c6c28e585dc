"""The call list: whoever waits for a revisit, one call a person however many cases they have, by the clock (VK-4k)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from shared.cases.lifecycle import State
from shared.cases.models import Case, Party
from shared.cases.participation import ordinary, party_known_to, visible_to
from shared.database import db
from shared.deadlines.models import Deadline
from shared.deadlines.queries import WAITING, nearest_of
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.revisits import recording
from shared.revisits.models import Revisit

MOST = 500  # cases looked at: a list that nobody could work off in a week need not be longer
ON_ONE_SHEET = 5


@dataclass(slots=True)
class Due:
    """A case that waits for its revisit."""

    case: Case
    deadline: Deadline | None = None
    attempts: list[Revisit] = field(default_factory=list)  # of this round, with nobody reached
    again_at: datetime | None = None  # as the last revisit of the round left it


@dataclass(frozen=True, slots=True)
class Call:
    """One person, and what we ask them about."""

    due: list[Due]

    @property
    def first(self) -> Case:
        return self.due[0].case

    @property
    def deadline(self) -> Deadline | None:
        """The clock that falls due first."""
        return min((d.deadline for d in self.due if d.deadline), key=lambda d: (d.due_at, d.id), default=None)

    @property
    def again_at(self) -> datetime | None:
        return min((d.again_at for d in self.due if d.again_at), default=None)

    @property
    def attempts(self) -> list[Revisit]:
        """Those of the case that was tried most."""
        return max((d.attempts for d in self.due), key=len)

    def waits_until_later(self, at: datetime) -> bool:
        """Every case of it was tried, and the time agreed for the next attempt has not come."""
        return all(d.again_at is not None and d.again_at > at for d in self.due)


def calls(user: User, at: datetime) -> list[Call]:
    """All calls that *user*'s estates owe, the one whose clock falls due first at the head."""
    by_person: dict[object, list[Due]] = defaultdict(list)
    for due in _waiting(user):
        by_person[_person(due.case)].append(due)
    found = [Call(part) for whole in by_person.values() for part in _sheets(whole)]
    return sorted(found, key=_by_clock)


def call_of(user: User, case: Case) -> Call | None:
    """The sheet on which *case* stands, with what else we ask the same person; None when it waits for no revisit."""
    for call in calls_to(user, case):
        if any(due.case.id == case.id for due in call.due):
            return call
    return None


def calls_to(user: User, case: Case) -> list[Call]:
    """The sheets of the person who reported *case*."""
    person = _person(case)
    same = [due for due in _waiting(user, case) if _person(due.case) == person]
    return [Call(part) for part in _sheets(same)]


def _person(case: Case) -> object:
    """By the telephone's keyed digest; without one every case is a person of its own."""
    index = case.party.phone_index if case.party else None
    return index or case.id


def _sheets(whole: list[Due]) -> list[list[Due]]:
    whole.sort(key=_due_by_clock)
    return [whole[start : start + ON_ONE_SHEET] for start in range(0, len(whole), ON_ONE_SHEET)]


def _due_by_clock(due: Due) -> tuple[bool, datetime, int]:
    at = due.deadline.due_at if due.deadline else due.case.changed_at
    return due.deadline is None, at, due.case.id


def _by_clock(call: Call) -> tuple[bool, datetime, int]:
    return min(map(_due_by_clock, call.due))


def _waiting(user: User, like: Case | None = None) -> list[Due]:
    """Informed, reachable somehow, and not yet revisited as the rules ask. *like*: only of the same telephone."""
    wanted = (
        select(Case)
        .join(Party, Party.case_id == Case.id)
        .where(
            visible_to(user),
            ordinary(),
            party_known_to(user),
            Case.state == State.INFORMED,
            Case.estate_id.in_(user.estates_where(Permission.CASE_REVISIT)),
        )
        .options(*(joinedload(part) for part in (Case.party, Case.statement, Case.estate, Case.building)))
        .order_by(Case.next_due_at.is_(None), Case.next_due_at, Case.id)
        .limit(MOST)
    )
    if like is not None:
        index = like.party.phone_index if like.party else None
        wanted = wanted.where(Party.phone_index == index if index else Case.id == like.id)
    cases = db.session.scalars(wanted).all()
    revisits = _revisits(cases)
    done = [case for case in cases if any(revisit.satisfied for revisit in revisits[case.id])]
    settled = {case.id for case in done} - _still_owed(done)
    left = [case for case in cases if case.id not in settled]
    return _with_clocks(left, revisits)


def _with_clocks(cases: Sequence[Case], revisits: dict[int, list[Revisit]]) -> list[Due]:
    ids = [case.id for case in cases]
    nearest = nearest_of(ids)
    return [
        Due(
            case,
            nearest.get(case.id),
            [revisit for revisit in revisits[case.id] if not revisit.reached],
            revisits[case.id][-1].again_at if revisits[case.id] else None,
        )
        for case in cases
    ]


def _revisits(cases: Sequence[Case]) -> dict[int, list[Revisit]]:
    """Those of each case's present round, oldest first; in one query."""
    rounds = {case.id: case.round for case in cases}
    found: dict[int, list[Revisit]] = defaultdict(list)
    every = select(Revisit).where(Revisit.case_id.in_(rounds)).order_by(Revisit.id)
    for revisit in db.session.scalars(every) if rounds else ():
        if revisit.round == rounds[revisit.case_id]:
            found[revisit.case_id].append(revisit)
    return found


def _still_owed(satisfied: Collection[Case]) -> set[int]:
    """Of cases whose owner is satisfied those that need a visit of another form: at the door, in writing, by two."""
    by_id = {case.id: case for case in satisfied}
    if not by_id:
        return set()
    clocks = db.session.scalars(select(Deadline).where(Deadline.case_id.in_(by_id), WAITING))
    return {
        clock.case_id
        for clock in clocks
        if clock.round == by_id[clock.case_id].round and recording.is_of_visits(by_id[clock.case_id], clock)
    }
