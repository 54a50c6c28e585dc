"""The small cast of the stories: one estate, three departments, a person for each role."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import bindparam, select

from shared.calendars.holidays import load_year
from shared.calendars.models import CalendarYear, OpeningHours
from shared.cases import drafts, filing
from shared.cases.filing import Report
from shared.cases.models import Case
from shared.cases.vocabulary import Category, Channel, Kind
from shared.database import db, transaction
from shared.identity import passwords
from shared.identity.models import Appointment, Building, CategoryRoute, Department, Estate, Shift, Spot, User
from shared.identity.permissions import Role
from shared.policies.versions import publish
from tests.beginnings import begun

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # Monday 10:00 in Shanghai, no holiday near
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
PASSWORD = "correct horse battery"
_HASH = passwords.hashed(PASSWORD)

PEOPLE = {
    # username: (name, role, department)
    "limin": ("李敏", Role.DISPATCHER, "客服中心"),
    "zhouqi": ("周琪", Role.DISPATCHER, "客服中心"),
    "chenjing": ("陈静", Role.SPECIALIST, None),
    "wangqiang": ("王强", Role.HANDLER, "工程部"),
    "zhaolei": ("赵磊", Role.HANDLER, "工程部"),
    "sunli": ("孙丽", Role.HANDLER, "秩序部"),
    "liujie": ("刘洁", Role.ASSISTANT, None),
    "gaofeng": ("高峰", Role.DEPARTMENT_HEAD, "工程部"),
    "hemei": ("何梅", Role.DIRECTOR, None),
    "tangwen": ("唐文", Role.SUPERVISOR, None),
    "xufei": ("许飞", Role.DEPUTY_MANAGER, None),
    "yangbo": ("杨波", Role.GENERAL_MANAGER, None),
    "admin": ("管理员", Role.ADMINISTRATOR, None),
}
DEPARTMENTS = ("客服中心", "工程部", "秩序部", "环境部")


# Built once: most lines of a story ask one of them.
_ESTATE = select(Estate).where(Estate.slug == bindparam("slug"))
_PERSON = select(User).where(User.username == bindparam("username"))
_HERE = select(Estate.id).where(Estate.slug == bindparam("slug")).scalar_subquery()
_DEPARTMENT = select(Department).where(Department.estate_id == _HERE, Department.name == bindparam("name"))
_BUILDING = select(Building).where(Building.estate_id == _HERE, Building.name == bindparam("name"))


@dataclass
class Cast:
    """Ids stay valid over sessions; people and departments are read afresh by name."""

    slug: str

    @property
    def estate(self) -> Estate:
        return db.session.scalars(_ESTATE, {"slug": self.slug}).one()

    def person(self, username: str) -> User:
        name = username if self.slug == "jinxiu" else f"{self.slug}-{username}"
        return db.session.scalars(_PERSON, {"username": name}).one()

    def department(self, name: str) -> Department:
        return db.session.scalars(_DEPARTMENT, {"slug": self.slug, "name": name}).one()

    def building(self, name: str) -> Building:
        return db.session.scalars(_BUILDING, {"slug": self.slug, "name": name}).one()


def _hours(estate: Estate) -> list[OpeningHours]:
    """Every day 8:00–20:00: the desk of an estate is staffed at weekends too."""
    return [OpeningHours(estate_id=estate.id, weekday=day, opens=8 * 60, closes=20 * 60) for day in range(7)]


def settle(
    slug: str = "jinxiu",
    name: str = "锦绣花园",
    code: str = "JX",
    preset: str = "standard",
    body: str | None = None,
) -> Cast:
    """Make an estate with its whole cast, in a change of its own; it lives by *preset*, or by the text of *body*."""

    def do() -> str:
        _settle(slug, name, code, preset, body)
        return slug

    return Cast(begun(("settle", slug, name, code, preset, body), do))


def _settle(slug: str, name: str, code: str, preset: str, body: str | None) -> None:
    with transaction():
        estate = Estate(
            slug=slug,
            code=code,
            name=name,
            zone="Asia/Shanghai",
            hotline="020-8888 6666",
            hours="8:00–20:00",
            emergency_line="020-8888 6667",
        )
        db.session.add(estate)
        db.session.flush()
        buildings = [Building(estate_id=estate.id, name=f"{n}号楼", position=n) for n in range(1, 13)]
        departments = {
            title: Department(estate_id=estate.id, name=title, position=n)
            for n, title in enumerate(DEPARTMENTS)
        }
        db.session.add_all([*buildings, *departments.values(), *_hours(estate)])
        db.session.flush()
        db.session.add(Spot(building_id=buildings[2].id, name="2单元电梯", code=f"{slug}-3-2-lift"[:16]))
        for category, title in {
            "facilities": "工程部",
            "security": "秩序部",
            "environment": "环境部",
            "attitude": "客服中心",
            "other": "客服中心",
        }.items():
            db.session.add(
                CategoryRoute(estate_id=estate.id, category=category, department_id=departments[title].id)
            )
        users = {
            username: User(
                username=username if slug == "jinxiu" else f"{slug}-{username}",
                name=person,
                password_hash=_HASH,
                email=f"{username}@{slug}.example",
            )
            for username, (person, _role, _team) in PEOPLE.items()
        }
        db.session.add_all(users.values())
        db.session.flush()
        db.session.add_all(
            Appointment(
                user_id=users[username].id,
                estate_id=estate.id,
                department_id=departments[team].id if team else None,
                role=role,
                since=LONG_AGO,
            )
            for username, (_person, role, team) in PEOPLE.items()
        )
        db.session.add(
            Shift(
                estate_id=estate.id,
                user_id=users["limin"].id,
                starts_at=LONG_AGO,
                ends_at=LONG_AGO + timedelta(days=3650),
            )
        )
        for year in (2026, 2027):
            if db.session.get(CalendarYear, year) is None:
                load_year(year)
        publish(estate, preset, LONG_AGO, body=body)


def report(**more: object) -> Report:
    """An owner's complaint about a lift, or whatever *more* makes of it."""
    facts: dict[str, object] = {
        "kind": Kind.COMPLAINT,
        "category": Category.FACILITIES,
        "channel": Channel.PORTAL,
        "description": "3号楼2单元电梯又坏了，早上困了我半个小时，按铃没人理",
        "topic": "lift",
        "spot": "2单元电梯",
        "name": "王秀兰",
        "phone": "138 0013 8000",
        "unit": "3-2-1101",
        "email": "xiulan@example.com",
    }
    return Report(**{**facts, **more})  # type: ignore[arg-type]


def file(cast: Cast, at: datetime = MONDAY, **more: object) -> Case:
    """File a case the way the portal does, in a change of its own."""

    def do() -> int:
        with transaction():
            facts = {"building_id": cast.building("3号楼").id, **more}
            case, _new = filing.file_case(
                report(**facts), cast.estate, submission_key=drafts.new_key(), at=at
            )
            return case.id

    case = db.session.get_one(Case, begun(("file", cast.slug, at, *more.items()), do))
    db.session.commit()  # who reads on must see what others do meanwhile
    return case
