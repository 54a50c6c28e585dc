"""Which policy is in force at an estate, and which was when a case was filed (CO-M6)."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from sqlalchemy import bindparam, func, select

from shared.clock import now
from shared.database import db
from shared.policies.models import PolicyVersion
from shared.policies.schema import Policy, PolicyError, parse

PRESETS = Path(__file__).parent / "presets"
# Built once: every filing asks it.
_IN_FORCE = (
    select(PolicyVersion)
    .where(
        PolicyVersion.estate_id == bindparam("estate"),
        PolicyVersion.effective_at <= bindparam("instant"),
        PolicyVersion.ended_at.is_(None) | (PolicyVersion.ended_at > bindparam("instant")),
    )
    .order_by(PolicyVersion.effective_at.desc())
    .limit(1)
)


class Estate(Protocol):
    """What a policy needs of an estate, whose table stands above this package."""

    @property
    def id(self) -> int: ...


class Publisher(Protocol):
    """What a policy needs of whoever publishes it."""

    @property
    def id(self) -> int: ...


class NoPolicyInForce(Exception):
    """An estate has no policy at that time; nothing can be filed there until one is published."""


def presets() -> list[str]:
    """The names of the policies that come with the product."""
    return sorted(path.stem for path in PRESETS.glob("*.toml"))


def preset_text(name: str) -> str:
    """The TOML of a preset. Raises PolicyError when there is none of that *name*."""
    if name not in presets():
        raise PolicyError(f"{name}: no such preset; there are {', '.join(presets())}")
    return (PRESETS / f"{name}.toml").read_text(encoding="utf-8")


@lru_cache(maxsize=64)
def _parsed(body: str, source: str) -> Policy:
    return parse(body, source)


def policy_of(version: PolicyVersion) -> Policy:
    """The rule book of a version, read once per text. Raises PolicyError."""
    return _parsed(version.body, f"{version.preset} v{version.version}")


def in_force(estate_id: int, at: datetime) -> PolicyVersion:
    """The version that governs what is received *at* that instant. Raises NoPolicyInForce."""
    version = db.session.scalar(_IN_FORCE, {"estate": estate_id, "instant": at})
    if version is None:
        raise NoPolicyInForce(f"no policy is in force at estate {estate_id} on {at:%Y-%m-%d %H:%M} UTC")
    return version


def versions_of(estate_id: int) -> Sequence[PolicyVersion]:
    """Every version an estate has had, the latest first."""
    return db.session.scalars(
        select(PolicyVersion)
        .where(PolicyVersion.estate_id == estate_id)
        .order_by(PolicyVersion.version.desc())
    ).all()


def next_version(estate_id: int, at: datetime) -> PolicyVersion | None:
    """The version that is published and not yet in force, if there is one."""
    return db.session.scalar(
        select(PolicyVersion)
        .where(PolicyVersion.estate_id == estate_id, PolicyVersion.effective_at > at)
        .order_by(PolicyVersion.effective_at)
        .limit(1)
    )


def publish(
    estate: Estate, preset: str, at: datetime, *, body: str | None = None, by: Publisher | None = None
) -> PolicyVersion:
    """Put a rule book in force from *at* on, and end the version before it; the same text again changes nothing.

    *body* is the estate's own text, made from *preset*; left out, the preset's. *by* is None for a command.
    Cases keep the version they were filed under (CO-M6). Raises PolicyError when the text cannot be used,
    ValueError when *at* is not after the beginning of the version before.
    """
    body = preset_text(preset) if body is None else body
    parse(body, preset)
    last = db.session.scalar(
        select(PolicyVersion)
        .where(PolicyVersion.estate_id == estate.id, PolicyVersion.ended_at.is_(None))
        .order_by(PolicyVersion.version.desc())
        .limit(1)
    )
    if last is not None:
        if (last.preset, last.body) == (preset, body):
            return last
        if at <= last.effective_at:
            raise ValueError(f"version {last.version} begins later; a policy never changes the past")
        last.ended_at = at
    version = PolicyVersion(
        estate_id=estate.id,
        preset=preset,
        version=_next_number(estate.id),
        body=body,
        effective_at=at,
        ended_at=None,
        published_at=now(),
        published_by_id=by.id if by else None,
    )
    db.session.add(version)
    db.session.flush()
    return version


def _next_number(estate_id: int) -> int:
    query = select(func.max(PolicyVersion.version)).where(PolicyVersion.estate_id == estate_id)
    return (db.session.scalar(query) or 0) + 1
