"""The words of each message, made when it is sent. Never the owner's own words, nor a telephone of theirs."""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import force_locale
from flask_babel import gettext as _

from shared import addresses
from shared.cases import links
from shared.cases.models import Case, Escalation
from shared.clock import written
from shared.database import db
from shared.deadlines import naming
from shared.deadlines.models import Deadline
from shared.escalation.models import Rung
from shared.notifications import (
    answering,
    assessments_wording,
    data_rights_wording,
    grave_wording,
    handovers_wording,
    openings_wording,
    outstanding_wording,
    party_acts_wording,
    returns_wording,
    surveying,
    tasks_wording,
)
from shared.ownership.models import Assignment, Transfer


@dataclass(frozen=True, slots=True)
class Written:
    """*link*: where it is looked at; empty without PUBLIC_URL, when no message could hold an address."""

    subject: str
    text: str
    link: str


ASKING_FOR_RATING = frozenset({"informed", "survey"})

Lines = tuple[str, list[str]]  # the subject, and what is to be said


def write(case: Case, about: str, detail: str | None, locale: str) -> Written | None:
    """The message *about* something, in *locale*; None when by now there is nothing left to say."""
    with force_locale(locale):
        is_partys = about in _TO_PARTY
        said = _TO_PARTY[about](case, detail) if is_partys else _TO_STAFF[about](case, detail)
        if said is None:
            return None
        subject, lines = said
        link = _link(case, about, detail, is_partys=is_partys)
        around = _for_party(case, link) if is_partys else _for_staff(case, link)
        return Written(subject, "\n\n".join([_("您好，"), *lines, *around]) + "\n", link)


def _link(case: Case, about: str, detail: str | None, *, is_partys: bool) -> str:
    """Of the owner's page, open where the message asks something; for staff of the case, or of its entry."""
    if not is_partys:
        link = assessments_wording.link(about, detail) or addresses.staff_case(case.archive_number)
    else:
        place = "#rating" if about in ASKING_FOR_RATING else ""
        link = addresses.private_link(links.current_token(case)) + place
    return link if link.startswith("http") else ""


def _for_party(case: Case, link: str) -> list[str]:
    estate = case.estate
    told = [_("查询号：%(reference)s", reference=case.shown_reference)]
    if link:
        told.append(_("查看进度：%(link)s\n这个链接只属于您，请不要转发。", link=link))
    told.append(_("服务热线：%(hotline)s（%(hours)s）", hotline=estate.hotline, hours=estate.hours))
    told.append(_("%(estate)s物业服务中心", estate=estate.name) + "\n" + answering.closing(case))
    return told


def _for_staff(case: Case, link: str) -> list[str]:
    told = [_("档案编号：%(number)s（%(estate)s）", number=case.archive_number, estate=case.estate.name)]
    return [*told, _("打开：%(link)s", link=link)] if link else told


def _received(case: Case, _detail: str | None) -> Lines:
    return _("已收到您的诉求 %(reference)s", reference=case.shown_reference), [
        _("您的诉求已经收到，正在安排专人受理。处理有进展时会再告诉您。"),
        *answering.left_out(case),
    ]


def _mail_added(case: Case, detail: str | None) -> Lines:
    return _("已收到您的补充 %(reference)s", reference=case.shown_reference), [
        _("您用邮件补充的内容已经记下，处理人会看到。如果这不是您发的，请打服务热线告诉我们。"),
        *answering.left_out(case, detail),
    ]


def _dispatched(case: Case, detail: str | None) -> Lines:
    department = case.lead_department
    if detail and (assignment := db.session.get(Assignment, int(detail))):
        department = assignment.department
    lines = [_("您的诉求已派给%(department)s处理。", department=department.name)] if department else []
    if case.first_responder:
        lines.append(_("首问责任人：%(name)s，由其跟进到底。", name=case.first_responder.name))
    return _("您的诉求已派单 %(reference)s", reference=case.shown_reference), lines


def _informed(case: Case, _detail: str | None) -> Lines:
    """The result and the survey in one message (MS-4): two within a minute would be read as one, and cost as two."""
    return _("您的诉求有处理结果了 %(reference)s", reference=case.shown_reference), [
        _("处理结果已经可以查看。请告诉我们您是否满意；不满意，我们会重新办理。")
    ]


def _survey(case: Case, detail: str | None) -> Lines | None:
    """The one reminder of it; nothing when they have said meanwhile what they think."""
    if not surveying.is_awaited(case, detail):
        return None
    return _("您对处理结果满意吗 %(reference)s", reference=case.shown_reference), [
        _("处理结果已经告诉您，还没有收到您的评价。点开链接，点一下就行；不满意，我们会重新办理。"),
        _("只提醒这一次。"),
    ]


def _reopened(case: Case, detail: str | None) -> Lines:
    return _("您的诉求重新办理 %(reference)s", reference=case.shown_reference), [
        _("您的诉求已进入第 %(round)s 轮办理，查询号不变。", round=detail or case.round)
    ]


def _closed(case: Case, _detail: str | None) -> Lines:
    return _("您的诉求已结案 %(reference)s", reference=case.shown_reference), [
        _("您的诉求已经结案。如果问题再次出现，或您仍不满意，可以要求重新办理。")
    ]


def _assigned(case: Case, detail: str | None) -> Lines | None:
    assignment = db.session.get(Assignment, int(detail or 0))
    if assignment is None or assignment.ended_at is not None:
        return None
    lines = [_("有一件诉求派给您办理，请尽快签收。")]
    if assignment.wanted_by:
        lines.append(_("要求完成时间：%(when)s", when=written(assignment.wanted_by, case.estate.zone)))
    return _("派单：%(number)s", number=case.archive_number), lines


def _transfer_asked(case: Case, detail: str | None) -> Lines | None:
    transfer = db.session.get(Transfer, int(detail or 0))
    if transfer is None or transfer.answered_at is not None:
        return None
    return _("请您接任首问责任人：%(number)s", number=case.archive_number), [
        _(
            "%(giver)s的首问责任请求移交给您。您接受之前，责任仍在%(giver)s。请打开后接受或谢绝。",
            giver=transfer.giver.name,
        )
    ]


def _deadline_near(case: Case, detail: str | None) -> Lines | None:
    deadline = db.session.get(Deadline, int(detail or 0))
    if deadline is None or deadline.met_at or deadline.ended_at or deadline.breached_at:
        return None
    said = _clock(case, deadline)
    return _("时限将到：%(number)s", number=case.archive_number), [
        _("“%(clock)s”时限（%(clause)s）将于 %(when)s 到期，请及时办理。", **said)
    ]


def _deadline_broken(case: Case, detail: str | None) -> Lines | None:
    deadline = db.session.get(Deadline, int(detail or 0))
    if deadline is None:
        return None
    said = _clock(case, deadline)
    done = _("现已办理。") if deadline.met_at else _("仍未办理，请立即处理。")
    return _("时限已超：%(number)s", number=case.archive_number), [
        _("“%(clock)s”时限（%(clause)s）已于 %(when)s 到期。", **said) + done
    ]


def _deadline_unanswered(case: Case, detail: str | None) -> Lines | None:
    """To a level above the first; nothing when the duty was done before it could be sent."""
    rung = db.session.get(Rung, int(detail or 0))
    deadline = db.session.get(Deadline, rung.deadline_id) if rung else None
    if deadline is None or deadline.met_at or deadline.ended_at:
        return None
    said = _clock(case, deadline)
    return _("超时无人回应：%(number)s", number=case.archive_number), [
        _("“%(clock)s”时限（%(clause)s）已于 %(when)s 到期，仍未办理。", **said)
        + _("上一级收到提醒后没有回应，现提醒到您这一级。请督促办理，并打开点“知悉”。")
    ]


def _escalated(case: Case, detail: str | None) -> Lines | None:
    escalation = db.session.get(Escalation, int(detail or 0))
    if escalation is None or escalation.answered_at is not None:
        return None
    return _("有一件诉求上报给您：%(number)s", number=case.archive_number), [
        _("%(name)s上报：这件诉求不能按时办完。请打开查看情况，并点“知悉”。", name=escalation.by.name)
    ]


def _internal_report(case: Case, _detail: str | None) -> Lines:
    """Nothing of what it says: a letter may be read over somebody's shoulder."""
    return _("有一件内部反映：%(number)s", number=case.archive_number), [
        _("有员工反映内部问题，只有您这一级能看到。请打开后领取。不要转发，不要向被反映的人透露。")
    ]


def _not_satisfied(case: Case, detail: str | None) -> Lines:
    return _("回访不满意：%(number)s", number=case.archive_number), [
        _("诉求人对第 %(round)s 轮的处理不满意，请分析原因，确定整改措施。", round=detail or case.round)
    ]


def _clock(case: Case, deadline: Deadline) -> dict[str, str]:
    return {
        "clock": naming.name(deadline.rule),
        "clause": deadline.clause,
        "when": written(deadline.due_at, case.estate.zone),
    }


_TO_PARTY: dict[str, Callable[[Case, str | None], Lines | None]] = {
    "received": _received,
    "mail_added": _mail_added,
    "dispatched": _dispatched,
    "informed": _informed,
    "survey": _survey,
    "reopened": _reopened,
    "closed": _closed,
    **party_acts_wording.TO_PARTY,
    **data_rights_wording.TO_PARTY,
}
_TO_STAFF: dict[str, Callable[[Case, str | None], Lines | None]] = {
    "assigned": _assigned,
    "transfer_asked": _transfer_asked,
    "deadline_near": _deadline_near,
    "deadline_broken": _deadline_broken,
    "deadline_unanswered": _deadline_unanswered,
    "escalated": _escalated,
    "not_satisfied": _not_satisfied,
    "internal_report": _internal_report,
    **assessments_wording.TO_STAFF,
    **grave_wording.TO_STAFF,
    **handovers_wording.TO_STAFF,
    **openings_wording.TO_STAFF,
    **outstanding_wording.TO_STAFF,
    **returns_wording.TO_STAFF,
    **tasks_wording.TO_STAFF,
    **party_acts_wording.TO_STAFF,
    **data_rights_wording.TO_STAFF,
}
