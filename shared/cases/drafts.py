"""What an owner has filled in so far, kept on the server, sealed, for seven days (F43)."""

import json
import secrets
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Select, Table, bindparam, delete, select

from shared import sealing
from shared.cases.models import Draft
from shared.database import db, run

KEPT = timedelta(days=7)
# Built once: every step of a filing asks them.
_OF_TOKEN = (
    select(Draft).where(Draft.token_digest == bindparam("digest")).execution_options(populate_existing=True)
)
_LOCKED = _OF_TOKEN.with_for_update()
_DRAFTS = cast("Table", Draft.__table__)
_GONE = delete(_DRAFTS).where(_DRAFTS.c.id == bindparam("draft"))


def new_key() -> str:
    """128 random bits: a submission key, or a draft's token."""
    return secrets.token_urlsafe(16)


def begin(estate_id: int, at: datetime) -> tuple[Draft, str]:
    """Open a draft; gives it and the token for the browser's cookie. Its content holds a new submission key."""
    token = new_key()
    draft = Draft(
        token_digest=sealing.digest(token),
        estate_id=estate_id,
        content=json.dumps({"submission_key": new_key()}),
        touched_at=at,
    )
    db.session.add(draft)
    db.session.flush()
    return draft, token


def of_token(token: str | None, at: datetime) -> Draft | None:
    """The live draft of that cookie."""
    return _live(_OF_TOKEN, token, at)


def lock_of_token(token: str | None, at: datetime) -> Draft | None:
    """The same, held until the change ends; None when another change that held it has discarded it."""
    return _live(_LOCKED, token, at)


def _live(statement: Select[Draft], token: str | None, at: datetime) -> Draft | None:
    draft = db.session.scalar(statement, {"digest": sealing.digest(token)}) if token else None
    return draft if draft and draft.touched_at > at - KEPT else None


def content(draft: Draft) -> dict[str, Any]:
    """What was filled in, by field name."""
    filled: dict[str, Any] = json.loads(draft.content)
    return filled


def fill(draft: Draft, answers: dict[str, Any], at: datetime) -> None:
    """Lay *answers* (plain JSON values) over what the draft holds."""
    draft.content = json.dumps({**content(draft), **answers}, ensure_ascii=False)
    draft.touched_at = at


def discard(draft: Draft) -> None:
    """The draft has become a case, or is not wanted: nothing of it stays."""
    run(_GONE, {"draft": draft.id})
    db.session.expunge(draft)


def purge(at: datetime) -> int:
    """Delete drafts untouched for seven days; gives how many. Entry point: the schedule, in a transaction."""
    return db.session.execute(delete(Draft).where(Draft.touched_at <= at - KEPT)).rowcount  # type: ignore[attr-defined]
