"""The boards that hang somewhere: each says its name when it asks for news, so that staff see which one is dark.

A screen enters by asking: there is no sign-in to set up. That a stranger may ask too is answered by three limits:
a name is short and of letters, an estate has so many screens and no more, and who was there only once alarms nobody.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, select, update

from shared.audit import settings
from shared.clock import local
from shared.database import db
from shared.errors import NotFound, Refused
from shared.identity.models import Estate, User
from shared.identity.permissions import Permission
from shared.notices.models import Screen

MOST = 20  # screens of an estate
NAME = re.compile(r"[^\W_](?:[\w\- ·]{0,18}[^\W_])?")  # 大堂屏, 3号楼-B1
MOST_FIGURES = 4  # a name is no telephone number left for staff to call
LAYOUTS = ("landscape", "portrait")
BEAT = timedelta(minutes=1)  # written down no more often than this
DARK_AFTER = timedelta(minutes=5)  # about ten polls unheard
SETTLED = timedelta(hours=1)  # there for so long: it hangs, it was not somebody trying
TAKEN_DOWN = "screen.taken_down"
NIGHT = "estate.night"


def name_of(text: str | None) -> str:
    """The name a screen gives itself, or nothing when it is none."""
    said = " ".join(unicodedata.normalize("NFKC", text or "").split())
    is_one = NAME.fullmatch(said) and sum(letter.isdigit() for letter in said) <= MOST_FIGURES
    return said if is_one else ""


def _named(estate_id: int, name: str) -> Screen | None:
    return db.session.scalar(select(Screen).where(Screen.estate_id == estate_id, Screen.name == name))


def needs_mark(estate_id: int, name: str, at: datetime) -> bool:
    """Whether there is anything to write down of a screen that asks now: a read, so that most polls only read."""
    screen = _named(estate_id, name)
    if screen is None:
        return _place(estate_id, at) is not None
    return screen.last_seen_at <= at - BEAT or screen.ended_at is not None


def mark(estate_id: int, name: str, layout: str, at: datetime) -> None:
    """Write down that the screen is alive; one that nobody knew takes a free place, if there is one."""
    seen: dict[str, Any] = {"last_seen_at": at, "layout": layout, "ended_at": None}
    known = _named(estate_id, name)
    if known is not None:
        db.session.execute(update(Screen).where(Screen.id == known.id).values(**seen))
        return
    place = _place(estate_id, at)
    if place is None:
        return
    new = {"name": name, "first_seen_at": at, **seen}
    if place.id is None:
        db.session.add(Screen(estate_id=estate_id, **new))
        db.session.flush()
        return
    db.session.execute(update(Screen).where(Screen.id == place.id).values(**new))


def _place(estate_id: int, at: datetime) -> Screen | None:
    """Where a new screen may stand: a new row, or that of one taken down or never settled, the longest silent."""
    known = list(db.session.scalars(select(Screen).where(Screen.estate_id == estate_id)))
    if len(known) < MOST:
        return Screen()
    idle = [
        screen
        for screen in known
        if screen.ended_at is not None or (not _is_settled(screen) and screen.last_seen_at <= at - DARK_AFTER)
    ]
    return min(idle, key=lambda screen: screen.last_seen_at, default=None)


def _is_settled(screen: Screen) -> bool:
    return screen.last_seen_at - screen.first_seen_at >= SETTLED


def is_missed(at: datetime) -> ColumnElement[bool]:
    """The condition of a screen that hangs, was there more than once, and has not asked for news for too long."""
    return and_(
        Screen.ended_at.is_(None),
        Screen.last_seen_at <= at - DARK_AFTER,
        Screen.last_seen_at > Screen.first_seen_at,
    )


def is_dark(screen: Screen, at: datetime) -> bool:
    return screen.last_seen_at <= at - DARK_AFTER


def hanging(estate_id: int) -> Sequence[Screen]:
    """The screens of an estate that nobody has taken down, by name."""
    return db.session.scalars(
        select(Screen).where(Screen.estate_id == estate_id, Screen.ended_at.is_(None)).order_by(Screen.name)
    ).all()


def is_night(estate: Estate, at: datetime) -> bool:
    """Whether the estate's screens are meant to be dark at that instant."""
    begins, ends = estate.dark_from, estate.dark_until
    wall = local(at, estate.zone)
    minute = wall.hour * 60 + wall.minute
    if begins <= ends:
        return begins <= minute < ends
    return minute >= begins or minute < ends


def take_down(screen_id: int, estate_id: int, *, by: User, at: datetime) -> str:
    """The screen hangs no longer: nobody misses it, until it asks again. Gives its name. Raises NotFound, Refused."""
    _refuse_unless(by.can(Permission.SETTINGS_MANAGE, estate_id), _("您不能改公示屏的设置。"))
    screen = db.session.scalar(
        select(Screen)
        .where(Screen.id == screen_id, Screen.estate_id == estate_id, Screen.ended_at.is_(None))
        .with_for_update()
    )
    if screen is None:
        raise NotFound
    screen.ended_at = at
    settings.note(
        user_id=by.id, estate_id=estate_id, what=TAKEN_DOWN, before={"name": screen.name}, after=None, at=at
    )
    return screen.name


def darken(estate: Estate, begins: int, ends: int, *, by: User, at: datetime) -> bool:
    """Have the estate's screens dark from *begins* to *ends*, minutes since midnight, equal: never.

    The caller has locked the estate. Gives whether that changed anything. Raises Refused.
    """
    _refuse_unless(by.can(Permission.SETTINGS_MANAGE, estate.id), _("您不能改公示屏的设置。"))
    before, after = _told(estate.dark_from, estate.dark_until), _told(begins, ends)
    if after == before:
        return False
    estate.dark_from, estate.dark_until = begins, ends
    settings.note(user_id=by.id, estate_id=estate.id, what=NIGHT, before=before, after=after, at=at)
    return True


def _told(begins: int, ends: int) -> dict[str, str]:
    return {"from": clock_text(begins), "until": clock_text(ends)}


def clock_text(minutes: int) -> str:
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def _refuse_unless(condition: bool, message: str) -> None:
    if not condition:
        raise Refused(message)
