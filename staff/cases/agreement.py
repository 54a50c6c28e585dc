"""Agreement (约定时限): another time, agreed with the owner on written evidence (GZ-12)."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared import words
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.cases.vocabulary import Evidence
from shared.clock import now
from shared.deadlines import agreement, naming, promises
from shared.deadlines.postponing import clocks_moved_by
from shared.identity.models import User
from shared.identity.permissions import Permission
from staff.cases.acts import CaseAct, declare
from staff.cases.forms import ActForm, choice, instant, moment, options, photos, text


class AgreementForm(ActForm):
    until = moment(_l("约定到什么时间"), _l("请填写与诉求人约定的时间。"), render_kw={"autofocus": True})
    evidence = choice(_l("书面凭证"), options(words.EVIDENCE, Evidence.PORTAL), _l("请选择是什么凭证。"))
    text = text(
        _l("凭证上怎么写的"),
        _l("请写明凭证上是怎么约定的。"),
        description=_l("照抄短信、邮件或书面约定的原话。业主会看到。"),
    )
    photos = photos(_l("凭证照片、截图"))


def current(case: Case, act: Act) -> str:
    """Which limits would be moved, and where they stand now."""
    at, zone = now(), case.estate.zone
    clocks = [
        words.remarked(f"{naming.name(clock.rule)} {promises.due_text(clock.due_at, at, zone)}", clock.clause)
        for clock in clocks_moved_by(case, act)
    ]
    if not clocks:
        return _("现在没有可以改的时限。")
    return _("现在的时限：%(clocks)s。原来的时限照样留在记录里。", clocks=_("；").join(clocks))


def _do(case: Case, form: AgreementForm, by: User, at: datetime) -> str:
    agreement.agree(
        case,
        by=by,
        at=at,
        until=instant(form.until.data, case.estate.zone) or at,
        evidence=Evidence(form.evidence.data),
        text=form.text.data or "",
    )
    return _("已记下约定时限，以后按这个时间计时。")


declare(
    CaseAct(
        slug="agreement",
        act=Act.AGREEMENT,
        permission=Permission.CASE_CONTACT,
        allowed=agreement.can_agree,
        label=_l("约定时限"),
        title=_l("与诉求人约定时限"),
        hint=lambda case: current(case, Act.AGREEMENT),
        form=AgreementForm,
        do=_do,
        clause="GZ-12",
        tone="to-owner",
        public=True,
    )
)
