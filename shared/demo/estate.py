"""Places, departments, opening hours, holidays, policy and duty roster of the demo estate."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from shared.calendars.holidays import load_year
from shared.calendars.models import OpeningHours
from shared.clock import local_date
from shared.database import db
from shared.demo import people, phrases
from shared.identity import api_keys
from shared.identity.models import Building, CategoryRoute, Department, Estate, Shift, Spot
from shared.policies.models import PolicyVersion
from shared.policies.versions import publish

SLUG = "jinxiu"
ZONE = "Asia/Shanghai"
OPENS, CLOSES = 8, 20
BEFORE = timedelta(weeks=26)  # how long policy and appointments had stood when the demo was loaded
ROSTER_BACK, ROSTER_AHEAD = timedelta(weeks=18), timedelta(weeks=6)
DAY = timedelta(days=1)

DEPARTMENTS = ("客服中心", "工程部", "秩序部", "环境部", "财务部")
ROUTES = {
    "facilities": "工程部",
    "security": "秩序部",
    "environment": "环境部",
    "attitude": "客服中心",
    "other": "客服中心",
}
PARTNER = "邻里通小程序"
GARAGE, GROUNDS = "地下车库", "小区公共区域"
SPOTS = {
    (GARAGE, "B1 东区"): "jx-b1-east",
    (GARAGE, "B1 充电区"): "jx-b1-charge",
    (GARAGE, "B2 西区"): "jx-b2-west",
    (GROUNDS, "东门"): "jx-gate-east",
    (GROUNDS, "北门"): "jx-gate-north",
    (GROUNDS, "儿童游乐场"): "jx-playground",
    (GROUNDS, "中心绿化带"): "jx-garden",
    (GROUNDS, "客服中心前台"): "jx-desk",
}


def find() -> Estate | None:
    return db.session.scalar(select(Estate).where(Estate.slug == SLUG))


def anchor(estate: Estate) -> datetime:
    """The instant at which the demo was first loaded; everything in it is reckoned from there."""
    first = select(PolicyVersion.effective_at).where(
        PolicyVersion.estate_id == estate.id, PolicyVersion.version == 1
    )
    return db.session.scalars(first).one() + BEFORE


def settle(now: datetime) -> Estate:
    """Make the estate with everything but its cases and notices, in the change that is open."""
    since = now - BEFORE
    estate = Estate(
        slug=SLUG,
        code="JX",
        name="锦绣花园",
        zone=ZONE,
        hotline="020-8888 6666",
        hours=f"每天 {OPENS}:00–{CLOSES}:00",
        emergency_line="020-8888 6667",
    )
    db.session.add(estate)
    db.session.flush()
    _places(estate.id)
    departments = _departments(estate.id)
    people.appoint_all(estate.id, departments, since)
    db.session.add_all(
        OpeningHours(estate_id=estate.id, weekday=day, opens=OPENS * 60, closes=CLOSES * 60)
        for day in range(7)
    )
    today = local_date(now, ZONE)
    for year in range((today - ROSTER_BACK).year, today.year + 2):
        load_year(year)
    publish(estate, "standard", since)
    db.session.flush()
    _roster(estate.id, today)
    phrases.fill(estate, since)
    api_keys.make(estate, PARTNER, api_keys.PER_DAY, by=people.user("梁栋"), at=since)
    return estate


def _places(estate_id: int) -> None:
    names = [*(f"{number}号楼" for number in range(1, 13)), GARAGE, GROUNDS]
    buildings = {
        name: Building(estate_id=estate_id, name=name, position=position)
        for position, name in enumerate(names, start=1)
    }
    db.session.add_all(buildings.values())
    db.session.flush()
    for number in range(1, 13):
        home = buildings[f"{number}号楼"].id
        for unit in (1, 2):
            db.session.add(Spot(building_id=home, name=f"{unit}单元电梯", code=f"jx-{number}-{unit}-lift"))
        db.session.add(Spot(building_id=home, name="大堂", code=f"jx-{number}-lobby"))
    for (building, name), code in SPOTS.items():
        db.session.add(Spot(building_id=buildings[building].id, name=name, code=code))


def _departments(estate_id: int) -> dict[str, int]:
    made = [
        Department(estate_id=estate_id, name=name, position=position)
        for position, name in enumerate(DEPARTMENTS, start=1)
    ]
    db.session.add_all(made)
    db.session.flush()
    ids = {department.name: department.id for department in made}
    for category, name in ROUTES.items():
        db.session.add(CategoryRoute(estate_id=estate_id, category=category, department_id=ids[name]))
    return ids


def _roster(estate_id: int, today: date) -> None:
    """Two dispatchers change places every week: one by day, the other by night."""
    pair = [people.user("李敏").id, people.user("周琪").id]
    day = today - ROSTER_BACK
    while day < today + ROSTER_AHEAD:
        first, second = pair if day.isocalendar().week % 2 else pair[::-1]
        opens, closes = wall(day, OPENS), wall(day, CLOSES)
        db.session.add_all(
            [
                Shift(estate_id=estate_id, user_id=first, starts_at=opens, ends_at=closes),
                Shift(estate_id=estate_id, user_id=second, starts_at=closes, ends_at=wall(day + DAY, OPENS)),
            ]
        )
        day += DAY


def wall(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), ZoneInfo(ZONE)).astimezone(UTC)
