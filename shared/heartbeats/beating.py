"""Writing signs of life: one row for each who gives them, overwritten each time; there is no history to keep."""

from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite

from shared.database import db
from shared.heartbeats.models import Heartbeat

WORKER = "worker"  # by host and process
SCHEDULE = "schedule"  # by host and process
LINE = "line"  # of the timetable, by its name: when it last came to an end, in whichever schedule
BACKUP = "backup"  # the last good one

LONGEST_NAME, LONGEST_NOTE = 80, 200


def beat(kind: str, name: str, at: datetime, note: str = "") -> None:
    """Write down that *name* of that *kind* was alive at *at*. Entry points: in a change, once a minute at most."""
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    seen = {"at": at, "note": note[:LONGEST_NOTE]}
    db.session.execute(
        dialect.insert(Heartbeat)
        .values(kind=kind, name=name[:LONGEST_NAME], **seen)
        .on_conflict_do_update(index_elements=["kind", "name"], set_=seen)
    )
