"""Transfer (移交首问责任): asked with a reason, passed only when the other accepts (GZ-15)."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.database import db
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.ownership import guards, transferring
from staff.cases import queries
from staff.cases.acts import CaseAct, declare
from staff.cases.forms import ActForm, menu, pick_from, text


class TransferForm(ActForm):
    to = menu(_l("请谁接手"), _l("请选择接手的人。"))
    reason = text(_l("为什么移交"), _l("请写明为什么移交。"), description=_l("接手的人会看到，业主看不到。"))


def can_transfer(user: User, case: Case) -> bool:
    return guards.can_transfer(user, case) and transferring.pending(case) is None


def _prepare(form: TransferForm, case: Case, user: User) -> None:
    people = queries.people_for(case, Permission.CASE_CLAIM)
    offered = [(person.id, person.name) for person in people if person.id != case.first_responder_id]
    pick_from(form.to, offered, _("请选择"))


def _do(case: Case, form: TransferForm, by: User, at: datetime) -> str:
    to = db.session.get_one(User, int(form.to.data))
    transferring.ask(case, by=by, to=to, at=at, reason=form.reason.data or "")
    return _("已请%(name)s接手首问责任。对方接手之前，责任不变。", name=to.name)


declare(
    CaseAct(
        slug="transfer",
        act=Act.TRANSFER,
        permission=Permission.CASE_TRANSFER,
        allowed=can_transfer,
        label=_l("移交首问责任"),
        title=_l("移交首问责任"),
        hint=lambda case: _("只有对方接手后责任才移交。派单只交出办理，不交出首问责任。"),
        form=TransferForm,
        prepare=_prepare,
        do=_do,
        clause="GZ-15",
    )
)
