"""What is wrong with the desk and needs a person: one list, made from facts, for every place that tells it.

The schedule makes it every minute and writes the names down with its own sign of life, so that a page reads one row;
a schedule that is dead is told by that row's age.
"""

import logging
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from flask import current_app

from shared import clock_watch
from shared.attachments.storage import waiting_here
from shared.config import Config
from shared.database import damage_mark
from shared.email_intake import health as mailboxes
from shared.heartbeats import beating
from shared.heartbeats.models import Heartbeat
from shared.heartbeats.queries import Line, everything, is_silent, latest, lines
from shared.operations import health, queries
from shared.outbox import nudge

log = logging.getLogger(__name__)


class Name(StrEnum):
    """What can be wrong; the value is the label of the metric."""

    SCHEDULE = "schedule"
    LINE = "schedule_line"
    WORKER = "worker"
    QUEUE = "queue"
    OUTBOX = "outbox"
    DEAD_LETTERS = "dead_letters"
    CHANNEL = "channel"
    MAILBOX = "mailbox"
    BOARD = "board"
    BACKUP = "backup"
    DISK = "disk"
    SPOOL = "spool"
    WAL = "wal"
    CLOCK = "clock"
    MIGRATIONS = "migrations"
    DAMAGE = "damage"


# Work stands still, or is about to: told on every page to those who look after the machine.
SEVERE = frozenset(
    {
        Name.SCHEDULE,
        Name.LINE,
        Name.WORKER,
        Name.OUTBOX,
        Name.CHANNEL,
        Name.BACKUP,
        Name.DISK,
        Name.SPOOL,
        Name.WAL,
        Name.MIGRATIONS,
        Name.DAMAGE,
    }
)

LATE = timedelta(minutes=10)  # that a line of the timetable may be over its time
WAITED = timedelta(minutes=5)  # without the queue the schedule does a row within seconds
REFUSED = timedelta(minutes=5)  # a channel that took nothing for so long
MAILBOX_SHUT = timedelta(minutes=30)
UNCARRIED = timedelta(minutes=30)  # the object store is asked each minute
UNCOPIED = timedelta(hours=26)  # a nightly backup, and some time to make it
JUMPED = timedelta(days=1)  # a jump of the clock is told for so long
LEAST_FREE, LEAST_SHARE = 2 * 1024**3, 0.05  # of a disk: whichever is less
LARGEST_WAL = 256 * 1024**2  # bytes (F16)


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing that is wrong: with *which* part, since when, or how many or much."""

    name: Name
    which: str = ""
    since: datetime | None = None
    number: int = 0

    @property
    def is_severe(self) -> bool:
        return self.name in SEVERE


def current(at: datetime) -> list[Alarm]:
    """Everything that is wrong at *at*, what hurts more first: a dozen small reads, not for a change.

    Raises SQLAlchemyError.
    """
    config: Config = current_app.extensions["shouwen"]
    if health.migrations() != "ok":
        return [Alarm(Name.MIGRATIONS)]  # whatever else is asked about may not have its tables yet
    signs = everything()
    return [
        *_of_damage(),
        *_of_schedule(signs, config, at),
        *_of_worker(signs, config, at),
        *_of_outbox(at),
        *_of_channels(at),
        *_of_disks(config),
        *_of_spool(at),
        *_of_log(),
        *_of_backup(signs, config, at),
        *_of_queue(),
        *_of_mailboxes(config, at),
        *_of_boards(at),
        *_of_clock(config, at),
    ]


def _of_damage() -> list[Alarm]:
    mark = damage_mark()
    return [Alarm(Name.DAMAGE, since=mark.since)] if mark and mark.since else []


def _of_schedule(signs: Sequence[Heartbeat], config: Config, at: datetime) -> list[Alarm]:
    """Dead; else the lines that hang or fail. One that never ran is missed where people depend on it."""
    seen = latest(signs, beating.SCHEDULE)
    if seen is None:
        return [Alarm(Name.SCHEDULE)] if config.is_production else []
    if is_silent(seen, at):
        return [Alarm(Name.SCHEDULE, since=seen)]
    return [Alarm(Name.LINE, line.name, line.at) for line in lines(signs) if _is_missed(line, at)]


def _is_missed(line: Line, at: datetime) -> bool:
    """It is over its time; or it failed, and will not try again soon."""
    return at - line.at > line.every + LATE or (bool(line.error) and line.every >= LATE)


def _of_worker(signs: Sequence[Heartbeat], config: Config, at: datetime) -> list[Alarm]:
    """Only where there is a queue; without one nobody needs a worker."""
    if not config.redis_url:
        return []
    seen = latest(signs, beating.WORKER)
    is_dead = seen is None or is_silent(seen, at)
    return [Alarm(Name.WORKER, since=seen)] if is_dead else []


def _of_queue() -> list[Alarm]:
    return [Alarm(Name.QUEUE)] if nudge.state() == "degraded" else []


def _of_outbox(at: datetime) -> list[Alarm]:
    owed = queries.owed(at)
    waits = owed.oldest is not None and at - owed.oldest > WAITED
    return [
        *([Alarm(Name.OUTBOX, since=owed.oldest, number=owed.pending)] if waits else []),
        *([Alarm(Name.DEAD_LETTERS, number=owed.dead)] if owed.dead else []),
    ]


def _of_channels(at: datetime) -> list[Alarm]:
    return [
        Alarm(Name.CHANNEL, channel, since)
        for channel, since in queries.failing_channels().items()
        if at - since > REFUSED
    ]


def _of_mailboxes(config: Config, at: datetime) -> list[Alarm]:
    found = [(box, mailboxes.standing(config.data_dir, box)) for box in config.mailboxes]
    return [
        Alarm(Name.MAILBOX, box.address, standing.since)
        for box, standing in found
        if standing and standing.trouble and standing.since and at - standing.since > MAILBOX_SHUT
    ]


def _of_boards(at: datetime) -> list[Alarm]:
    return [Alarm(Name.BOARD, board.called, board.seen) for board in queries.boards(at) if board.is_missed]


def _of_backup(signs: Sequence[Heartbeat], config: Config, at: datetime) -> list[Alarm]:
    """Too old; or none at all where people's words depend on it."""
    made = latest(signs, beating.BACKUP)
    if made is None:
        return [Alarm(Name.BACKUP)] if config.is_production else []
    return [Alarm(Name.BACKUP, since=made)] if at - made > UNCOPIED else []


def _of_disks(config: Config) -> list[Alarm]:
    """One that cannot even be asked is told as one that is full."""
    return [
        Alarm(Name.DISK, mount, number=room.free if room else 0)
        for mount, room in queries.room(config).items()
        if room is None or room.free < min(LEAST_FREE, room.total * LEAST_SHARE)
    ]


def _of_spool(at: datetime) -> list[Alarm]:
    """What lies on this machine alone, and would be lost with it; told too where that cannot be learnt."""
    try:
        names, since = waiting_here()
    except OSError:
        return [Alarm(Name.SPOOL)]
    waits = since is not None and at - since > UNCARRIED
    return [Alarm(Name.SPOOL, since=since, number=names)] if waits else []


def _of_log() -> list[Alarm]:
    size = queries.log_size()
    return [Alarm(Name.WAL, number=size)] if size is not None and size > LARGEST_WAL else []


def _of_clock(config: Config, at: datetime) -> list[Alarm]:
    jumps = [j for j in clock_watch.noted(config.data_dir) if abs(at - j.shown) < JUMPED]
    return [Alarm(Name.CLOCK, since=jumps[-1].shown)] if jumps else []


def note(found: Iterable[Alarm], at: datetime) -> list[Name]:
    """Write down in a change what was just found, for the pages; what was not wrong before goes to the log too.

    Gives the names of these.
    """
    names = sorted({alarm.name for alarm in found})
    host = socket.gethostname()
    before = next((s.note for s in everything() if (s.kind, s.name) == (beating.ALARMS, host)), "")
    risen = [name for name in names if name not in before.split()]
    for name in risen:
        log.error("alarm: %s", name)
    beating.beat(beating.ALARMS, host, at, " ".join(names))
    return risen


def named(noted: str | None, seen: datetime | None, at: datetime, *, expected: bool) -> list[Name]:
    """What is wrong by what the schedules *noted*; once none was *seen* for long, that is all that is known.

    *noted*: of each that lives, for what one machine lacks the next may have (a disk, a spool). *expected*: whether
    one must have run, so that none at all is as bad.
    """
    if seen is None:
        return [Name.SCHEDULE] if expected else []
    if is_silent(seen, at):
        return [Name.SCHEDULE]
    return [name for name in Name if name in (noted or "").split()]


def told(signs: Sequence[Heartbeat], at: datetime, *, expected: bool) -> list[Name]:
    """The same from all *signs* of life."""
    noted = (sign.note for sign in signs if sign.kind == beating.ALARMS and not is_silent(sign.at, at))
    return named(" ".join(noted), latest(signs, beating.SCHEDULE), at, expected=expected)
