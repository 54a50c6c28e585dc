"""Dispatch (派单): a department and one named handler, with what they need to know (GZ-10, AH-3.1)."""

from collections.abc import Collection
from datetime import datetime

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from shared import clock, words
from shared.cases.lifecycle import Act, State
from shared.cases.models import Case
from shared.deadlines import promises
from shared.deadlines import queries as deadlines
from shared.identity import leaves
from shared.identity.models import Department, Leave, User
from shared.identity.permissions import Permission
from shared.ownership import dispatching, guards, routing
from staff.cases import queries, seats
from staff.cases.acts import CaseAct, declare
from staff.cases.forms import ActForm, instant, menu, moment, pick_from, text

PROMISED = ("completion_complex", "completion")
WITH_HANDLER = (State.DISPATCHED, State.HANDLING)


class DispatchForm(ActForm):
    """One list for department and handler: they are one decision."""

    handler = menu(
        _l("派给谁"),
        _l("请选择处理人。"),
        description=_l("负责这类诉求的部门在前，手上件数少的在前。"),
        render_kw={"autofocus": True},
    )
    requirements = text(
        _l("要求"),
        description=_l("把全部情况告诉处理人：要做什么，怎样算办好，怎么联系（GZ-10）。业主看不到。"),
        render_kw={"rows": 4},
    )
    wanted_by = moment(_l("希望办完"), description=_l("不改变对业主承诺的时限。"))
    overruled = BooleanField(_l("已看过退单理由，仍派给退过单的部门，并且不能再退"))


def _option(
    department: Department, handler: User, load: int, leave: Leave | None, returned: bool
) -> tuple[str, str]:
    held = seats.burden(load, leave)
    if returned:
        held = _("%(held)s，本轮退过单", held=held)
    return seats.code(department.id, handler.id), words.remarked(f"{department.name} · {handler.name}", held)


def prepare(form: DispatchForm, case: Case, user: User) -> None:
    """Whom the estate's routing proposes is chosen already, and why stands beside it; the person decides."""
    offered = queries.handlers_for(case)
    away = leaves.away([handler.id for _department, handler, _load in offered], clock.now())
    returned = dispatching.handed_back(case)
    if not returned:
        del form.overruled
    offered.sort(key=lambda row: row[0].id in returned)  # the rest stays in its order
    options = [_option(*row, away.get(row[1].id), row[0].id in returned) for row in offered]
    pick_from(form.handler, options, _("请选择"))
    if form.handler.raw_data:
        # It has been sent: why somebody was proposed is looked up again only if the form is shown again.
        form.handler.description = LazyString(_explained, form.handler.description, case, returned)
    elif found := _proposed(case, returned):
        proposed, handler = found
        form.handler.description = _why(proposed, handler, case)
        form.handler.data = seats.code(proposed.department.id, handler.id)


def _proposed(case: Case, returned: Collection[int]) -> tuple[routing.Proposal, User] | None:
    """What the estate's routing proposes, unless nobody can take it or the department has handed it back."""
    proposed = routing.proposal(case, clock.now())
    if proposed is None or proposed.handler is None or proposed.department.id in returned:
        return None
    return proposed, proposed.handler


def _explained(usual: str, case: Case, returned: Collection[int]) -> str:
    found = _proposed(case, returned)
    return _why(*found, case) if found else str(usual)


def _why(proposed: routing.Proposal, handler: User, case: Case) -> str:
    """`按“设施设备 · 3号楼”分派；王强在办 2 件，部门里最少。`"""
    matter = str(words.CATEGORIES[case.category])
    if proposed.at_building and case.building:
        matter = f"{matter} · {case.building.name}"
    said = {"matter": matter, "name": handler.name, "held": seats.burden(proposed.in_hand)}
    if proposed.stands_in_for is not None:
        return _(
            "按“%(matter)s”分派；%(away)s休假，由%(name)s代理，%(held)s。",
            away=proposed.stands_in_for.name,
            **said,
        )
    if proposed.named:
        return _("按“%(matter)s”分派给%(name)s，%(held)s。", **said)
    return _("按“%(matter)s”分派；%(name)s%(held)s，部门里最少。", **said)


def _hint(case: Case) -> str:
    """From whom it would be taken."""
    if case.handler is None or case.state not in WITH_HANDLER:
        return ""
    return _(
        "现在由%(name)s办理。改派以后由新的处理人签收，%(name)s不再办理，时限不变。", name=case.handler.name
    )


def send(case: Case, form: DispatchForm, by: User, at: datetime) -> str:
    department, handler = seats.chosen(form.handler.data)
    dispatching.dispatch(
        case,
        by=by,
        at=at,
        department=department,
        handler=handler,
        requirements=form.requirements.data or "",
        wanted_by=instant(form.wanted_by.data, case.estate.zone),
        overruled=bool(form.overruled and form.overruled.data),
    )
    return _("已派给%(department)s%(handler)s", department=department.name, handler=handler.name)


def promised(case: Case) -> str:
    """`，时限 24 日 18:00 前（MS-3）。`: what the owner was promised, and by which clause."""
    now = clock.now()
    for deadline in deadlines.of_case(case.id):
        if deadline.round == case.round and deadline.rule in PROMISED and not deadline.ended_at:
            due = promises.due_text(deadline.due_at, now, case.estate.zone)
            return _("，时限 %(due)s（%(clause)s）。", due=due, clause=deadline.clause)
    return _("。")


declare(
    CaseAct(
        slug="dispatch",
        act=Act.DISPATCH,
        permission=Permission.CASE_DISPATCH,
        allowed=guards.can_dispatch,
        label=_l("派单"),
        title=_l("派给部门和处理人"),
        form=DispatchForm,
        prepare=prepare,
        do=send,
        hint=_hint,
        afterwards=promised,
        clause="GZ-10",
        key="a",
    )
)
