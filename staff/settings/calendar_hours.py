"""The opening hours of an estate, several intervals a day, typed as people write them."""

import re
import unicodedata
from datetime import datetime
from typing import Any

from flask import flash, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, StringField
from wtforms.validators import InputRequired, Length

from shared.audit import settings
from shared.calendars import editing
from shared.calendars.queries import calendar_of
from shared.calendars.working_time import Interval
from shared.database import db, transaction
from shared.deadlines.plain import WEEKDAYS
from shared.errors import Refused
from shared.identity.models import Estate
from shared.identity.permissions import Permission
from shared.web import pages
from staff import blueprint, estates
from staff.access import me, requires
from staff.cases.forms import plain
from staff.settings.calendar import address
from staff.settings.calendar_trace import ESTATE_HOURS
from staff.settings.weekdays import interval_text

P = Permission
LONGEST_SHOWN = 60
CLOSED = {"", "休", "不值班", "closed"}
_DASH = re.compile(r"\s*(?:[-‐-―~〜]|至|到|to)\s*")
_BETWEEN = re.compile(r"[\s,;、/]+")
_INTERVAL = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")


def read_intervals(text: str) -> list[Interval]:
    """`8:00-12:00，14:00—18:00` → minutes since midnight; nothing, or 休, is a closed day. Raises ValueError."""
    wanted = _DASH.sub("-", unicodedata.normalize("NFKC", text).strip().lower())
    if wanted in CLOSED:
        return []
    found = []
    for part in filter(None, _BETWEEN.split(wanted)):
        match = _INTERVAL.fullmatch(part)
        if match is None:
            raise ValueError(part)
        hours, minutes, until_hours, until_minutes = map(int, match.groups())
        if max(minutes, until_minutes) > 59:
            raise ValueError(part)
        found.append((60 * hours + minutes, 60 * until_hours + until_minutes))
    return found


class HoursForm(Form):
    """A line for each weekday, Monday first, and the hours as owners read them."""

    day_0 = StringField(WEEKDAYS[0], filters=[plain])
    day_1 = StringField(WEEKDAYS[1], filters=[plain])
    day_2 = StringField(WEEKDAYS[2], filters=[plain])
    day_3 = StringField(WEEKDAYS[3], filters=[plain])
    day_4 = StringField(WEEKDAYS[4], filters=[plain])
    day_5 = StringField(WEEKDAYS[5], filters=[plain])
    day_6 = StringField(WEEKDAYS[6], filters=[plain])
    shown = StringField(
        _l("对外公布的服务时间"),
        [
            InputRequired(_l("请填对外公布的服务时间")),
            Length(max=LONGEST_SHOWN, message=_l("最多 %(n)s 个字。", n=LONGEST_SHOWN)),
        ],
        filters=[plain],
        description=_l("业主在门户、短信和大堂屏上看到的写法，例如：8:00–20:00。"),
    )

    @property
    def days(self) -> list[Any]:
        return [self[f"day_{n}"] for n in range(7)]

    def hours(self) -> dict[int, list[Interval]] | None:
        """What was typed, or None with the errors at their fields."""
        found: dict[int, list[Interval]] = {}
        for number, field in enumerate(self.days):
            try:
                found[number] = read_intervals(field.data or "")
            except ValueError:
                field.errors = [_("没有看懂，请写成 08:00–12:00 14:00–18:00，不值班就留空。")]
        return None if any(field.errors for field in self.days) else found


def _before(estate: Estate) -> dict[str, str]:
    hours = calendar_of(estate).hours
    days = {f"day_{n}": interval_text(hours.get(n, ())) for n in range(7)}
    return {**days, "shown": estate.hours}


def _save(estate_id: int, hours: dict[int, list[Interval]], shown: str, at: datetime) -> bool:
    """Both in one change; whether anything did change."""
    changed = editing.set_hours(estate_id, hours, user_id=me().id, at=at)
    estate = db.session.get_one(Estate, estate_id)
    if estate.hours != shown:
        before, after = {"hours": estate.hours}, {"hours": shown}
        settings.note(
            user_id=me().id, estate_id=estate_id, what=ESTATE_HOURS, before=before, after=after, at=at
        )
        estate.hours = shown
        changed = True
    return changed


@blueprint.route("/settings/calendar/hours", methods=["GET", "POST"])
@requires(P.SETTINGS_MANAGE)
def settings_calendar_hours() -> Any:
    estate = estates.chosen(P.SETTINGS_MANAGE)
    posted = request.method == "POST"
    form = HoursForm(request.form if posted else None, data=None if posted else _before(estate))
    if posted and form.validate() and (hours := form.hours()) is not None:
        try:
            with transaction():
                changed = _save(estate.id, hours, form.shown.data or "", g.at)
        except Refused as refusal:
            form.day_0.errors = [refusal.message]
        else:
            flash(_("值班时间已改，进行中的时限正在重新计算。") if changed else _("值班时间没有变化。"))
            return pages.see_other(address(estate))
    return pages.render(
        "staff/settings/calendar_hours.html",
        status=422 if form.errors else 200,
        form=form,
        calendar_estate=estate,
        back_url=address(estate),
        action=url_for("staff.settings_calendar_hours"),
    )
