"""Who has to do with a case: the one source of scope."""

from datetime import datetime
from functools import lru_cache
from typing import NamedTuple, Self

from sqlalchemy import ColumnElement, and_, bindparam, false, literal_column, or_, select, true, update

from shared.cases.models import Case, Participation
from shared.cases.vocabulary import Category, Channel
from shared.database import db, is_changing, write
from shared.identity.models import User
from shared.identity.permissions import Permission

FIRST_RESPONDER = "first_responder"
HANDLER = "handler"
LEAD = "lead"
COOPERATING = "cooperating"
TASK_GROUP = "task_group"  # the special task group of a major case (AH-3.3c)
GROUP_LEADER = "group_leader"  # a member too
OF_A_ROUND = (HANDLER, LEAD, COOPERATING, TASK_GROUP, GROUP_LEADER)
DESIGNATED = "designated"  # whom the general manager named to handle it (VK-4e)
OUTSTANDING = "outstanding"  # has work to do after the answer, whatever round follows
TOLD = "told"  # asked about a case that they would not see otherwise
ABOUT = "about"  # whom it is about: never sees, claims, handles, revisits or decides it
# Written out in the statement: SQLite takes a partial index only where it can read the condition.
_Whom = tuple[int | None, int | None]  # a person, or a department
_IS_ABOUT = Participation.part == literal_column(f"'{ABOUT}'")
# Built once: every change of a case asks it.
_WHOM = select(Participation.user_id, Participation.department_id).where(
    Participation.case_id == bindparam("case_id"), _IS_ABOUT
)


def enter(
    case: Case, part: str, at: datetime, *, user_id: int | None = None, department_id: int | None = None
) -> None:
    """*user_id* or *department_id* takes *part* in the case from now on."""
    if part == ABOUT:
        db.session.info.pop(ABOUT, None)
    write(Participation(case_id=case.id, user_id=user_id, department_id=department_id, part=part, since=at))


def leave(case: Case, *parts: str, at: datetime) -> None:
    """Whoever holds one of *parts* now holds it no longer."""
    db.session.execute(
        update(Participation)
        .where(Participation.case_id == case.id, Participation.part.in_(parts), Participation.until.is_(None))
        .values(until=at)
    )


class _Reader(NamedTuple):
    """What of a person decides which cases they see."""

    user_id: int
    departments: tuple[int, ...]
    headed: tuple[int, ...]
    wide: tuple[int, ...]
    narrow: tuple[int, ...]
    watched: tuple[int, ...]

    @classmethod
    def of(cls, user: User) -> Self:
        wide, narrow, watched = (
            tuple(user.estates_where(permission))
            for permission in (
                Permission.CASE_VIEW_ESTATE,
                Permission.CASE_VIEW,
                Permission.CASE_VIEW_INTERNAL,
            )
        )
        return cls(user.id, tuple(user.department_ids), tuple(user.headed_departments), wide, narrow, watched)


def _mine(reader: _Reader) -> ColumnElement[bool]:
    departments = reader.departments
    by_department = Participation.department_id.in_(departments) if departments else false()
    return or_(Participation.user_id == reader.user_id, by_department)


def _about(reader: _Reader) -> ColumnElement[bool]:
    return select(Participation.id).where(Participation.case_id == Case.id, _IS_ABOUT, _mine(reader)).exists()


def ordinary(case: type[Case] = Case) -> ColumnElement[bool]:
    """No report from inside. Whatever counts or shows cases to others than one person carries it (CO-M5)."""
    return case.channel != Channel.INTERNAL


def _confided(reader: _Reader) -> ColumnElement[bool]:
    """A report from inside that they answer for: as supervision, or because they were asked in its place."""
    asked = select(Participation.id).where(
        Participation.case_id == Case.id,
        Participation.part == TOLD,
        Participation.until.is_(None),
        Participation.user_id == reader.user_id,
    )
    return or_(Case.estate_id.in_(reader.watched), asked.exists()) if reader.watched else asked.exists()


def visible_to(user: User) -> ColumnElement[bool]:
    """The condition every read of cases by staff carries (T09).

    A whole estate for the roles that see it; else what one takes, or took first, part in; never what one is about.
    A report from inside is seen by supervision alone, whatever else one sees (CO-M5).
    """
    return _visible(_Reader.of(user))


@lru_cache(maxsize=500)
def _visible(reader: _Reader) -> ColumnElement[bool]:
    """Put together once for each person and what they are: pages of staff ask it several times."""
    part: ColumnElement[bool] = (
        select(Participation.id)
        .where(
            Participation.case_id == Case.id,
            Participation.part != ABOUT,
            or_(Participation.until.is_(None), Participation.part == FIRST_RESPONDER),
            _mine(reader),
        )
        .exists()
    )
    if reader.headed:  # what the machine has filled in already, before anybody dispatches (MS-1)
        part = or_(part, Case.lead_department_id.in_(reader.headed))
    # An estate-wide reader's condition stays a plain comparison, so that the index on the estate serves it.
    ways: list[ColumnElement[bool]] = [Case.estate_id.in_(reader.wide)] if reader.wide else []
    if set(reader.narrow) - set(reader.wide):
        ways.append(and_(Case.estate_id.in_(reader.narrow), part))
    if not ways:
        return false()
    return and_(or_(*ways), or_(ordinary(), _confided(reader)), ~_about(reader))


def traceable_by(user: User | None) -> ColumnElement[bool]:
    """The condition on what is looked for by a person: their telephone, their name, or what anybody wrote.

    A sealed case is found so by nobody but who may open it; its own numbers find it for all who see it (PIPL 47).
    """
    opens = user.estates_where(Permission.ARCHIVE_OPEN) if user else ()
    unsealed = Case.sealed_at.is_(None)
    return or_(unsealed, Case.estate_id.in_(opens)) if opens else unsealed


def _is_about_staff() -> ColumnElement[bool]:
    named = select(Participation.id).where(Participation.case_id == Case.id, _IS_ABOUT)
    return or_(Case.category == Category.ATTITUDE, named.exists())


def party_known_to(user: User | None) -> ColumnElement[bool]:
    """The condition on cases whose reporting party *user* may be told.

    Who complains of staff is known to the specialist, the director and supervision alone: nobody is found by their
    telephone or name, called, or shown, for those whose colleague it is about. Whoever took it first answers to the
    party to the end and is told too (GZ-15). The operator (None) is told of all.
    """
    if user is None:
        return true()
    told = user.estates_where(Permission.CONTACT_REVEAL_ABOUT_STAFF)
    ways = [Case.estate_id.in_(told)] if told else []
    return or_(*ways, Case.first_responder_id == user.id, ~_is_about_staff())


def is_party_kept_from(case: Case, user: User) -> bool:
    """Whether who reported *case* is kept from *user*, because it is about staff."""
    if case.is_internal or case.first_responder_id == user.id:
        return False
    if user.can(Permission.CONTACT_REVEAL_ABOUT_STAFF, case.estate_id):
        return False
    return is_about_staff(case)


def is_about_staff(case: Case) -> bool:
    """Of somebody's manner, or of a person or department by name."""
    if case.category == Category.ATTITUDE:
        return True
    named = select(Participation.id).where(Participation.case_id == case.id, _IS_ABOUT)
    return db.session.scalar(named.limit(1)) is not None


def holds(case: Case, user: User, part: str) -> bool:
    """Whether *user* in person holds *part* in the case now."""
    found = select(Participation.id).where(
        Participation.case_id == case.id,
        Participation.user_id == user.id,
        Participation.part == part,
        Participation.until.is_(None),
    )
    return db.session.scalar(found.limit(1)) is not None


def designated(case: Case) -> Participation | None:
    """Whom the general manager has named to handle the case, if anybody (VK-4e)."""
    return db.session.scalar(
        select(Participation)
        .where(
            Participation.case_id == case.id,
            Participation.part == DESIGNATED,
            Participation.until.is_(None),
        )
        .order_by(Participation.id.desc())
        .limit(1)
    )


def is_about(case: Case, user: User) -> bool:
    """Whether the case is about this person, or about a department they belong to."""
    return any(who == user.id or department in user.department_ids for who, department in _whom(case))


def _whom(case: Case) -> list[_Whom]:
    """People and departments that the case is about; within a change, which holds the case, read once."""
    known: dict[int, list[_Whom]] = db.session.info.setdefault(ABOUT, {}) if is_changing() else {}
    if case.id not in known:
        found = db.session.execute(_WHOM, {"case_id": case.id})
        known[case.id] = [(user_id, department_id) for user_id, department_id in found]
    return known[case.id]
