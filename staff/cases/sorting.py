"""Sorting (研判派单): claiming, judging and dispatching a new case with one form; three acts on record, or none."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, ValidationError

from shared import words
from shared.cases.lifecycle import Act, State
from shared.cases.models import Case
from shared.cases.vocabulary import Validity
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.ownership import claiming, guards
from staff.cases import dispatch, triage
from staff.cases.acts import CaseAct, declare
from staff.cases.forms import Chosen, options

FIRST = (
    "validity",
    "handler",
    "requirements",
)  # what there is to decide on every case; the rest stands as it is
NEW = (State.RECEIVED, State.CLAIMED)


class FirstQuestion(RadioField):
    """Radio buttons, the first of which has the focus when the page opens."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.type = "RadioField"  # by which the components know how to draw it

    def __iter__(self) -> Iterator[Any]:
        for place, option in enumerate(super().__iter__()):
            option.render_kw = {"autofocus": place == 0}
            yield option


class SortingForm(triage.TriageForm, dispatch.DispatchForm):
    """Nothing is judged by leaving a field alone: whether the matter is ours has to be answered."""

    validity = FirstQuestion(
        _l("有效性"),
        choices=options(words.VALIDITIES, Validity.UNDECIDED),
        validators=[Chosen(triage.ASK)],
        description=_l(
            "属于我方职责内的实际行为，或合同、公开承诺的服务没做到，或违反法规，为有效（TR-2）。"
        ),
    )

    @property
    def shown(self) -> list[Field]:
        fields = {field.name: field for field in super().shown}
        return [fields.pop(name) for name in FIRST] + list(fields.values())

    def validate_validity(self, field: Field) -> None:
        if field.data == Validity.INVALID:
            raise ValidationError(_("认定无效的不派单。请用“研判”写明理由，再告知诉求人。"))


def _allowed(user: User, case: Case) -> bool:
    """Who may do each of the three."""
    return (
        is_new(case)
        and not case.is_internal
        and user.can(Permission.CASE_DISPATCH, case.estate_id)
        and user.can(Permission.CASE_TRIAGE, case.estate_id)
        and (case.first_responder_id is not None or guards.can_claim(user, case))
    )


def is_new(case: Case) -> bool:
    return case.stage in NEW


def _prepare(form: SortingForm, case: Case, user: User) -> None:
    triage.prepare(form, case, user)
    dispatch.prepare(form, case, user)
    form.handler.render_kw = {}


def _hint(case: Case) -> str:
    if case.first_responder_id is None:
        return _("提交后由您领取，您是首问责任人（GZ-15）；同时记下研判并派单。")
    return _("提交后同时记下研判并派单。")


def _do(case: Case, form: SortingForm, by: User, at: datetime) -> str:
    if case.first_responder_id is None:
        claiming.claim(case, by=by, at=at)
    triage.judge(case, form, by, at)
    return f"{case.archive_number} {dispatch.send(case, form, by, at)}"


declare(
    CaseAct(
        slug="sorting",
        act=Act.DISPATCH,
        permission=Permission.CASE_DISPATCH,
        allowed=_allowed,
        fits=is_new,
        label=_l("研判派单"),
        title=_l("研判并派单"),
        hint=_hint,
        form=SortingForm,
        prepare=_prepare,
        do=_do,
        afterwards=dispatch.promised,
        clause="GZ-10",
        key="f",
    )
)
