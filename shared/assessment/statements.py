"""What a month of the ledger comes to for a person, and for a department (GZ-20). Worked out, never stored."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload, selectinload

from shared.assessment import bonuses, capping
from shared.assessment.capping import Paid
from shared.assessment.models import Bonus, Entry
from shared.assessment.rulebook import rules_of
from shared.assessment.standing import OPEN, Kind, Origin, Standing
from shared.assessment.standings import standings_of
from shared.cases.models import Case
from shared.database import db
from shared.identity.models import Estate, User
from shared.policies.findings import FINE


@dataclass(frozen=True, slots=True)
class Line:
    """An entry, where it stands, and of a fine what the bonus paid of it."""

    entry: Entry
    standing: Standing
    paid: Paid | None = None

    @property
    def is_open(self) -> bool:
        return self.standing.state in OPEN


@dataclass(frozen=True, slots=True)
class Statement:
    """A person's month. *fines* is what they come to, *paid* what the bonus pays; None while no bonus is known."""

    user: User
    month: int
    lines: tuple[Line, ...]
    bonus: Bonus | None
    fines: int
    paid: int | None
    wages: int
    rewards: int

    @property
    def open(self) -> int:
        """How many wait for a decision or a hearing."""
        return sum(line.is_open for line in self.lines)

    @property
    def unpaid(self) -> int | None:
        """What of the fines lapses, since the bonus is used up."""
        return None if self.paid is None else self.fines - self.paid


@dataclass(frozen=True, slots=True)
class DepartmentStatement:
    """A department's month: its people's, and what was given to it as a team (CO-M7)."""

    department_id: int
    month: int
    people: tuple[Statement, ...]
    team: tuple[Line, ...]

    @property
    def fines(self) -> int:
        return sum(statement.fines for statement in self.people)

    @property
    def wages(self) -> int:
        return sum(statement.wages for statement in self.people)

    @property
    def rewards(self) -> int:
        return sum(s.rewards for s in self.people) + sum(line.standing.effect for line in self.team)


def of_person(estate: Estate, user: User, month: int) -> Statement:
    return _statements(estate, month, [user], Entry.person_id == user.id)[0]


def of_department(estate: Estate, department_id: int, month: int) -> DepartmentStatement:
    """Of those who had an entry as people of the department. Fines are capped over all of a person's entries."""
    of_here = Entry.department_id == department_id
    ids = select(Entry.person_id).where(Entry.estate_id == estate.id, Entry.month == month, of_here)
    people = db.session.scalars(select(User).where(User.id.in_(ids)).order_by(User.name, User.id)).all()
    statements = _statements(estate, month, people, Entry.person_id.in_([user.id for user in people]))
    team = _read(estate.id, month, of_here & Entry.person_id.is_(None))
    standings = standings_of(team)
    return DepartmentStatement(
        department_id, month, tuple(statements), tuple(Line(entry, standings[entry.id]) for entry in team)
    )


def _read(estate_id: int, month: int, whose: ColumnElement[bool]) -> Sequence[Entry]:
    return db.session.scalars(
        select(Entry)
        .where(Entry.estate_id == estate_id, Entry.month == month, whose)
        .options(
            selectinload(Entry.decisions),
            joinedload(Entry.case).joinedload(Case.policy_version),
            joinedload(Entry.person),
        )
        .order_by(Entry.occurred_at, Entry.id)
    ).all()


def _statements(
    estate: Estate, month: int, people: Sequence[User], whose: ColumnElement[bool]
) -> list[Statement]:
    entries = _read(estate.id, month, whose)
    standings = standings_of(entries)
    known = bonuses.bonuses_of(estate.id, month, [user.id for user in people])
    of: dict[int | None, list[Entry]] = defaultdict(list)
    for entry in entries:
        of[entry.person_id].append(entry)
    return [_statement(user, month, of[user.id], standings, known.get(user.id)) for user in people]


def _statement(
    user: User, month: int, entries: Sequence[Entry], standings: dict[int, Standing], bonus: Bonus | None
) -> Statement:
    fines = sorted(
        (e for e in entries if _is_fine(e, standings[e.id]) and _counts(e, standings[e.id])),
        key=lambda entry: (standings[entry.id].decided_at or entry.proposed_at, entry.id),
    )
    capped = any(
        (rules := rules_of(entry)) and rules.assessment and rules.assessment.capped for entry in fines
    )
    paid = capping.pay(
        [(entry.id, standings[entry.id].effect) for entry in fines],
        bonus.amount if bonus else None,
        capped=capped,
    )
    by_entry = {each.entry_id: each for each in paid}
    return Statement(
        user=user,
        month=month,
        lines=tuple(Line(entry, standings[entry.id], by_entry.get(entry.id)) for entry in entries),
        bonus=bonus,
        fines=sum(each.fine for each in paid),
        paid=_sum(each.paid for each in paid),
        wages=_total(entries, standings, Kind.WAGE),
        rewards=_total(entries, standings, Kind.REWARD),
    )


def _is_fine(entry: Entry, standing: Standing) -> bool:
    """A graded outcome may be one too (AH-7.1)."""
    return entry.kind == Kind.FINE or (entry.kind == Kind.GRADED and standing.grade == FINE)


def _counts(entry: Entry, standing: Standing) -> bool:
    """A countered entry and what counters it cancel each other, and take nothing from the bonus."""
    return standing.stands and entry.origin != Origin.COUNTER


def _total(entries: Iterable[Entry], standings: dict[int, Standing], kind: Kind) -> int:
    return sum(standings[e.id].effect for e in entries if e.kind == kind and _counts(e, standings[e.id]))


def _sum(amounts: Iterable[int | None]) -> int | None:
    """Nothing is known while one of them is not."""
    found = list(amounts)
    return None if None in found else sum(amount for amount in found if amount is not None)
