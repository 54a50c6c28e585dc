"""Archiving (归档): the cause and what will prevent it are written down first (CO-6, AH-6.1)."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import Optional

from shared.cases import ending, guards
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.database import db
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.improvement import causes, measures
from shared.improvement.measures import Kind, Origin, Wanted
from staff.cases.acts import CaseAct, declare
from staff.cases.forms import ActForm, Understood, menu, options, pick_from, text


class ArchivingForm(ActForm):
    code = menu(
        _l("原因类别"),
        _l("请选择是哪一类原因。"),
        choices=[SelectChoice("", _l("请选择")), *options(causes.CAUSES)],
        render_kw={"autofocus": True},
    )
    cause = text(
        _l("原因分析"), _l("请写明为什么会发生。"), description=_l("业主看不到。"), render_kw={"rows": 4}
    )
    prevention = text(
        _l("预防措施"),
        _l("请写明怎样避免再发生。"),
        description=_l("业主看不到。请勿写业主姓名、电话、房号。"),
        render_kw={"rows": 4},
    )
    owner = menu(
        _l("预防措施由谁落实"),
        _l("请从名单里选。"),
        required=False,
        default="",
        description=_l("选了人和日期，就列入措施清单，到期提醒、之后看效果。"),
    )
    due_on = DateField(_l("什么时候落实"), [Optional(), Understood()])

    def validate_owner(self, field: object) -> None:
        if self.due_on.data and not self.owner.data:
            raise ValidationError(_("写了日期，请选由谁落实。"))

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        whole: bool = super().validate(*args, **kwargs)
        if "owner" in self and self.owner.data and not self.due_on.data and not self.due_on.errors:
            self.due_on.errors = [_("选了由谁落实，请写什么时候落实。")]
            return False
        return whole


def _prepare(form: ArchivingForm, case: Case, user: User) -> None:
    """Of a report from inside nothing stands in a list that others read (CO-M5)."""
    if case.is_internal:
        del form.owner, form.due_on
        return
    people = measures.owners_of(case.estate_id)
    pick_from(form.owner, [(person.id, person.name) for person in people], _("还没定"))


def _do(case: Case, form: ArchivingForm, by: User, at: datetime) -> str:
    prevention = form.prevention.data or ""
    words_id = ending.archive(case, by=by, at=at, cause=form.cause.data or "", prevention=prevention)
    causes.record(case, by=by, at=at, code=form.code.data, words_id=words_id)
    if "owner" in form and form.owner.data:
        _raise_measure(case, form, by, at)
        return _("已归档：%(number)s。预防措施已列入清单。", number=case.archive_number)
    return _("已归档：%(number)s。", number=case.archive_number)


def _raise_measure(case: Case, form: ArchivingForm, by: User, at: datetime) -> None:
    wanted = Wanted(
        form.prevention.data or "",
        Kind.PREVENTIVE,
        Origin.CASE,
        "CO-6",
        case_id=case.id,
        category=case.category,
        building_id=case.building_id,
        cause=form.code.data,
    )
    measure = measures.propose(case.estate, wanted, by=by, at=at)
    assert measure is not None  # without a key nothing was raised before
    assert form.due_on.data is not None  # the form has made sure of it
    owner = db.session.get_one(User, int(form.owner.data))
    measures.entrust(measure, at=at, owner=owner, due_on=form.due_on.data)


declare(
    CaseAct(
        slug="archiving",
        act=Act.ARCHIVING,
        permission=Permission.CASE_ARCHIVE,
        allowed=guards.can_archive,
        label=_l("归档"),
        title=_l("写明原因和预防，归档"),
        hint=lambda case: _("归档后不能再改。原因和预防措施先写清楚（CO-6）。"),
        form=ArchivingForm,
        prepare=_prepare,
        do=_do,
        clause="CO-6",
        tone="internal",
    )
)
