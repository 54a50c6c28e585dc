"""The visit at the door, on a phone: four answers and a signature, drawn or photographed (GZ-17A, TR-11, TR-12)."""

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
from shared.errors import Refused
from shared.identity.permissions import Permission
from shared.presence import unsent as keeping
from shared.revisits import guards, recording
from shared.web.pages import render, see_other
from staff import blueprint
from staff.access import me, requires
from staff.cases import facts, page, photos, queries, unsent
from staff.cases.attempt import chosen_companion, offer_companions
from staff.cases.forms import instant
from staff.cases.photos import Received
from staff.cases.revisit import what_is_left
from staff.cases.unsent import Offered
from staff.lists import case_url
from staff.revisits_forms import AnswersForm, VisitForm
from staff.revisits_sheet import outcome
from staff.revisits_unsent import of_visit


class Overtaken(Exception):
    """The case has changed since the form was given out."""


@blueprint.route("/revisits/<number>/visit", endpoint="revisits_visit", methods=["GET", "POST"])
@requires(Permission.CASE_REVISIT)
def visit(number: str) -> BaseResponse:
    """One case at one door."""
    case = scope.read(me(), number)
    if not guards.can_revisit(me(), case):
        flash(_("%(number)s 现在不能由您回访：要等告知以后，由处理人以外的人来做（TR-11）。", number=number))
        return see_other(case_url(number))
    again = unsent.offered_on_page(of_visit(case), me(), case.estate.zone)
    filled: Any = unsent.filled(again)
    if request.method == "POST":
        filled = CombinedMultiDict([request.files, request.form])
    form, answers = VisitForm("visit", formdata=filled), AnswersForm("answers", formdata=filled)
    offer_companions(form, case, me())
    if request.method == "POST":
        return _take(case, form, answers)
    answers.version.data = str(case.version)
    return _show(case, form, answers, again=again)


def _take(case: Case, form: VisitForm, answers: AnswersForm) -> BaseResponse:
    form.validate()
    complete = answers.is_complete(form.was_reached)
    taken: list[Received] = []
    told: list[str] = []
    if complete and not form.errors:
        taken, told = photos.take(form.files, form.photos)
    if form.errors or not complete:
        return _show(case, form, answers, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        said = _record(case.archive_number, form, answers, taken)
    except Overtaken:
        case = scope.read(me(), case.archive_number)
        return _again(case, form, answers, page.last_change(case))
    except Refused as refusal:
        case = scope.read(me(), case.archive_number)
        return _again(case, form, answers, words.refusal(refusal))
    for sentence in (said, *told):
        flash(sentence)
    return see_other(url_for("staff.revisits"))


def _record(number: str, form: VisitForm, answers: AnswersForm, taken: list[Received]) -> str:
    companion = chosen_companion(form)
    given = answers.answers() if form.was_reached else None
    with transaction():
        case = scope.lock(me(), number)
        if answers.seen_version != case.version:
            raise Overtaken
        at = clock.now()
        photos.attach(taken, case, "revisit", public=False, at=at)
        recording.record(
            case,
            by=me(),
            at=at,
            method=Method.DOOR,
            answers=given,
            opinions=answers.opinions.data or "",
            documented=bool(taken) and given is not None,
            companion=companion,
            hindrance=form.why_not,
            again_at=instant(form.again.data, case.estate.zone),
        )
        keeping.forget(me(), of_visit(case))
    satisfied = given is not None and given.satisfied
    return outcome(1, satisfied, given is not None and not satisfied) + what_is_left(case)


def _again(case: Case, form: VisitForm, answers: AnswersForm, refusal: str) -> BaseResponse:
    """What was typed is still there; the next press goes by what is true now."""
    answers.version.data = str(case.version)
    return _show(case, form, answers, status=HTTPStatus.CONFLICT, refusal=refusal)


def _show(
    case: Case,
    form: VisitForm,
    answers: AnswersForm,
    *,
    status: int = HTTPStatus.OK,
    refusal: str = "",
    again: Offered | None = None,
) -> BaseResponse:
    return render(
        "staff/revisits/visit.html",
        status=status,
        case=case,
        title=facts.title(case),
        chips=facts.chips(case),
        party=facts.party(case),
        can_reveal=cases.can_reveal(me(), case),
        sealed=False,
        wishes=None,
        words=case.statement.description if case.statement else "",
        result=queries.result_of(case),
        form=form,
        answers=answers,
        errors=[(f.id, str(error)) for each in (form, answers) for f in each for error in f.errors],
        refusal=refusal,
        again=again,
        place=of_visit(case),
        address=url_for("staff.revisits_visit", number=case.archive_number),
    )
