"""Revisits (回访): whom to call now, who waits for another attempt, and who was never asked (VK-4k, TR-13)."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask import g, request, url_for
from flask_babel import gettext as _

from shared import words
from shared.deadlines.promises import promise
from shared.identity.permissions import Permission
from shared.policies.versions import policy_of
from shared.revisits import calling
from shared.revisits.calling import Call
from shared.revisits.coverage import LOOKED_BACK, Coverage, Missing, coverage
from shared.web import pages
from staff import blueprint
from staff.access import me, requires
from staff.cases import facts, wording
from staff.lists import case_url, small
from staff.revisits_sheet import attempt


class Show(StrEnum):
    NOW = "now"
    LATER = "later"  # tried, and not reached
    NEVER = "never"  # told the result, and not asked: 100 % is owed


@blueprint.get("/revisits")
@requires(Permission.CASE_REVISIT)
def revisits() -> Any:
    """The call list; the two others beside it."""
    at: datetime = g.at
    user = me()
    asked = request.args.get("show", Show.NOW)
    show = Show(asked) if asked in list(Show) else Show.NOW
    calls = calling.calls(user, at)
    lists = {
        Show.NOW: [call for call in calls if not call.waits_until_later(at)],
        Show.LATER: sorted(
            (call for call in calls if call.attempts),
            key=lambda call: (call.again_at is None, call.again_at or at, call.first.id),
        ),
    }
    found = coverage(user, at)
    return pages.render(
        "staff/revisits/index.html",
        show=show.value,
        views=_views(show, len(lists[Show.NOW]), len(lists[Show.LATER]), found),
        calls=[_line(call, at) for call in lists.get(show, [])],
        coverage=_figures(found),
        statistics_url=url_for("staff.revisits_statistics")
        if user.estates_where(Permission.REPORT_VIEW)
        else "",
        missing=[_missing(each, at) for each in found.missing] if show is Show.NEVER else [],
    )


def _views(show: Show, now: int, later: int, found: Coverage) -> list[dict[str, Any]]:
    names = {
        Show.NOW: (_("现在回访"), now),
        Show.LATER: (_("等再次联系"), later),
        Show.NEVER: (_("还没回访到"), found.owed - found.done),
    }
    return [
        {
            "label": label,
            "url": url_for("staff.revisits", show=each.value),
            "count": n,
            "current": each is show,
        }
        for each, (label, n) in names.items()
    ]


def _line(call: Call, at: datetime) -> dict[str, Any]:
    first, party = call.first, facts.party(call.first)
    zone = first.estate.zone
    most = policy_of(first.policy_version).revisit.attempts
    return {
        "url": url_for("staff.revisits_sheet", number=first.archive_number),
        "who": party.head if party else "",
        "unit": party.unit if party else "",
        "phone": (party.phone or party.email) if party else "",
        "estate": first.estate.name,
        "cases": [
            {
                "title": facts.title(due.case),
                "number": due.case.archive_number,
                "major": due.case.severity == "major",
                "round": due.case.round,
            }
            for due in call.due
        ],
        "promise": small(promise(call.deadline, at, zone)) if call.deadline else None,
        "attempts": [attempt(each, first, at) for each in call.attempts],
        "tried": _("已试 %(n)s 次，满 %(most)s 次可以结案", n=len(call.attempts), most=most),
        "again": wording.when(call.again_at, at, zone) if call.again_at else "",
        "again_is_past": call.again_at is not None and call.again_at <= at,
    }


def _figures(found: Coverage) -> dict[str, Any]:
    return {
        "percent": found.percent,
        "owed": found.owed,
        "done": found.done,
        "valid_owed": found.valid_owed,
        "valid_done": found.valid_done,
        "days": LOOKED_BACK.days,
    }


def _missing(found: Missing, at: datetime) -> dict[str, Any]:
    case = found.case
    return {
        "url": case_url(case.archive_number),
        "number": case.archive_number,
        "title": facts.title(case, case.sealed_at is not None),
        "informed": wording.when(found.informed_at, at, case.estate.zone),
        "age": (at - found.informed_at).days,
        "state": words.state_name(case.state),
        "why": str(words.GROUNDS[found.ground]) if found.ground else "",
        "tried": found.tried,
    }
