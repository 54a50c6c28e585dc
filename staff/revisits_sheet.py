"""The call sheet: one person, one call, up to five cases, each with its own four answers (VK-4k, TR-11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import flash, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import CombinedMultiDict
from werkzeug.wrappers import Response as BaseResponse

from shared import clock, words
from shared.cases import guards as cases
from shared.cases import scope
from shared.cases.models import Case
from shared.cases.vocabulary import Method
from shared.database import transaction
from shared.deadlines.promises import promise
from shared.errors import Refused
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.presence import unsent as keeping
from shared.revisits import calling, guards, recording
from shared.revisits.calling import Call, Due
from shared.revisits.models import Revisit
from shared.web.pages import render, see_other
from staff import blueprint
from staff.access import me, requires
from staff.cases import facts, page, photos, queries, unsent, wording
from staff.cases.attempt import chosen_companion, offer_companions
from staff.cases.forms import instant
from staff.cases.photos import Received
from staff.cases.unsent import Offered
from staff.lists import case_url, small
from staff.revisits_forms import AnswersForm, CallForm
from staff.revisits_unsent import of_sheet, prefix_of


@dataclass(slots=True)
class Asked:
    """One case of the sheet; *form* is None where I handled it myself and may not ask."""

    due: Due
    form: AnswersForm | None

    @property
    def case(self) -> Case:
        return self.due.case


class Overtaken(Exception):
    """One of the cases has changed since the sheet was given out."""

    def __init__(self, case: Case) -> None:
        super().__init__(case.archive_number)
        self.number = case.archive_number


@blueprint.route("/revisits/<number>", endpoint="revisits_sheet", methods=["GET", "POST"])
@requires(Permission.CASE_REVISIT)
def sheet(number: str) -> BaseResponse:
    """The sheet on which this case stands; what was answered is kept for all its cases at once, or for none."""
    user, at = me(), clock.now()
    case = scope.read(user, number)
    call = calling.call_of(user, case)
    if call is None:
        flash(_("%(number)s 现在不等回访。", number=number))
        return see_other(case_url(number))
    again = unsent.offered_on_page(of_sheet(case), user, case.estate.zone)
    filled: Any = unsent.filled(again)
    if request.method == "POST":
        filled = CombinedMultiDict([request.files, request.form])
    common, asked = CallForm("call", formdata=filled), _asked(call, user, filled)
    offer_companions(common, case, user)
    if request.method == "POST":
        return _take(call, case, common, asked, at)
    return _show(call, case, common, asked, again=again)


def _asked(call: Call, user: User, filled: Any) -> list[Asked]:
    found = []
    for due in call.due:
        slug = prefix_of(due.case)
        form = AnswersForm(slug, formdata=filled, prefix=slug) if _may(user, due.case) else None
        if form is not None and request.method == "GET":
            form.version.data = str(due.case.version)
        found.append(Asked(due, form))
    return found


def _may(user: User, case: Case) -> bool:
    return guards.can_revisit(user, case)


def _take(call: Call, case: Case, common: CallForm, asked: list[Asked], at: datetime) -> BaseResponse:
    chosen = [each for each in asked if each.form is not None and not each.form.skipped.data]
    common.validate()
    if not chosen and not common.errors:
        common.reached.errors = [_("每件都没问到，就没有可记的。请至少问一件。")]
    incomplete = [each for each in chosen if each.form and not each.form.is_complete(common.was_reached)]
    taken: list[Received] = []
    told: list[str] = []
    if not incomplete and not common.errors:
        taken, told = photos.take(common.files, common.photos)
    if incomplete or common.errors:
        return _show(call, case, common, asked, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        said = _record(call, common, chosen, taken)
    except Overtaken as overtaken:
        happened = page.last_change(scope.read(me(), overtaken.number))
        return _again(
            call, case, common, asked, _("%(number)s 已有变化。", number=overtaken.number) + happened
        )
    except Refused as refusal:
        return _again(call, case, common, asked, words.refusal(refusal))
    for sentence in (said, *told):
        flash(sentence)
    return see_other(url_for("staff.revisits"))


def _record(call: Call, common: CallForm, chosen: Sequence[Asked], taken: list[Received]) -> str:
    """One change for the whole call. Cases are locked in the order of their ids, as everywhere, lest two deadlock."""
    satisfied = unsatisfied = 0
    again = instant(common.again.data, chosen[0].case.estate.zone)
    companion = chosen_companion(common)
    with transaction():
        at = clock.now()
        for each in sorted(chosen, key=lambda each: each.case.id):
            form = each.form
            assert form is not None  # only those are chosen
            case = scope.lock(me(), each.case.archive_number)
            if form.seen_version != case.version:
                raise Overtaken(case)
            answers = form.answers() if common.was_reached else None
            photos.attach(taken if each is chosen[0] else [], case, "revisit", public=False, at=at)
            recording.record(
                case,
                by=me(),
                at=at,
                method=Method(common.method.data),
                answers=answers,
                opinions=form.opinions.data or "",
                documented=bool(common.documented.data or taken),
                companion=companion,
                hindrance=common.why_not,
                again_at=again,
            )
            satisfied += answers is not None and answers.satisfied
            unsatisfied += answers is not None and not answers.satisfied
        for due in call.due:  # by whichever of them the sheet was opened
            keeping.forget(me(), of_sheet(due.case))
    return outcome(len(chosen), satisfied, unsatisfied)


def outcome(number: int, satisfied: int, unsatisfied: int) -> str:
    """What was recorded, in one sentence."""
    if not satisfied and not unsatisfied:
        return _("已记下 %(n)s 件：这次没联系上。", n=number)
    if not unsatisfied:
        return _("已记下 %(n)s 件：都满意。", n=number)
    return _(
        "已记下 %(n)s 件：%(no)s 件不满意，进入下一轮，两位负责人已收到通知（TR-14）。",
        n=number,
        no=unsatisfied,
    )


def _again(call: Call, case: Case, common: CallForm, asked: list[Asked], refusal: str) -> BaseResponse:
    """Refused or overtaken: what was typed is still there, and the next press goes by what is true now."""
    for each in asked:
        if each.form is not None:
            each.form.version.data = str(scope.read(me(), each.case.archive_number).version)
    return _show(call, case, common, asked, status=HTTPStatus.CONFLICT, refusal=refusal)


def _show(
    call: Call,
    case: Case,
    common: CallForm,
    asked: list[Asked],
    *,
    status: int = HTTPStatus.OK,
    refusal: str = "",
    again: Offered | None = None,
) -> BaseResponse:
    now = clock.now()
    return render(
        "staff/revisits/sheet.html",
        status=status,
        case=case,
        party=facts.party(case),
        can_reveal=cases.can_reveal(me(), case),
        sealed=False,
        wishes=None,
        form=common,
        asked=[_drawn(each, now) for each in asked],
        attempts=[attempt(each, case, now) for each in call.attempts],
        errors=_errors(common, asked),
        refusal=refusal,
        again=again,
        place=of_sheet(case),
        address=url_for("staff.revisits_sheet", number=case.archive_number),
        visit_address=url_for("staff.revisits_visit", number=case.archive_number),
    )


def _drawn(each: Asked, now: datetime) -> dict[str, Any]:
    case = each.case
    return {
        "form": each.form,
        "number": case.archive_number,
        "url": case_url(case.archive_number),
        "title": facts.title(case),
        "chips": facts.chips(case),
        "words": case.statement.description if case.statement else "",
        "result": queries.result_of(case),
        "promise": small(promise(each.due.deadline, now, case.estate.zone)) if each.due.deadline else None,
        "major": case.severity == "major",
        "visit_url": url_for("staff.revisits_visit", number=case.archive_number),
    }


def attempt(revisit: Revisit, case: Case, now: datetime) -> str:
    """`昨天 14:00 电话，没人接`"""
    return _(
        "%(when)s %(method)s，%(why)s",
        when=wording.when(revisit.at, now, case.estate.zone),
        method=words.METHODS[revisit.method],
        why=words.HINDRANCES[revisit.hindrance] if revisit.hindrance else _("没联系上"),
    )


def _errors(common: CallForm, asked: list[Asked]) -> list[tuple[str, str]]:
    """With links to the fields, of the whole call first."""
    forms = [common, *(each.form for each in asked if each.form is not None)]
    return [(field.id, str(error)) for form in forms for field in form for error in field.errors]
