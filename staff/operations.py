"""How the machine is doing (运行): what is wrong, what waits to be sent, what could not be, clocks that stand still."""

from datetime import datetime, timedelta
from typing import Any

from flask import current_app, flash, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from shared import clock_watch
from shared.cases.models import Case
from shared.cases.participation import ordinary
from shared.clock import local
from shared.database import db, transaction
from shared.deadlines import recounting
from shared.deadlines.naming import parked as parked_reason
from shared.deadlines.promises import span
from shared.heartbeats.queries import everything
from shared.identity.models import Estate
from shared.identity.permissions import Permission
from shared.incidents import echoing, proposing
from shared.notifications import faults, naming, resending
from shared.notifications import queries as messages
from shared.notifications.queries import DeadLetter
from shared.operations import alarms, alarms_letters, alarms_wording
from shared.outbox import queries as outbox
from shared.outbox.models import DEAD
from shared.reports import delivering
from shared.retention.viewings import overseen
from shared.web import pages
from staff import blueprint, mailboxes
from staff.access import me, requires
from staff.context import my_estates, my_zone
from staff.lists import case_url

SHOWN = 50
TASKS = {  # what the machine owes besides messages
    proposing.TASK: _l("找同类诉求"),
    echoing.TASK: _l("把“我也遇到”并入同类诉求"),
    recounting.TASK: _l("重新计算时限"),
    delivering.TASK: _l("寄报告通知"),
    alarms_letters.TASK: _l("寄故障通知"),
    "delete_photo": _l("删除照片"),
}
WEEK = timedelta(days=7)  # a jump of the clock is told for so long


def _letters(zone: str) -> tuple[list[dict[str, Any]], int]:
    """What was given up, of this person's estates, and how much was kept back.

    Of a report from inside not even that there is something: those who answer for it send it again (CO-M5).
    """
    letters, hidden = messages.dead(overseen(me(), Permission.OPERATIONS_VIEW))
    return [
        {
            "id": letter.row.id,
            **_what(letter),
            "attempts": letter.row.attempts,
            "error": faults.shown(letter.row.error),
            "made": _time(letter.row.created_at, zone),
        }
        for letter in letters[:SHOWN]
    ], hidden


def _what(letter: DeadLetter) -> dict[str, str]:
    if letter.message is None or letter.case is None:
        return {"task": str(TASKS.get(letter.row.task, letter.row.task)), "whom": "", "number": "", "url": ""}
    what = _(
        "%(about)s（%(channel)s）", about=naming.about(letter.message), channel=naming.channel(letter.message)
    )
    number = letter.case.archive_number
    return {
        "task": what,
        "whom": naming.whom(letter.message, letter.name),
        "number": number,
        "url": case_url(number),
    }


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


def _alarms(at: datetime) -> list[dict[str, Any]]:
    """What is wrong now, and what to do about it. Jumps of the clock and mailboxes have lines of their own."""
    told = [a for a in alarms.current(at) if a.name not in (alarms.Name.CLOCK, alarms.Name.MAILBOX)]
    return [
        {
            "title": alarms_wording.whole(alarm, at),
            "advice": alarms_wording.advice(alarm.name),
            "state": "broken" if alarm.is_severe else "near",
        }
        for alarm in told
    ]


def _has_queue() -> bool:
    return bool(current_app.extensions["shouwen"].redis_url)


def _my_machines() -> list[Estate]:
    ids = set(me().estates_where(Permission.OPERATIONS_VIEW))
    return [estate for estate in my_estates() if estate.id in ids]


@blueprint.get("/operations")
@requires(Permission.OPERATIONS_VIEW)
def operations() -> Any:
    status = outbox.status(g.at)
    letters, hidden = _letters(my_zone())
    return pages.render(
        "staff/operations.html",
        alarms=_alarms(g.at),
        signs=alarms_wording.signs(everything(), g.at, has_queue=_has_queue()),
        counts={**status.counts, DEAD: status.counts[DEAD] - hidden},
        oldest=span(status.oldest_due) if status.oldest_due is not None else "",
        letters=letters,
        parked=_parked(),
        jumps=_jumps(g.at, my_zone()),
        mailboxes=mailboxes.of(_my_machines(), g.at),
        may_view_cases=bool(me().estates_where(Permission.CASE_VIEW)),
    )


@blueprint.post("/operations/resending")
@requires(Permission.OPERATIONS_VIEW)
def operations_resending() -> Any:
    """One dead letter, or all that the page showed."""
    asked = {int(text) for text in request.form.getlist("row") if text.isdecimal() and len(text) < 18}
    with transaction():
        mine = {letter["id"] for letter in _letters(my_zone())[0]}
        count = resending.resend(asked & mine, by=me(), at=g.at)
    flash(_("已重新发出 %(n)s 条。", n=count) if count else _("这些消息已经不用重发。"))
    return pages.see_other(url_for("staff.operations"))
