"""Writing signs of life: one row for each who gives them, overwritten each time; there is no history to keep."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from shared.database import db
from shared.heartbeats.models import Heartbeat

WORKER = "worker"  # by host
SCHEDULE = "schedule"  # by host
LINE = "line"  # of the timetable, by its name: when it last came to a good end, in whichever schedule
ALARMS = "alarms"  # by host: the names of those that its schedule found
BACKUP = "backup"  # the last good one

LONGEST_NAME, LONGEST_NOTE = 80, 200


def beat(kind: str, name: str, at: datetime, note: str = "") -> None:
    """Write down that *name* of that *kind* was alive at *at*. Entry points: in a change, once a minute at most."""
    _write(kind, name, at, note, {"at": at, "note": note[:LONGEST_NOTE]})


def ail(kind: str, name: str, at: datetime, note: str) -> None:
    """Write down what goes wrong with it; when it last was well stands on."""
    _write(kind, name, at, note, {"note": note[:LONGEST_NOTE]})


def _write(kind: str, name: str, at: datetime, note: str, changed: dict[str, object]) -> None:
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    db.session.execute(
        dialect.insert(Heartbeat)
        .values(kind=kind, name=name[:LONGEST_NAME], at=at, note=note[:LONGEST_NOTE])
        .on_conflict_do_update(index_elements=["kind", "name"], set_=changed)
    )


def forget_others(kind: str, names: Iterable[str]) -> None:
    """Nobody misses what is none of *names* any more."""
    db.session.execute(delete(Heartbeat).where(Heartbeat.kind == kind, Heartbeat.name.not_in(list(names))))
