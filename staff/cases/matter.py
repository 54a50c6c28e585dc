"""What a case has to do with others: the incident it stands in or may belong to, and what its party reported before."""

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from shared import clock
from shared.audit.models import TimelineRow
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.incidents import guards, naming, queries
from shared.incidents.models import Incident, Membership, SpecialReport
from shared.incidents.queries import JOINED
from shared.incidents.repeats import special_reports_of
from shared.words import state_name
from staff.cases import wording

OTHERS = 5  # named on the case; the rest stand on the page of the incident


def of(case: Case, rows: Sequence[TimelineRow], user: User, *, is_kept: bool) -> dict[str, Any]:
    """The box above the case. *rows*: its timeline; what never happened needs no query.

    *is_kept*: *user* is not told who reported it, and so not either what else that person has reported.
    """
    found = queries.of_case(case) if user.can(Permission.INCIDENT_VIEW, case.estate_id) else None
    reported = any(row.act == Act.SPECIAL_REPORT for row in rows)
    return {
        "incident": _incident(case, *found, user) if found else None,
        "reports": [_report(case, report, user, is_kept) for report in special_reports_of(case)]
        if reported
        else [],
        "join_url": url_for("staff.case_joining", number=case.archive_number)
        if guards.can_join(user, case)
        else "",
    }


def _incident(case: Case, incident: Incident, membership: Membership, user: User) -> dict[str, Any] | None:
    """None when the reader sees no other case of it: it would tell them only that there is one."""
    size = queries.sizes([incident.id])[incident.id]
    seen = [m for m in queries.members(user, [incident.id])[incident.id] if m.case_id != case.id]
    joined = membership.state == JOINED
    if not joined and not seen:
        return None
    return {
        "id": incident.id,
        "url": url_for("staff.incident", incident_id=incident.id),
        "title": incident.title,
        "joined": joined,
        "cases": size.joined,
        "others": [
            {"number": m.number, "url": url_for("staff.case", number=m.number)} for m in seen[:OTHERS]
        ],
        "reasons": naming.explained(membership.reasons),
        "can_manage": guards.can_join(user, case) and incident.ended_at is None,
        "part_url": url_for("staff.case_parting", number=case.archive_number)
        if guards.can_part(user, case)
        else "",
    }


def _report(case: Case, report: SpecialReport, user: User, is_kept: bool) -> dict[str, Any]:
    now = clock.now()
    named = report.department.name if report.department else ""
    if report.handler:
        named = f"{named} {report.handler.name}"
    return {
        "text": _("同一人同一问题第 %(n)s 次（%(clause)s）", n=report.nth, clause=report.clause),
        "named": named,
        "name_url": url_for("staff.case_designation", number=case.archive_number)
        if guards.can_designate(user, case)
        else "",
        "earlier": [
            {
                "number": earlier.archive_number,
                "url": url_for("staff.case", number=earlier.archive_number),
                "state": state_name(earlier.state),
                "when": wording.when(earlier.received_at, now, earlier.estate.zone),
            }
            for earlier in ([] if is_kept else queries.earlier_cases(report, user))
        ],
    }
