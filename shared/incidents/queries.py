"""Reading incidents: what the lists and the pages show. Of cases only what the reader may see."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from shared.cases.lifecycle import OPEN
from shared.cases.models import Case
from shared.cases.participation import party_known_to, visible_to
from shared.database import db
from shared.errors import NotFound
from shared.identity.models import Estate, User
from shared.identity.permissions import Permission
from shared.incidents.models import Incident, Membership, PlaybookStep, SpecialReport

PROPOSED, JOINED, REFUSED, PARTED = "proposed", "joined", "refused", "parted"
LIVE = (PROPOSED, JOINED)
SHOWN = 100  # more than anybody goes through in one sitting


@dataclass(frozen=True, slots=True)
class Size:
    """How many cases an incident has: all of them, whoever looks."""

    proposed: int = 0
    joined: int = 0
    open: int = 0  # of the joined


@dataclass(frozen=True, slots=True)
class Member:
    """A case of an incident that the reader may see."""

    membership: Membership
    case_id: int
    number: str
    is_open: bool


def _visible(user: User) -> ColumnElement[bool]:
    """At the estates where one reads incidents, and with a case in it that one may see."""
    seen = (
        select(Membership.id)
        .join(Case, Case.id == Membership.case_id)
        .where(Membership.incident_id == Incident.id, Membership.state.in_(LIVE), visible_to(user))
    )
    return and_(Incident.estate_id.in_(user.estates_where(Permission.INCIDENT_VIEW)), seen.exists())


def _live(*states: str) -> ColumnElement[int]:
    return (
        select(func.count())
        .where(Membership.incident_id == Incident.id, Membership.state.in_(states))
        .correlate(Incident)
        .scalar_subquery()
    )


def _has_open_case() -> ColumnElement[bool]:
    return (
        select(Case.id)
        .join(Membership, Membership.case_id == Case.id)
        .where(
            Membership.incident_id == Incident.id,
            Membership.state.in_(LIVE),
            Case.state.in_(sorted(OPEN)),
        )
        .exists()
    )


def _page(*conditions: ColumnElement[bool]) -> Sequence[Incident]:
    return db.session.scalars(
        select(Incident)
        .where(*conditions)
        .options(joinedload(Incident.estate), joinedload(Incident.building))
        .order_by(Incident.opened_at.desc(), Incident.id.desc())
        .limit(SHOWN)
    ).all()


def proposed(user: User) -> Sequence[Incident]:
    """What waits for somebody to say whether it is one matter: the newest first."""
    waiting = and_(Incident.ended_at.is_(None), _live(PROPOSED) >= 1, _live(*LIVE) >= 2, _has_open_case())
    return _page(_visible(user), waiting)


def running(user: User) -> Sequence[Incident]:
    """Confirmed, not yet put right, and with a case still open."""
    return _page(
        _visible(user), Incident.confirmed_at.is_not(None), Incident.ended_at.is_(None), _has_open_case()
    )


def ended(user: User) -> Sequence[Incident]:
    return _page(
        _visible(user),
        Incident.confirmed_at.is_not(None),
        or_(Incident.ended_at.is_not(None), ~_has_open_case()),
    )


def at_building(user: User, building_id: int) -> Sequence[Incident]:
    """Confirmed and still open there, for whoever takes the next call about it."""
    return _page(
        _visible(user),
        Incident.building_id == building_id,
        Incident.confirmed_at.is_not(None),
        Incident.ended_at.is_(None),
        _has_open_case(),
    )


def open_at(user: User, estate_id: int) -> Sequence[Incident]:
    """Those that a case of the estate could be joined to."""
    return _page(
        _visible(user),
        Incident.estate_id == estate_id,
        Incident.confirmed_at.is_not(None),
        Incident.ended_at.is_(None),
    )


def read(user: User, incident_id: int) -> Incident:
    """The incident, to be looked at. Raises NotFound out of scope."""
    found = db.session.scalar(
        select(Incident)
        .where(Incident.id == incident_id, _visible(user))
        .options(joinedload(Incident.estate), joinedload(Incident.building), joinedload(Incident.opened_by))
    )
    if found is None:
        raise NotFound
    return found


def sizes(incident_ids: Collection[int]) -> dict[int, Size]:
    """Per incident, in one query."""
    rows = db.session.execute(
        select(
            Membership.incident_id,
            func.count().filter(Membership.state == PROPOSED),
            func.count().filter(Membership.state == JOINED),
            func.count().filter(Membership.state == JOINED, Case.state.in_(sorted(OPEN))),
        )
        .join(Case, Case.id == Membership.case_id)
        .where(Membership.incident_id.in_(list(incident_ids)), Membership.state.in_(LIVE))
        .group_by(Membership.incident_id)
    ).all()
    found = {row[0]: Size(*row[1:]) for row in rows}
    return {incident_id: found.get(incident_id, Size()) for incident_id in incident_ids}


def members(user: User, incident_ids: Collection[int]) -> dict[int, list[Member]]:
    """The live cases of each that *user* may see, the earliest report first."""
    rows = db.session.execute(
        select(Membership, Case.archive_number, Case.state)
        .join(Case, Case.id == Membership.case_id)
        .where(Membership.incident_id.in_(list(incident_ids)), Membership.state.in_(LIVE), visible_to(user))
        .order_by(Case.received_at, Case.id)
    ).all()
    found: dict[int, list[Member]] = {incident_id: [] for incident_id in incident_ids}
    for membership, number, state in rows:
        found[membership.incident_id].append(Member(membership, membership.case_id, number, state in OPEN))
    return found


def decided(user: User, incident_id: int) -> Sequence[tuple[Membership, str]]:
    """What people decided about cases of it, the latest first, with the archive numbers *user* may see."""
    rows = db.session.execute(
        select(Membership, Case.archive_number)
        .join(Case, Case.id == Membership.case_id)
        .where(Membership.incident_id == incident_id, Membership.decided_at.is_not(None), visible_to(user))
        .order_by(Membership.decided_at.desc(), Membership.id.desc())
        .limit(SHOWN)
    )
    return [(row[0], row[1]) for row in rows]


# Built once: every page of a case asks it.
_OF_CASE = (
    select(Incident, Membership)
    .join(Membership, Membership.incident_id == Incident.id)
    .where(
        Membership.case_id == bindparam("case_id"),
        or_(
            Membership.state == JOINED,
            and_(Membership.state == PROPOSED, Incident.ended_at.is_(None), _live(*LIVE) >= 2),
        ),
    )
    .options(joinedload(Incident.building))
    .order_by(Membership.state, Membership.id.desc())
    .limit(1)
)


def of_case(case: Case) -> tuple[Incident, Membership] | None:
    """The incident that *case* stands in, or for which it is proposed while that is still of use."""
    row = db.session.execute(_OF_CASE, {"case_id": case.id}).one_or_none()
    return (row[0], row[1]) if row else None


def steps_of(incident_id: int) -> dict[str, PlaybookStep]:
    """What is done of the checklist, by step."""
    rows = db.session.scalars(
        select(PlaybookStep)
        .where(PlaybookStep.incident_id == incident_id)
        .options(joinedload(PlaybookStep.by))
    )
    return {row.step: row for row in rows}


def undesignated(user: User) -> Sequence[tuple[SpecialReport, str, str]]:
    """Special reports that wait for *user* to name somebody (VK-4e), with the case's number and its estate's zone."""
    may_name = user.estates_where(Permission.CASE_DESIGNATE)
    if not may_name:
        return []
    rows = db.session.execute(
        select(SpecialReport, Case.archive_number, Estate.zone)
        .join(Case, Case.id == SpecialReport.case_id)
        .join(Estate, Estate.id == Case.estate_id)
        .where(
            SpecialReport.designated_at.is_(None),
            Case.estate_id.in_(may_name),
            Case.state.in_(sorted(OPEN)),
            visible_to(user),
        )
        .order_by(SpecialReport.made_at.desc(), SpecialReport.id.desc())
        .limit(SHOWN)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def tells_all_parties(incident_id: int, user: User) -> bool:
    """Whether *user* may be told who reported each case of the incident; else not even how many households they are."""
    joined = (
        select(func.count())
        .select_from(Membership)
        .join(Case, Case.id == Membership.case_id)
        .where(Membership.incident_id == incident_id, Membership.state == JOINED)
    )
    told = joined.where(party_known_to(user)).scalar_subquery()
    return bool(db.session.scalar(select(joined.scalar_subquery() == told)))


def earlier_cases(report: SpecialReport, user: User) -> Sequence[Case]:
    """The cases that a special report names, as far as *user* may see them and be told who reported them.

    For that it was the same person is what the report says.
    """
    return db.session.scalars(
        select(Case)
        .where(Case.archive_number.in_(report.earlier), visible_to(user), party_known_to(user))
        .options(joinedload(Case.estate))
        .order_by(Case.received_at, Case.id)
    ).all()
