"""Departments (部门) and buildings (楼栋): added, renamed, put in order, ended, taken away while nothing uses them."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from shared.audit import settings
from shared.database import db
from shared.errors import NotFound, Refused
from shared.identity import spots
from shared.identity.models import Appointment, Building, CategoryRoute, Department, Estate, Spot, User

LONGEST_NAME = 40
MOST = 300  # of each kind; a menu longer than that helps nobody
Place = Department | Building


class Kind(StrEnum):
    BUILDING = "building"
    DEPARTMENT = "department"


TABLES: dict[Kind, Any] = {
    Kind.BUILDING: Building,
    Kind.DEPARTMENT: Department,
}
# In the record of changed settings.
WHAT = {Kind.BUILDING: "estate.building", Kind.DEPARTMENT: "estate.department"}


def of_estate(kind: Kind, estate_id: int) -> Sequence[Place]:
    """Those that menus offer, in their order."""
    return [place for place in _all(kind, estate_id) if place.ended_at is None]


def ended_of_estate(kind: Kind, estate_id: int) -> Sequence[Place]:
    """Those that the record alone still names."""
    return [place for place in _all(kind, estate_id) if place.ended_at is not None]


def _all(kind: Kind, estate_id: int) -> Sequence[Place]:
    table = TABLES[kind]
    found: Sequence[Place] = db.session.scalars(
        select(table).where(table.estate_id == estate_id).order_by(table.position, table.id)
    ).all()
    return found


def add(kind: Kind, estate: Estate, name: str, *, by: User, at: datetime) -> Place:
    """A further one, last in the order. Raises Refused."""
    name = _checked(name)
    table = TABLES[kind]
    _hold(estate.id)
    _refuse_known(kind, estate.id, name)
    count, last = db.session.execute(
        select(func.count(table.id), func.max(table.position)).where(table.estate_id == estate.id)
    ).one()
    if count >= MOST:
        raise Refused(_("最多 %(n)s 个，不能再加。", n=MOST))
    place: Place = table(estate_id=estate.id, name=name, position=0 if last is None else last + 1)
    db.session.add(place)
    db.session.flush()
    _note(kind, place, before=None, after=_told(place), by=by, at=at)
    return place


def rename(kind: Kind, place: Place, name: str, *, by: User, at: datetime) -> None:
    """The same one under another name, in what was recorded before too. Raises Refused."""
    name = _checked(name)
    _refuse_ended(place)
    if name == place.name:
        return
    _refuse_known(kind, place.estate_id, name)
    before = _told(place)
    place.name = name
    _note(kind, place, before=before, after=_told(place), by=by, at=at)


def move_up(kind: Kind, place: Place, *, by: User, at: datetime) -> None:
    """One place further up in every menu; the first stays where it is."""
    _refuse_ended(place)
    everyone = list(of_estate(kind, place.estate_id))
    index = everyone.index(place)
    if index == 0:
        return
    before = _told(place, order=index + 1)
    everyone[index - 1 : index + 1] = [place, everyone[index - 1]]
    for position, each in enumerate(everyone):
        each.position = position
    _note(kind, place, before=before, after=_told(place, order=index), by=by, at=at)


def remove(kind: Kind, place: Place, *, by: User, at: datetime) -> None:
    """Gone, where nothing was ever recorded under it; the database itself knows. Raises Refused."""
    told, estate_id, name = _told(place), place.estate_id, place.name
    try:
        with db.session.begin_nested():
            db.session.delete(place)
            db.session.flush()
    except IntegrityError as used:
        raise Refused(_("“%(name)s”已经有记录用到，不能去掉，可以停用。", name=name)) from used
    settings.note(user_id=by.id, estate_id=estate_id, what=WHAT[kind], before=told, after=None, at=at)


def end(kind: Kind, place: Place, *, by: User, at: datetime) -> None:
    """No longer offered anywhere; the record names it as before. A building's posters end with it.

    Raises Refused while somebody has a post there, or what comes in is sent there.
    """
    _refuse_ended(place)
    _refuse_used(kind, place)
    if kind is Kind.BUILDING:
        standing = select(Spot).where(Spot.building_id == place.id, Spot.ended_at.is_(None))
        for spot in db.session.scalars(standing).all():
            spots.end(spot, by=by, at=at)
    place.ended_at = at
    _note(kind, place, before=_told(place), after=_told(place, ended=True), by=by, at=at)


def resume(kind: Kind, place: Place, *, by: User, at: datetime) -> None:
    """Offered again, where it stood in the order. Posters are hung anew."""
    if place.ended_at is None:
        return
    place.ended_at = None
    _note(kind, place, before=_told(place), after=_told(place, ended=False), by=by, at=at)


def _refuse_used(kind: Kind, place: Place) -> None:
    of_route = CategoryRoute.building_id if kind is Kind.BUILDING else CategoryRoute.department_id
    if db.session.scalar(select(CategoryRoute.id).where(of_route == place.id).limit(1)) is not None:
        raise Refused(_("分派规则里还有“%(name)s”，请先改分派规则。", name=place.name))
    if kind is Kind.BUILDING:
        return
    posts = select(func.count(Appointment.user_id.distinct())).where(
        Appointment.department_id == place.id, Appointment.until.is_(None)
    )
    people = db.session.scalar(posts) or 0
    if people:
        raise Refused(_("“%(name)s”还有 %(n)s 人任职，请先给他们换岗位。", name=place.name, n=people))


def lock(kind: Kind, place_id: int, estate_id: int) -> Place:
    """One of that estate, held with its neighbours until the change ends. Raises NotFound."""
    _hold(estate_id)
    table = TABLES[kind]
    place: Place | None = db.session.scalar(
        select(table).where(table.id == place_id, table.estate_id == estate_id)
    )
    if place is None:
        raise NotFound
    return place


def _hold(estate_id: int) -> None:
    """Two who write the same name, or move the same row, at once: the second waits, and is told."""
    db.session.get_one(Estate, estate_id, with_for_update=True)


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Refused(_("请写名称，最多 %(n)s 个字。", n=LONGEST_NAME))
    return name


def _refuse_ended(place: Place) -> None:
    if place.ended_at is not None:
        raise Refused(_("“%(name)s”已经停用了。", name=place.name))


def _refuse_known(kind: Kind, estate_id: int, name: str) -> None:
    known = next((place for place in _all(kind, estate_id) if place.name == name), None)
    if known is not None and known.ended_at is not None:
        raise Refused(_("“%(name)s”停用了，在下面可以恢复。", name=name))
    if known is not None:
        raise Refused(_("已经有“%(name)s”了。", name=name))


def _told(place: Place, **more: object) -> dict[str, object]:
    return {"id": place.id, "name": place.name, **more}


def _note(
    kind: Kind,
    place: Place,
    *,
    before: dict[str, object] | None,
    after: dict[str, object],
    by: User,
    at: datetime,
) -> None:
    settings.note(
        user_id=by.id, estate_id=place.estate_id, what=WHAT[kind], before=before, after=after, at=at
    )
