"""The month of a person, and of a department (考核月结单): each entry, what stands, what the bonus pays (GZ-20)."""

from typing import Any

from flask import g, url_for
from flask_babel import gettext as _

from shared.assessment import months, queries, rulebook, statements, wording
from shared.assessment.statements import DepartmentStatement, Statement
from shared.errors import NotFound
from shared.identity.models import Estate, User
from shared.identity.permissions import Permission, Role
from shared.identity.queries import people_with
from shared.web import pages
from staff import assessment_asked, assessment_lines, blueprint, estates
from staff.access import me, requires
from staff.assessment_filter import month_in_words

P = Permission


@blueprint.get("/assessment/statement")
@requires(P.ASSESSMENT_OWN)
def assessment_statement() -> Any:
    """Of the person and the month in the address; one's own of this month where it names none."""
    estate = estates.chosen(P.ASSESSMENT_OWN)
    person, month = assessment_asked.person(estate), assessment_asked.month(estate)
    if not queries.statement_open_to(me(), estate, person):
        raise NotFound
    found, unit = statements.of_person(estate, person, month), rulebook.unit_at(estate, g.at)
    return pages.render(
        "staff/assessment/statement.html",
        of_estate=estate,
        person=person,
        month=month_in_words(month),
        month_number=month,
        people=_people(estate, person, month),
        sums=_sums(found, unit),
        open=found.open,
        lines=[
            {**drawn, "paid": wording.amount(line.paid.paid, unit) if line.paid else ""}
            for drawn, line in zip(assessment_lines.drawn(found.lines, unit), found.lines, strict=True)
        ],
        pdf_url=_address(estate, "statement_pdf", month, person=person.username),
        back_url=url_for("staff.assessment", estate=estate.slug),
        **_turning(estate, "statement", month, person=person.username),
    )


def _address(estate: Estate, page: str, month: int, **more: Any) -> str:
    return url_for(f"staff.assessment_{page}", estate=estate.slug, month=month, **more)


def _turning(estate: Estate, page: str, month: int, **more: Any) -> dict[str, Any]:
    """The months beside this one; none that has not begun."""
    is_last = month >= months.month_of(g.at, estate.zone)
    return {
        "before_url": _address(estate, page, months.before(month), **more),
        "after_url": "" if is_last else _address(estate, page, months.after(month), **more),
    }


def _people(estate: Estate, current: User, month: int) -> list[tuple[str, str, bool]]:
    """Username, name and whether it is the one shown, for whoever may read everybody's month."""
    if not me().can(P.ASSESSMENT_VIEW, estate.id):
        return []
    found = {user.username: user.name for user in people_with(list(Role), estate.id)}
    found.setdefault(current.username, current.name)
    return [(username, name, username == current.username) for username, name in found.items()]


def _sums(found: Statement, unit: str) -> list[tuple[str, str]]:
    bonus = wording.amount(found.bonus.amount, unit) if found.bonus else _("还没有填")
    return [
        (_("当月奖金"), bonus),
        (_("扣罚"), wording.amount(found.fines, unit)),
        (_("从奖金扣"), wording.amount(found.paid, unit) if found.bonus else ""),
        (_("不再扣"), wording.amount(found.unpaid, unit) if found.unpaid else ""),
        (_("工资下浮"), wording.amount(found.wages, unit)),
        (_("奖励"), wording.amount(found.rewards, unit)),
        (_("等处理的"), _("%(n)s 条", n=found.open) if found.open else ""),
    ]


@blueprint.get("/assessment/department")
@requires(P.ASSESSMENT_VIEW, P.ASSESSMENT_PROPOSE)
def assessment_department() -> Any:
    """Of a department and a month: a line for each of its people, for its head and who answers for the estate."""
    estate = estates.chosen(P.ASSESSMENT_OWN)
    department, month = assessment_asked.department(estate), assessment_asked.month(estate)
    if not queries.department_open_to(me(), estate, department.id):
        raise NotFound
    found = statements.of_department(estate, department.id, month)
    unit = rulebook.unit_at(estate, g.at)
    return pages.render(
        "staff/assessment/department.html",
        of_estate=estate,
        department=department,
        month=month_in_words(month),
        sums=_of_department(found, unit),
        people=[_of_one(estate, each, unit) for each in found.people],
        team=assessment_lines.drawn(found.team, unit),
        back_url=url_for("staff.assessment", estate=estate.slug),
        **_turning(estate, "department", month, department=department.id),
    )


def _of_department(found: DepartmentStatement, unit: str) -> list[tuple[str, str]]:
    return [
        (_("扣罚"), wording.amount(found.fines, unit)),
        (_("工资下浮"), wording.amount(found.wages, unit)),
        (_("奖励"), wording.amount(found.rewards, unit)),
    ]


def _of_one(estate: Estate, found: Statement, unit: str) -> dict[str, Any]:
    """The way to the person's own month only for whom that is open: a head sees what came of the department's work."""
    is_open = queries.statement_open_to(me(), estate, found.user)
    return {
        "name": found.user.name,
        "url": _address(estate, "statement", found.month, person=found.user.username) if is_open else "",
        "entries": len(found.lines),
        "open": found.open,
        "fines": wording.amount(found.fines, unit),
        "paid": wording.amount(found.paid, unit),
        "wages": wording.amount(found.wages, unit),
        "rewards": wording.amount(found.rewards, unit),
    }
