"""Reading signs of life."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from shared.database import db
from shared.heartbeats.beating import LINE
from shared.heartbeats.models import Heartbeat

SILENT = timedelta(minutes=3)  # whoever beats every minute, and has not for so long, is dead


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the timetable: when it last came to a good end, how often it comes by, and what it fails of."""

    name: str
    at: datetime
    every: timedelta
    error: str


def everything() -> Sequence[Heartbeat]:
    """All there are, by kind and name: a row for each process and each line of the timetable, so they are few."""
    return db.session.scalars(select(Heartbeat).order_by(Heartbeat.kind, Heartbeat.name)).all()


def latest(rows: Iterable[Heartbeat], kind: str) -> datetime | None:
    """When any of that *kind* last gave a sign."""
    return max((row.at for row in rows if row.kind == kind), default=None)


def is_silent(seen: datetime, at: datetime) -> bool:
    """Whether a sign is missing. One from the time to come was given before the clock was set back (F22)."""
    return abs(at - seen) > SILENT


def lines(rows: Iterable[Heartbeat]) -> list[Line]:
    """The lines of the timetable among *rows*."""
    found = []
    for row in rows:
        if row.kind == LINE:
            every, _blank, error = row.note.partition(" ")
            found.append(Line(row.name, row.at, timedelta(seconds=float(every)), error))
    return found
