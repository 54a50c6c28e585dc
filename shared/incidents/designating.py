"""Designation (指定办理): the general manager names the department or person for what was reported again (VK-4e)."""

from datetime import datetime

from flask_babel import gettext as _

from shared import events
from shared.cases import acting, participation
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.identity.models import Department, User
from shared.identity.permissions import Permission
from shared.incidents import guards, repeats
from shared.incidents.events import HandlerDesignated
from shared.incidents.models import SpecialReport


def designate(
    case: Case, *, by: User, at: datetime, department: Department, handler: User | None = None, note: str = ""
) -> SpecialReport:
    """From now on only this department, or this person of it, can be given the case; a later naming replaces it.

    Raises Refused without a special report, and where the named could not handle the case.
    """
    acting.refuse_unless(
        guards.can_designate(by, case), _("有专题报告的诉求，由总经理指定部门或人员。"), "VK-4e"
    )
    _check(case, department, handler)
    report = repeats.special_reports_of(case)[-1]
    report.designated_at, report.designated_by_id = at, by.id
    report.department_id, report.handler_id = department.id, handler.id if handler else None
    participation.leave(case, participation.DESIGNATED, at=at)
    whom = {"user_id": handler.id} if handler else {"department_id": department.id}
    participation.enter(case, participation.DESIGNATED, at, **whom)
    _id, words = acting.write_words(case, note, public=False)
    acting.perform(
        case,
        Act.DESIGNATION,
        by=by,
        at=at,
        public=False,
        data={"department": department.id, "handler": report.handler_id, "report": report.id, **words},
    )
    events.publish(HandlerDesignated(case.id, report.id, at))
    return report


def _check(case: Case, department: Department, handler: User | None) -> None:
    acting.refuse_unless(department.estate_id == case.estate_id, _("请选择本小区的部门。"), "VK-4e")
    if handler is None:
        return
    acting.refuse_unless(
        handler.is_active
        and department.id in handler.department_ids
        and handler.can(Permission.CASE_ACCEPT, case.estate_id),
        _("%(name)s不在这个部门，或不办理诉求。请另选。", name=handler.name),
        "VK-4e",
    )
    acting.refuse_unless(
        not participation.is_about(case, handler),
        _("这件诉求涉及%(name)s，请另选。", name=handler.name),
        "VK-4e",
    )
