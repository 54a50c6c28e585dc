"""Who looks at a case now, and who is writing: said to the others, and never a lock."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import joinedload

from shared.cases.models import Case
from shared.database import db
from shared.identity.models import User
from shared.presence.models import Presence

HERE = timedelta(seconds=45)  # three beats of a page that asks every 15 s
STALE = timedelta(minutes=10)


def beat(user: User, case: Case, *, writes: str | None, at: datetime) -> None:
    """*user* has *case* before them, and fills in the form of the act *writes*."""
    insert = postgresql_insert if db.engine.dialect.name == "postgresql" else sqlite_insert
    now = {"seen_at": at, "writes": writes}
    statement = insert(Presence).values(case_id=case.id, user_id=user.id, **now)
    db.session.execute(
        statement.on_conflict_do_update(index_elements=[Presence.case_id, Presence.user_id], set_=now)
    )


def others(user: User, case: Case, at: datetime) -> Sequence[Presence]:
    """Who else is at *case* now, whoever writes first."""
    return db.session.scalars(
        select(Presence)
        .where(Presence.case_id == case.id, Presence.user_id != user.id, Presence.seen_at > at - HERE)
        .options(joinedload(Presence.user))
        .order_by(Presence.writes.is_(None), Presence.user_id)
        .execution_options(populate_existing=True)
    ).all()


def purge(at: datetime) -> int:
    """Delete what means nothing any more; gives how many. Entry point: the schedule, in a transaction."""
    return db.session.execute(delete(Presence).where(Presence.seen_at <= at - STALE)).rowcount  # type: ignore[attr-defined]
