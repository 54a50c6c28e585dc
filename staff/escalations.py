"""What waits for my answer (待我知悉): breaches that climbed to me, and what colleagues escalated to me (GZ-13)."""

from datetime import timedelta
from typing import Any

from flask import abort, flash, g, request, url_for
from flask_babel import gettext as _

from shared import words
from shared.cases.models import Case
from shared.clock import now
from shared.database import transaction
from shared.deadlines import naming
from shared.deadlines.models import Deadline
from shared.errors import Refused
from shared.escalation import acknowledging, queries
from shared.escalation.queries import Breach, Report
from shared.identity.permissions import Permission
from shared.web import pages
from staff import blueprint
from staff.access import me, requires
from staff.cases import facts, wording
from staff.cases.told import role_name
from staff.lists import case_url

KEPT = timedelta(days=30)  # how long what I answered stays on the page


def breach_text(deadline: Deadline, zone: str) -> str:
    """`48 小时内办结（MS-3）没有做到，11 月 20 日 10:00 到期。`"""
    return _(
        "%(promise)s（%(clause)s）没有做到，%(when)s 到期。",
        promise=naming.phrase(deadline.rule, deadline.term),
        clause=deadline.clause,
        when=wording.when(deadline.due_at, now(), zone),
    )


def _breach(found: Breach) -> dict[str, Any]:
    zone = found.case.estate.zone
    return {
        **_of_case(found.case),
        "kind": _("超时提醒"),
        "text": breach_text(found.deadline, zone),
        "as_what": _("您是%(role)s", role=role_name(found.rung.role)),
        "since": wording.when(found.rung.given_at, now(), zone),
        "answered": wording.when(found.rung.answered_at, now(), zone) if found.rung.answered_at else "",
        "field": ("rung", found.rung.id),
    }


def _report(found: Report) -> dict[str, Any]:
    escalation, zone = found.escalation, found.case.estate.zone
    return {
        **_of_case(found.case),
        "kind": _("上报"),
        "text": _("%(name)s上报：%(words)s", name=escalation.by.name, words=found.words),
        "as_what": "",
        "since": wording.when(escalation.at, now(), zone),
        "answered": wording.when(escalation.answered_at, now(), zone) if escalation.answered_at else "",
        "field": ("escalation", escalation.id),
    }


def _of_case(case: Case) -> dict[str, Any]:
    return {"number": case.archive_number, "url": case_url(case.archive_number), "title": facts.title(case)}


def _by_case(lines: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """One answer for everything on a case: several of its clocks may have broken."""
    found: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        found.setdefault(line["number"], []).append(line)
    return list(found.values())


@blueprint.get("/escalations")
@requires(Permission.DESK_VIEW)
def escalations() -> Any:
    user, since = me(), g.at - KEPT
    waiting = [*map(_report, queries.reports(user)), *map(_breach, queries.breaches(user))]
    return pages.render(
        "staff/escalations.html",
        waiting=_by_case(waiting),
        answered=[
            *map(_report, queries.answered_reports(user, since)),
            *map(_breach, queries.answered_breaches(user, since)),
        ],
    )


@blueprint.post("/escalations", endpoint="escalations_answer")
@requires(Permission.DESK_VIEW)
def answer() -> Any:
    """I have heard of everything that the form names. Back to where I was: the case, or this list."""
    by, at = me(), now()
    rungs, reports = _ids("rung"), _ids("escalation")
    if not rungs and not reports:
        abort(404)
    refused: list[str] = []
    with transaction():
        cases = [acknowledging.answer_escalation(report, by=by, at=at) for report in reports]
        for rung in rungs:
            try:
                cases.append(acknowledging.answer_rung(rung, by=by, at=at))
            except Refused as refusal:  # a colleague was first: the rest is still mine to answer
                refused.append(refusal.message)
        numbers = sorted({case.archive_number for case in cases})
    for message in dict.fromkeys(refused):
        flash(message)
    if numbers:
        flash(_("已记下您知悉 %(number)s。时限没有停，事情还要办。", number=words.listed(numbers)))
    if request.form.get("next") == "case" and len(numbers) == 1:
        return pages.see_other(case_url(numbers[0]))
    return pages.see_other(url_for("staff.escalations"))


def _ids(name: str) -> list[int]:
    """The numbers of that name in the form; nonsense is nobody's notice."""
    found = request.form.getlist(name)
    if not all(text.isascii() and text.isdecimal() and len(text) < 10 for text in found):
        abort(404)
    return [int(text) for text in found]
