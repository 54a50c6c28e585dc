"""The assessment ledger (考核台账): what waits for my decision, what is said of me, and everything in my sight."""

from dataclasses import replace
from typing import Any

from flask import g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared.assessment import guards, queries, rulebook, wording
from shared.assessment.models import Entry
from shared.assessment.queries import Wanted
from shared.assessment.reckoning import reckon
from shared.assessment.statements import Line
from shared.identity.models import Estate, User
from shared.identity.permissions import Permission
from shared.identity.queries import every_department
from shared.web import pages
from shared.words import Table
from staff import assessment_lines, blueprint, estates
from staff.access import me, requires
from staff.assessment_filter import LedgerFilter

P = Permission
DECIDE, OWN, ALL, DEPARTMENT = "decide", "own", "all", "department"
TABS: Table = {DECIDE: _l("待决定"), OWN: _l("我的"), ALL: _l("全部记录"), DEPARTMENT: _l("本部门")}
EMPTY: Table = {
    DECIDE: _l("没有等您决定的。"),
    OWN: _l("没有关于您的考核记录。"),
    ALL: _l("没有这样的考核记录。"),
    DEPARTMENT: _l("没有这样的考核记录。"),
}
AT_ONCE = 20  # that wait for a decision: of each the record is looked through anew


@blueprint.get("/assessment")
@requires(P.ASSESSMENT_OWN)
def assessment() -> Any:
    estate, user = estates.chosen(P.ASSESSMENT_OWN), me()
    waiting = _waiting(user, estate)
    offered = _tabs(user, estate)
    asked = request.args.get("show", offered[0])
    show = asked if asked in offered else offered[0]
    return pages.render(
        "staff/assessment/index.html",
        of_estate=estate,
        estates=estates.views(P.ASSESSMENT_OWN, estate, lambda e: url_for("staff.assessment", estate=e.slug)),
        show=show,
        tabs=[_tab(tab, show, estate, len(waiting)) for tab in offered],
        empty=str(EMPTY[show]),
        **(_to_decide(waiting, estate) if show == DECIDE else _listed(show, user, estate)),
        new_url=_address("new", estate) if guards.can_propose(user, estate.id) else "",
        month_url=_address("statement", estate),
        bonuses_url=_address("bonuses", estate) if user.can(P.BONUS_SET, estate.id) else "",
    )


def _address(page: str, estate: Estate, **more: Any) -> str:
    return url_for(f"staff.assessment_{page}", estate=estate.slug, **more)


def _tabs(user: User, estate: Estate) -> list[str]:
    """Those of this person; the first is what they come for."""
    return [
        *([DECIDE] if guards.may_decide(user, estate.id) else []),
        OWN,
        *([ALL] if guards.can_propose(user, estate.id) or user.can(P.ASSESSMENT_VIEW, estate.id) else []),
        *([DEPARTMENT] if _headed(user, estate) else []),
    ]


def _headed(user: User, estate: Estate) -> list[int]:
    return [department.id for department in estate.departments if user.heads(department.id)]


def _tab(tab: str, show: str, estate: Estate, waiting: int) -> dict[str, Any]:
    return {
        "label": str(TABS[tab]),
        "url": url_for("staff.assessment", estate=estate.slug, show=tab),
        "count": waiting if tab == DECIDE else None,
        "current": tab == show,
    }


def _waiting(user: User, estate: Estate) -> list[Line]:
    """What I may decide or hear, the oldest first."""
    found = [*queries.to_decide(user, estate.id), *queries.to_hear(user, estate.id)]
    return sorted(found, key=lambda line: (line.entry.proposed_at, line.entry.id))


def _to_decide(waiting: list[Line], estate: Estate) -> dict[str, Any]:
    shown = waiting[:AT_ONCE]
    drawn = assessment_lines.drawn(shown, rulebook.unit_at(estate, g.at))
    return {
        "lines": [
            {**line, **_now(each.entry)} if not _is_appealed(each) else line
            for line, each in zip(drawn, shown, strict=True)
        ],
        "left": len(waiting) - len(shown),
    }


def _is_appealed(line: Line) -> bool:
    return line.standing.state == queries.APPEALED


def _now(entry: Entry) -> dict[str, Any]:
    """What the article sets by the record of now, and how many in a row that would make."""
    found = reckon(entry, g.at)
    return {
        "amount": wording.range_of(found.least, found.most, found.unit),
        "row": _("连续第 %(n)s 次", n=found.place) if found.place > 1 else "",
        "is_doubled": found.multiplier > 1 and bool(found.most),
    }


def _listed(show: str, user: User, estate: Estate) -> dict[str, Any]:
    form = None if show == OWN else LedgerFilter.asked(user, estate, show)
    wanted = form.wanted() if form else Wanted(person_id=user.id)
    if show == DEPARTMENT:
        wanted = replace(wanted, department_id=_headed(user, estate)[0])
    found = queries.page(user, estate.id, wanted, _before())
    here: dict[str, Any] = {"estate": estate.slug, "show": show}
    further: dict[str, Any] = {**request.args.to_dict(), **here, "before": found.next}
    return {
        "lines": assessment_lines.drawn(found.lines, rulebook.unit_at(estate, g.at)),
        "form": form,
        "hidden": here,
        "clear_url": url_for("staff.assessment", **here) if form and form.is_used else "",
        "more_url": url_for("staff.assessment", **further) if found.next else "",
        "departments": _departments(show, user, estate),
    }


def _departments(show: str, user: User, estate: Estate) -> list[tuple[str, str]]:
    """Name and month's page of each department whose month I may read."""
    if show not in (ALL, DEPARTMENT):
        return []
    return [
        (department.name, _address("department", estate, department=department.id))
        for department in every_department(estate.id)
        if queries.department_open_to(user, estate, department.id)
    ]


def _before() -> int | None:
    asked = request.args.get("before", "")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else None
