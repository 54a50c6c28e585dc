"""Days off and extra working days: of one estate, or of the whole country from an announcement."""

from datetime import date
from typing import Any

from flask import abort, flash, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Form, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, Optional

from shared.calendars import editing
from shared.calendars.editing import Span
from shared.clock import local_date
from shared.database import transaction
from shared.errors import Refused
from shared.identity.models import Estate
from shared.identity.permissions import Permission
from shared.web import pages
from staff import blueprint, estates
from staff.access import me, requires
from staff.cases.forms import Chosen, Understood, plain
from staff.settings.calendar import address

P = Permission
LONGEST_NAME = 40
OWN, COUNTRY = "own", "country"


def _reason(label: Any, **more: Any) -> StringField:
    return StringField(
        label,
        [
            InputRequired(_l("请写明原因")),
            Length(max=LONGEST_NAME, message=_l("最多 %(n)s 个字。", n=LONGEST_NAME)),
        ],
        filters=[plain],
        **more,
    )


class DaysForm(Form):
    whose = RadioField(_l("用在哪里"), validators=[Chosen(_l("请选用在哪里"))])
    works = RadioField(
        _l("这几天"),
        choices=[
            SelectChoice("off", _l("放假，不计时")),
            SelectChoice("work", _l("上班，照常计时")),
        ],
        validators=[Chosen(_l("请选放假还是上班"))],
    )
    first = DateField(_l("从哪天"), [InputRequired(_l("请填开始日期")), Understood()])
    last = DateField(_l("到哪天"), [Optional(), Understood()], description=_l("只有一天就不填。"))
    name = _reason(_l("原因"), description=_l("会写在日历上，例如：春节、台风停业、交付加班。"))


class RemovalForm(Form):
    reason = _reason(_l("为什么删"))


def _scopes(estate: Estate) -> list[SelectChoice]:
    own = [SelectChoice(OWN, _("只在%(estate)s", estate=estate.name))]
    return [*own, SelectChoice(COUNTRY, _("全国，所有小区"))] if estates.manages_all() else own


def _estate_id(whose: str | None, estate: Estate) -> int | None:
    """None for the whole country, which only whoever manages every estate may change."""
    if whose != COUNTRY:
        return estate.id
    if not estates.manages_all():
        raise Refused(_("全国的放假安排由管理所有小区的人改。本小区可以登记自己的停业和加班日。"))
    return None


@blueprint.route("/settings/calendar/days/new", methods=["GET", "POST"])
@requires(P.SETTINGS_MANAGE)
def settings_calendar_days() -> Any:
    estate = estates.chosen(P.SETTINGS_MANAGE)
    scopes = _scopes(estate)
    asked = request.args.get("whose", OWN)
    form = DaysForm(request.form if request.method == "POST" else None, data={"whose": asked})
    form.whose.choices = scopes
    first = form.first.data
    if request.method == "POST" and form.validate() and first and _is_set(form, first, estate):
        flash(_("已登记。进行中的时限正在重新计算。"))
        return pages.see_other(address(estate, first.year))
    return pages.render(
        "staff/settings/calendar_days.html",
        status=422 if form.errors else 200,
        form=form,
        calendar_estate=estate,
        back_url=address(estate),
        action=url_for("staff.settings_calendar_days"),
    )


def _is_set(form: DaysForm, first: date, estate: Estate) -> bool:
    """Do it; a refusal stands beside the first day."""
    span = Span(first, form.last.data or first)
    try:
        with transaction():
            editing.set_days(
                _estate_id(form.whose.data, estate),
                span,
                form.works.data == "work",
                form.name.data or "",
                today=local_date(g.at, estate.zone),
                user_id=me().id,
                at=g.at,
            )
    except Refused as refusal:
        form.first.errors = [refusal.message]
        return False
    return True


def _day(name: str) -> date:
    try:
        return date.fromisoformat(request.values.get(name, ""))
    except ValueError:
        abort(404)


@blueprint.route("/settings/calendar/days/removal", methods=["GET", "POST"])
@requires(P.SETTINGS_MANAGE)
def settings_calendar_removal() -> Any:
    estate = estates.chosen(P.SETTINGS_MANAGE)
    whose, span = request.values.get("whose", OWN), Span(_day("first"), _day("last"))
    form = RemovalForm(request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        try:
            with transaction():
                editing.remove_days(
                    _estate_id(whose, estate),
                    span,
                    today=local_date(g.at, estate.zone),
                    reason=form.reason.data or "",
                    user_id=me().id,
                    at=g.at,
                )
        except Refused as refusal:
            form.reason.errors = [refusal.message]
        else:
            flash(_("已删去。进行中的时限正在重新计算。"))
            return pages.see_other(address(estate, span.first.year))
    return pages.render(
        "staff/settings/calendar_removal.html",
        status=422 if form.errors else 200,
        form=form,
        calendar_estate=estate,
        whose=whose,
        first=span.first,
        last=span.last,
        country=whose == COUNTRY,
        back_url=address(estate, span.first.year),
        action=url_for("staff.settings_calendar_removal"),
    )
