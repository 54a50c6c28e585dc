"""The record sheet (客户投诉处理记录表) of a round: the fields of the form in its own order, on one sheet (VK-7)."""

from collections.abc import Mapping
from typing import Any

from flask import g
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from shared import words
from shared.cases import contacts, guards, scope
from shared.cases.lifecycle import Act
from shared.cases.models import Case, Opinion
from shared.database import transaction
from shared.errors import NotFound
from shared.exports import record_sheets
from shared.exports.record_sheets import Part, Sheet, Signature
from shared.identity.permissions import Permission
from shared.ownership.models import Assignment
from staff import blueprint
from staff.access import me, requires
from staff.cases import round_queries, sheet_parts, wording
from staff.cases.archive import refuse_shut
from staff.cases.round_queries import RoundRecord
from staff.sheets import pdf

FORM, EDITION = "WHVK/QP-15-02-B01", "B"  # VK-7


@blueprint.get("/cases/<number>/record-sheet.pdf", endpoint="case_record_sheet")
@requires(Permission.CASE_VIEW)
def record_sheet(number: str) -> BaseResponse:
    """Of the present round, or the one that is asked for: not satisfied is a new sheet (TR-14)."""
    case = scope.read(me(), number)
    refuse_shut(case, me())
    return _printed(case)


@blueprint.post("/cases/<number>/record-sheet.pdf", endpoint="case_record_sheet_whole")
@requires(Permission.CONTACT_REVEAL, Permission.CONTACT_REVEAL_ABOUT_STAFF, Permission.CASE_ANSWER_INTERNAL)
def record_sheet_whole(number: str) -> BaseResponse:
    """With the telephone in whole, for whoever goes there with it; that stands in the register (T40, AH-6.2)."""
    with transaction():
        contacts.take_turn(me())
        case = scope.lock(me(), number)
        if not guards.can_reveal(me(), case) or case.party is None or not case.party.phone:
            raise NotFound
        refuse_shut(case, me())
        contacts.register([case.id], "phone", by=me(), at=g.at)
    return _printed(scope.read(me(), number), "phone")


def _printed(case: Case, revealed: str = "") -> BaseResponse:
    record = round_queries.of_round(case, sheet_parts.asked_round(case))
    content = record_sheets.draw(_sheet(record, revealed), g.at)
    return pdf(content, f"{case.archive_number}-{record.number}.pdf")


def _sheet(record: RoundRecord, revealed: str) -> Sheet:
    case = record.case
    return Sheet(
        estate=case.estate.name,
        title=_("客户投诉处理记录表"),
        numbers=[
            _("编号：%(form)s　版号：%(edition)s", form=FORM, edition=EDITION),
            sheet_parts.procedure(case),
        ],
        serial=sheet_parts.serial(record),
        top=sheet_parts.top(case, revealed),
        parts=[
            sheet_parts.content_part(record, _("投诉内容及要求")),
            _opinion(record),
            _handling(record),
            _review(record),
            _feedback(record),
            _verification(record),
        ],
        footer=sheet_parts.footer(case),
    )


def _opinion(record: RoundRecord) -> Part:
    """What it was judged to be, and to whom it was given with what requirements (VK-3.1, VK-4b)."""
    triage, assignment = record.last(Act.TRIAGE), record.assignment
    said, signature = [], Signature(_("签名"))
    if triage:
        said += [_judged(triage.data), record.said(triage)]
    if assignment:
        said += [_given(record, assignment), record.words(assignment.words_id)]
        signature = sheet_parts.signed(record, _("签名"), assignment.by_id, assignment.at)
    if triage:
        signature = sheet_parts.signed(record, _("签名"), triage.actor_id, triage.at)
    return Part(_("投诉专员意见"), sheet_parts.lines(said), signatures=[signature])


def _judged(data: Mapping[str, Any]) -> str:
    return _(
        "有效性：%(validity)s；紧急程度：%(urgency)s；复杂程度：%(complexity)s；类别：%(category)s。",
        validity=words.VALIDITIES[data["validity"]],
        urgency=words.URGENCIES[data["urgency"]],
        complexity=words.COMPLEXITIES[data["complexity"]],
        category=words.CATEGORIES[data["category"]],
    )


def _given(record: RoundRecord, assignment: Assignment) -> str:
    to = f"{record.dossier.department(assignment.department_id)} {record.name(assignment.handler_id)}"
    if assignment.wanted_by is None:
        return _("交%(to)s办理。", to=to)
    return _("交%(to)s办理，%(until)s前办完。", to=to, until=record.on(assignment.wanted_by))


def _handling(record: RoundRecord) -> Part:
    """The head of the department signs on paper: no act of the desk stands for it."""
    return Part(
        _("责任部门处理意见"),
        sheet_parts.lines(sheet_parts.handling(record)),
        signatures=[sheet_parts.handler_signed(record), Signature(_("部门经理签名"))],
    )


def _review(record: RoundRecord) -> Part:
    """With the general manager's word on a grave case, for which the form has no field of its own (VK-4g)."""
    review, approval = record.opinions.get(Act.REVIEW), record.opinions.get(Act.APPROVAL)
    said, until, signature = [], "", Signature(_("签名"))
    if review:
        said.append(_said(record, review))
        until = record.on(review.complete_by)
        signature = sheet_parts.signed(record, _("签名"), review.by_id, review.at)
    if approval:
        who = f"{record.name(approval.by_id)} {record.on(approval.at)}"
        said.append(_("总经理：%(said)s（%(who)s）", said=_said(record, approval), who=who))
    return Part(
        _("投诉专员审核意见"),
        sheet_parts.lines(said),
        notes=[(_("要求完成期限"), until)],
        signatures=[signature],
    )


def _said(record: RoundRecord, opinion: Opinion) -> str:
    return f"{wording.opinion(opinion.passed)}。{record.words(opinion.words_id)}"


def _feedback(record: RoundRecord) -> Part:
    """By the party's own hand where there is any; what they were told, and by whom (VK-4j)."""
    rated, told = record.rating, record.last(Act.INFORMING)
    said, recorder = [], Signature(_("（记录人）签名"))
    if rated:
        level = words.RATINGS[rated.level]
        said.append(_("本人网上评价：%(level)s。%(what)s", level=level, what=record.words(rated.words_id)))
    if told:
        said.append(sheet_parts.told(record, told))
        recorder = sheet_parts.signed(record, _("（记录人）签名"), told.actor_id, told.at)
    return Part(
        _("客户反馈意见"),
        sheet_parts.lines(said),
        signatures=[recorder, sheet_parts.customer_signed(record)],
    )


def _verification(record: RoundRecord) -> Part:
    """An attempt that came to no answer verifies nothing."""
    revisit = record.revisit
    timely, satisfied, courteous = sheet_parts.answers(revisit) if revisit else ("", "", "")
    is_answered = revisit is not None and revisit.reached
    return Part(
        _("投诉专员验证处理结果"),
        _("d) 意见或建议：%(what)s", what=record.words(revisit.words_id) if revisit and is_answered else ""),
        before=[
            (_("a) 投诉处理及时性"), timely),
            (_("b) 投诉处理满意度"), satisfied),
            (_("c) 投诉处理人态度"), courteous),
        ],
        signatures=[sheet_parts.revisitor_signed(record) if is_answered else Signature(_("签名"))],
    )
