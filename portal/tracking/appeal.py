"""申诉: one page that asks why; another person handles it then, in a new round (AH-3.3a, TR-14)."""

from http import HTTPStatus

from flask import Response, flash, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from portal import wording
from portal.filing import uploads
from portal.tracking import doors
from portal.tracking.acts import attach, behind_doors
from portal.tracking.answers import AppealForm, number_of
from shared import clock
from shared.cases import ending, scope
from shared.cases.lifecycle import Act
from shared.database import transaction
from shared.revisits import appeal
from shared.web.pages import render, see_other


@behind_doors("appeal", "GET", "POST")
def appeal_page(**door_named: str) -> BaseResponse:
    """Asked on a page of its own, done by POST (`reasons`, `note`, `photos`, `round`)."""
    door = doors.opened(**door_named)
    if request.method == "GET":
        return _page(door, AppealForm(of="appeal"), HTTPStatus.OK)
    form = AppealForm(request.form, of="appeal")
    right = form.validate()
    if right and not (form.codes or form.note.data):
        form.reasons.errors = [_("请选一个原因，或写几句。")]
        right = False
    if not right:
        return _page(door, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    taken = uploads.take(request.files.getlist("photos"))
    at = clock.now()
    with transaction():
        case = scope.lock_by_id(door.case_id)
        number = case.round
        seen = number_of(form.round.data)
        if appeal.appeal(
            case, door=door.by.value, at=at, reasons=form.codes, text=form.note.data or "", seen=seen
        ):
            attach(case, taken, Act.APPEAL, number, at)
    for told in (_("已收到您的申诉。现在重新办理，换人处理。"), *taken.refusals):
        flash(told)
    return see_other(door.base)


def _page(door: doors.Door, form: AppealForm, status: HTTPStatus) -> Response:
    case = door.case()
    until = ending.reopens_until(case)
    return doors.private(
        render(
            "portal/appeal.html",
            status=status,
            case=case,
            door=door,
            form=form,
            has_errors=bool(form.errors),
            # Asked again for a word, they still have the same page before them.
            seen=number_of(form.round.data) or case.round,
            may_appeal=appeal.may_appeal_by(case, door.by.value),
            possible=appeal.can_appeal(case, clock.now()),
            until=wording.day(until, case.estate.zone) if until else "",
        )
    )
