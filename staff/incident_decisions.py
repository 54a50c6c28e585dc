"""What staff decide about an incident: joined, refused, parted, counted, named, ended, a step of the checklist done."""

from http import HTTPStatus
from typing import Any

from flask import flash, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse
from wtforms import StringField

from shared.cases import scope
from shared.cases.models import Case
from shared.cases.participation import visible_to
from shared.database import db, transaction
from shared.errors import NotFound, Refused
from shared.identity.permissions import Permission
from shared.incidents import grouping, guards, playbook, queries
from shared.web import pages
from shared.web.pages import see_other
from staff import blueprint, incidents
from staff.access import me, requires
from staff.cases import facts
from staff.cases.forms import ActForm, menu, pick_from, plain, text

LARGEST = 10**9


def _held(incident_id: int, *numbers: str) -> tuple[Any, list[Case]]:
    """Inside a change: the incident and, in the order asked for, those of its cases that I may see."""
    queries.read(me(), incident_id)
    incident = grouping.hold(incident_id)
    wanted = dict(
        iter(
            db.session.execute(
                select(Case.archive_number, Case.id).where(Case.archive_number.in_(numbers), visible_to(me()))
            ).all()
        )
    )
    if set(numbers) - set(wanted):
        raise NotFound
    held = grouping.hold_cases(list(wanted.values()), incident)
    return incident, [held[wanted[number]] for number in numbers]


def _number() -> str:
    return request.form.get("case", "").strip().upper()[:20]


def _back(incident_id: int) -> BaseResponse:
    """To the list that asked, else to the incident."""
    if request.form.get("next") == "list":
        return see_other(url_for("staff.incidents"))
    return see_other(url_for("staff.incident", incident_id=incident_id))


def _refusal(incident_id: int, refusal: Refused) -> BaseResponse:
    clause = f"（{refusal.clause}）" if refusal.clause else ""
    return incidents.show(
        queries.read(me(), incident_id), status=HTTPStatus.CONFLICT, error=f"{refusal.message}{clause}"
    )


@blueprint.post("/incidents/<int:incident_id>/joining", endpoint="incident_joining")
@requires(Permission.INCIDENT_MANAGE)
def joining(incident_id: int) -> BaseResponse:
    """One proposed case, or all of them that I see."""
    found = queries.read(me(), incident_id)
    proposed = [
        m.number
        for m in queries.members(me(), [found.id])[found.id]
        if m.membership.state == queries.PROPOSED and m.is_open
    ]
    wanted = [_number()] if "case" in request.form else proposed
    try:
        with transaction():
            incident, cases = _held(incident_id, *wanted)
            if "case" in request.form:
                grouping.join(incident, cases[0], by=me(), at=g.at)
                done = 1
            else:
                done = grouping.confirm(incident, cases, by=me(), at=g.at)
    except Refused as refusal:
        return _refusal(incident_id, refusal)
    flash(ngettext("已并入 %(num)s 件。", "已并入 %(num)s 件。", done))
    return _back(incident_id)


@blueprint.post("/incidents/<int:incident_id>/refusal", endpoint="incident_refusal")
@requires(Permission.INCIDENT_MANAGE)
def refusal(incident_id: int) -> BaseResponse:
    number = _number()
    try:
        with transaction():
            incident, cases = _held(incident_id, number)
            grouping.refuse(incident, cases[0], by=me(), at=g.at)
    except Refused as refused:
        return _refusal(incident_id, refused)
    flash(_("已记下 %(number)s 不是同一件事，不再提示。", number=number))
    return _back(incident_id)


@blueprint.post("/incidents/<int:incident_id>/facts", endpoint="incident_facts")
@requires(Permission.INCIDENT_MANAGE)
def facts_of(incident_id: int) -> BaseResponse:
    """What the matter is called, and how many were counted on the spot (VK-4h)."""
    queries.read(me(), incident_id)
    said = request.form.get("people", "").strip()
    counted = int(said) if said.isascii() and said.isdecimal() and len(said) < 10 else LARGEST
    try:
        with transaction():
            incident, _cases = _held(incident_id)
            grouping.name(incident, plain(request.form.get("title")), by=me())
            grouping.hold_cases([], incident)
            grouping.count_people(incident, counted if said else 0, by=me(), at=g.at)
    except Refused as refused:
        return _refusal(incident_id, refused)
    flash(_("已记下。"))
    return _back(incident_id)


@blueprint.post("/incidents/<int:incident_id>/ending", endpoint="incident_ending")
@requires(Permission.INCIDENT_MANAGE)
def ending(incident_id: int) -> BaseResponse:
    try:
        with transaction():
            incident, _cases = _held(incident_id)
            grouping.end(incident, by=me(), at=g.at)
    except Refused as refused:
        return _refusal(incident_id, refused)
    flash(_("这件事已办结。之后再报的算重复发生；各件诉求照常办到底。"))
    return _back(incident_id)


@blueprint.route(
    "/incidents/<int:incident_id>/playbook", methods=["GET", "POST"], endpoint="incident_playbook"
)
@requires(Permission.INCIDENT_VIEW)
def steps(incident_id: int) -> BaseResponse:
    """The checklist by itself, to be printed; and one of its steps done."""
    found = queries.read(me(), incident_id)
    if request.method == "POST":
        return _tick(incident_id)
    return pages.render(
        "staff/incidents/playbook.html",
        incident=found,
        url=url_for("staff.incident", incident_id=incident_id),
        steps=incidents.checklist(found, queries.steps_of(incident_id)),
    )


def _tick(incident_id: int) -> BaseResponse:
    try:
        with transaction():
            incident, _cases = _held(incident_id)
            step, note = request.form.get("step", ""), plain(request.form.get("note"))
            playbook.tick(incident, step, by=me(), at=g.at, note=note)
    except Refused as refused:
        return _refusal(incident_id, refused)
    flash(_("已记下这一步。"))
    return see_other(f"{url_for('staff.incident', incident_id=incident_id)}#playbook")


# From the page of a case


class JoiningForm(ActForm):
    incident = menu(
        _l("并入哪件群诉"),
        _l("请从列出的里面选。"),
        required=False,
        default="",
        description=_l("同一小区还没有办结的群诉。"),
    )
    other = StringField(
        _l("或者和哪件诉求是同一件事"),
        filters=[plain],
        description=_l("写档案编号，例如 26-0147；会立一件新的群诉。"),
    )
    title = StringField(
        _l("新群诉叫什么"), filters=[plain], description=_l("例如“3号楼2单元电梯停运”。不写业主姓名和房号。")
    )


class PartingForm(ActForm):
    reason = text(
        _l("为什么不是同一件事"),
        _l("请写明为什么不是同一件事。"),
        description=_l("业主看不到。移出后不再提示它们是同一件。"),
        render_kw={"rows": 3},
    )


@blueprint.route("/cases/<number>/joining", methods=["GET", "POST"], endpoint="case_joining")
@requires(Permission.INCIDENT_MANAGE)
def case_joining(number: str) -> BaseResponse:
    case = scope.read(me(), number)
    form = JoiningForm("joining", formdata=request.form if request.method == "POST" else None)
    offered = queries.open_at(me(), case.estate_id)
    pick_from(form.incident, [(i.id, i.title) for i in offered], _("都不是"))
    if request.method == "GET":
        form.title.data = facts.title(case, case.sealed_at is not None)[: grouping.LONGEST_TITLE]
    refused = "" if guards.can_join(me(), case) else _("这件诉求现在不能并入群诉。")
    if request.method == "POST" and not refused and form.validate():
        try:
            return see_other(url_for("staff.incident", incident_id=_joined(case, form)))
        except Refused as refusal:
            refused = refusal.message
    return _case_form(
        case, form, refused, _("并入群诉事件"), _("并入"), _("每件诉求的查询号、隐私和时限都不变。")
    )


def _joined(case: Case, form: JoiningForm) -> int:
    """The incident that the case stands in afterwards. Raises Refused."""
    other = _other(case, form) if not form.incident.data else None
    with transaction():
        if other is None:
            incident, cases = _held(int(form.incident.data or 0), case.archive_number)
            grouping.join(incident, cases[0], by=me(), at=g.at)
        elif other.incident_id is not None:
            incident, cases = _held(other.incident_id, case.archive_number)
            grouping.join(incident, cases[0], by=me(), at=g.at)
        else:
            held = grouping.hold_cases([case.id, other.id])
            pair = [held[case.id], held[other.id]]
            incident = grouping.begin(pair, by=me(), at=g.at, title=form.title.data or "")
        incident_id: int = incident.id
    flash(_("已并入。"))
    return incident_id


def _other(case: Case, form: JoiningForm) -> Case:
    number = (form.other.data or "").strip().upper()[:20]
    if not number:
        raise Refused(_("请选一件群诉，或写另一件诉求的档案编号。"))
    if number[0].isdecimal():
        number = f"{case.estate.code}-{number}"  # 26-0147, as the form itself writes it
    try:
        other = scope.read(me(), number)
    except NotFound:
        raise Refused(_("没有查到档案编号 %(number)s。", number=number)) from None
    if other.id == case.id:
        raise Refused(_("这就是本件，请写另一件的档案编号。"))
    return other


@blueprint.route("/cases/<number>/parting", methods=["GET", "POST"], endpoint="case_parting")
@requires(Permission.INCIDENT_MANAGE)
def case_parting(number: str) -> BaseResponse:
    case = scope.read(me(), number)
    form = PartingForm("parting", formdata=request.form if request.method == "POST" else None)
    incident_id = case.incident_id
    refused = "" if guards.can_part(me(), case) else _("这件诉求不在群诉里，或已经办结。")
    if request.method == "POST" and not refused and incident_id and form.validate():
        try:
            with transaction():
                incident, cases = _held(incident_id, case.archive_number)
                grouping.part(incident, cases[0], by=me(), at=g.at, reason=form.reason.data or "")
        except Refused as refusal:
            refused = refusal.message
        else:
            flash(_("已移出群诉。"))
            return see_other(url_for("staff.case", number=number))
    return _case_form(case, form, refused, _("移出群诉事件"), _("移出"), "")


def _case_form(case: Case, form: ActForm, refused: str, title: str, submit: str, hint: str) -> BaseResponse:
    status = HTTPStatus.OK
    if refused:
        status = HTTPStatus.CONFLICT
    elif form.errors:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return pages.render(
        "staff/incidents/form.html",
        status=status,
        form=form,
        title=title,
        submit=submit,
        hint=hint,
        refused=refused,
        lead=f"{case.archive_number} {facts.title(case, case.sealed_at is not None)}",
        back_url=url_for("staff.case", number=case.archive_number),
        key="",
        cases=None,
    )
