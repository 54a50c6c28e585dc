"""Where the estate stands (小区地址): what the map on a handler's telephone is asked for."""

from typing import Any

from flask import flash, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, StringField
from wtforms.validators import Length

from shared.audit import settings
from shared.database import db, transaction
from shared.identity.models import Estate
from shared.identity.permissions import Permission
from shared.web import pages
from staff import blueprint, estates
from staff.access import me, requires
from staff.cases.forms import plain
from staff.settings.people_trace import ADDRESS, last_changes

P = Permission
LONGEST = 120


class AddressForm(Form):
    address = StringField(
        _l("地址"),
        [Length(max=LONGEST, message=_l("最多 %(n)s 个字。", n=LONGEST))],
        filters=[plain],
        description=_l("写到门牌，例如：广州市天河区某某路 8 号。“今天”里的地图用它找路；不填就没有地图。"),
    )


def _here(estate: Estate) -> str:
    return url_for("staff.settings_address", estate=estate.slug)


@blueprint.route("/settings/address", methods=["GET", "POST"])
@requires(P.SETTINGS_MANAGE)
def settings_address() -> Any:
    estate = estates.chosen(P.SETTINGS_MANAGE)
    posted = request.form if request.method == "POST" else None
    form = AddressForm(posted, data={"address": estate.address})
    if posted is not None and form.validate():
        with transaction():
            changed = _save(estate.id, " ".join((form.address.data or "").split()))
        flash(_("地址已改。") if changed else _("地址没有变化。"))
        return pages.see_other(_here(estate))
    return pages.render(
        "staff/settings/address.html",
        status=422 if form.errors else 200,
        form=form,
        longest=LONGEST,
        of_estate=estate,
        estates=estates.views(P.SETTINGS_MANAGE, estate, _here),
        changes=last_changes(estate, ADDRESS),
    )


def _save(estate_id: int, address: str) -> bool:
    estate = db.session.get_one(Estate, estate_id, with_for_update=True, populate_existing=True)
    before = estate.address
    estate.address = address
    if before != address:
        settings.note(
            user_id=me().id,
            estate_id=estate_id,
            what=ADDRESS,
            before={"address": before},
            after={"address": address},
            at=g.at,
        )
    return before != address
