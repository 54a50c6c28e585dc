"""How the machine is doing (运行): what waits to be sent, what could not be, and clocks that stand still."""

from datetime import datetime
from typing import Any

from flask import g
from sqlalchemy import select

from shared.cases.models import Case
from shared.clock import local
from shared.database import db
from shared.deadlines.naming import parked as parked_reason
from shared.deadlines.promises import span
from shared.identity.permissions import Permission
from shared.outbox import queries as outbox
from shared.web import pages
from staff import blueprint
from staff.access import me, requires
from staff.context import my_zone
from staff.lists import case_url

SHOWN = 50


def _letters(at_zone: str) -> list[dict[str, Any]]:
    return [
        {
            "task": row.task,
            "attempts": row.attempts,
            "error": row.error or "",
            "made": _time(row.created_at, at_zone),
        }
        for row in outbox.dead(SHOWN)
    ]


def _time(at: datetime, zone: str) -> str:
    return f"{local(at, zone):%m-%d %H:%M}"


def _parked() -> list[dict[str, str]]:
    """Cases of this person's estates whose clocks could not be derived, with the reason; nothing else of them."""
    estates = me().estates_where(Permission.OPERATIONS_VIEW)
    found = db.session.execute(
        select(Case.archive_number, Case.clocks_parked)
        .where(Case.clocks_parked.is_not(None), Case.estate_id.in_(estates))
        .order_by(Case.id)
        .limit(SHOWN)
    )
    return [{"number": n, "url": case_url(n), "why": parked_reason(reason or "")} for n, reason in found]


@blueprint.get("/operations")
@requires(Permission.OPERATIONS_VIEW)
def operations() -> Any:
    status = outbox.status(g.at)
    return pages.render(
        "staff/operations.html",
        counts=status.counts,
        oldest=span(status.oldest_due) if status.oldest_due is not None else "",
        letters=_letters(my_zone()),
        parked=_parked(),
        may_view_cases=bool(me().estates_where(Permission.CASE_VIEW)),
    )
