"""The record of changed settings."""

from datetime import datetime
from typing import Any

from shared.audit.models import SettingChange
from shared.database import db


def note(
    *, user_id: int, estate_id: int | None, what: str, before: Any, after: Any, at: datetime
) -> SettingChange:
    """Keep that somebody changed *what* (calendar, roster, policy …); *before* and *after* as JSON would have it."""
    change = SettingChange(at=at, user_id=user_id, estate_id=estate_id, what=what, before=before, after=after)
    db.session.add(change)
    return change
