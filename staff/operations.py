"""How the machine is doing (运行): what waits to be sent, what could not be, and clocks that jumped or stand still."""

from datetime import datetime, timedelta
from typing import Any

from flask import current_app, g
from flask_babel import gettext as _
from sqlalchemy import select

from shared import clock_watch
from shared.cases.models import Case
from shared.cases.participation import ordinary
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
WEEK = timedelta(days=7)  # a jump of the clock is told for so long


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
        .where(Case.clocks_parked.is_not(None), Case.estate_id.in_(estates), ordinary())
        .order_by(Case.id)
        .limit(SHOWN)
    )
    return [{"number": n, "url": case_url(n), "why": parked_reason(reason or "")} for n, reason in found]


def _jumps(at: datetime, zone: str) -> list[str]:
    """The jumps of the machine's clock near to *at*; after it too, since the clock may have been set back (F22)."""
    jumps = clock_watch.noted(current_app.extensions["shouwen"].data_dir)
    near = [j for j in jumps if min(abs(at - j.expected), abs(at - j.shown)) <= WEEK]
    return [_jump(j, zone) for j in reversed(near)]


def _jump(jump: clock_watch.Jump, zone: str) -> str:
    facts = {
        "expected": f"{local(jump.expected, zone):%Y-%m-%d %H:%M}",
        "shown": f"{local(jump.shown, zone):%Y-%m-%d %H:%M}",
        "by": span(abs(jump.by)),
    }
    if jump.by > timedelta():
        return _("系统时钟在 %(expected)s 跳快了 %(by)s，变成 %(shown)s。", **facts)
    return _("系统时钟在 %(expected)s 跳慢了 %(by)s，变成 %(shown)s。", **facts)


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
        jumps=_jumps(g.at, my_zone()),
        may_view_cases=bool(me().estates_where(Permission.CASE_VIEW)),
    )
