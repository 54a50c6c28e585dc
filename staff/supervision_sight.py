"""Who looks: supervision at the whole estate, a department head at the own department (GZ-18); and at what."""

from typing import Any

from flask import g, request, url_for
from flask_babel import gettext as _

from shared.duties import counting, neglected, queries
from shared.duties.spans import Span
from shared.identity.models import Department, Estate
from shared.identity.permissions import Permission
from shared.identity.queries import departments
from shared.policies.duties import Counted, Duty, Every
from shared.register.views import View
from staff import estates
from staff.access import me
from staff.desk import NAMES

P = Permission


def of_estate() -> Estate:
    """The estate that is asked for, at which I supervise, or head a department; 404 for any other."""
    slug = request.values.get("estate")
    for permission in (P.SPOT_CHECK, P.DEPARTMENT_CHECK):
        if any(slug in (None, each.slug) for each in estates.offered(permission)):
            return estates.chosen(permission)
    return estates.chosen(P.SPOT_CHECK)


def checks_own(estate: Estate) -> bool:
    """Whether I see the own department alone there."""
    return not me().can(P.SPOT_CHECK, estate.id)


def own_departments(estate: Estate) -> list[Department]:
    return [each for each in departments(estate.id) if me().heads(each.id)]


def lying(estate: Estate) -> list[dict[str, Any]]:
    """What is late, stands still, is nobody's or is incomplete: how many, and the register that lists them."""
    found = neglected.counted(me(), estate.id, g.at)
    return [
        {
            "label": str(NAMES[view]),
            "n": n,
            "url": url_for("staff.register", view=view, estate=estate.slug),
            "state": "broken" if n and view is View.OVERDUE else "",
        }
        for view, n in found.items()
    ]


def reminders(estate: Estate) -> list[tuple[str, str]]:
    """State and sentence, for a period with fewer checks than the rule book asks; the one before, if there was any."""
    if not checks_own(estate):
        return _of_supervision(estate)
    return [
        ("near", _said_of(department, duty))
        for duty, span, _done in queries.owed(estate, Counted.DEPARTMENT_CHECK, g.at)
        if _is_now(span, estate)
        for department in own_departments(estate)
        if department.id in counting.lacking(estate, duty, span, g.at)
    ]


def _of_supervision(estate: Estate) -> list[tuple[str, str]]:
    told = []
    for duty, span, done in queries.owed(estate, Counted.SPOT_CHECK, g.at):
        if len(done) >= duty.at_least:
            continue
        facts = {"period": _called(span), "n": duty.at_least, "made": len(done), "clause": duty.clause}
        if _is_now(span, estate):
            text = _(
                "%(period)s应抽查 %(n)s 次，核对完的有 %(made)s 次（%(clause)s）。没核对完的、一次不足 3 件的不算。",
                **facts,
            )
            told.append(("near", text))
        elif not counting.is_excused(estate, duty, span, g.at):
            text = _("%(period)s应抽查 %(n)s 次，核对完的只有 %(made)s 次（%(clause)s）。", **facts)
            told.append(("broken", text))
    return told


def _is_now(span: Span, estate: Estate) -> bool:
    since, until = span.instants(estate.zone)
    return since <= g.at < until


def _said_of(department: Department, duty: Duty) -> str:
    return _(
        "%(department)s这一期应自查 %(n)s 次，还没有做够（%(clause)s）。没核对完的、一次不足 3 件的不算。",
        department=department.name,
        n=duty.at_least,
        clause=duty.clause,
    )


def _called(span: Span) -> str:
    if span.every is Every.MONTH:
        return _("%(month)s 月", month=span.starts_on.month)
    return _("%(first)s 至 %(last)s", first=span.starts_on, last=span.ends_on)
