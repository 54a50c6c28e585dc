"""The last changes of a calendar, in words: who, when, what."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import or_, select

from shared import words
from shared.audit.models import SettingChange
from shared.calendars.editing import DAYS, HOURS, YEAR
from shared.clock import local
from shared.database import db
from shared.deadlines.plain import WEEKDAYS
from shared.identity.models import Estate, User
from staff.settings.weekdays import interval_text

SHOWN = 12
ESTATE_HOURS = "estate.hours"  # the hours as owners read them


def last_changes(estate: Estate) -> list[dict[str, str]]:
    """Of this estate and of what all estates share, the latest first."""
    found = db.session.execute(
        select(SettingChange, User.name)
        .join(User, User.id == SettingChange.user_id)
        .where(
            SettingChange.what.in_((HOURS, DAYS, YEAR, ESTATE_HOURS)),
            or_(SettingChange.estate_id == estate.id, SettingChange.estate_id.is_(None)),
        )
        .order_by(SettingChange.id.desc())
        .limit(SHOWN)
    )
    return [
        {
            "at": f"{local(change.at, estate.zone):%Y-%m-%d %H:%M}",
            "who": name,
            "what": _words(change),
            "reason": str((change.after or {}).get("reason") or ""),
        }
        for change, name in found
    ]


def _words(change: SettingChange) -> str:
    after: dict[str, Any] = change.after or {}
    if change.what == HOURS:
        return _("改了值班时间：%(hours)s", hours=_hours_words(change.before or {}, after))
    if change.what == ESTATE_HOURS:
        return _("改了对外公布的服务时间：%(hours)s", hours=after.get("hours", ""))
    if change.what == YEAR:
        official = after.get("status") == "official"
        return _year_words(after.get("year", ""), official)
    return _day_words(after, country=change.estate_id is None)


def _hours_words(before: dict[str, Any], after: dict[str, Any]) -> str:
    """What the weekdays that changed have now, those with the same hours together."""
    by_text: dict[str, list[str]] = {}
    for number, weekday in enumerate(WEEKDAYS):
        now = after.get(str(number), [])
        if now != before.get(str(number), []):
            by_text.setdefault(interval_text(now) or _("不值班"), []).append(str(weekday))
    return _("；").join(f"{words.listed(days)} {text}" for text, days in by_text.items())


def _year_words(year: object, official: bool) -> str:
    return _("%(year)s 年定为正式", year=year) if official else _("载入 %(year)s 年，暂定", year=year)


def _day_words(after: dict[str, Any], *, country: bool) -> str:
    days = str(after.get("days", "")).replace("..", " — ")
    whose = _("全国") if country else _("本小区")
    if after.get("removed"):
        return _("删去%(whose)s登记的日子：%(days)s", whose=whose, days=days)
    works = _("上班") if after.get("works") else _("放假")
    name = after.get("name", "")
    return _("%(whose)s %(days)s %(works)s：%(name)s", whose=whose, days=days, works=works, name=name)
