"""Putting a rule book in force from a date on; open cases keep the version they were filed under (CO-M6)."""

from datetime import datetime
from typing import Any

from flask import flash, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import Length, Optional

from shared.audit import settings as trace
from shared.database import transaction
from shared.identity.models import Estate
from shared.identity.permissions import Permission
from shared.policies import versions
from shared.policies.models import PolicyVersion
from shared.policies.schema import PolicyError
from shared.register.counts import open_cases_by_version
from shared.web import pages
from staff import blueprint, estates
from staff.access import me, requires
from staff.cases.forms import Chosen, instant, moment
from staff.settings import policies

LONGEST = 200_000  # letters; the longest preset has about a tenth


class PublicationForm(Form):
    preset = SelectField(_l("用哪一份"), validators=[Chosen(_l("请选用哪一份规则。"))])
    effective_at = moment(
        _l("从什么时候施行"), description=_l("不填就是马上。不能早于现在这一版的施行时间。")
    )
    body = TextAreaField(
        _l("自己改过的文本"),
        validators=[Optional(), Length(max=LONGEST, message=_l("最多 %(n)s 个字。", n=LONGEST))],
        description=_l("不填就用范本原文。填了先逐条检查，有错会指出在第几行、哪一条。"),
        render_kw={"rows": 16, "spellcheck": "false", "class": "code"},
    )


@blueprint.route("/settings/policies/publication", methods=["GET", "POST"])
@requires(Permission.POLICY_PUBLISH)
def settings_policies_publication() -> Any:
    estate = estates.chosen(Permission.POLICY_PUBLISH)
    form = PublicationForm(request.form if request.method == "POST" else None, data=_first_values())
    form.preset.choices = [SelectChoice(book.key, book.label) for book in policies.presets()]
    if request.method == "POST" and form.validate():
        version = _publish(form, estate)
        if version is not None:
            return pages.see_other(policies.address(estate))
    return pages.render(
        "staff/settings/policies_publication.html",
        status=422 if form.errors else 200,
        form=form,
        policy_estate=estate,
        still_open=sum(open_cases_by_version(estate.id).values()),
        back_url=policies.address(estate),
        action=url_for("staff.settings_policies_publication"),
    )


def _first_values() -> dict[str, str]:
    """The preset that the page before named, with its text where it is to be edited."""
    asked = request.args.get("preset", "")
    if asked not in versions.presets():
        return {}
    return {"preset": asked, "body": versions.preset_text(asked) if "edit" in request.args else ""}


def _publish(form: PublicationForm, estate: Estate) -> PolicyVersion | None:
    """Do it, or write beside the field what is wrong with it."""
    at: datetime = instant(form.effective_at.data, estate.zone) or g.at
    if at < g.at:
        form.effective_at.errors = [_("规则不能改变过去，请填现在或以后的时间。")]
        return None
    body = (form.body.data or "").replace("\r\n", "\n").strip()
    try:
        with transaction():
            version = versions.publish(
                estate, form.preset.data, at, body=f"{body}\n" if body else None, by=me()
            )
            trace.note(
                user_id=me().id,
                estate_id=estate.id,
                what="policy",
                before=None,
                after={"version": version.version, "preset": version.preset, "from": at.isoformat()},
                at=g.at,
            )
    except PolicyError as error:
        form.body.errors = [_("这份文本不能用：%(why)s", why=str(error))]
        return None
    except ValueError:
        form.effective_at.errors = [_("已经公布了一版，施行时间比这更晚。请填更晚的时间。")]
        return None
    flash(_("已公布第 %(n)s 版，从 %(day)s 起施行。", n=version.version, day=policies.moment(at, estate)))
    return version
