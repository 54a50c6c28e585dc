"""Places where the same comes again and again (未诉先办): counted in one query, taken up as one measure or let be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, case, distinct, func, literal_column, or_, select

from shared.cases.ending import was_withdrawn
from shared.cases.lifecycle import State
from shared.cases.models import Case
from shared.cases.participation import ordinary, visible_to
from shared.database import db
from shared.identity.models import Building, Estate, Spot, User
from shared.improvement import measures
from shared.improvement.measures import Kind, Origin, Wanted
from shared.improvement.models import Measure
from shared.policies import versions
from shared.policies.versions import policy_of
from shared.words import CATEGORIES

AT_LEAST = 3
USUAL_DAYS = 90  # † where the rule book has no window for repeats
MOST = 50  # places on a page
HEAD = "recurrence:"


@dataclass(frozen=True, slots=True)
class Place:
    """A place and what comes again there. *times*: an incident counts once, however many reported it."""

    building_id: int | None
    spot: str
    category: str
    times: int
    newest_id: int
    first_at: datetime
    last_at: datetime

    @property
    def sign(self) -> str:
        """Names the place and the matter, whatever the spot was called."""
        return _sign(self.building_id, self.spot, self.category)

    @property
    def key(self) -> str:
        """The same until it happens once more: two clicks raise one measure."""
        return f"{HEAD}{self.sign}:{self.newest_id}"


def _sign(building_id: int | None, spot: str, category: str) -> str:
    return blake2b(f"{building_id}|{spot}|{category}".encode(), digest_size=8).hexdigest()


def days_of(estate: Estate, at: datetime) -> int:
    """How far back the same counts as the same: the window of the rule book in force (VK-4e)."""
    try:
        repeats = policy_of(versions.in_force(estate.id, at)).repeats
    except versions.NoPolicyInForce:
        return USUAL_DAYS
    return repeats.window_days if repeats else USUAL_DAYS


def window_of(found: Case) -> int:
    """The same by the rule book that the case was received under."""
    repeats = policy_of(found.policy_version).repeats
    return repeats.window_days if repeats else USUAL_DAYS


_SPOT = func.trim(func.coalesce(Case.spot, literal_column("''")))
_TIMES = func.count(distinct(case((Case.incident_id.is_not(None), -Case.incident_id), else_=Case.id)))


def _counted(
    user: User, estate_id: int, since: datetime, *conditions: ColumnElement[bool]
) -> Select[int | None, str, str, int, int, datetime, datetime]:
    """Nothing from inside or withdrawn, nothing that *user* does not see, and nothing without a place."""
    return (
        select(
            Case.building_id,
            _SPOT,
            Case.category,
            _TIMES,
            func.max(Case.id),
            func.min(Case.received_at),
            func.max(Case.received_at),
        )
        .where(
            Case.estate_id == estate_id,
            # What was received since was filed since: that is what the index knows.
            Case.filed_at >= since,
            Case.received_at > since,
            ~was_withdrawn(),
            or_(Case.building_id.is_not(None), _SPOT != ""),
            ordinary(),
            visible_to(user),
            *conditions,
        )
        .group_by(Case.building_id, _SPOT, Case.category)
        .having(_TIMES >= AT_LEAST)
        .order_by(_TIMES.desc(), func.max(Case.received_at).desc())
        .limit(MOST)
    )


def _read(statement: Select[int | None, str, str, int, int, datetime, datetime]) -> list[Place]:
    return [Place(*row) for row in db.session.execute(statement)]


def suggested(user: User, estate: Estate, at: datetime) -> list[Place]:
    """Where it happened three times or more, and again three times since it was last taken up or let be (未诉先办)."""
    since = at - timedelta(days=days_of(estate, at))
    handled = _handled(estate.id)
    found = []
    for place in _read(_counted(user, estate.id, since)):
        if place.sign not in handled:
            found.append(place)
        elif (over_at := handled[place.sign]) is not None:
            found += again(user, estate, place, max(over_at, since))
    return found


def again(user: User, estate: Estate, place: Place, since: datetime) -> list[Place]:
    """The same place, counted anew from *since*; empty while that is not often."""
    here = (
        # Not `is_not_distinct_from`: PostgreSQL would not look at the index on the building.
        Case.building_id == place.building_id if place.building_id else Case.building_id.is_(None),
        _SPOT.in_([place.spot]),
        Case.category == place.category,
    )
    return _read(_counted(user, estate.id, since, *here))


def of_case(user: User, found: Case, at: datetime) -> Place | None:
    """The place of a case where it is one of those that come again and again."""
    if found.is_internal or found.state == State.WITHDRAWN:
        return None
    since = at - timedelta(days=window_of(found))
    spot = (found.spot or "").strip()
    if found.received_at <= since or not (found.building_id or spot):
        return None
    place = Place(found.building_id, spot, found.category, 0, found.id, found.received_at, found.received_at)
    return next(iter(again(user, found.estate, place, since)), None)


def _handled(estate_id: int) -> dict[str, datetime | None]:
    """By sign: since when a place is over that was taken up or let be; None while a measure runs."""
    rows: Sequence[Measure] = db.session.scalars(
        select(Measure)
        .where(Measure.estate_id == estate_id, Measure.origin == Origin.RECURRENCE)
        .order_by(Measure.id)
    ).all()
    return {
        (row.origin_key or "").removeprefix(HEAD).partition(":")[0]: row.done_at or row.dropped_at
        for row in rows
    }


def take(estate: Estate, place: Place, *, by: User, at: datetime) -> Measure | None:
    """Have the root looked for; the owner is named on the measure's page. None where it was taken up already."""
    building = db.session.get(Building, place.building_id) if place.building_id else None
    where = "".join(filter(None, (building.name if building else "", known_spot(place))))
    what = _(
        "%(where)s“%(category)s”反复发生（%(times)s 次），请查明根本原因并治理。",
        where=where or estate.name,
        category=CATEGORIES[place.category],
        times=place.times,
    )
    wanted = Wanted(
        what,
        Kind.ROOT_CAUSE,
        Origin.RECURRENCE,
        "CO-6",
        category=place.category,
        building_id=place.building_id,
        key=place.key,
    )
    return measures.propose(estate, wanted, by=by, at=at)


def let_be(estate: Estate, place: Place, *, by: User, at: datetime) -> None:
    """Nothing special is needed there; it is suggested anew when it has happened three times more."""
    measure = take(estate, place, by=by, at=at)
    if measure is not None:
        measures.drop(measure, by=by, at=at, reason=_("不需要专门治理。"))


def known_spot(place: Place) -> str:
    """The spot, where it is one that stands in the settings: what an owner typed may be their flat."""
    if not place.spot or place.building_id is None:
        return ""
    names = db.session.scalars(select(Spot.name).where(Spot.building_id == place.building_id))
    return place.spot if place.spot in set(names) else ""
