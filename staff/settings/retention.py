"""How long personal data are kept (保留期限): days after the end until they are sealed, and until they are erased."""

from dataclasses import dataclass
from typing import Any

from flask import flash, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, IntegerField
from wtforms.validators import InputRequired, NumberRange, ValidationError

from shared.audit import settings
from shared.cases.participation import ordinary
from shared.database import db, transaction
from shared.identity.models import Estate
from shared.identity.permissions import Permission
from shared.retention import holdings
from shared.retention.terms import Limits
from shared.web import pages
from staff import blueprint, estates
from staff.access import me, requires
from staff.settings.people_trace import RETENTION, last_changes

P = Permission
SHORTEST, LONGEST = (
    30,
    3650,
)  # an appeal is open for weeks; ten years are nobody's shortest necessary time (PIPL 19)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The estate with the limits that were typed."""

    id: int
    sealed_after: int
    erased_after: int


class RetentionForm(Form):
    sealed_after = IntegerField(
        _l("结束多少天后封存联系方式和照片"),
        [
            InputRequired(_l("请填天数。")),
            NumberRange(SHORTEST, LONGEST, _l("请填 %(min)s 到 %(max)s 之间的天数。")),
        ],
    )
    erased_after = IntegerField(
        _l("结束多少天后删除全部个人信息"),
        [
            InputRequired(_l("请填天数。")),
            NumberRange(SHORTEST, LONGEST, _l("请填 %(min)s 到 %(max)s 之间的天数。")),
        ],
    )

    def validate_erased_after(self, field: IntegerField) -> None:
        sealed = self.sealed_after.data
        if sealed is not None and field.data is not None and field.data < sealed:
            raise ValidationError(_("删除不能早于封存。"))


def _here(estate: Estate) -> str:
    return url_for("staff.settings_retention", estate=estate.slug)


@blueprint.route("/settings/retention", methods=["GET", "POST"])
@requires(P.SETTINGS_MANAGE)
def settings_retention() -> Any:
    """Shorter limits are asked about once more, with the number of cases that go: nobody brings them back."""
    estate = estates.chosen(P.SETTINGS_MANAGE)
    posted = request.form if request.method == "POST" else None
    form = RetentionForm(posted, obj=estate)
    going = 0
    if posted is not None and form.validate():
        wanted = Wanted(estate.id, form.sealed_after.data or 0, form.erased_after.data or 0)
        going = _erased_by(wanted) - _erased_by(estate)
        if going <= 0 or request.form.get("sure") == str(going):
            return _saved(wanted, estate)
    return pages.render(
        "staff/settings/retention.html",
        status=422 if form.errors else 200,
        form=form,
        of_estate=estate,
        going=going,
        estates=estates.views(P.SETTINGS_MANAGE, estate, _here),
        changes=last_changes(estate, RETENTION),
    )


def _erased_by(limits: Limits) -> int:
    """Reports from inside are erased as well, but this page is not where anybody learns of them (CO-M5)."""
    return holdings.erased_by(limits, g.at, ordinary())


def _saved(wanted: Wanted, estate: Estate) -> Any:
    with transaction():
        changed = _save(wanted)
    flash(_("保留期限已改。") if changed else _("保留期限没有变化。"))
    return pages.see_other(_here(estate))


def _save(wanted: Wanted) -> bool:
    estate = db.session.get_one(Estate, wanted.id, with_for_update=True, populate_existing=True)
    before = _told(estate)
    estate.sealed_after, estate.erased_after = wanted.sealed_after, wanted.erased_after
    after = _told(estate)
    if after != before:
        settings.note(
            user_id=me().id, estate_id=estate.id, what=RETENTION, before=before, after=after, at=g.at
        )
    return after != before


def _told(estate: Estate) -> dict[str, int]:
    return {"sealed_after": estate.sealed_after, "erased_after": estate.erased_after}
