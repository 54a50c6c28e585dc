"""The duty roster (值班表): shifts, and the hours in which nobody answers for what nobody has claimed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from shared.audit import settings
from shared.clock import local
from shared.database import db
from shared.errors import Refused
from shared.identity.models import Leave, Shift, User
from shared.identity.permissions import Permission

SHIFT = "roster.shift"
LONGEST = timedelta(hours=24)
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of time, its end not in it."""

    begins: datetime
    ends: datetime


def shifts(estate_id: int, begins: datetime, ends: datetime) -> Sequence[Shift]:
    """The shifts that touch that time, by their beginning."""
    return db.session.scalars(
        select(Shift)
        .where(Shift.estate_id == estate_id, Shift.starts_at < ends, Shift.ends_at > begins)
        .options(joinedload(Shift.user))
        .order_by(Shift.starts_at, Shift.id)
    ).all()


def covered(shifts: Iterable[Shift], leaves: Iterable[Leave]) -> list[Stretch]:
    """When somebody answers: the shifts, without the time in which their person is away and nobody stands in."""
    alone = [leave for leave in leaves if leave.deputy_id is None]
    found = []
    for shift in shifts:
        if not shift.user.is_active:
            continue
        rest = [Stretch(shift.starts_at, shift.ends_at)]
        for leave in alone:
            if leave.user_id == shift.user_id:
                rest = [part for piece in rest for part in _without(piece, leave)]
        found += rest
    return found


def _without(piece: Stretch, leave: Leave) -> list[Stretch]:
    parts = [
        Stretch(piece.begins, min(piece.ends, leave.starts_at)),
        Stretch(max(piece.begins, leave.ends_at), piece.ends),
    ]
    return [part for part in parts if part.begins < part.ends]


def gaps(covered: Iterable[Stretch], begins: datetime, ends: datetime) -> list[Stretch]:
    """The parts of that time that nothing in *covered* covers."""
    found, at = [], begins
    for piece in sorted(covered, key=lambda p: p.begins):
        if piece.begins > at:
            found.append(Stretch(at, min(piece.begins, ends)))
        at = max(at, piece.ends)
        if at >= ends:
            break
    if at < ends:
        found.append(Stretch(at, ends))
    return [gap for gap in found if gap.begins < gap.ends]


def add(
    estate_id: int, user: User, *, starts_at: datetime, ends_at: datetime, by: User, at: datetime
) -> Shift:
    """Put *user* on duty. Raises Refused for a shift that is over, too long or double, or who cannot relay."""
    if not user.is_active or not user.can(Permission.CASE_DISPATCH, estate_id):
        raise Refused(_("%(name)s不能派单，不能排值班。", name=user.name))
    if not starts_at < ends_at <= starts_at + LONGEST:
        raise Refused(_("一个班最长 24 小时，结束要晚于开始。"))
    if ends_at <= at:
        raise Refused(_("这个班已经过去，不能补排：那时由谁值班已经算数。"))
    same = select(Shift.id).where(
        Shift.estate_id == estate_id,
        Shift.user_id == user.id,
        Shift.starts_at < ends_at,
        Shift.ends_at > starts_at,
    )
    if db.session.scalar(same.limit(1)) is not None:
        raise Refused(_("%(name)s在这段时间已经有班。", name=user.name))
    shift = Shift(estate_id=estate_id, user_id=user.id, starts_at=starts_at, ends_at=ends_at)
    db.session.add(shift)
    db.session.flush()
    settings.note(user_id=by.id, estate_id=estate_id, what=SHIFT, before=None, after=told(shift), at=at)
    return shift


def remove(shift: Shift, *, by: User, at: datetime) -> None:
    """Take a shift out; one that has begun ends now, one that is over stays in the record. Raises Refused."""
    if shift.ends_at <= at:
        raise Refused(_("这个班已经结束，不能删。"))
    before = told(shift)
    if shift.starts_at < at:
        shift.ends_at = at
        after = told(shift)
    else:
        db.session.delete(shift)
        after = None
    settings.note(user_id=by.id, estate_id=shift.estate_id, what=SHIFT, before=before, after=after, at=at)


def copy_week(estate_id: int, zone: str, monday: datetime, *, by: User, at: datetime) -> tuple[int, int]:
    """Repeat the week before *monday* (midnight of the estate) from then on: how many shifts, how many left out.

    By the clock on the wall, so that a change to summer time moves no shift. Left out is what stands already, is
    over, or whose person has left or may no longer relay.
    """
    end = shifted(monday, WEEK, zone)
    begun = shifted(monday, -WEEK, zone)
    made = left = 0
    for shift in shifts(estate_id, begun, monday):
        if shift.starts_at < begun:
            continue
        starts_at, ends_at = shifted(shift.starts_at, WEEK, zone), shifted(shift.ends_at, WEEK, zone)
        assert starts_at < end
        try:
            add(estate_id, shift.user, starts_at=starts_at, ends_at=ends_at, by=by, at=at)
            made += 1
        except Refused:
            left += 1
    return made, left


def shifted(instant: datetime, by: timedelta, zone: str) -> datetime:
    """The same time on the wall, some days on."""
    wall = local(instant, zone).replace(tzinfo=None) + by
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(instant.tzinfo)


def told(shift: Shift) -> dict[str, object]:
    """As the record of changed settings keeps it."""
    return {
        "user": shift.user_id,
        "from": shift.starts_at.isoformat(),
        "until": shift.ends_at.isoformat(),
    }
