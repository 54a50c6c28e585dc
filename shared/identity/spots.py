"""Spots (海报地点): places with a QR poster. A code stays with its place for ever, since posters hang for years."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from shared.audit import settings
from shared.database import db
from shared.errors import NotFound, Refused
from shared.identity.models import Building, Spot, User

SPOT = "estate.spot"  # in the record of changed settings
LONGEST_NAME = 40
# As many as one PDF holds: a building can always be printed at once.
MOST_IN_BUILDING = 60
# Small letters and digits that no eye mixes up: eight of 31 are 40 bits, short enough to type from a poster.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
CODE_LENGTH = 8


def add(building: Building, name: str, *, by: User, at: datetime) -> Spot:
    """A new place with a code of its own; one that was ended stands again, with its old code. Raises Refused."""
    name = _checked(name)
    _hold(building.id)
    known = _named(building.id, name)
    if known is not None and known.ended_at is None:
        raise Refused(_("%(building)s已经有“%(name)s”。", building=building.name, name=name))
    _refuse_too_many(building)
    spot = known or Spot(building_id=building.id, name=name, code=_new_code())
    spot.ended_at = None
    db.session.add(spot)
    db.session.flush()
    _note(spot, building, before=None, after=_told(spot), by=by, at=at)
    return spot


def rename(spot: Spot, name: str, *, by: User, at: datetime) -> None:
    """The posters that hang keep leading here; what they say is printed anew. Raises Refused."""
    name = _checked(name)
    _refuse_ended(spot)
    if name == spot.name:
        return
    _hold(spot.building_id)
    if _named(spot.building_id, name) is not None:
        raise Refused(_("%(building)s已经有“%(name)s”。", building=spot.building.name, name=name))
    before = _told(spot)
    spot.name = name
    _note(spot, spot.building, before=before, after=_told(spot), by=by, at=at)


def end(spot: Spot, *, by: User, at: datetime) -> None:
    """No longer offered or printed; a poster that still hangs leads to the first page. Raises Refused."""
    _refuse_ended(spot)
    spot.ended_at = at
    _note(spot, spot.building, before=_told(spot), after=None, by=by, at=at)


def of_estate(estate_id: int) -> Sequence[Spot]:
    """The places in use, by building and name."""
    return db.session.scalars(
        select(Spot)
        .join(Spot.building)
        .where(Building.estate_id == estate_id, Spot.ended_at.is_(None))
        .order_by(Building.position, Spot.name, Spot.id)
        .options(joinedload(Spot.building))
    ).all()


def ended_of_estate(estate_id: int) -> Sequence[Spot]:
    """Those no longer in use, the latest first."""
    return db.session.scalars(
        select(Spot)
        .join(Spot.building)
        .where(Building.estate_id == estate_id, Spot.ended_at.is_not(None))
        .order_by(Spot.ended_at.desc(), Spot.id)
        .options(joinedload(Spot.building))
    ).all()


def lock(spot_id: int, estate_id: int) -> Spot:
    """A place of that estate, held until the change ends. Raises NotFound."""
    spot = db.session.scalar(
        select(Spot)
        .join(Spot.building)
        .where(Spot.id == spot_id, Building.estate_id == estate_id)
        .with_for_update(of=Spot)
    )
    if spot is None:
        raise NotFound
    return spot


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Refused(_("请写地点，最多 %(n)s 个字。", n=LONGEST_NAME))
    return name


def _hold(building_id: int) -> None:
    """Two who write the same name at once: the second waits, and is told."""
    db.session.get_one(Building, building_id, with_for_update=True)


def _named(building_id: int, name: str) -> Spot | None:
    return db.session.scalar(select(Spot).where(Spot.building_id == building_id, Spot.name == name))


def _refuse_ended(spot: Spot) -> None:
    if spot.ended_at is not None:
        raise Refused(_("“%(name)s”已经停用了。", name=spot.name))


def _refuse_too_many(building: Building) -> None:
    standing = select(func.count()).where(Spot.building_id == building.id, Spot.ended_at.is_(None))
    if (db.session.scalar(standing) or 0) >= MOST_IN_BUILDING:
        raise Refused(
            _("%(building)s已有 %(n)s 个地点，不能再加。", building=building.name, n=MOST_IN_BUILDING)
        )


def _new_code() -> str:
    """Drawn, never counted: from one poster nobody works out the next. A code once drawn is never drawn again."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _n in range(CODE_LENGTH))
        if db.session.scalar(select(Spot.id).where(Spot.code == code)) is None:
            return code


def _told(spot: Spot) -> dict[str, object]:
    return {"spot": spot.id, "building": spot.building_id, "name": spot.name}


def _note(
    spot: Spot,
    building: Building,
    *,
    before: dict[str, object] | None,
    after: dict[str, object] | None,
    by: User,
    at: datetime,
) -> None:
    settings.note(user_id=by.id, estate_id=building.estate_id, what=SPOT, before=before, after=after, at=at)
