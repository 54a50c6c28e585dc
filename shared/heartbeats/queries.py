"""Reading signs of life."""

from collections.abc import Sequence

from sqlalchemy import select

from shared.database import db
from shared.heartbeats.models import Heartbeat


def every() -> Sequence[Heartbeat]:
    """All there are, by kind and name; a row for each process and each line of the timetable, so they are few."""
    return db.session.scalars(select(Heartbeat).order_by(Heartbeat.kind, Heartbeat.name)).all()
