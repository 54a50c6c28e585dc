"""A party's wish about their data: entered for a caller, answered, and the copy handed out (PIPL 45, 47; T42)."""

from datetime import datetime
from typing import Any

from flask import flash, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse
from wtforms import Form, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from shared import clock
from shared.attachments import queries as photos
from shared.cases import acting, contacts, guards, scope
from shared.cases.models import Case
from shared.database import transaction
from shared.errors import NotFound, Refused
from shared.identity.permissions import Permission
from shared.retention import copy_text, requests
from shared.retention import wording as retention
from shared.retention.models import DataRequest
from shared.web import pages
from staff import blueprint
from staff.access import me, requires
from staff.cases import entries, wording
from staff.cases.archive import refuse_shut
from staff.cases.forms import yes_no

P = Permission
COPIED = "copy"


class AnswerForm(Form):
    granted = RadioField(
        _l("答复"),
        [InputRequired(_l("请选同意或不同意。"))],
        choices=yes_no(_l("同意"), _l("不同意")),
    )
    reason = TextAreaField(
        _l("理由"),
        [Length(max=500, message=_l("最多写 %(max)d 个字。请删短一些。"))],
        description=_l("业主能看到。不同意时必填：依据哪条规定、保存到什么时候。"),
    )


@blueprint.route("/cases/<number>/data-request", methods=["GET", "POST"], endpoint="case_data_request")
@requires(P.DATA_ANSWER, P.CASE_ANSWER_INTERNAL)
def data_request(number: str) -> BaseResponse:
    """GET shows what was asked; POST answers one of them."""
    case = scope.read(me(), number)
    form = AnswerForm(request.form if request.method == "POST" else None)
    if request.method == "GET":
        return _page(case, form)
    if not form.validate():
        return _page(case, form, status=422)
    try:
        with transaction():
            locked = scope.lock(me(), number)
            requests.answer(
                _asked(locked),
                locked,
                by=me(),
                at=clock.now(),
                granted=form.granted.data == "yes",
                reason=form.reason.data or "",
            )
    except Refused as refused:
        return _page(scope.read(me(), number), form, refusal=refused.message, status=409)
    flash(_("已答复。诉求人在进度页能看到。"))
    return pages.see_other(url_for("staff.case_data_request", number=number))


@blueprint.post("/cases/<number>/data-request/new", endpoint="case_data_request_new")
@requires(P.DATA_ANSWER, P.CASE_ANSWER_INTERNAL)
def enter(number: str) -> BaseResponse:
    """For a caller who has neither link nor code any more, and who is known to be the party."""
    kind = request.form.get("kind", "")
    with transaction():
        case = scope.lock(me(), number)
        acting.refuse_unless(kind in requests.KINDS, _("请选一种请求。"))
        requests.ask(case, kind, at=clock.now(), by=me())
    flash(_("已登记。"))
    return pages.see_other(url_for("staff.case_data_request", number=number))


@blueprint.post("/cases/<number>/data-request/copy", endpoint="case_data_copy")
@requires(P.DATA_ANSWER, P.CASE_ANSWER_INTERNAL)
def copy(number: str) -> BaseResponse:
    """The copy on paper, for whoever asked for one; each time on record (T40)."""
    with transaction():
        contacts.take_turn(me())
        case = scope.lock(me(), number)
        acting.refuse_unless(
            requests.can_answer(me(), case), _("个人信息请求由服务中心主任或总经理答复。"), "PIPL 45"
        )
        acting.refuse_unless(
            guards.can_reveal(me(), case), _("副本里有联系方式，您的岗位不能打开。"), "AH-6.2"
        )
        refuse_shut(case, me())
        asked = any(wish.kind == requests.COPY for wish in requests.of_case(case))
        acting.refuse_unless(asked, _("没有人要过副本。先登记请求。"), "PIPL 45")
        contacts.register([case.id], COPIED, by=me(), at=clock.now())
    case = scope.read(me(), number)
    held = {photo.id: photo for photo in photos.of_case(case.id, public_only=True)}
    found = [
        (section, entries.thumbnails(number, [held[each] for each in section.photos if each in held]))
        for section in copy_text.sections(case)
    ]
    return pages.render("staff/privacy/copy.html", case=case, sections=found)


def _asked(case: Case) -> DataRequest:
    """The request that the form names, of this very case."""
    named = request.form.get("request", "")
    for wish in requests.of_case(case):
        if str(wish.id) == named:
            return wish
    raise NotFound


def _page(case: Case, form: AnswerForm, *, refusal: str = "", status: int = 200) -> BaseResponse:
    wishes = requests.of_case(case)
    said, now = requests.reasons_of(case), clock.now()
    return pages.render(
        "staff/privacy/request.html",
        status=status,
        case=case,
        form=form,
        refusal=refusal,
        hold=requests.hold_of(case),
        can_answer=requests.can_answer(me(), case),
        can_reveal=guards.can_reveal(me(), case),
        wishes=[_shown(wish, case, said, now) for wish in wishes],
        named=request.form.get("request", ""),
        kinds=[
            (kind, str(retention.REQUESTS[kind]))
            for kind in requests.KINDS
            if case.erased_at is None and requests.waiting(case, kind) is None
        ],
        has_copy=any(wish.kind == requests.COPY for wish in wishes) and case.erased_at is None,
    )


def _shown(wish: DataRequest, case: Case, said: dict[int, str], now: datetime) -> dict[str, Any]:
    zone = case.estate.zone
    answered = wish.answered_at
    return {
        "id": wish.id,
        "kind": wish.kind,
        "what": str(retention.REQUESTS[wish.kind]),
        "since": wording.when(wish.at, now, zone),
        "due": wording.when(wish.due_at, now, zone),
        "late": answered is None and wish.due_at < now,
        "answered": wording.when(answered, now, zone) if answered else "",
        "by": wish.answered_by.name if wish.answered_by else "",
        "granted": wish.granted,
        "reason": said.get(wish.words_id or 0, ""),
    }
