"""Designation (指定办理): of what was reported again, the general manager names the department or person (VK-4e)."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.database import db
from shared.identity.models import Department, User
from shared.identity.permissions import Permission
from shared.identity.queries import departments
from shared.incidents import designating, guards
from staff.cases import queries, seats
from staff.cases.acts import CaseAct, declare
from staff.cases.forms import ActForm, menu, pick_from, text


class DesignationForm(ActForm):
    whom = menu(
        _l("指定谁办理"),
        _l("请选择部门或人员。"),
        description=_l("指定后只能派给所指定的部门或人员，直到您改派。"),
    )
    note = text(
        _l("要求"), description=_l("前几次为什么没解决，这次要做到什么。业主看不到。"), render_kw={"rows": 4}
    )


def _prepare(form: DesignationForm, case: Case, user: User) -> None:
    places = departments(case.estate_id)
    offered: list[tuple[object, str]] = []
    able = queries.people_for(case, Permission.CASE_ACCEPT)
    for place in places:
        offered.append((seats.code(place.id), _("%(department)s（由部门定人）", department=place.name)))
        offered += [
            (seats.code(place.id, person.id), f"{place.name} · {person.name}")
            for person in able
            if place.id in person.department_ids
        ]
    pick_from(form.whom, offered, _("请选择"))


def _do(case: Case, form: DesignationForm, by: User, at: datetime) -> str:
    department_id, handler_id = seats.ids(form.whom.data)
    department = db.session.get_one(Department, department_id)
    handler = db.session.get_one(User, handler_id) if handler_id else None
    designating.designate(
        case, by=by, at=at, department=department, handler=handler, note=form.note.data or ""
    )
    whom = f"{department.name}{handler.name if handler else ''}"
    return _("已指定%(whom)s办理，调度会照此派单。", whom=whom)


declare(
    CaseAct(
        slug="designation",
        act=Act.DESIGNATION,
        permission=Permission.CASE_DESIGNATE,
        allowed=guards.can_designate,
        label=_l("指定办理"),
        title=_l("指定部门或人员"),
        hint=lambda case: _("同一人就同一问题再次提出的，由总经理指定（VK-4e）。"),
        form=DesignationForm,
        prepare=_prepare,
        do=_do,
        clause="VK-4e",
        tone="internal",
    )
)
