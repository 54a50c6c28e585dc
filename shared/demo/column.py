"""The demo's notices (公告栏): published, scheduled, waiting, drafted, over."""

import re
import tomllib
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from shared.database import db
from shared.demo import people
from shared.demo.matters import FOLDER
from shared.identity.models import Estate
from shared.notices import publishing
from shared.notices.models import Notice
from shared.notices.publishing import Text
from shared.notices.stages import Kind

READ_AFTER = timedelta(minutes=40)
_WHEN = re.compile(r"([+-]\d+)d (\d\d):(\d\d)")


def is_filled(estate_id: int) -> bool:
    return db.session.scalar(select(Notice.id).where(Notice.estate_id == estate_id).limit(1)) is not None


def fill(estate: Estate, began: datetime) -> None:
    """Write every notice, and have approved what says by whom; in the change that is open."""
    for table in tomllib.loads((FOLDER / "notices.toml").read_text(encoding="utf-8"))["notice"]:
        _write(estate, table, began)


def _write(estate: Estate, table: dict[str, Any], began: datetime) -> None:
    def when(name: str) -> datetime:
        return _instant(table[name], began, estate.zone)

    text = Text(
        kind=Kind(table["kind"]),
        title=table["title"],
        body=table["body"].strip(),
        publish_at=when("publishes"),
        expire_at=when("expires") if "expires" in table else None,
    )
    written = when("written")
    notice = publishing.write(
        estate.id,
        text,
        by=people.user(table["by"]),
        at=written,
        submit=table.get("submitted", "approved_by" in table),
    )
    if "approved_by" in table:
        publishing.approve(
            notice,
            by=people.user(table["approved_by"]),
            at=written + READ_AFTER,
            read=publishing.seen(notice),
        )


def _instant(text: str, began: datetime, zone: str) -> datetime:
    """`-3d 09:00`: so many days from the load, at that time by the estate's wall."""
    found = _WHEN.fullmatch(text)
    if found is None:
        raise ValueError(f"not a day and time: {text!r}")
    days, hour, minute = map(int, found.groups())
    day = began.astimezone(ZoneInfo(zone)).date() + timedelta(days=days)
    return datetime.combine(day, time(hour, minute), ZoneInfo(zone)).astimezone(UTC)
