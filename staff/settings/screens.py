"""Screens (公示屏): the address for each, which are alive, from when to when they are dark, which were taken down."""

from datetime import datetime
from typing import Any

from flask import current_app, flash, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, StringField, TimeField, ValidationError

from shared.database import db, transaction
from shared.deadlines.promises import span
from shared.identity.models import Estate
from shared.identity.permissions import Permission
from shared.notices import screens
from shared.notices.models import Screen
from shared.web import pages
from staff import blueprint, estates, row_ids
from staff.access import me, requires
from staff.cases.wording import when
from staff.settings.people_trace import last_changes
from staff.settings.times import Readable, minutes_of, time_of

P = Permission
LAYOUTS = {"portrait": _l("竖屏"), "landscape": _l("横屏")}


class NameForm(Form):
    """Which screen an address is wanted for."""

    name = StringField(_l("屏的名称"), description=_l("写它挂在哪里，例如：3号楼大堂。"))

    def validate_name(self, field: Any) -> None:
        if not screens.name_of(field.data):
            raise ValidationError(_("名称用字、数字和横线，20 个字以内，数字最多 4 个。"))


class NightForm(Form):
    begins = TimeField(_l("从几点"), [Readable(_l("请填几点开始，例如 23:00。"))])
    ends = TimeField(
        _l("到几点"),
        [Readable(_l("请填几点结束，例如 06:00。"))],
        description=_l("两个时间相同，就是整夜亮着。"),
    )


def state_text(screen: Screen, at: datetime) -> str:
    """`在线`, `离线 12 分钟`."""
    if not screens.is_dark(screen, at):
        return _("在线")
    return _("离线 %(time)s", time=span(at - screen.last_seen_at))


def _line(screen: Screen, estate: Estate) -> dict[str, Any]:
    return {
        "id": screen.id,
        "name": screens.called(screen.name),
        "layout": str(LAYOUTS.get(screen.layout, _("随屏幕"))),
        "state": "near" if screens.is_dark(screen, g.at) else "kept",
        "state_text": state_text(screen, g.at),
        "seen": when(screen.last_seen_at, g.at, estate.zone),
    }


def _address(estate: Estate, name: str) -> str:
    """Where a box under a screen is sent; the board may be a process of its own, so no endpoint is asked."""
    public: str = current_app.extensions["shouwen"].public_url or request.url_root.rstrip("/")
    said = screens.introduction(estate.id, name).replace(" ", "+")  # else as it is read: somebody types it
    return f"{public}/board/{estate.slug}?screen={said}"


def _here(estate: Estate) -> str:
    return url_for("staff.settings_screens", estate=estate.slug)


def _page(estate: Estate, form: NightForm) -> Any:
    named = NameForm(data={"name": request.args.get("name", _("大堂屏"))})
    is_name = named.validate()
    up = screens.hanging(estate.id)
    return pages.render(
        "staff/settings/screens.html",
        status=422 if form.errors or not is_name else 200,
        form=form,
        named=named,
        of_estate=estate,
        estates=estates.views(P.SETTINGS_VIEW, estate, _here),
        screens=[_line(screen, estate) for screen in up if screens.is_ours(screen)],
        bare=[_line(screen, estate) for screen in up if not screens.is_ours(screen)],
        address=_address(estate, screens.name_of(named.name.data)) if is_name else "",
        night=_("%(begins)s 到 %(ends)s", **_night_text(estate))
        if estate.dark_from != estate.dark_until
        else "",
        may_manage=me().can(P.SETTINGS_MANAGE, estate.id),
        changes=last_changes(estate, screens.NIGHT, screens.TAKEN_DOWN),
    )


def _night_text(estate: Estate) -> dict[str, str]:
    return {
        "begins": screens.clock_text(estate.dark_from),
        "ends": screens.clock_text(estate.dark_until),
    }


def _form(estate: Estate, posted: Any = None) -> NightForm:
    return NightForm(posted, data={"begins": time_of(estate.dark_from), "ends": time_of(estate.dark_until)})


@blueprint.get("/settings/screens")
@requires(P.SETTINGS_VIEW)
def settings_screens() -> Any:
    estate = estates.chosen(P.SETTINGS_VIEW)
    return _page(estate, _form(estate))


@blueprint.post("/settings/screens/night")
@requires(P.SETTINGS_MANAGE)
def settings_screens_night() -> Any:
    estate = estates.chosen(P.SETTINGS_MANAGE)
    form = _form(estate, request.form)
    if not form.validate():
        return _page(estate, form)
    with transaction():
        locked = db.session.get_one(Estate, estate.id, with_for_update=True, populate_existing=True)
        changed = screens.darken(
            locked, minutes_of(form.begins.data), minutes_of(form.ends.data), by=me(), at=g.at
        )
    flash(_("熄屏时段已改。") if changed else _("熄屏时段没有变化。"))
    return pages.see_other(_here(estate))


@blueprint.post("/settings/screens/removal")
@requires(P.SETTINGS_MANAGE)
def settings_screens_removal() -> Any:
    estate = estates.chosen(P.SETTINGS_MANAGE)
    with transaction():
        name = screens.take_down(row_ids.asked("screen"), estate.id, by=me(), at=g.at)
    flash(_("“%(name)s”已登记为拆下，不再提醒。", name=name))
    return pages.see_other(_here(estate))
