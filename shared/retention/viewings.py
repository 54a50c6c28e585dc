"""The register of who opened what of which case (AH-6.2, PIPL 51), and whom a leak concerns (PIPL 57)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from shared.audit.models import Access, TimelineRow
from shared.cases.models import Case, Participation, Party
from shared.cases.participation import ABOUT, visible_to
from shared.cases.vocabulary import Channel
from shared.database import db
from shared.identity.models import Estate, User
from shared.identity.permissions import Permission

PAGE = 50
_COLUMNS = (Access.id, Access.at, User.name, User.id, Case.archive_number, Access.what, Estate.zone)


@dataclass(frozen=True, slots=True)
class Viewing:
    """One entry: at that instant *name* opened *what* (phone, email, archive, copy) of a case."""

    id: int
    at: datetime
    name: str
    user_id: int
    number: str
    what: str
    zone: str
    is_visible: bool  # whether the reader may open the case


@dataclass(frozen=True, slots=True)
class Sought:
    """What the register is narrowed to; None: everything."""

    user_id: int | None = None
    number: str | None = None
    what: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    viewings: list[Viewing]
    older: int | None  # the id to go on from


@dataclass(slots=True)
class Affected:
    """A case whose party may have to be told: *read* and *acted* are what is on record of it."""

    number: str
    estate: str
    read: list[str]
    first_at: datetime
    last_at: datetime
    has_phone: bool
    has_email: bool


@dataclass(frozen=True, slots=True)
class Leak:
    cases: list[Affected] = field(default_factory=list)
    could_see: int = 0  # further cases within the reach of the person named; their pages leave no entry


def overseen(user: User, permission: Permission) -> ColumnElement[bool]:
    """Cases of which *user* may see on these pages that they exist.

    Never one that is about them, nor, without the right to it, what staff reported from inside.
    """
    departments = user.department_ids
    mine: list[ColumnElement[bool]] = [Participation.user_id == user.id]
    if departments:
        mine.append(Participation.department_id.in_(departments))
    about = select(Participation.id).where(
        Participation.case_id == Case.id, Participation.part == ABOUT, or_(*mine)
    )
    return and_(
        Case.estate_id.in_(user.estates_where(permission)),
        ~about.exists(),
        or_(Case.channel != Channel.INTERNAL, visible_to(user)),
    )


def page(user: User, sought: Sought, *, before: int | None = None, most: int = PAGE) -> Page:
    """The entries that *user* may read, the latest first."""
    statement = _narrowed(_entries(user), sought).order_by(Access.id.desc()).limit(most + 1)
    if before is not None:
        statement = statement.where(Access.id < before)
    found = [Viewing(*row) for row in db.session.execute(statement)]
    return Page(found[:most], found[most - 1].id if len(found) > most else None)


def _entries(user: User) -> Select[Any]:
    columns: list[Any] = [*_COLUMNS, visible_to(user).label("is_visible")]
    return (
        select(*columns)
        .join(User, User.id == Access.user_id)
        .join(Case, Case.id == Access.case_id)
        .join(Estate, Estate.id == Case.estate_id)
        .where(overseen(user, Permission.ACCESS_VIEW))
    )


def _narrowed(statement: Select[Any], sought: Sought) -> Select[Any]:
    conditions = {
        "user_id": Access.user_id == sought.user_id,
        "number": Case.archive_number == (sought.number or "").upper(),
        "what": Access.what == sought.what,
        "since": Access.at >= sought.since if sought.since else None,
        "until": Access.at < sought.until if sought.until else None,
    }
    return statement.where(
        *(c for name, c in conditions.items() if c is not None and getattr(sought, name) is not None)
    )


def readers(user: User) -> Sequence[tuple[int, str]]:
    """Whoever stands in the part of the register that *user* may read, by name."""
    named = select(User.id, User.name).where(User.id.in_(_entries(user).with_only_columns(User.id)))
    return [(row.id, row.name) for row in db.session.execute(named.order_by(User.name, User.id))]


def of_case(case: Case) -> Sequence[tuple[Access, User]]:
    """Who opened what of one case, the first first."""
    statement = select(Access, User).join(User, User.id == Access.user_id).where(Access.case_id == case.id)
    return [(row[0], row[1]) for row in db.session.execute(statement.order_by(Access.id))]


def affected(since: datetime, username: str | None = None) -> Leak:
    """The cases read or acted on since that instant, by one person or by anybody. Raises LookupError: no such person.

    A page that is looked at leaves no entry; of a person named, the cases within their reach are counted as well.
    """
    actor = db.session.scalar(select(User).where(User.username == username)) if username else None
    if username and actor is None:
        raise LookupError(f"There is nobody called {username}.")
    read = select(Access.case_id, Access.what, Access.at).where(Access.at >= since)
    acted = select(TimelineRow.case_id, TimelineRow.act, TimelineRow.at).where(TimelineRow.at >= since)
    if actor is not None:
        read = read.where(Access.user_id == actor.id)
        acted = acted.where(TimelineRow.actor_id == actor.id)
    seen: dict[int, list[tuple[str, datetime]]] = {}
    for case_id, what, at in (*db.session.execute(read), *(db.session.execute(acted) if actor else ())):
        seen.setdefault(case_id, []).append((what, at))
    return Leak(_affected(seen), _reach(actor, set(seen)) if actor else 0)


def _affected(seen: dict[int, list[tuple[str, datetime]]]) -> list[Affected]:
    statement = (
        select(
            Case.id,
            Case.archive_number,
            Estate.slug,
            Party.phone_index.is_not(None).label("has_phone"),
            Party.email.is_not(None).label("has_email"),
        )
        .join(Estate, Estate.id == Case.estate_id)
        .outerjoin(Party, Party.case_id == Case.id)
        .where(Case.id.in_(seen))
        .order_by(Case.id)
    )
    return [
        Affected(
            number=row.archive_number,
            estate=row.slug,
            read=sorted({what for what, _at in seen[row.id]}),
            first_at=min(at for _what, at in seen[row.id]),
            last_at=max(at for _what, at in seen[row.id]),
            has_phone=row.has_phone,
            has_email=row.has_email,
        )
        for row in db.session.execute(statement)
    ]


def _reach(actor: User, seen: set[int]) -> int:
    """How many more cases that hold something personal this person's rights lead to today."""
    total = select(func.count()).select_from(Case).where(visible_to(actor), Case.erased_at.is_(None))
    known = total.where(Case.id.in_(seen))
    return (db.session.scalar(total) or 0) - (db.session.scalar(known) or 0)
