"""The duty roster (值班表) of a week: who is on duty when, and the hours in which nobody is."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, flash, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectMultipleField, TimeField
from wtforms.widgets import CheckboxInput, ListWidget

from shared.clock import YEARS, local_date
from shared.database import db, transaction
from shared.deadlines.plain import WEEKDAYS
from shared.errors import Refused
from shared.identity import leaves, roster
from shared.identity.models import Estate, Leave, Shift, User
from shared.identity.permissions import Permission
from shared.identity.queries import people_who_may
from shared.identity.roster import Stretch
from shared.web import pages
from staff import blueprint, estates, row_ids
from staff.access import me, requires
from staff.cases.forms import menu, pick_from
from staff.settings.people_trace import last_changes
from staff.settings.times import Readable, day_and_time, midnight, span_text

P = Permission
DAYS = [timedelta(days=n) for n in range(7)]


class ShiftForm(Form):
    """One person, the same hours on any days of the week shown."""

    user = menu(_l("谁值班"), _l("请选值班的人。"))
    days = SelectMultipleField(
        _l("哪几天"),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validate_choice=False,
    )
    begins = TimeField(_l("从几点"), [Readable(_l("请填几点开始，例如 08:00。"))])
    ends = TimeField(
        _l("到几点"),
        [Readable(_l("请填几点结束，例如 20:00。"))],
        description=_l("不晚于开始的钟点算第二天：20:00 到 08:00 是夜班。"),
    )


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _days_of(monday: date) -> list[date]:
    return [monday + day for day in DAYS]


def week_asked(estate: Estate) -> date:
    """The Monday of the week that the address or the form names, else of this one."""
    try:
        day = date.fromisoformat(request.values.get("week", ""))
    except ValueError:
        day = local_date(g.at, estate.zone)
    return monday_of(day if day.year in YEARS else local_date(g.at, estate.zone))


def address(estate: Estate, monday: date) -> str:
    return url_for("staff.settings_roster", estate=estate.slug, week=monday.isoformat())


@blueprint.get("/settings/roster")
@requires(P.SETTINGS_VIEW)
def settings_roster() -> Any:
    estate = estates.chosen(P.SETTINGS_VIEW)
    monday = week_asked(estate)
    begins, ends = midnight(monday, estate.zone), midnight(monday + timedelta(days=7), estate.zone)
    found = roster.shifts(estate.id, begins, ends)
    away = leaves.between(estate.id, begins, ends)
    may_manage = me().can(P.SETTINGS_MANAGE, estate.id)
    return pages.render(
        "staff/settings/roster.html",
        of_estate=estate,
        estates=estates.views(P.SETTINGS_VIEW, estate, lambda e: address(e, monday)),
        week=monday,
        week_text=f"{monday:%Y-%m-%d} – {monday + DAYS[-1]:%m-%d}",
        previous_url=address(estate, monday - timedelta(days=7)),
        next_url=address(estate, monday + timedelta(days=7)),
        days=[_day(monday + day, found, away, estate) for day in DAYS],
        gaps=[_gap(gap, estate.zone) for gap in _gaps(found, away, begins, ends)],
        is_over=ends <= g.at,
        may_manage=may_manage,
        new_url=url_for("staff.settings_roster_shift", estate=estate.slug, week=monday.isoformat()),
        changes=last_changes(estate, roster.SHIFT),
    )


def _gaps(found: Any, away: Any, begins: datetime, ends: datetime) -> list[Stretch]:
    """What is past can no longer be filled."""
    return roster.gaps(roster.covered(found, away), max(begins, g.at.replace(second=0, microsecond=0)), ends)


def _gap(gap: Stretch, zone: str) -> str:
    return _(
        "%(begins)s–%(ends)s 无人值班",
        begins=day_and_time(gap.begins, zone),
        ends=day_and_time(gap.ends, zone, ends=True),
    )


def _day(day: date, found: Any, away: Any, estate: Estate) -> dict[str, Any]:
    """The shifts that begin on *day*, and on a Monday those that reach into it."""
    begins, ends = midnight(day, estate.zone), midnight(day + timedelta(days=1), estate.zone)
    first = day.weekday() == 0
    return {
        "name": WEEKDAYS[day.weekday()],
        "date": f"{day:%m-%d}",
        "today": begins <= g.at < ends,
        "shifts": [
            _line(shift, away, estate.zone, begun=shift.starts_at < begins)
            for shift in found
            if begins <= shift.starts_at < ends or (first and shift.starts_at < begins)
        ],
    }


def _line(shift: Shift, away: list[Leave], zone: str, *, begun: bool) -> dict[str, Any]:
    hours = span_text(shift.starts_at, shift.ends_at, zone)
    leave = next(
        (
            leave
            for leave in away
            if leave.user_id == shift.user_id
            and leave.starts_at < shift.ends_at
            and leave.ends_at > shift.starts_at
        ),
        None,
    )
    return {
        "id": shift.id,
        "who": shift.user.name,
        "hours": _("前一天 %(hours)s", hours=hours) if begun else hours,
        "note": _note(shift.user, leave),
        "uncovered": not shift.user.is_active or (leave is not None and leave.deputy is None),
        "may_end": shift.ends_at > g.at,
        "has_begun": shift.starts_at <= g.at,
    }


def _note(user: User, leave: Leave | None) -> str:
    if not user.is_active:
        return _("已离职")
    if leave is None:
        return ""
    if leave.deputy is None:
        return _("休假，没有代理人")
    return _("休假，由%(name)s代理", name=leave.deputy.name)


def _form(estate: Estate, monday: date) -> ShiftForm:
    posted = request.form if request.method == "POST" else None
    form = ShiftForm(posted)
    people = people_who_may(P.CASE_DISPATCH, estate.id)
    pick_from(form.user, [(person.id, person.name) for person in people], _("请选择"))
    form.days.choices = [
        (day.isoformat(), f"{WEEKDAYS[day.weekday()]} {day:%m-%d}") for day in _days_of(monday)
    ]
    return form


@blueprint.route("/settings/roster/shift", methods=["GET", "POST"])
@requires(P.SETTINGS_MANAGE)
def settings_roster_shift() -> Any:
    estate = estates.chosen(P.SETTINGS_MANAGE)
    monday = week_asked(estate)
    form = _form(estate, monday)
    if request.method == "POST" and form.validate() and _is_added(form, estate):
        flash(_("已排班。"))
        return pages.see_other(address(estate, monday))
    return pages.render(
        "staff/settings/roster_shift.html",
        status=422 if form.errors else 200,
        form=form,
        of_estate=estate,
        week=monday,
        back_url=address(estate, monday),
    )


def _is_added(form: ShiftForm, estate: Estate) -> bool:
    """Put them all on the roster, or none; a refusal stands at the days."""
    offered = {day.isoformat() for day in _days_of(week_asked(estate))}
    days = [date.fromisoformat(day) for day in form.days.data or () if day in offered]
    if not days:
        form.days.errors = [_("请至少选一天。")]
        return False
    try:
        with transaction():
            user = db.session.get_one(User, int(form.user.data))
            for day in days:
                starts_at, ends_at = _hours(day, form.begins.data, form.ends.data, estate.zone)
                roster.add(estate.id, user, starts_at=starts_at, ends_at=ends_at, by=me(), at=g.at)
    except Refused as refusal:
        form.days.errors = [refusal.message]
        return False
    return True


def _hours(day: date, begins: time | None, ends: time | None, zone: str) -> tuple[datetime, datetime]:
    assert begins is not None
    assert ends is not None
    until = day if ends > begins else day + timedelta(days=1)
    wall = ZoneInfo(zone)
    return (
        datetime.combine(day, begins, wall).astimezone(g.at.tzinfo),
        datetime.combine(until, ends, wall).astimezone(g.at.tzinfo),
    )


@blueprint.post("/settings/roster/removal")
@requires(P.SETTINGS_MANAGE)
def settings_roster_removal() -> Any:
    estate = estates.chosen(P.SETTINGS_MANAGE)
    monday = week_asked(estate)
    try:
        with transaction():
            shift = db.session.get(Shift, row_ids.asked("shift"))
            if shift is None or shift.estate_id != estate.id:
                abort(404)
            roster.remove(shift, by=me(), at=g.at)
    except Refused as refusal:
        flash(refusal.message)
    else:
        flash(_("已从值班表取消。"))
    return pages.see_other(address(estate, monday))


@blueprint.post("/settings/roster/copy")
@requires(P.SETTINGS_MANAGE)
def settings_roster_copy() -> Any:
    """The week before once more, from the Monday that the form names."""
    estate = estates.chosen(P.SETTINGS_MANAGE)
    monday = week_asked(estate)
    with transaction():
        made, left = roster.copy_week(estate.id, estate.zone, midnight(monday, estate.zone), by=me(), at=g.at)
    flash(
        _("照上一周排了 %(made)s 个班，%(left)s 个没有排（已有、已过或人已不值班）。", made=made, left=left)
    )
    return pages.see_other(address(estate, monday))
