"""A new case is held against the open ones of its estate, and proposed as one matter with those it is like.

The machine only proposes: a person joins or refuses, and what was refused is not proposed again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased

from shared import clock
from shared.cases.lifecycle import OPEN
from shared.cases.models import Case, Resolution, Statement
from shared.cases.participation import ordinary
from shared.database import db, run, transaction
from shared.identity.models import Building, Estate
from shared.incidents import detection, naming
from shared.incidents.detection import Likeness, Sighting
from shared.incidents.models import Incident, Membership
from shared.incidents.queries import LIVE, PARTED, PROPOSED, REFUSED
from shared.outbox import rows, tasks
from shared.words import CATEGORIES

POOL = 500  # newest open cases; a matter of so many has been seen by people long before
READ = 1_000  # characters of a report: the matter stands at its beginning
TASK = "propose_incident"
# Written out, not bound: the index of open cases is found by these very words (shared.cases.models).
_IS_OPEN = Case.state.in_(bindparam("open_states", sorted(OPEN), expanding=True, literal_execute=True))
# Built once: every filing asks it.
_ANOTHER = (
    select(Case.id)
    .where(Case.estate_id == bindparam("estate"), _IS_OPEN, ordinary(), Case.id != bindparam("case"))
    .limit(1)
)


Apart = set[tuple[int, int]]  # pairs of cases that a person has kept apart, both ways round


@dataclass(frozen=True, slots=True)
class Proposal:
    """Which cases for which incident; without one (None) they make a new one."""

    incident_id: int | None
    cases: dict[int, Likeness]


def ask(case: Case, _at: datetime) -> None:
    """Have the case looked at right after this change: reading hundreds of reports must not hold up a filing.

    Asked again when its category is corrected; not at all while there is no other open case.
    """
    if case.is_internal or case.incident_id is not None or not case.is_open:
        return
    if run(_ANOTHER, {"estate": case.estate_id, "case": case.id}).scalar() is not None:
        rows.write(TASK, {"case": case.id}, f"propose:{case.id}:{case.version}")


@tasks.task(TASK)
def _propose(payload: dict[str, Any]) -> None:
    propose(payload["case"])


def propose(case_id: int) -> int | None:
    """Propose an incident for the case, in a change of its own; its id, or None. Running it again changes nothing.

    What is alike is first sought outside the change: texts read once are remembered, so that the change is short.
    """
    case = db.session.get(Case, case_id)
    if case is None or find(case) is None:
        db.session.rollback()
        return None
    with transaction():
        case = db.session.get_one(Case, case_id)
        _one_at_a_time(case.estate_id)
        found = find(case)
        return _record(case, found, clock.now()) if found else None


def find(case: Case) -> Proposal | None:
    """The likeliest matter for *case*, unless it already stands in one or is proposed for one.

    With it go the other single cases that are alike: in whatever order they are looked at, they come together.
    """
    if not case.is_open or _live_of([case.id]):
        return None
    pool = {sighting.id: sighting for sighting in _sightings(case)}
    new = pool.get(case.id)
    if new is None:
        return None
    alike = [i for i, _likeness in detection.candidates(new, list(pool.values()))]
    if not alike:
        return None
    members, apart = _live_of(pool), _apart(pool)
    for other in alike:
        incident_id = members.get(other)
        together = (
            [other] if incident_id is None else [i for i, where in members.items() if where == incident_id]
        )
        if _fits(case.id, together, pool, apart) is None:
            continue
        singles = [i for i in alike if i not in members and i != other]
        return Proposal(incident_id, _gathered(case.id, together, singles, pool, apart, known=incident_id))
    return None


def _gathered(
    case_id: int,
    together: list[int],
    singles: list[int],
    pool: dict[int, Sighting],
    apart: Apart,
    *,
    known: int | None,
) -> dict[int, Likeness]:
    """The case and the singles, each held against all that came before it."""
    found: dict[int, Likeness] = {}
    group = list(together)
    for one in (case_id, *singles):
        if fit := _fits(one, group, pool, apart):
            found[one] = fit
            group.append(one)
    if known is None:  # the partner of a new incident needs a row too
        found[together[0]] = found[case_id]
    return found


def _fits(one: int, group: list[int], pool: dict[int, Sighting], apart: Apart) -> Likeness | None:
    if any((one, other) in apart for other in group):
        return None
    return detection.fits(pool[one], [pool[other] for other in group])


def _one_at_a_time(estate_id: int) -> None:
    """Two proposals at once would make two incidents of one matter. Filings are not held up by this lock."""
    db.session.execute(select(Estate.id).where(Estate.id == estate_id).with_for_update(key_share=True))


def _sightings(case: Case) -> list[Sighting]:
    """The case and the newest open ones of its estate that could be one matter with it."""
    repaired = (
        select(func.max(Resolution.at))
        .where(Resolution.case_id == Case.id, Resolution.round == Case.round, Resolution.undone_at.is_(None))
        .correlate(Case)
        .scalar_subquery()
    )
    statement = (
        select(
            Case.id,
            Case.received_at,
            Building.name,
            Case.spot,
            Case.category,
            Case.kind,
            func.substr(Statement.description, 1, READ),
            repaired,
        )
        .outerjoin(Building, Building.id == Case.building_id)
        .outerjoin(Statement, Statement.case_id == Case.id)
        .outerjoin(Incident, Incident.id == Case.incident_id)
        .where(
            Case.estate_id == case.estate_id,
            _IS_OPEN,
            ordinary(),
            Incident.ended_at.is_(None),  # what was put right is over; later reports are repeats
            Case.received_at >= case.received_at - detection.longest(),
        )
        .order_by(Case.filed_at.desc(), Case.id.desc())
        .limit(POOL)
    )
    return [
        Sighting(
            id=row[0],
            at=row[1],
            building=row[2] or "",
            spot=row[3] or "",
            category=row[4],
            kind=row[5],
            text=row[6] or "",
            ended_at=row[7],
        )
        for row in db.session.execute(statement)
    ]


def _live_of(case_ids: Iterable[int]) -> dict[int, int]:
    """By case the incident in which it stands or for which it is proposed, a joined one before a proposed."""
    found = db.session.execute(
        select(Membership.case_id, Membership.incident_id)
        .join(Incident, Incident.id == Membership.incident_id)
        .where(
            Membership.case_id.in_(list(case_ids)),
            Membership.state.in_(LIVE),
            Incident.ended_at.is_(None),
        )
        .order_by(Membership.state.desc(), Membership.id.desc())  # joined comes last, and stays
    )
    return {row[0]: row[1] for row in found}


def _apart(case_ids: Iterable[int]) -> Apart:
    """Whoever was refused by an incident, or parted from it, is kept apart from all that it has or had."""
    ids = list(case_ids)
    one, other = aliased(Membership), aliased(Membership)
    rows_ = db.session.execute(
        select(one.case_id, other.case_id)
        .join(other, other.incident_id == one.incident_id)
        .where(
            one.case_id.in_(ids),
            one.state.in_((REFUSED, PARTED)),
            other.case_id.in_(ids),
            other.case_id != one.case_id,
        )
    ).all()
    return {pair for first, second in rows_ for pair in ((first, second), (second, first))}


def _record(case: Case, found: Proposal, at: datetime) -> int:
    """The proposal in rows; no case is touched by it."""
    incident_id = found.incident_id or _new(case, found, at).id
    for case_id, why in sorted(found.cases.items()):
        _add(incident_id, case_id, why, at)
    return incident_id


def _new(case: Case, found: Proposal, at: datetime) -> Incident:
    places = select(Case.building_id).where(Case.id.in_(list(found.cases))).distinct()
    building = case.building if len(db.session.scalars(places).all()) == 1 else None
    code = naming.topic_in(found.cases[case.id].reasons)
    incident = Incident(
        estate_id=case.estate_id,
        building_id=building.id if building else None,
        category=case.category,
        title=" ".join(
            [
                *([building.name] if building else []),
                str(naming.MATTER_TOPICS.get(code, CATEGORIES[case.category])),
            ]
        ),
        opened_at=at,
        opened_by_id=None,
    )
    db.session.add(incident)
    db.session.flush()
    return incident


def _add(incident_id: int, case_id: int, why: Likeness, at: datetime) -> None:
    rows.insert_once(
        Membership,
        ["incident_id", "case_id"],
        {
            "incident_id": incident_id,
            "case_id": case_id,
            "state": PROPOSED,
            "score": why.score,
            "reasons": list(why.reasons),
            "proposed_at": at,
        },
    )


def unproposed(estate_id: int) -> Sequence[int]:
    """The open cases of an estate that stand in no incident, the oldest first."""
    live = select(Membership.case_id).where(Membership.state.in_(LIVE))
    return db.session.scalars(
        select(Case.id)
        .where(Case.estate_id == estate_id, _IS_OPEN, ordinary(), Case.id.not_in(live))
        .order_by(Case.received_at, Case.id)
    ).all()
