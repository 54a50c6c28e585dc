"""Who works at the demo estate, and how they sign in."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from shared import sealing
from shared.database import db
from shared.identity import passwords
from shared.identity.models import Appointment, User
from shared.identity.permissions import Role


@dataclass(frozen=True, slots=True)
class Person:
    username: str
    name: str
    role: Role
    department: str | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """A sign-in, as `flask demo accounts` prints it."""

    role: str
    username: str
    password: str
    name: str


# The first of each role is the sign-in that is shown.
STAFF = (
    Person("dispatcher", "李敏", Role.DISPATCHER, "客服中心"),
    Person("dispatcher2", "周琪", Role.DISPATCHER, "客服中心"),
    Person("specialist", "陈静", Role.SPECIALIST),
    Person("handler", "王强", Role.HANDLER, "工程部"),
    Person("handler2", "赵磊", Role.HANDLER, "工程部"),
    Person("handler3", "马涛", Role.HANDLER, "秩序部"),
    Person("handler4", "孙丽", Role.HANDLER, "秩序部"),
    Person("handler5", "吴芳", Role.HANDLER, "环境部"),
    Person("handler6", "郑国庆", Role.HANDLER, "环境部"),
    Person("handler7", "林婷", Role.HANDLER, "客服中心"),
    Person("handler8", "沈岚", Role.HANDLER, "财务部"),
    Person("assistant", "刘洁", Role.ASSISTANT),
    Person("assistant2", "苏晴", Role.ASSISTANT),
    Person("department_head", "高志远", Role.DEPARTMENT_HEAD, "工程部"),
    Person("department_head2", "罗勇", Role.DEPARTMENT_HEAD, "秩序部"),
    Person("department_head3", "韩梅", Role.DEPARTMENT_HEAD, "环境部"),
    Person("department_head4", "方敏仪", Role.DEPARTMENT_HEAD, "客服中心"),
    Person("department_head5", "潘月", Role.DEPARTMENT_HEAD, "财务部"),
    Person("director", "何建英", Role.DIRECTOR),
    Person("supervisor", "唐文", Role.SUPERVISOR),
    Person("deputy_manager", "许飞", Role.DEPUTY_MANAGER),
    Person("general_manager", "杨波", Role.GENERAL_MANAGER),
    Person("administrator", "梁栋", Role.ADMINISTRATOR),
)
OF_NAME = {person.name: person for person in STAFF}


def password() -> str:
    """What the demo's people sign in with: derived from this desk's own key, so that no two desks share it."""
    number = int.from_bytes(sealing.derive(b"demo", "demo password")[:8]) % 10**12
    digits = f"{number:012d}"
    return f"jinxiu-{digits[:4]}-{digits[4:8]}-{digits[8:]}"


def appoint_all(estate_id: int, departments: dict[str, int], since: datetime) -> None:
    """Everybody of the demo, appointed. One hash serves them all: argon2 is slow on purpose."""
    stored = passwords.hashed(password())
    for person in STAFF:
        user = User(
            username=person.username,
            name=person.name,
            password_hash=stored,
            email=f"{person.username}@jinxiu.example",
        )
        db.session.add(user)
        db.session.flush()
        db.session.add(
            Appointment(
                user_id=user.id,
                estate_id=estate_id,
                department_id=departments[person.department] if person.department else None,
                role=person.role,
                since=since,
            )
        )


def taken() -> str | None:
    """A username of the demo that somebody has."""
    names = [person.username for person in STAFF]
    return db.session.scalar(select(User.username).where(User.username.in_(names)).limit(1))


def user(name: str) -> User:
    """The member of staff of that Chinese name."""
    username = OF_NAME[name].username
    return db.session.scalars(select(User).where(User.username == username)).one()


def accounts(*, everybody: bool = False) -> list[Account]:
    """One sign-in per role, or everybody's; without those whose password was changed since."""
    shown = STAFF if everybody else tuple({p.role: p for p in reversed(STAFF)}.values())
    stored = {
        row.username: row.password_hash
        for row in db.session.execute(select(User.username, User.password_hash))
    }
    known = password()
    right = {value: passwords.matches(value, known) for value in {stored.get(p.username) for p in shown}}
    order = list(STAFF)
    return [
        Account(person.role.value, person.username, known, person.name)
        for person in sorted(shown, key=order.index)
        if right[stored.get(person.username)]
    ]
