"""People: their posts and departments by the names that the trade has for them. Nobody gets a password from a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from unicodedata import normalize

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from shared import addresses
from shared import words as trade
from shared.audit import settings
from shared.cases.telephones import normalised
from shared.database import db
from shared.identity import invitations, mail_addresses, people, posts, queries
from shared.identity.models import Appointment, Department, Estate, User
from shared.identity.permissions import Role
from shared.imports.fates import Fate, Outlook, Planned, formulas_of, refused
from shared.imports.headings import Column, Entry, Table, one_line
from shared.imports.sheets import folded

STAFF = "import.staff"  # in the record of changed settings
LONGEST = 40
COLUMNS = (
    Column(
        "username", "登录名", ("用户名", "账号", "帐号", "工号", "登录账号", "username"), True, "wangqiang"
    ),
    Column("name", "姓名", ("名字", "员工姓名", "name"), True, "王强"),
    Column("role", "岗位", ("角色", "职务", "职位", "岗位名称", "role"), True, "处理人"),
    Column("department", "部门", ("所属部门", "部门名称", "班组", "department"), False, "工程部"),
    Column(
        "phone", "电话", ("手机", "手机号", "手机号码", "联系电话", "联系方式", "phone"), False, "13800138000"
    ),
    Column("email", "邮箱", ("电子邮箱", "电子邮件", "邮件", "email", "e-mail"), False, "wang@example.com"),
)
# What else estates call the posts; the first words of each are those of `shared.words.ROLES`.
ALSO = {
    Role.ADMINISTRATOR: ("管理员", "系统管理"),
    Role.ASSISTANT: ("客服助理", "管家", "楼栋管家", "助理"),
    Role.DEPARTMENT_HEAD: ("部门经理", "部门主管", "主管", "部长"),
    Role.DEPUTY_MANAGER: ("副总", "分管副总经理"),
    Role.DIRECTOR: ("主任", "中心主任", "客服主任", "项目经理"),
    Role.DISPATCHER: ("调度", "客服", "前台", "客服专员", "前台客服"),
    Role.GENERAL_MANAGER: ("总经理", "总"),
    Role.HANDLER: ("维修工", "维修员", "处理员", "工程师傅", "秩序员", "保洁员", "保安"),
    Role.SPECIALIST: ("投诉处理专员", "专员"),
    Role.SUPERVISOR: ("督导", "品质督导", "品质专员"),
}
IN_A_DEPARTMENT = frozenset({Role.HANDLER, Role.DEPARTMENT_HEAD})


@dataclass(frozen=True, slots=True)
class Person:
    """A row, understood. Empty telephone and address change nothing."""

    username: str
    name: str
    role: Role
    department_id: int | None
    phone: str
    email: str


def roles_by_name() -> dict[str, Role]:
    """Every name of a post, in Chinese whatever the reader's language, as `folded` gives it."""
    found = {folded(name): role for role, names in ALSO.items() for name in (*names, role.value)}
    with force_locale("zh_Hans"):
        return found | {folded(str(trade.ROLES[role])): role for role in Role}


def look(table: Table, estate: Estate, at: datetime, by: User) -> Outlook:
    """The fate of each row. Who stands in no row stays as they are: a file takes nothing away."""
    departments = {folded(department.name): department for department in queries.departments(estate.id)}
    names = {_username(entry) for entry in table.entries}
    known = {
        user.username: user
        for user in db.session.scalars(
            select(User).where(User.username.in_(names)).options(selectinload(User.appointments))
        )
    }
    reading = _Reading(estate, by, departments, roles_by_name(), known)
    return Outlook([reading.planned(entry) for entry in table.entries])


def _username(entry: Entry) -> str:
    return normalize("NFKC", one_line(entry.text("username"))).lower()


class _Reading:
    """One file held against who is there already; remembers the rows above."""

    def __init__(
        self,
        estate: Estate,
        by: User,
        departments: dict[str, Department],
        roles: dict[str, Role],
        known: dict[str, User],
    ) -> None:
        self.estate, self.departments, self.roles, self.known = estate, departments, roles, known
        self.grants_all = Role.ADMINISTRATOR in by.roles_at(estate.id)
        self.above: dict[str, tuple[str, int]] = {}  # user name → name and row
        self.posts: dict[tuple[str, Role, int | None], int] = {}

    def planned(self, entry: Entry) -> Planned:
        title = f"{one_line(entry.text('name'))} {_username(entry)}".strip()
        faults = formulas_of(entry)
        person = self._person(entry, faults)
        if person is not None and not faults:
            faults = self._conflicts(person)
        if faults or person is None:
            return refused(entry, title, faults)
        self.above.setdefault(person.username, (person.name, entry.number))
        self.posts[person.username, person.role, person.department_id] = entry.number
        user = self.known.get(person.username)
        if user is None:
            return Planned(entry.number, title, Fate.NEW, [self._post(person)], person)
        changes = self._changes(user, person)
        fate = Fate.CHANGED if changes else Fate.SAME
        return Planned(entry.number, title, fate, changes, person)

    def _person(self, entry: Entry, faults: list[str]) -> Person | None:
        """What the cells say; each that cannot be is told in *faults*."""

        def at(name: str) -> str:
            return entry.cell(name).at

        username, name = _username(entry), one_line(entry.text("name"))
        if not people.USERNAME.fullmatch(username):
            faults.append(
                _("%(at)s 登录名要用 2 到 40 个小写字母、数字、点或横线。", at=at("username"))
                if username
                else _("登录名没有填。")
            )
        if not 1 <= len(name) <= LONGEST:
            faults.append(_("姓名要填，最多 %(n)s 个字。", n=LONGEST))
        role = self._role(entry, faults)
        department = self._department(entry, role, faults)
        phone, email = one_line(entry.text("phone")), one_line(entry.text("email"))
        number = normalised(phone) if phone else ""
        if number is None:
            faults.append(_("%(at)s 不像电话号码。", at=at("phone")))
        if email and (len(email) > mail_addresses.LONGEST or not mail_addresses.is_plain(email)):
            faults.append(_("%(at)s 不像邮箱地址。", at=at("email")))
        if role is None:
            return None
        return Person(username, name, role, department.id if department else None, number or "", email)

    def _role(self, entry: Entry, faults: list[str]) -> Role | None:
        said = one_line(entry.text("role"))
        role = self.roles.get(folded(said))
        if role is None:
            offered = trade.listed(trade.ROLES[each] for each in Role)
            faults.append(
                _(
                    "%(at)s 没有“%(said)s”这个岗位。可以填：%(offered)s。",
                    at=entry.cell("role").at,
                    said=said,
                    offered=offered,
                )
                if said
                else _("岗位没有填。可以填：%(offered)s。", offered=offered)
            )
        elif role in posts.RESERVED and not self.grants_all:
            faults.append(_("%(role)s只能由系统管理员来任命。", role=trade.ROLES[role]))
        return role

    def _department(self, entry: Entry, role: Role | None, faults: list[str]) -> Department | None:
        said = one_line(entry.text("department"))
        found = self.departments.get(folded(said)) if said else None
        if said and found is None:
            faults.append(
                _(
                    "%(at)s 没有“%(said)s”这个部门。现有：%(names)s。",
                    at=entry.cell("department").at,
                    said=said,
                    names=trade.listed(each.name for each in self.departments.values()) or _("还没有部门"),
                )
            )
        elif role in IN_A_DEPARTMENT and not said:
            faults.append(_("%(role)s要写明部门。", role=trade.ROLES[role]))
        return found

    def _conflicts(self, person: Person) -> list[str]:
        """What this row says against the rows above, or against who is there already."""
        name, number = self.above.get(person.username, (person.name, 0))
        if name != person.name:
            return [_("登录名和第 %(n)s 行的%(name)s一样。", n=number, name=name)]
        twin = self.posts.get((person.username, person.role, person.department_id))
        if twin:
            return [_("和第 %(n)s 行一样。", n=twin)]
        user = self.known.get(person.username)
        if user is None:
            return []
        if user.name != person.name:
            # Whoever works at another estate alone is not told about here.
            is_ours = bool(user.roles_at(self.estate.id))
            return [
                _("登录名 %(username)s 已经是%(name)s的。", username=user.username, name=user.name)
                if is_ours
                else _("登录名 %(username)s 已经有人用了，请换一个。", username=user.username)
            ]
        if not user.is_active:
            return [_("%(name)s已经离职停用。", name=user.name)]
        return []

    def _post(self, person: Person) -> str:
        return _("%(post)s，还没有密码，等本人用邀请链接来设", post=self._named(person))

    def _named(self, person: Person) -> str:
        names = {department.id: department.name for department in self.departments.values()}
        return f"{names.get(person.department_id or 0, '')} {trade.ROLES[person.role]}".strip()

    def _changes(self, user: User, person: Person) -> list[str]:
        found = [] if _holds(user, self.estate, person) else [_("加上：%(post)s", post=self._named(person))]
        if _is_elsewhere(user, self.estate):
            return found  # their telephone and address are the other estate's to change
        if person.phone and person.phone != (user.phone or ""):
            found.append(_("电话改了"))
        if person.email and person.email != (user.email or ""):
            found.append(_("邮箱改为 %(email)s", email=person.email))
        return found


def _holds(user: User, estate: Estate, person: Person) -> bool:
    return any(
        (a.estate_id, a.role, a.department_id) == (estate.id, person.role, person.department_id)
        for a in user.appointments
        if a.until is None
    )


def _is_elsewhere(user: User, estate: Estate) -> bool:
    return any(a.until is None and a.estate_id != estate.id for a in user.appointments)


def enter(rows: Sequence[Planned], estate: Estate, *, by: User, at: datetime) -> list[tuple[str, str]]:
    """Make these people, or give them what is new; gives names and the one-time links of those who are new (T22)."""
    nobodys = invitations.nobodys_password() if rows else ""
    links: list[tuple[str, str]] = []
    for row in rows:
        person: Person = row.what
        user = db.session.scalar(select(User).where(User.username == person.username).with_for_update())
        before = None if user is None else {"user": user.id, "email": user.email}
        if user is None:
            user = User(username=person.username, name=person.name, password_hash=nobodys)
            db.session.add(user)
            db.session.flush()
            links.append((person.name, addresses.welcome(invitations.invite(user, at))))
        _give(user, person, estate, at)
        after = {
            "user": user.id,
            "role": person.role,
            "department": person.department_id,
            "email": user.email,
        }
        settings.note(user_id=by.id, estate_id=estate.id, what=STAFF, before=before, after=after, at=at)
    return links


def _give(user: User, person: Person, estate: Estate, at: datetime) -> None:
    if not _is_elsewhere(user, estate):
        user.phone = person.phone or user.phone
        user.email = person.email or user.email
    if not _holds(user, estate, person):
        user.appointments.append(
            Appointment(estate_id=estate.id, department_id=person.department_id, role=person.role, since=at)
        )
    db.session.flush()
