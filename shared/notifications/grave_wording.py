"""The words of what is told about grave cases and the measures on them. None of the owner's own."""

from collections.abc import Callable

from flask_babel import gettext as _

from shared.cases import measures
from shared.cases.lifecycle import Act
from shared.cases.measures import Awaited
from shared.cases.models import Case, Opinion, Plan
from shared.cases.vocabulary import Severity
from shared.database import db
from shared.incidents.models import SpecialReport
from shared.severity import wording as reasons
from shared.severity.models import Grading

Lines = tuple[str, list[str]]  # the subject, and what is to be said


def _major(case: Case, detail: str | None) -> Lines | None:
    grading = db.session.get(Grading, int(detail or 0))
    if grading is None or case.severity != Severity.MAJOR:
        return None
    why = reasons.summary(grading.reasons)
    if grading.by is None:
        said = _("系统按规则暂定为重大：%(why)s。请安排人确认。", why=why)
    else:
        said = _("%(name)s定为重大：%(why)s。", name=grading.by.name, why=why)
    return _("重大诉求：%(number)s", number=case.archive_number), [said]


def _major_progress(case: Case, detail: str | None) -> Lines:
    what = (detail or "").partition(":")[0]
    said = {
        "progress": _("这件重大诉求有新的进展，已告诉诉求人。"),
        "plan": _("这件重大诉求有了处理方案。"),
        "completion": _("这件重大诉求已办结，接下来告知诉求人并回访。"),
    }
    return _("重大诉求进展：%(number)s", number=case.archive_number), [said.get(what, said["progress"])]


def _review_wanted(case: Case, detail: str | None) -> Lines | None:
    awaited = _awaited(case, Act.REVIEW, detail)
    if awaited is None:
        return None
    return _("请审核方案：%(number)s", number=case.archive_number), [
        _("处理方案已提交，请审核。审核通过后才能办结（%(clause)s）。", clause=awaited.clause)
    ]


def _approval_wanted(case: Case, detail: str | None) -> Lines | None:
    awaited = _awaited(case, Act.APPROVAL, detail)
    if awaited is None:
        return None
    return _("请批准方案：%(number)s", number=case.archive_number), [
        _("重大诉求的处理方案在等您批准。批准后才能办结（%(clause)s）。", clause=awaited.clause)
    ]


def _awaited(case: Case, act: Act, detail: str | None) -> Awaited | None:
    """What the plan it was about still waits for; None when it does not any more."""
    awaited, plan = measures.awaited(case), measures.standing_on(case).plan
    if awaited is None or awaited.act is not act or plan is None or str(plan.id) != detail:
        return None
    return awaited


def _plan_answered(case: Case, detail: str | None) -> Lines | None:
    opinion = db.session.get(Opinion, int(detail or 0))
    plan = db.session.get(Plan, opinion.plan_id) if opinion else None
    if opinion is None or plan is None or plan.replaced_at is not None:
        return None
    passed, returned = _("处理方案已通过，可以照方案办理。"), _("处理方案被退回，请打开看意见，改好再交。")
    return _("方案有答复：%(number)s", number=case.archive_number), [passed if opinion.passed else returned]


def _special_report(case: Case, detail: str | None) -> Lines | None:
    report = db.session.get(SpecialReport, int(detail or 0))
    if report is None or report.designated_at is not None:
        return None
    return _("专题报告：%(number)s", number=case.archive_number), [
        _(
            "同一诉求人就同一问题第 %(n)s 次提出诉求（%(clause)s）。请打开查看前几次的办理情况，指定部门或人员。",
            n=report.nth,
            clause=report.clause,
        )
    ]


def _designated(case: Case, detail: str | None) -> Lines | None:
    report = db.session.get(SpecialReport, int((detail or "0").partition(":")[0]))
    if report is None or report.department is None:
        return None
    whom = report.department.name + (f" {report.handler.name}" if report.handler else "")
    return _("总经理已指定办理：%(number)s", number=case.archive_number), [
        _("总经理指定由%(whom)s办理。请照此派单（VK-4e）。", whom=whom)
    ]


TO_STAFF: dict[str, Callable[[Case, str | None], Lines | None]] = {
    "major": _major,
    "major_progress": _major_progress,
    "review_wanted": _review_wanted,
    "approval_wanted": _approval_wanted,
    "plan_answered": _plan_answered,
    "special_report": _special_report,
    "designated": _designated,
}
