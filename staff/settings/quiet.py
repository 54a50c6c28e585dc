"""Quiet hours (免打扰): from when to when messages wait. Clocks never do."""

from typing import Any

from flask import flash, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, TimeField

from shared.audit import settings
from shared.database import db, transaction
from shared.identity.models import Estate
from shared.identity.permissions import Permission
from shared.web import pages
from staff import blueprint, estates
from staff.access import me, requires
from staff.settings.people_trace import QUIET, last_changes
from staff.settings.times import Readable, minutes_of, time_of

P = Permission


class QuietForm(Form):
    begins = TimeField(_l("从几点"), [Readable(_l("请填几点开始，例如 21:00。"))])
    ends = TimeField(
        _l("到几点"),
        [Readable(_l("请填几点结束，例如 08:00。"))],
        description=_l("两个时间相同，就是不设免打扰。"),
    )


def _here(estate: Estate) -> str:
    return url_for("staff.settings_quiet", estate=estate.slug)


@blueprint.route("/settings/quiet", methods=["GET", "POST"])
@requires(P.SETTINGS_MANAGE)
def settings_quiet() -> Any:
    estate = estates.chosen(P.SETTINGS_MANAGE)
    posted = request.form if request.method == "POST" else None
    form = QuietForm(posted, data={"begins": time_of(estate.quiet_from), "ends": time_of(estate.quiet_until)})
    if posted is not None and form.validate():
        with transaction():
            changed = _save(estate.id, minutes_of(form.begins.data), minutes_of(form.ends.data))
        flash(_("免打扰时段已改。") if changed else _("免打扰时段没有变化。"))
        return pages.see_other(_here(estate))
    return pages.render(
        "staff/settings/quiet.html",
        status=422 if form.errors else 200,
        form=form,
        of_estate=estate,
        estates=estates.views(P.SETTINGS_MANAGE, estate, _here),
        changes=last_changes(estate, QUIET),
    )


def _save(estate_id: int, begins: int, ends: int) -> bool:
    estate = db.session.get_one(Estate, estate_id, with_for_update=True, populate_existing=True)
    before = _told(estate)
    estate.quiet_from, estate.quiet_until = begins, ends
    after = _told(estate)
    if after != before:
        settings.note(user_id=me().id, estate_id=estate_id, what=QUIET, before=before, after=after, at=g.at)
    return after != before


def _told(estate: Estate) -> dict[str, str]:
    return {
        "from": f"{time_of(estate.quiet_from):%H:%M}",
        "until": f"{time_of(estate.quiet_until):%H:%M}",
    }
