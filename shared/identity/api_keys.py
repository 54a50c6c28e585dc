"""Keys by which apps and partners file at an estate (MS-1): shown once, kept as a digest, limited by the day."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from shared import clock, sealing
from shared.audit import settings
from shared.database import db
from shared.errors import Refused
from shared.identity import throttle
from shared.identity.models import ApiKey, Estate, User

KEY = "estate.api_key"  # in the record of changed settings
PREFIX = "sw311_"  # so that whoever searches a repository for lost secrets recognises one
PER_DAY, MOST_PER_DAY = 500, 10_000
LONGEST_NAME = 60
DOOR = "api key"
DAY = timedelta(days=1)


def make(estate: Estate, name: str, per_day: int, *, by: User, at: datetime) -> tuple[ApiKey, str]:
    """A new key, and the secret that nobody will see again. Raises Refused."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Refused(_("请写是谁用的，最多 %(n)s 个字。", n=LONGEST_NAME))
    if not 1 <= per_day <= MOST_PER_DAY:
        raise Refused(_("每天的件数是 1 到 %(most)s。", most=MOST_PER_DAY))
    secret = PREFIX + secrets.token_urlsafe(24)
    key = ApiKey(
        estate_id=estate.id,
        name=name,
        digest=sealing.digest(secret),
        made_at=at,
        made_by_id=by.id,
        per_day=per_day,
    )
    db.session.add(key)
    db.session.flush()
    settings.note(user_id=by.id, estate_id=estate.id, what=KEY, before=None, after=_told(key), at=at)
    return key, secret


def end(key: ApiKey, *, by: User, at: datetime) -> None:
    """The key opens nothing from now on; what it filed stays. Raises Refused on one that was ended before."""
    if key.ended_at is not None:
        raise Refused(_("这个密钥已经停用了。"))
    key.ended_at = at
    settings.note(user_id=by.id, estate_id=key.estate_id, what=KEY, before=_told(key), after=None, at=at)


def _told(key: ApiKey) -> dict[str, object]:
    return {"key": key.id, "name": key.name, "per_day": key.per_day}


def live(secret: str) -> ApiKey | None:
    """The key of that secret, unless it was ended."""
    return db.session.scalar(
        select(ApiKey).where(ApiKey.digest == sealing.digest(secret), ApiKey.ended_at.is_(None))
    )


def estate_of(key: ApiKey) -> Estate:
    return db.session.get_one(Estate, key.estate_id)


def of_estate(estate_id: int) -> Sequence[ApiKey]:
    """All keys ever made for an estate, those in use first."""
    return db.session.scalars(
        select(ApiKey)
        .where(ApiKey.estate_id == estate_id)
        .order_by(ApiKey.ended_at.is_not(None), ApiKey.id.desc())
        .options(joinedload(ApiKey.made_by))
    ).all()


def of_id(key_id: int, estate_id: int) -> ApiKey | None:
    """A key of that estate, held until the change ends."""
    return db.session.scalar(
        select(ApiKey).where(ApiKey.id == key_id, ApiKey.estate_id == estate_id).with_for_update()
    )


def submission_of(key: ApiKey, idempotency_key: str) -> str:
    """The submission key of a post: the same for the same two, and beyond guessing for whoever lacks FIELD_KEY."""
    return sealing.token(key.digest + idempotency_key.encode(), "open311 submission")


def has_room(key: ApiKey, at: datetime) -> bool:
    """Whether the key may file once more today. Inside a change others who use it wait until the change ends."""
    return throttle.closed_until(DOOR, _today(key, at), limit=key.per_day, window=DAY, at=at) is None


def count(key: ApiKey, at: datetime) -> None:
    """One more case was filed with the key."""
    throttle.note_failure(DOOR, _today(key, at), window=DAY, at=at)


def used(key: ApiKey, at: datetime) -> int:
    """How many cases were filed with the key today."""
    return throttle.counted(DOOR, _today(key, at))


def _today(key: ApiKey, at: datetime) -> str:
    return f"{key.id} {clock.local_date(at, estate_of(key).zone)}"
