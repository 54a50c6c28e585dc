"""Loading a year of the calendar, and declaring one official that was entered by hand."""

from typing import Any

from flask import abort, flash, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, StringField
from wtforms.validators import InputRequired, Length

from shared.calendars import years
from shared.clock import local_date
from shared.database import transaction
from shared.errors import Refused
from shared.identity.permissions import Permission
from shared.web import pages
from staff import blueprint, estates
from staff.access import me, requires
from staff.cases.forms import plain
from staff.settings.calendar import address, runs

LONGEST_REASON = 200


class DeclarationForm(Form):
    reason = StringField(
        _l("依据"),
        [
            InputRequired(_l("请写明依据，例如公布的文号和日期。")),
            Length(max=LONGEST_REASON, message=_l("最多 %(n)s 个字。", n=LONGEST_REASON)),
        ],
        filters=[plain],
        description=_l("例如：国办发明电〔2026〕7 号，2026 年 11 月 4 日公布，已逐日核对。"),
    )


def _year() -> int:
    text = request.values.get("year", "")
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        abort(404)
    return int(text)


@blueprint.post("/settings/calendar/years")
@requires(Permission.SETTINGS_MANAGE)
def settings_calendar_load() -> Any:
    estate, year = estates.chosen(Permission.SETTINGS_MANAGE), _year()
    with transaction():
        row = years.load(year, today=local_date(g.at, estate.zone), user_id=me().id, at=g.at)
        status = row.status
    if status == "official":
        flash(_("%(year)s 年已按公布的安排载入，为正式。进行中的时限正在重新计算。", year=year))
    else:
        flash(_("%(year)s 年已载入，暂定：国务院公布调休以后还要核定。", year=year))
    return pages.see_other(address(estate, year))


@blueprint.route("/settings/calendar/years/declaration", methods=["GET", "POST"])
@requires(Permission.SETTINGS_MANAGE)
def settings_calendar_declaration() -> Any:
    """Only for whoever manages every estate: a year is every estate's."""
    estate, year = estates.chosen(Permission.SETTINGS_MANAGE), _year()
    if not estates.manages_all():
        raise Refused(_("全国的放假安排由管理所有小区的人核定。本小区可以登记自己的停业和加班日。"))
    form = DeclarationForm(request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        try:
            with transaction():
                years.declare(year, form.reason.data or "", user_id=me().id, at=g.at)
        except Refused as refusal:
            form.reason.errors = [refusal.message]
        else:
            flash(_("%(year)s 年已核定为正式。", year=year))
            return pages.see_other(address(estate, year))
    return pages.render(
        "staff/settings/calendar_declaration.html",
        status=422 if form.errors else 200,
        form=form,
        year=year,
        country=runs(years.country_days(year)),
        calendar_estate=estate,
        action=url_for("staff.settings_calendar_declaration"),
        back_url=address(estate, year),
    )
