"""Words that are typed and not yet sent: kept, sealed, for who typed them, until sent or thrown away (F44)."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from shared.cases.models import Case
from shared.database import db
from shared.identity.models import User
from shared.presence.models import Unsent

KEPT = timedelta(days=7)

Fields = Mapping[str, Sequence[str]]


def keep(user: User, place: str, fields: Fields, *, case: Case | None, at: datetime) -> None:
    """Keep what stands in the form at *place* over what was kept of it before.

    One statement: the same person may have the form open in two windows.
    """
    insert = postgresql_insert if db.engine.dialect.name == "postgresql" else sqlite_insert
    content = json.dumps({name: list(typed) for name, typed in fields.items()}, ensure_ascii=False)
    now = {"content": content, "touched_at": at}
    statement = insert(Unsent).values(user_id=user.id, place=place, case_id=case.id if case else None, **now)
    db.session.execute(
        statement.on_conflict_do_update(index_elements=[Unsent.user_id, Unsent.place], set_=now)
    )


def kept(user: User, place: str, at: datetime) -> Unsent | None:
    """What *user* has typed at *place* and not sent, within the seven days."""
    return db.session.scalar(
        select(Unsent)
        .where(Unsent.user_id == user.id, Unsent.place == place, Unsent.touched_at > at - KEPT)
        .execution_options(populate_existing=True)
    )


def fields(row: Unsent) -> dict[str, list[str]]:
    """What was typed, by field name, as the form sent it."""
    found: dict[str, Any] = json.loads(row.content)
    return found


def forget(user: User, place: str) -> None:
    """It has been sent, or thrown away: nothing of it stays."""
    db.session.execute(delete(Unsent).where(Unsent.user_id == user.id, Unsent.place == place))


def forget_of_case(case_id: int) -> None:
    """Its case is sealed: what was never sent belongs to no record."""
    db.session.execute(delete(Unsent).where(Unsent.case_id == case_id))


def purge(at: datetime) -> int:
    """Delete what was untouched for seven days; gives how many. Entry point: the schedule, in a transaction."""
    return db.session.execute(delete(Unsent).where(Unsent.touched_at <= at - KEPT)).rowcount  # type: ignore[attr-defined]
