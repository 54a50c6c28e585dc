"""我也遇到: an owner says that what they report is a matter which others have reported already.

Their word joins the case where one of ours has confirmed that it is one matter; of what the machine alone has
proposed it is a further reason, and a person decides (docs/decisions/0017).

An offer tells whoever asks that somebody of that building has reported that subject. A telephone costs nothing to
invent: with two invented households a stranger could ask whether there is a third, and a noisy neighbour whether it is
theirs that somebody complains of. So a household counts once one of ours has taken its case in hand, and three are
enough only where one of ours has looked at the cases and said that they are one matter; where nobody has, it takes
five, as in the open data. What is left: whoever gets staff to believe two inventions learns of a third household, and
staff have both before them.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Row, func, select

from shared import clock
from shared.cases.lifecycle import State
from shared.cases.models import Case, Statement
from shared.cases.participation import ordinary
from shared.database import db, transaction
from shared.identity.models import Building
from shared.incidents import detection, grouping, repeats
from shared.incidents.detection import Sighting
from shared.incidents.models import Incident, Membership
from shared.incidents.queries import LIVE, PROPOSED
from shared.outbox import rows, tasks

FEWEST = 3  # households of a matter that staff have confirmed: of fewer a neighbour could guess who they are
FEWEST_UNSEEN = 5  # households of one that nobody has looked at as a whole
OFFERED = 3  # more than that nobody reads before writing on
POOL = 200  # the newest reports that stand in an incident
READ = 1_000  # characters of each
TASK = "echo_incident"
SAID = "said:party"
IN_HAND = (State.CLAIMED, State.DISPATCHED, State.HANDLING, State.REFERRED)


@dataclass(frozen=True, slots=True)
class Matter:
    """What several households have reported and nobody has put right yet. Nothing in it is anybody's word."""

    incident_id: int
    building: str  # empty: not of one building
    building_id: int | None
    category: str
    topic: str  # empty: none of our tiles
    households: int


def matters(draft: Sighting, estate_id: int) -> list[Matter]:
    """Which matters in hand the unfiled report *draft* may be one with, the likeliest first. Three queries at most."""
    members = defaultdict(list)
    for row in _members(draft, estate_id):
        members[row.incident_id].append(row)
    fitting = {
        incident_id: fit.score
        for incident_id, found in members.items()
        if len(found) >= _fewest(found) and (fit := detection.fits(draft, [_sighting(row) for row in found]))
    }
    likeliest = sorted(fitting, key=lambda incident_id: (-fitting[incident_id], incident_id))
    parties = repeats.parties_of([row.id for incident_id in likeliest for row in members[incident_id]])
    offered = (_matter(incident_id, members[incident_id], parties) for incident_id in likeliest)
    enough = (matter for matter in offered if matter.households >= _fewest(members[matter.incident_id]))
    return list(islice(enough, OFFERED))


def _fewest(members: Sequence[Row[Any]]) -> int:
    return FEWEST if members[0].confirmed_at is not None else FEWEST_UNSEEN


def _members(draft: Sighting, estate_id: int) -> Sequence[Any]:
    return db.session.execute(
        select(
            Membership.incident_id,
            Incident.confirmed_at,
            Case.id,
            Case.received_at,
            Building.name.label("building"),
            Case.building_id,
            Case.spot,
            Case.category,
            Case.kind,
            Case.topic,
            func.substr(Statement.description, 1, READ).label("words"),
        )
        .join(Incident, Incident.id == Membership.incident_id)
        .join(Case, Case.id == Membership.case_id)
        .outerjoin(Building, Building.id == Case.building_id)
        .outerjoin(Statement, Statement.case_id == Case.id)
        .where(
            Incident.estate_id == estate_id,
            Incident.ended_at.is_(None),
            Membership.state.in_(LIVE),
            Case.state.in_(IN_HAND),
            Case.received_at >= draft.at - detection.longest(),
            ordinary(),
        )
        .order_by(Case.filed_at.desc(), Case.id.desc())
        .limit(POOL)
    ).all()


def _sighting(row: Row[Any]) -> Sighting:
    return Sighting(
        id=row.id,
        at=row.received_at,
        building=row.building or "",
        spot=row.spot or "",
        category=row.category,
        kind=row.kind,
        text=row.words or "",
    )


def _matter(incident_id: int, members: Sequence[Row[Any]], parties: dict[int, str]) -> Matter:
    buildings = {(row.building or "", row.building_id) for row in members}
    building, building_id = buildings.pop() if len(buildings) == 1 else ("", None)
    category, topic = Counter((row.category, row.topic or "") for row in members).most_common(1)[0][0]
    return Matter(
        incident_id=incident_id,
        building=building,
        building_id=building_id,
        category=category,
        topic=topic,
        households=len({parties[row.id] for row in members if parties[row.id]}),
    )


def ask(case: Case, incident_id: int) -> None:
    """Have the case put with the others right after this change: no filing waits for them, nor fails by them."""
    rows.write(TASK, {"case": case.id, "incident": incident_id}, f"echo:{case.id}")


@tasks.task(TASK)
def _echo(payload: dict[str, Any]) -> None:
    with transaction():
        echo(payload["case"], payload["incident"], clock.now())


def echo(case_id: int, incident_id: int, at: datetime) -> None:
    """The party of the case says that it is this matter. Running it again changes nothing.

    Left alone is what staff have decided meanwhile, and what the case no longer fits: its building was corrected,
    the matter was put right.
    """
    incident = grouping.hold(incident_id)
    case = grouping.hold_cases([case_id], incident)[case_id]
    membership = grouping.membership_of(incident, case)
    if not _is_still_of(incident, case) or (membership and membership.state != PROPOSED):
        return
    if incident.confirmed_at is not None:
        grouping.join_by_party(incident, case, at=at)
    elif membership is None:
        db.session.add(
            Membership(
                incident_id=incident.id,
                case_id=case.id,
                state=PROPOSED,
                score=None,
                reasons=[SAID],
                proposed_at=at,
            )
        )
    elif SAID not in membership.reasons:
        membership.reasons = [SAID, *membership.reasons]


def _is_still_of(incident: Incident, case: Case) -> bool:
    return (
        incident.ended_at is None
        and case.is_open
        and not case.is_internal
        and case.incident_id is None
        and case.estate_id == incident.estate_id
        and incident.building_id in (None, case.building_id)
    )
