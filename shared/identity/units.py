"""Flats (房号) of a building, offered where one is typed. Nothing about who lives there is kept with them."""

import re
from collections.abc import Sequence
from datetime import datetime
from unicodedata import normalize

from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from shared.audit import settings
from shared.database import db
from shared.errors import NotFound, Refused
from shared.identity.models import Building, Unit, User

UNITS = "estate.units"  # in the record of changed settings
LONGEST = 40
MOST = 2_000  # in one building; an address with more has more buildings
OFFERED = 400  # names in the list under the field: more would weigh down the page that must be quick
_NUMBERS = re.compile(r"(\d+)")


def named(text: str) -> list[str]:
    """The flats that *text* names, one per line or parted by commas, each once. Raises Refused."""
    found = [" ".join(normalize("NFKC", part).split()) for part in re.split(r"[\n,，、;；]", text)]
    names = list(dict.fromkeys(name for name in found if name))
    if not names:
        raise Refused(_("请写房号，一行一个。"))
    long = next((name for name in names if len(name) > LONGEST), None)
    if long is not None:
        raise Refused(_("“%(name)s…”太长，房号最多 %(n)s 个字。", name=long[:10], n=LONGEST))
    return names


def add(building: Building, names: Sequence[str], *, by: User, at: datetime) -> int:
    """Put flats on the list; those there already stay. Gives how many are new. Raises Refused."""
    db.session.get_one(Building, building.id, with_for_update=True)
    known = set(db.session.scalars(select(Unit.name).where(Unit.building_id == building.id)))
    new = [name for name in names if name not in known]
    if len(known) + len(new) > MOST:
        raise Refused(_("一栋楼最多 %(n)s 个房号。", n=MOST))
    db.session.add_all(Unit(building_id=building.id, name=name) for name in new)
    if new:
        _note(building, before=None, after={"building": building.id, "names": new}, by=by, at=at)
    return len(new)


def remove(building: Building, name: str, *, by: User, at: datetime) -> None:
    """Take a flat off the list; cases keep what was typed. Raises NotFound."""
    gone = db.session.execute(delete(Unit).where(Unit.building_id == building.id, Unit.name == name))
    if not gone.rowcount:  # type: ignore[attr-defined]
        raise NotFound
    _note(building, before={"building": building.id, "names": [name]}, after=None, by=by, at=at)


def of_building(building_id: int) -> list[str]:
    """In the order in which people count: 2-101 before 2-1001."""
    found = db.session.scalars(select(Unit.name).where(Unit.building_id == building_id))
    return sorted(found, key=_counted)


def counts(estate_id: int) -> dict[int, int]:
    """How many flats each building has, by its id."""
    rows = db.session.execute(
        select(Unit.building_id, func.count(Unit.id))
        .join(Building)
        .where(Building.estate_id == estate_id)
        .group_by(Unit.building_id)
    )
    return dict(rows.all())


def offered(estate_id: int, building_id: int | None) -> list[str]:
    """What the list under the field holds: flats of the building, or of all while none is chosen; few or none."""
    wanted = select(Unit.name).join(Building).where(Building.estate_id == estate_id).distinct()
    if building_id is not None:
        wanted = wanted.where(Building.id == building_id)
    found = sorted(db.session.scalars(wanted.limit(OFFERED + 1)), key=_counted)
    return found if building_id is not None or len(found) <= OFFERED else []


def _counted(name: str) -> list[tuple[int, str]]:
    """Digits count as numbers, everything else as it is written."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in _NUMBERS.split(name)]


def _note(
    building: Building,
    *,
    before: dict[str, object] | None,
    after: dict[str, object] | None,
    by: User,
    at: datetime,
) -> None:
    settings.note(user_id=by.id, estate_id=building.estate_id, what=UNITS, before=before, after=after, at=at)
