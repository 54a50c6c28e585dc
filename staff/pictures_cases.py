"""The cases behind a number of a picture: its address, its name, and which they are."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from shared import words
from shared.cases.lifecycle import State
from shared.identity import queries as identity
from shared.identity.models import Estate
from shared.improvement.causes import CAUSES
from shared.ownership.segments import As
from shared.reports import analysis, analysis_closed
from shared.reports.analysis_closed import Holder
from shared.reports.indicators import Days
from shared.reports.pictures.spending import STAGES
from shared.reports.statements import Statement
from staff import pictures_words
from staff.days_asked import understood

NONE = "-"  # the building, or the cause, of what has none
NUMBER = re.compile(r"[0-9]{1,9}")
HOUR = re.compile(r"([0-6])(?:-(1?[0-9]|2[0-3]))?")


@dataclass(frozen=True, slots=True)
class Behind:
    """*days* may be fewer than the page is of."""

    cases: Statement
    name: str
    days: Days


def asked(estate: Estate, days: Days) -> dict[str, Any]:
    return {"estate": estate.slug, "from": days.starts_on.isoformat(), "to": days.ends_on.isoformat()}


def address(estate: Estate, days: Days, **narrowed: str) -> str:
    """Where the cases are listed; *days* are those of the page, to which the list leads back."""
    given: dict[str, Any] = {**asked(estate, days), **narrowed}
    return url_for("staff.reports_pictures_cases", **given)


def part(days: Days) -> dict[str, str]:
    """Narrowed to these days."""
    return {"since": days.starts_on.isoformat(), "until": days.ends_on.isoformat()}


def behind(estate: Estate, days: Days, args: Mapping[str, str], at: datetime) -> Behind | None:
    """What the address asks for; None where it names nothing that is counted."""
    find = _FIND.get(args.get("of", "received"))
    return None if find is None else find(estate, days, args, at)


def _received(estate: Estate, days: Days, args: Mapping[str, str], at: datetime) -> Behind | None:
    names = []
    narrowed: dict[str, Any] = {}
    if "since" in args:
        narrower = understood(args["since"], args.get("until", ""))
        if narrower is None:
            return None
        days = narrower
    if category := args.get("category"):
        if category not in words.CATEGORIES:
            return None
        narrowed["category"] = category
        names.append(str(words.CATEGORIES[category]))
    if building := args.get("building"):
        known = {str(each.id): each.name for each in identity.every_building(estate.id)}
        if building != NONE and building not in known:
            return None
        narrowed |= {"no_building": True} if building == NONE else {"building": int(building)}
        names.insert(0, known.get(building) or _("没有写楼栋"))
    if hour := args.get("hour"):
        found = HOUR.fullmatch(hour)
        if found is None:
            return None
        narrowed["hour"] = int(found[1]), int(found[2]) if found[2] else None
        names.append(pictures_words.hour(*narrowed["hour"]))
    cases = analysis.cases_received(estate, days, **narrowed)
    return Behind(cases, " · ".join((*names, _("受理"))), days)


def _stage(estate: Estate, days: Days, args: Mapping[str, str], at: datetime) -> Behind | None:
    key = args.get("key", "")
    if key not in tuple(STAGES):
        return None
    slow = "slow" in args
    cases = analysis_closed.cases_of(estate, days, State(key), slow)
    return Behind(cases, _slow(str(pictures_words.STAGES[key]), slow), days)


def _holder(estate: Estate, days: Days, args: Mapping[str, str], at: datetime) -> Behind | None:
    as_what, _dash, number = args.get("key", "").partition("-")
    departments = {each.id: each.name for each in identity.every_department(estate.id)}
    department = int(number) if NUMBER.fullmatch(number) else None
    if as_what not in tuple(As) or (number and department not in departments):
        return None
    holder, slow = Holder(As(as_what), department), "slow" in args
    cases = analysis_closed.cases_of(estate, days, holder, slow)
    return Behind(cases, _slow(pictures_words.holder(holder, departments), slow), days)


def _slow(name: str, slow: bool) -> str:
    return _("%(name)s最久的一成", name=name) if slow else name


def _cause(estate: Estate, days: Days, args: Mapping[str, str], at: datetime) -> Behind | None:
    code = args.get("key", "")
    if code != NONE and code not in CAUSES:
        return None
    name = _("还没有写原因") if code == NONE else str(CAUSES[code])
    return Behind(analysis_closed.cases_caused(estate, days, None if code == NONE else code), name, days)


_FIND: dict[str, Callable[[Estate, Days, Mapping[str, str], datetime], Behind | None]] = {
    "received": _received,
    "stage": _stage,
    "holder": _holder,
    "cause": _cause,
}
