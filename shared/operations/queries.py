"""What the alarms and the metrics read: each a statement over few rows, however many cases there are."""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from sqlalchemy import Select, and_, func, select

from shared.cases.models import Case
from shared.cases.participation import ordinary
from shared.config import Config
from shared.database import db
from shared.identity.models import Estate
from shared.notices.models import Screen
from shared.notices.screens import called, is_dark, is_night
from shared.notifications.models import SENT, Message
from shared.notifications.queries import TASK
from shared.outbox.models import DEAD, DONE, DUE, OutboxRow
from shared.register.views import IS_OPEN

MOST_TRIED = 500  # messages that wait for another try and are looked at

_is_of = and_(OutboxRow.task == TASK, OutboxRow.payload["message"].as_integer() == Message.id)


@dataclass(frozen=True, slots=True)
class Owed:
    """What the outbox still has to do: rows that wait, since when the oldest is due, and rows that were given up."""

    pending: int
    oldest: datetime | None
    dead: int


@dataclass(frozen=True, slots=True)
class Board:
    """A screen of ours: `jinxiu/大堂屏` for machines, `锦绣花园 大堂屏` for people.

    When it last asked, and whether somebody should look why it does not.
    """

    label: str
    called: str
    seen: datetime
    is_missed: bool


class Room(NamedTuple):
    """Of a disk, in bytes."""

    total: int
    free: int


def owed(at: datetime) -> Owed:
    """Without what was given up of reports from inside: those who answer for them see it on the case (CO-M5)."""
    pending, oldest = db.session.execute(
        select(func.count(), func.min(OutboxRow.due_at)).where(OutboxRow.state == DUE)
    ).one()
    dead = db.session.scalar(_counted_dead()) or 0
    if dead:
        of_inside = _counted_dead().join(Message, _is_of).join(Case, Case.id == Message.case_id)
        dead -= db.session.scalar(of_inside.where(~ordinary())) or 0
    return Owed(pending, oldest if oldest is not None and oldest <= at else None, dead)


def _counted_dead() -> Select[Any]:
    return select(func.count()).select_from(OutboxRow).where(OutboxRow.state == DEAD)


def failing_channels() -> dict[str, datetime]:
    """The channels that nothing went through since a message was first refused, and since when that was."""
    refused = db.session.execute(
        select(Message.channel, OutboxRow.created_at, OutboxRow.due_at, OutboxRow.attempts)
        .select_from(OutboxRow)
        .join(Message, _is_of)
        .where(OutboxRow.state == DUE, OutboxRow.error.is_not(None))
        .order_by(OutboxRow.due_at)
        .limit(MOST_TRIED)
    )
    since: dict[str, datetime] = {}
    for channel, created_at, due_at, attempts in refused:
        # By so many tries the tenth more or less of each wait adds up to an hour; before it was written none was.
        first = max(due_at - _waited(attempts), created_at)
        since[channel] = min(first, since.get(channel, first))
    return {channel: begun for channel, begun in since.items() if not _went_through(channel, begun)}


def _waited(attempts: int) -> timedelta:
    """From the first refusal to the next try, as `drain.delay` has it: 1, 2, 4 … minutes, a day at the most."""
    return min(timedelta(minutes=2**attempts - 1), timedelta(days=1))


def _went_through(channel: str, since: datetime) -> bool:
    """Whether a message arrived by it; a row that was done was last due when its lease would have ended."""
    done = (
        select(OutboxRow.id)
        .join(Message, _is_of)
        .where(OutboxRow.state == DONE, OutboxRow.due_at >= since, OutboxRow.done_at >= since)
        .where(Message.channel == channel, Message.state == SENT)
    )
    return bool(db.session.scalar(select(done.exists())))


def boards(at: datetime) -> list[Board]:
    """The screens that hang and have an address of ours; what a stranger invented has no dot in its name (T27)."""
    rows = db.session.execute(
        select(Screen, Estate)
        .join(Estate, Estate.id == Screen.estate_id)
        .where(Screen.name.contains("."), Screen.ended_at.is_(None))
        .order_by(Estate.slug, Screen.name)
    )
    return [
        Board(
            f"{estate.slug}/{called(screen.name)}",
            f"{estate.name} {called(screen.name)}",
            screen.last_seen_at,
            _is_missed(screen, estate, at),
        )
        for screen, estate in rows
    ]


def _is_missed(screen: Screen, estate: Estate, at: datetime) -> bool:
    """As on the pages: it was there more than once, and the lobby is not dark by night."""
    was_there = screen.last_seen_at > screen.first_seen_at
    return was_there and is_dark(screen, at) and not is_night(estate, at)


def open_cases() -> dict[str, int]:
    """How many are in each state that is not an end; without reports from inside (CO-M5)."""
    counted = select(Case.state, func.count().label("cases")).where(IS_OPEN, ordinary()).group_by(Case.state)
    return {row.state: row.cases for row in db.session.execute(counted)}


def room(config: Config) -> dict[str, Room | None]:
    """Of each place where this machine writes; None where the disk gives an error. What is not yet made has none."""
    found: dict[str, Room | None] = {}
    for mount, folder in _folders(config).items():
        try:
            if folder.is_dir():
                usage = shutil.disk_usage(folder)
                found[mount] = Room(usage.total, usage.free)
        except OSError:
            found[mount] = None
    return found


def _folders(config: Config) -> dict[str, Path]:
    """`data`, and `files` where photos lie in a folder of their own."""
    found = {"data": config.data_dir}
    address = urlsplit(config.storage_url)
    if address.scheme == "file":
        found["files"] = Path(unquote(address.path))
    return found


def log_size() -> int | None:
    """The bytes of SQLite's log; None on PostgreSQL, which sees to its own."""
    path = db.engine.url.database
    if db.engine.dialect.name != "sqlite" or not path:
        return None
    log = Path(f"{path}-wal")
    return log.stat().st_size if log.exists() else 0
