"""The boards that hang somewhere: each says its name when it asks for news, so that staff see which one is dark.

A screen enters by asking. With the address that the settings made for it, behind its name stands a proof that only we
can make (docs/decisions/0024): it is ours, and is missed when it goes dark. One with a bare name is listed apart; a
stranger may have invented it, so it alarms nobody, and takes no place from ours (T27).
"""

import base64
import hmac
import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import BindParameter, ColumnElement, and_, select, update

from shared import sealing
from shared.audit import settings
from shared.cases.acting import refuse_unless
from shared.clock import is_between
from shared.database import db
from shared.errors import NotFound
from shared.identity.models import Estate, User
from shared.identity.permissions import Permission
from shared.notices.models import Screen

NAME = re.compile(r"[^\W_](?:[\w\- ·]{0,18}[^\W_])?")  # 大堂屏, 3号楼-B1
MOST_FIGURES = 4  # a name is no telephone number left for staff to call
PROOF = 5  # bytes: eight letters and figures to type with a remote control, one of 10¹²
LAYOUTS = ("landscape", "portrait")
BEAT = timedelta(minutes=1)  # written down no more often than this
DARK_AFTER = timedelta(minutes=5)  # about ten polls unheard
MOST_BARE = 20  # screens of an estate that have no proof; a new one takes the place of the longest silent
TAKEN_DOWN = "screen.taken_down"
NIGHT = "estate.night"


def name_of(text: str | None) -> str:
    """The name that is meant for a screen, or nothing when it is none."""
    said = " ".join(unicodedata.normalize("NFKC", text or "").split())
    is_one = NAME.fullmatch(said) and sum(letter.isdigit() for letter in said) <= MOST_FIGURES
    return said if is_one else ""


def introduction(estate_id: int, name: str) -> str:
    """What the screen of that name says of itself in its address: `大堂屏.k7x2m4qd`."""
    return f"{name}.{_proof(estate_id, name)}"


def understood(estate_id: int, said: str | None) -> str:
    """What stands on the list for what a screen says of itself: its introduction, a bare name, or nothing."""
    text, dot, proof = (said or "").rpartition(".")
    name = name_of(text if dot else proof)
    if not name or not dot:
        return name
    is_ours = hmac.compare_digest(proof.lower().encode(), _proof(estate_id, name).encode())
    return introduction(estate_id, name) if is_ours else ""


def called(name: str) -> str:
    """What people call a screen of the list."""
    return name.partition(".")[0]


def is_ours(screen: Screen) -> bool:
    """Whether it asked with an address of ours: no bare name has a dot."""
    return "." in screen.name


def _proof(estate_id: int, name: str) -> str:
    bare = sealing.derive(f"{estate_id} {name}".encode(), "screen")[:PROOF]
    return base64.b32encode(bare).decode().lower()


def _named(estate_id: int, name: str) -> Screen | None:
    return db.session.scalar(select(Screen).where(Screen.estate_id == estate_id, Screen.name == name))


def needs_mark(estate_id: int, name: str, at: datetime) -> bool:
    """Whether there is anything to write down of a screen that asks now: a read, so that most polls only read."""
    screen = _named(estate_id, name)
    if screen is None:
        return "." in name or _place(estate_id, at) is not None
    return screen.last_seen_at <= at - BEAT or screen.ended_at is not None


def mark(estate_id: int, name: str, layout: str, at: datetime) -> None:
    """Write down that the screen is alive. Its name is one that was `understood`."""
    seen: dict[str, Any] = {"last_seen_at": at, "layout": layout, "ended_at": None}
    known = _named(estate_id, name)
    if known is not None:
        db.session.execute(update(Screen).where(Screen.id == known.id).values(**seen))
        return
    row = Screen() if "." in name else _place(estate_id, at)
    if row is None:
        return
    for what, value in {"estate_id": estate_id, "name": name, "first_seen_at": at, **seen}.items():
        setattr(row, what, value)
    db.session.add(row)
    db.session.flush()


def _place(estate_id: int, at: datetime) -> Screen | None:
    """Where one without proof may stand: a new row, or that of the longest silent of its kind."""
    bare = db.session.scalars(
        select(Screen)
        .where(Screen.estate_id == estate_id, ~Screen.name.contains("."))
        .order_by(Screen.last_seen_at)
    ).all()
    if len(bare) < MOST_BARE:
        return Screen()
    return bare[0] if is_dark(bare[0], at) else None


def is_missed(silent_since: BindParameter[datetime] | datetime) -> ColumnElement[bool]:
    """The condition of a screen of ours that hangs, was there more than once, and has been silent from then on.

    For too long, if that is `DARK_AFTER` ago.
    """
    return and_(
        Screen.name.contains("."),
        Screen.ended_at.is_(None),
        Screen.last_seen_at <= silent_since,
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
    return is_between(at, estate.zone, estate.dark_from, estate.dark_until)


def take_down(screen_id: int, estate_id: int, *, by: User, at: datetime) -> str:
    """The screen hangs no longer: nobody misses it, until it asks again. Gives its name. Raises NotFound, Refused."""
    refuse_unless(by.can(Permission.SETTINGS_MANAGE, estate_id), _("您不能改公示屏的设置。"))
    screen = db.session.scalar(
        select(Screen)
        .where(Screen.id == screen_id, Screen.estate_id == estate_id, Screen.ended_at.is_(None))
        .with_for_update()
    )
    if screen is None:
        raise NotFound
    screen.ended_at = at
    settings.note(
        user_id=by.id,
        estate_id=estate_id,
        what=TAKEN_DOWN,
        before={"name": called(screen.name)},
        after=None,
        at=at,
    )
    return called(screen.name)


def darken(estate: Estate, begins: int, ends: int, *, by: User, at: datetime) -> bool:
    """Have the estate's screens dark from *begins* to *ends*, minutes since midnight, equal: never.

    The caller has locked the estate. Gives whether that changed anything. Raises Refused.
    """
    refuse_unless(by.can(Permission.SETTINGS_MANAGE, estate.id), _("您不能改公示屏的设置。"))
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
