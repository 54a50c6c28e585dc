"""Whom a leaver's cases can go to (离职移交): a choice for each kind of thing, and another for any one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from shared import words
from shared.cases import participation
from shared.cases.models import Case
from shared.database import db
from shared.identity.models import Department, User
from shared.identity.permissions import Permission
from shared.identity.queries import people_who_may
from shared.ownership import succeeding
from shared.ownership.succeeding import Item, Kind
from shared.words import Table
from staff.access import me
from staff.lists import case_url

KINDS: Table = {
    Kind.FIRST: _l("首问责任"),
    Kind.HANDLING: _l("办理"),
    Kind.TASK: _l("协办"),
    Kind.WORK: _l("遗留事项"),
}
HINTS: Table = {
    Kind.FIRST: _l("不用对方同意，马上由其负责。"),
    Kind.HANDLING: _l("重新派单，由新的处理人签收。"),
    Kind.TASK: _l("由同部门的人接着做。"),
    Kind.WORK: _l("由同部门的人接着做，日期不变。"),
}
NEEDS = {
    Kind.FIRST: Permission.CASE_CLAIM,
    Kind.HANDLING: Permission.CASE_ACCEPT,
    Kind.TASK: Permission.CASE_COOPERATE,
    Kind.WORK: Permission.CASE_CONTACT,
}


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    chosen: bool


def _could(item: Item, leaver: User) -> Sequence[User]:
    """Who could have *item*; the verb looks at the very case."""
    department = item.department_id if item.kind in (Kind.TASK, Kind.WORK) else None
    found = people_who_may(NEEDS[item.kind], item.case.estate_id, department)
    return [user for user in found if user.id != leaver.id]


def _groups(leaver: User) -> list[tuple[Kind, list[Item]]]:
    held = [item for item in succeeding.items_of(leaver) if not item.names_itself]
    items = [item for item in held if not participation.is_about(item.case, me())]
    items.sort(key=lambda item: list(Kind).index(item.kind))
    return [(kind, list(found)) for kind, found in groupby(items, key=lambda item: item.kind)]


def offered(leaver: User, typed: Mapping[str, str]) -> dict[str, Any]:
    """What the form shows: for each kind who could have all of it, for each thing who could have this one."""
    groups = _groups(leaver)
    seen = _seen([item for _kind, items in groups for item in items])
    names = {d.id: d.name for d in db.session.scalars(select(Department))}
    return {
        "groups": [_group(kind, items, leaver, typed, seen, names) for kind, items in groups],
        "reason": typed.get("reason", ""),
    }


def _seen(items: list[Item]) -> set[int]:
    ids = {item.case.id for item in items}
    return set(db.session.scalars(select(Case.id).where(Case.id.in_(ids), participation.visible_to(me()))))


def _group(
    kind: Kind,
    items: list[Item],
    leaver: User,
    typed: Mapping[str, str],
    seen: set[int],
    names: Mapping[int, str],
) -> dict[str, Any]:
    pools = {
        key: _could(item, leaver) for item in items for key in [(item.case.estate_id, item.department_id)]
    }
    everybody = {user.id: user for pool in pools.values() for user in pool}
    return {
        "kind": str(kind),
        "name": KINDS[kind],
        "hint": HINTS[kind],
        "options": _options(list(everybody.values()), typed.get(kind, ""), names, _("请选择")),
        "items": [
            {
                "key": item.key,
                "number": item.case.archive_number,
                "url": case_url(item.case.archive_number) if item.case.id in seen else "",
                "options": _options(
                    pools[item.case.estate_id, item.department_id],
                    typed.get(item.key, ""),
                    names,
                    _("同上"),
                ),
            }
            for item in items
        ],
    }


def _options(people: Sequence[User], typed: str, names: Mapping[int, str], none: str) -> list[Option]:
    found = [Option("", none, not typed)]
    return found + [
        Option(str(user.id), _called(user, names), str(user.id) == typed)
        for user in sorted(people, key=lambda user: (user.name, user.id))
    ]


def _called(user: User, names: Mapping[int, str]) -> str:
    """`工程部 王强`"""
    places = words.listed(names[i] for i in user.department_ids if i in names)
    return f"{places} {user.name}".strip()


def chosen(leaver: User, typed: Mapping[str, str]) -> dict[str, User]:
    """Whom the form names, for each kind and for single things; whoever was not offered counts as nobody."""
    found: dict[str, User] = {}
    for kind, items in _groups(leaver):
        able = {str(user.id): user for item in items for user in _could(item, leaver)}
        for key in (kind, *(item.key for item in items)):
            if user := able.get(typed.get(key, "")):
                found[key] = user
    return found
