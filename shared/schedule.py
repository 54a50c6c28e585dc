"""What runs when: the whole timetable on one screen.

Every line can be repeated and can run in two schedules at once without harm; none is needed at an exact time.
"""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import NamedTuple

from flask import Flask, current_app

from shared import clock_watch, counting
from shared.assessment import sweeping as passing
from shared.attachments import check, storage
from shared.audit import roots
from shared.cases import drafts, scope
from shared.clock import now
from shared.clock_watch import Watch
from shared.counting import What
from shared.database import cut_log, transaction
from shared.deadlines import sweep
from shared.duties import keeping
from shared.email_intake import polling, settling
from shared.escalation import climbing
from shared.exports import making as exports
from shared.heartbeats.turns_taken import TurnsTaken
from shared.identity import throttle
from shared.identity.queries import estates
from shared.improvement import measures_revisits
from shared.notifications import improvement as reminders
from shared.notifications import surveying, telling
from shared.operations import alarms, alarms_letters, integrity
from shared.outbox import drain, rows
from shared.presence import looking, unsent
from shared.reports import making
from shared.reports import queries as reports
from shared.reports.periods import Kind
from shared.retention import purge

log = logging.getLogger(__name__)

MINUTE, HOUR, DAY = 60, 3_600, 86_400
BATCH = 50
QUEUES_TURN = timedelta(seconds=5)  # what the queue has not done by then, it has lost
GRACE = 26.0  # seconds at the end for work in hand; whoever supervises us waits 28

Stopping = Callable[[], bool]

_turns = TurnsTaken()


class Line(NamedTuple):
    name: str
    every: float  # seconds
    do: Callable[[Stopping], object]


def _outbox(stopping: Stopping) -> None:
    overdue = QUEUES_TURN if current_app.extensions["shouwen"].redis_url else timedelta(0)
    drain.run_due(BATCH, overdue=overdue, stopping=stopping)


def _drafts(_stopping: Stopping) -> None:
    with transaction():
        drafts.purge(now())


def _unsent(_stopping: Stopping) -> None:
    with transaction():
        unsent.purge(now())
        looking.purge(now())


def _done_rows(_stopping: Stopping) -> None:
    with transaction():
        rows.forget_done(now())


def _old_counters(_stopping: Stopping) -> None:
    """No window is longer than a day; what was tried in vain yesterday says nothing any more."""
    with transaction():
        throttle.purge(now() - timedelta(days=1))


def _mailboxes(stopping: Stopping) -> None:
    for mailbox in current_app.extensions["shouwen"].mailboxes:
        polling.poll_unless_pausing(mailbox, stopping)


def _old_mails(_stopping: Stopping) -> None:
    with transaction():
        settling.forget_old(now())


def _surveys(at: datetime) -> None:
    """Each reminder in a change of its own: a rating that comes meanwhile stops it."""
    for case_id in surveying.due(at, BATCH):
        with transaction():
            telling.remind_of_survey(scope.lock_by_id(case_id), at)


def _deadlines(at: datetime) -> None:
    """What was broken, what nobody answered, and what the ledger judges by the limit as it was set (T38)."""
    sweep.sweep(at)
    climbing.climb_due(at)
    passing.sweep(at)


def _reports(at: datetime) -> None:
    """What a schedule that stood still has not yet found broken is found before it is counted."""
    if making.is_due(at):
        sweep.sweep(at)
        making.make_due(at)


def _improvement(at: datetime) -> None:
    """Whoever has a measure is reminded; the month's revisits, where they missed their target, raise one (TR-15)."""
    for estate in estates():
        latest = next(iter(reports.of_estate(estate.id, Kind.MONTHLY)), None)
        if latest is not None:
            readings = latest.figures.get("indicators", ())
            with transaction():
                measures_revisits.raise_below(estate, latest.ends_on, readings, at=at)
    with transaction():
        reminders.remind(at)


def _signs_of_life(_stopping: Stopping) -> None:
    """That this schedule lives and what its lines did, then what is wrong with the desk: whoever asks reads it there.

    Not in the first turn: who has begun together with us must have had time for a sign of its own.
    """
    with transaction():
        _turns.write(now(), [line.name for line in TIMETABLE])
    _turns.written()
    if _turns.is_settled:
        found = alarms.current(now())
        with transaction():
            alarms_letters.write(alarms.note(found, now()), now())


def _steady(name: str, every: float, do: Callable[[datetime], object]) -> Line:
    """A line that waits while the clock is in doubt (F21): what a wrong hour would do here, nobody can take back.

    All promises would be broken at once, with every escalation that hangs on them; a day that is not over would get
    its root. What is held is done later, breaches at their due time.
    """
    watch = Watch()

    def do_if_steady(_stopping: Stopping) -> None:
        at = now()
        jump = watch.tick(at, time.monotonic())
        if jump:
            by = jump.by.total_seconds()
            log.error("the clock jumped by %+.0f s to %s; %r waits until it is steady", by, jump.shown, name)
            if clock_watch.note(current_app.extensions["shouwen"].data_dir, jump):
                counting.count(What.CLOCK_JUMPED)
        if watch.is_steady:
            do(at)

    return Line(name, every, do_if_steady)


TIMETABLE: Sequence[Line] = (
    Line("signs of life", MINUTE, _signs_of_life),
    Line("outbox", 2, _outbox),
    _steady("deadlines", 15, _deadlines),
    _steady("daily roots", 10 * MINUTE, roots.make_due_roots),
    Line("mailbox", MINUTE, _mailboxes),
    Line("database log", 15, lambda _: cut_log()),  # a desk that is never idle writes 2 MB of it a second
    Line("spool", MINUTE, storage.carry_spool),
    Line("integrity", DAY, lambda _: integrity.check()),
    Line("attachment orphans", HOUR, lambda _: check.sweep(now())),
    _steady("surveys", 10 * MINUTE, _surveys),
    _steady("reports", 10 * MINUTE, _reports),
    _steady("duties", 10 * MINUTE, keeping.sweep),
    _steady("improvement", HOUR, _improvement),
    Line("exports", HOUR, lambda _: exports.clear(now())),
    Line("drafts", DAY, _drafts),
    Line("unsent words", HOUR, _unsent),
    Line("old counters", DAY, _old_counters),
    Line("old mails", DAY, _old_mails),
    Line("done outbox rows", DAY, _done_rows),
    _steady("retention", HOUR, purge.run_if_alive),
)


def run(app: Flask, stop: Event, timetable: Sequence[Line] = TIMETABLE) -> None:
    """Keep the timetable until *stop* is set, by a signal say; every line at once to begin with.

    Each line has a thread of its own: a mail server that hangs must not delay a deadline.
    """
    threads = [
        Thread(target=_keep, args=(app, line, stop), name=line.name, daemon=True) for line in timetable
    ]
    for thread in threads:
        thread.start()
    stop.wait()
    end = time.monotonic() + GRACE
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))


def _keep(app: Flask, line: Line, stop: Event) -> None:
    """By the monotonic clock: a jump of the wall clock neither doubles nor skips a turn."""
    while not stop.is_set():
        began = time.monotonic()
        try:
            with app.app_context():
                line.do(stop.is_set)
            _turns.note(line.name, line.every, now())
        except Exception as error:
            log.exception("the schedule's line %r failed and goes on", line.name)
            _turns.note(line.name, line.every, now(), type(error).__name__)
        stop.wait(max(0.0, began + line.every - time.monotonic()))
