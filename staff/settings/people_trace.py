"""The last changes of people, roster, leave, routing, quiet hours, api keys and spots, in words: who, when, what."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from shared import words
from shared.audit.models import SettingChange
from shared.clock import local
from shared.database import db
from shared.identity import (
    api_keys,
    leaves,
    one_time_codes,
    people,
    places,
    posts,
    roster,
    routes,
    spots,
    units,
)
from shared.identity.models import Building, Department, Estate, User
from shared.identity.queries import every_building, every_department, names_of
from shared.imports import running
from shared.notices import screens
from shared.phrases import writing as phrases

SHOWN = 12
QUIET = "estate.quiet"
ADDRESS = "estate.address"
RETENTION = "estate.retention"
Facts = Mapping[str, Any]


class Told:
    """What the ids in a change stand for."""

    def __init__(self, estate: Estate, people: Mapping[int, str]) -> None:
        self.zone = estate.zone
        self.people = people
        self._places: dict[int, Building] = {b.id: b for b in every_building(estate.id)}
        self._teams: dict[int, Department] = {d.id: d for d in every_department(estate.id)}

    def person(self, facts: Facts, key: str) -> str:
        return self.people.get(facts.get(key) or 0, "")

    def building(self, facts: Facts) -> str:
        found = self._places.get(facts.get("building") or 0)
        return found.name if found else ""

    def department(self, facts: Facts) -> str:
        found = self._teams.get(facts.get("department") or 0)
        return found.name if found else ""

    def span(self, facts: Facts) -> str:
        begins, ends = (local(datetime.fromisoformat(facts[key]), self.zone) for key in ("from", "until"))
        return f"{begins:%m-%d %H:%M} – {ends:%m-%d %H:%M}"


def last_changes(estate: Estate, *what: str) -> list[dict[str, str]]:
    """The changes of these kinds at the estate, the latest first."""
    found = db.session.execute(
        select(SettingChange, User.name)
        .join(User, User.id == SettingChange.user_id)
        .where(SettingChange.what.in_(what), SettingChange.estate_id == estate.id)
        .order_by(SettingChange.id.desc())
        .limit(SHOWN)
    ).all()
    told = Told(estate, names_of(_people_in([change for change, _name in found])))
    return [
        {
            "at": f"{local(change.at, estate.zone):%Y-%m-%d %H:%M}",
            "who": name,
            "what": _WORDS[change.what](change.before or {}, change.after or {}, told),
        }
        for change, name in found
    ]


def _people_in(changes: list[SettingChange]) -> set[int | None]:
    sides = [side for change in changes for side in (change.before or {}, change.after or {})]
    return {side.get(key) for side in sides for key in ("user", "deputy", "handler")}


def _shift(before: Facts, after: Facts, told: Told) -> str:
    facts = after or before
    said = {"name": told.person(facts, "user"), "span": told.span(facts)}
    if not after:
        return _("取消值班：%(name)s %(span)s", **said)
    return _("值班提前结束：%(name)s %(span)s", **said) if before else _("排班：%(name)s %(span)s", **said)


def _leave(before: Facts, after: Facts, told: Told) -> str:
    facts = after or before
    said = {"name": told.person(facts, "user"), "span": told.span(facts)}
    if not after:
        return _("取消休假：%(name)s %(span)s", **said)
    if before and before["deputy"] and not after["deputy"]:
        return _("代理人离职：%(name)s %(span)s，没有代理人", **said)
    if before:
        return _("休假提前结束：%(name)s %(span)s", **said)
    deputy = told.person(facts, "deputy")
    if deputy:
        return _("登记休假：%(name)s %(span)s，由%(deputy)s代理", deputy=deputy, **said)
    return _("登记休假：%(name)s %(span)s，没有代理人", **said)


def _route(before: Facts, after: Facts, told: Told) -> str:
    facts = after or before
    matter = str(words.CATEGORIES[facts["category"]])
    building = told.building(facts)
    where = f"{matter} · {building}" if building else matter
    if not after:
        return _("删去“%(where)s”的单独分派", where=where)
    to = f"{told.department(facts)} {told.person(facts, 'handler')}".strip()
    return _("“%(where)s”分派给%(to)s", where=where, to=to)


def _quiet(before: Facts, after: Facts, told: Told) -> str:
    return _("免打扰时段改为 %(begins)s–%(ends)s", begins=after["from"], ends=after["until"])


def _address(before: Facts, after: Facts, told: Told) -> str:
    return _("小区地址改为“%(address)s”", address=after["address"])


def _api_key(before: Facts, after: Facts, told: Told) -> str:
    if not after:
        return _("停用“%(name)s”的密钥", name=before["name"])
    return _("给“%(name)s”发放密钥，每天最多 %(n)s 件", name=after["name"], n=after["per_day"])


def _night(before: Facts, after: Facts, told: Told) -> str:
    return _("熄屏时段改为 %(begins)s–%(ends)s", begins=after["from"], ends=after["until"])


def _taken_down(before: Facts, after: Facts, told: Told) -> str:
    return _("公示屏“%(name)s”拆下", name=before["name"])


def _spot(before: Facts, after: Facts, told: Told) -> str:
    where = told.building(after or before)
    if not after:
        return _("停用%(building)s的“%(name)s”", building=where, name=before["name"])
    if not before:
        return _("%(building)s加上“%(name)s”", building=where, name=after["name"])
    return _("%(building)s的“%(was)s”改名“%(name)s”", building=where, was=before["name"], name=after["name"])


def _phrase(before: Facts, after: Facts, told: Told) -> str:
    if not after:
        return _("停用常用语“%(name)s”", name=before["name"])
    if before:
        return _("改常用语“%(name)s”", name=after["name"])
    return _("加上常用语“%(name)s”", name=after["name"])


def _retention(before: Facts, after: Facts, told: Told) -> str:
    return _(
        "结束 %(sealed)s 天后封存，%(erased)s 天后删除",
        sealed=after["sealed_after"],
        erased=after["erased_after"],
    )


def _person(before: Facts, after: Facts, told: Told) -> str:
    name = after["name"]
    if not before:
        return _("加上员工：%(name)s", name=name)
    if before["active"] != after["active"]:
        return _("恢复：%(name)s", name=name) if after["active"] else _("停用：%(name)s", name=name)
    if "link" in after:
        return _("给%(name)s一条新链接", name=name)
    shown = {"name": _("姓名"), "phone": _("电话"), "email": _("邮箱")}
    changed = [
        _("%(what)s“%(was)s”改为“%(now)s”", what=what, was=before[key] or "", now=after[key] or "")
        for key, what in shown.items()
        if before[key] != after[key]
    ]
    return _("%(name)s：%(changes)s", name=name, changes=_("，").join(changed))


def _post(before: Facts, after: Facts, told: Told) -> str:
    facts = after or before
    post = f"{told.department(facts)} {words.ROLES[facts['role']]}".strip()
    name = told.person(facts, "user")
    if after:
        return _("任命%(name)s：%(post)s", name=name, post=post)
    return _("免去%(name)s：%(post)s", name=name, post=post)


def _codes(before: Facts, after: Facts, told: Told) -> str:
    name = told.person(facts=after, key="user")
    if after["reason"]:
        return _("重设%(name)s的两步登录：%(why)s", name=name, why=after["reason"])
    return _("%(name)s启用两步登录", name=name) if after["on"] else _("%(name)s关闭两步登录", name=name)


def _units(before: Facts, after: Facts, told: Told) -> str:
    building, names = told.building(after or before), (after or before)["names"]
    if not after:
        return _("%(building)s去掉房号 %(name)s", building=building, name=names[0])
    return _("%(building)s加上 %(n)s 个房号", building=building, n=len(names))


def _place(before: Facts, after: Facts, told: Told) -> str:
    name = (after or before)["name"]
    if not before:
        return _("加上“%(name)s”", name=name)
    if not after:
        return _("去掉“%(name)s”", name=name)
    if "ended" in after:
        return _("停用“%(name)s”", name=name) if after["ended"] else _("恢复“%(name)s”", name=name)
    if "order" in after:
        return _("“%(name)s”从第 %(was)s 移到第 %(now)s", name=name, was=before["order"], now=after["order"])
    return _("“%(was)s”改名“%(name)s”", was=before["name"], name=name)


_IMPORTED: words.Table = {"units": _l("房号"), "staff": _l("员工"), "register": _l("原台账")}


def _import(before: Facts, after: Facts, told: Told) -> str:
    return _(
        "导入%(what)s：新增 %(new)s 行，更改 %(changed)s 行",
        what=_IMPORTED[after["kind"]],
        new=after["new"],
        changed=after["changed"],
    )


_WORDS: dict[str, Callable[[Facts, Facts, Told], str]] = {
    people.PERSON: _person,
    posts.POST: _post,
    units.UNITS: _units,
    one_time_codes.CODES: _codes,
    places.WHAT[places.Kind.BUILDING]: _place,
    places.WHAT[places.Kind.DEPARTMENT]: _place,
    roster.SHIFT: _shift,
    leaves.LEAVE: _leave,
    routes.ROUTE: _route,
    QUIET: _quiet,
    ADDRESS: _address,
    RETENTION: _retention,
    screens.NIGHT: _night,
    screens.TAKEN_DOWN: _taken_down,
    api_keys.KEY: _api_key,
    spots.SPOT: _spot,
    phrases.PHRASE: _phrase,
    running.IMPORT: _import,
}
