"""Keys for partners' apps (合作应用): made here, shown once, ended here (MS-1)."""

from typing import Any

from flask import abort, flash, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, IntegerField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from shared import addresses, clock
from shared.database import transaction
from shared.errors import Refused
from shared.identity import api_keys
from shared.identity.models import ApiKey, Estate
from shared.identity.permissions import Permission
from shared.web import pages
from staff import blueprint, estates, row_ids
from staff.access import me, requires
from staff.settings.people_trace import last_changes

P = Permission


class KeyForm(Form):
    """Whose key it will be, and how much it may file."""

    name = StringField(
        _l("谁用"),
        [
            DataRequired(_l("请写是谁用的，例如“邻里通小程序”。")),
            Length(max=api_keys.LONGEST_NAME, message=_l("最多写 %(max)d 个字。请删短一些。")),
        ],
    )
    per_day = IntegerField(
        _l("每天最多几件"),
        [
            InputRequired(_l("请写每天最多几件。")),
            NumberRange(1, api_keys.MOST_PER_DAY, _l("请写 %(min)s 到 %(max)s 之间的数。")),
        ],
        default=api_keys.PER_DAY,
        description=_l("到了这个数，当天不再收；应用会收到说明。"),
    )


def address(estate: Estate) -> str:
    return url_for("staff.settings_api_keys", estate=estate.slug)


@blueprint.route("/settings/api-keys", methods=["GET", "POST"])
@requires(P.SETTINGS_MANAGE)
def settings_api_keys() -> Any:
    """The secret stands on the answer to the very post that made it, and nowhere afterwards."""
    estate = estates.chosen(P.SETTINGS_MANAGE)
    posted = request.form if request.method == "POST" else None
    form = KeyForm(posted)
    secret = ""
    if posted is not None and form.validate():
        with transaction():
            per_day = form.per_day.data or 0
            made, secret = api_keys.make(estate, form.name.data or "", per_day, by=me(), at=g.at)
            made_name = made.name
        return _page(estate, KeyForm(), made=made_name, secret=secret)
    return _page(estate, form)


def _page(estate: Estate, form: KeyForm, made: str = "", secret: str = "") -> Any:
    keys = [_line(key, estate) for key in api_keys.of_estate(estate.id)]
    return pages.render(
        "staff/settings/api_keys.html",
        status=422 if form.errors else 200,
        form=form,
        of_estate=estate,
        estates=estates.views(P.SETTINGS_MANAGE, estate, address),
        made=made,
        secret=secret,
        keys=[key for key in keys if not key["ended"]],
        ended=[key for key in keys if key["ended"]],
        open311_url=addresses.open311(),
        changes=last_changes(estate, api_keys.KEY),
    )


def _line(key: ApiKey, estate: Estate) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "made": f"{clock.local(key.made_at, estate.zone):%Y-%m-%d}",
        "by": key.made_by.name,
        "today": _("%(used)s / %(most)s 件", used=api_keys.used(key, g.at), most=key.per_day),
        "ended": f"{clock.local(key.ended_at, estate.zone):%Y-%m-%d}" if key.ended_at else "",
    }


@blueprint.post("/settings/api-keys/ending")
@requires(P.SETTINGS_MANAGE)
def settings_api_keys_ending() -> Any:
    """From now on nothing is filed with it; what was filed stays."""
    estate = estates.chosen(P.SETTINGS_MANAGE)
    try:
        with transaction():
            key = api_keys.of_id(row_ids.asked("key"), estate.id)
            if key is None:
                abort(404)
            name = key.name
            api_keys.end(key, by=me(), at=g.at)
    except Refused as refusal:
        flash(refusal.message)
    else:
        flash(_("“%(name)s”的密钥已停用，已收下的诉求照常办理。", name=name))
    return pages.see_other(address(estate))
