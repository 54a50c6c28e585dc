"""Reads of the ledger. Whose entries somebody sees stands in the base query: out of scope they do not exist (T09)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from shared.assessment import guards
from shared.assessment.models import Decision, Entry
from shared.assessment.standing import DERIVED, Origin, State
from shared.assessment.standings import standings_of
from shared.assessment.statements import Line
from shared.cases import participation
from shared.cases.models import Case
from shared.database import db
from shared.errors import NotFound
from shared.identity.models import Estate, User
from shared.identity.permissions import Permission

PAGE = 50
May = Callable[[User, Entry, State], bool]
PROPOSED, APPEALED, SETTLED = "proposed", "appealed", "settled"  # what a list can be narrowed to


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to; None: everything."""

    state: str | None = None  # PROPOSED | APPEALED | SETTLED
    month: int | None = None
    person_id: int | None = None
    department_id: int | None = None
    clause: str | None = None
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Entries with where they stand, the newest first; *next*: `before` of the next page, None on the last."""

    lines: tuple[Line, ...]
    next: int | None


def visible_to(user: User) -> ColumnElement[bool]:
    """One's own, what one proposed, those of the departments one heads, and those of estates one answers for."""
    own = user.estates_where(Permission.ASSESSMENT_OWN)
    ways: list[ColumnElement[bool]] = []
    if own:
        ways.append(and_(Entry.estate_id.in_(own), or_(Entry.person_id == user.id, _proposed_by(user))))
    if headed := user.headed_departments:
        ways.append(Entry.department_id.in_(headed))
    if wide := user.estates_where(Permission.ASSESSMENT_VIEW):
        ways.append(Entry.estate_id.in_(wide))
    return or_(*ways) if ways else false()


def _proposed_by(user: User) -> ColumnElement[bool]:
    return Entry.proposed_by_id == user.id


def _loaded() -> Select[Entry]:
    return select(Entry).options(
        selectinload(Entry.decisions).joinedload(Decision.by),
        joinedload(Entry.person),
        joinedload(Entry.department),
        joinedload(Entry.case).joinedload(Case.policy_version),
        joinedload(Entry.proposed_by),
        joinedload(Entry.about),
    )


def read(user: User, entry_id: int) -> Entry:
    """The entry, for a page or a verb: afresh. Raises NotFound out of scope."""
    entry = db.session.scalar(
        _loaded().where(Entry.id == entry_id, visible_to(user)).execution_options(populate_existing=True)
    )
    if entry is None:
        raise NotFound
    return entry


def page(user: User, estate_id: int, wanted: Wanted, before: int | None = None) -> Page:
    """What *user* sees of the ledger of an estate."""
    statement = _loaded().where(Entry.estate_id == estate_id, visible_to(user), *_conditions(wanted))
    if before is not None:
        statement = statement.where(Entry.id < before)
    found = db.session.scalars(statement.order_by(Entry.id.desc()).limit(PAGE + 1)).all()
    shown = found[:PAGE]
    return Page(tuple(lines_of(shown)), shown[-1].id if len(found) > PAGE else None)


def own(user: User, estate_id: int, before: int | None = None) -> Page:
    """The entries of *user* themself."""
    return page(user, estate_id, Wanted(person_id=user.id), before)


def lines_of(entries: Sequence[Entry]) -> list[Line]:
    standings = standings_of(entries)
    return [Line(entry, standings[entry.id]) for entry in entries]


def to_decide(user: User, estate_id: int) -> list[Line]:
    """What waits for a decision that *user* may take, if only to waive it, the oldest first."""
    return _waiting(user, estate_id, PROPOSED, guards.can_waive)


def to_hear(user: User, estate_id: int) -> list[Line]:
    """The appeals that *user* may hear, the oldest first."""
    return _waiting(
        user, estate_id, APPEALED, lambda u, entry, state: guards.can_hear(u, entry, state, entry.decisions)
    )


def _waiting(user: User, estate_id: int, state: str, may: May) -> list[Line]:
    if not guards.may_decide(user, estate_id):
        return []
    entries = db.session.scalars(
        _loaded()
        .where(Entry.estate_id == estate_id, visible_to(user), *_conditions(Wanted(state=state)))
        .order_by(Entry.id)
        .limit(10 * PAGE)
    ).all()
    known = {None, *cases_open_to(user, entries)}
    lines = [line for line in lines_of(entries) if line.entry.case_id in known]
    return [line for line in lines if may(user, line.entry, line.standing.state)]


def counts(user: User, estate_id: int) -> dict[str, int]:
    """How many entries in sight wait for a decision, and for a hearing."""
    return {
        state: db.session.scalar(
            select(func.count())
            .select_from(Entry)
            .where(Entry.estate_id == estate_id, visible_to(user), *_conditions(Wanted(state=state)))
        )
        or 0
        for state in (PROPOSED, APPEALED)
    }


def months(user: User, estate_id: int) -> Sequence[int]:
    """The months of which there is anything in sight, the latest first."""
    return db.session.scalars(
        select(Entry.month)
        .where(Entry.estate_id == estate_id, visible_to(user))
        .distinct()
        .order_by(Entry.month.desc())
    ).all()


def related(user: User, entry: Entry) -> list[Line]:
    """What doubles it, advises, names or takes it back, and what it is itself about; as far as *user* sees them."""
    about = [Entry.id == entry.about_id] if entry.about_id is not None else []
    found = db.session.scalars(
        _loaded().where(or_(Entry.about_id == entry.id, *about), visible_to(user)).order_by(Entry.id)
    ).all()
    return lines_of(found)


def cases_open_to(user: User, entries: Iterable[Entry]) -> set[int]:
    """Ids of their cases that *user* may open: whom a complaint is about sees the entry and not the case."""
    ids = {entry.case_id for entry in entries if entry.case_id is not None}
    if not ids:
        return set()
    return set(db.session.scalars(select(Case.id).where(Case.id.in_(ids), participation.visible_to(user))))


def of_case(case_id: int) -> list[Line]:
    """Everything in the ledger that came of a case."""
    return lines_of(db.session.scalars(_loaded().where(Entry.case_id == case_id).order_by(Entry.id)).all())


def seen_of_case(user: User, case_id: int) -> Sequence[Entry]:
    """What of it *user* sees, without where it stands: one query."""
    return db.session.scalars(
        select(Entry)
        .where(Entry.case_id == case_id, visible_to(user))
        .options(joinedload(Entry.person), joinedload(Entry.department))
        .order_by(Entry.id)
    ).all()


def statement_open_to(user: User, estate: Estate, person: User) -> bool:
    """Whether *user* may read the month of *person*: their own, or as whoever answers for the estate."""
    if user.can(Permission.ASSESSMENT_VIEW, estate.id):
        return True
    return user.id == person.id and user.can(Permission.ASSESSMENT_OWN, estate.id)


def department_open_to(user: User, estate: Estate, department_id: int) -> bool:
    """Whether *user* may read the month of a department: as its head, or as whoever answers for the estate."""
    is_here = any(department.id == department_id for department in estate.departments)
    return is_here and (user.can(Permission.ASSESSMENT_VIEW, estate.id) or user.heads(department_id))


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    given = {
        Entry.month: wanted.month,
        Entry.person_id: wanted.person_id,
        Entry.department_id: wanted.department_id,
        Entry.clause: wanted.clause,
        Entry.origin: wanted.origin,
    }
    found: list[ColumnElement[bool]] = [
        column == value for column, value in given.items() if value is not None
    ]
    if wanted.state is not None:
        found.append(_in_state(wanted.state))
    return found


def _in_state(state: str) -> ColumnElement[bool]:
    """Read from how many steps were taken; what was named or has lapsed waits for nobody."""
    decided, appealed, heard = (
        exists().where(Decision.entry_id == Entry.id, Decision.step == step) for step in (1, 2, 3)
    )
    if state == APPEALED:
        return and_(appealed, ~heard)
    waits = and_(~decided, ~_is_named(), ~_has_lapsed())
    return waits if state == PROPOSED else and_(~waits, or_(~appealed, heard))


def _is_named() -> ColumnElement[bool]:
    other = aliased(Entry)
    return select(other.id).where(other.about_id == Entry.id, other.origin.not_in(sorted(DERIVED))).exists()


def _has_lapsed() -> ColumnElement[bool]:
    """What it hangs on was waived or annulled, or taken back by a counter-entry that stands."""
    about, counter, decision, undone = aliased(Entry), aliased(Entry), aliased(Decision), aliased(Decision)
    fell = select(decision.id).where(
        decision.entry_id == Entry.about_id, decision.kind.in_((State.WAIVED, State.ANNULLED))
    )
    countered = (
        select(counter.id)
        .join(undone, and_(undone.entry_id == counter.id, undone.kind == State.DECIDED))
        .where(counter.about_id == Entry.about_id, counter.origin == Origin.COUNTER, counter.id != Entry.id)
    )
    return and_(
        Entry.origin.in_(sorted(DERIVED)),
        select(about.id).where(about.id == Entry.about_id, or_(fell.exists(), countered.exists())).exists(),
    )
