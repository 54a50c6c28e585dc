"""What the alarms know of the running desk, as findings: who is silent, what waits, what is full."""

from collections.abc import Iterator
from datetime import datetime

from shared.operations import alarms
from shared.operations.alarms import Alarm, Name
from shared.operations.doctor.findings import Finding, fail, ok, warn

_DO = {
    Name.SCHEDULE: "Start `flask schedule run`: without it no deadline is watched.",
    Name.LINE: "Read its error in the log of the schedule.",
    Name.WORKER: "Start `flask worker`; until then the schedule does its work.",
    Name.QUEUE: "Start Redis; until then the schedule does its work.",
    Name.OUTBOX: "See that schedule and worker run; flask outbox status.",
    Name.DEAD_LETTERS: "Look at them under 运行, mend the channel, then flask outbox retry.",
    Name.CHANNEL: "Look at its address in CHANNEL_URLS and at the carrier.",
    Name.MAILBOX: "Look at MAILBOX_URL and at the mail server.",
    Name.BOARD: "Somebody should look at that screen.",
    Name.BACKUP: "flask backup create, every night.",
    Name.DISK: "Free some space, or give it more: a full disk takes no complaint.",
    Name.SPOOL: "Look at STORAGE_URL and at the store; keep this machine until none waits (flask storage carry).",
    Name.WAL: "Somebody reads for very long; end that report, or restart.",
    Name.CLOCK: "Have NTP set the clock; see 运行.",
    Name.MIGRATIONS: "flask db upgrade.",
    Name.DAMAGE: "Stop everything; restore the last backup.",
}
_SAID = {
    Name.SCHEDULE: "no sign of life from it",
    Name.LINE: "a line of the timetable is over its time",
    Name.WORKER: "no sign of life from one",
    Name.QUEUE: "it does not answer",
    Name.OUTBOX: "what is due is not done",
    Name.DEAD_LETTERS: "messages were given up",
    Name.CHANNEL: "nothing goes through",
    Name.MAILBOX: "it cannot be read",
    Name.BOARD: "it has not asked for long",
    Name.BACKUP: "no good one for more than a day",
    Name.DISK: "it is nearly full",
    Name.SPOOL: "photos wait on this machine for the object store",
    Name.WAL: "the database's log grows",
    Name.CLOCK: "it jumped",
    Name.DAMAGE: "the database is damaged",
}


def examine(at: datetime) -> Iterator[Finding]:
    found = [alarm for alarm in alarms.current(at) if alarm.name != Name.MIGRATIONS]
    yield from map(_finding, found)
    silent = {alarm.name for alarm in found}
    quiet = [
        name
        for name in (Name.SCHEDULE, Name.WORKER, Name.OUTBOX, Name.BACKUP, Name.DISK)
        if name not in silent
    ]
    for name in quiet:
        yield ok(name, "nothing wrong")


def _finding(alarm: Alarm) -> Finding:
    said = _SAID[alarm.name]
    if alarm.which:
        said = f"{alarm.which}: {said}"
    if alarm.since is not None:
        said = f"{said} since {alarm.since:%Y-%m-%d %H:%M} UTC"
    if alarm.number:
        said = f"{said} ({alarm.number})"
    return (fail if alarm.is_severe else warn)(alarm.name, said, _DO[alarm.name])
