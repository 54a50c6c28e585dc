"""Which estate a page is about, and who may change what all estates share."""

from collections.abc import Callable
from typing import Any

from flask import abort, request
from sqlalchemy import select

from shared.database import db
from shared.identity.models import Estate
from shared.identity.permissions import Permission
from staff.access import me
from staff.context import my_estates


def offered(permission: Permission) -> list[Estate]:
    """The estates at which this person holds *permission*."""
    allowed = set(me().estates_where(permission))
    return [estate for estate in my_estates() if estate.id in allowed]


def chosen(permission: Permission) -> Estate:
    """The estate that the address or the form names (`estate`, a slug), else the first; 404 for any other."""
    slug = request.values.get("estate")
    found = next((e for e in offered(permission) if slug in (None, e.slug)), None)
    if found is None:
        abort(404)
    return found


def views(permission: Permission, current: Estate, address: Callable[[Estate], str]) -> list[dict[str, Any]]:
    """The same page of every estate at which this person holds *permission*; none where there is but one."""
    found = offered(permission)
    if len(found) < 2:
        return []
    return [{"label": e.name, "url": address(e), "current": e.id == current.id} for e in found]


def manages_all() -> bool:
    """Whether this person manages every estate there is: the country's days are every estate's days."""
    return set(db.session.scalars(select(Estate.id))) <= set(me().estates_where(Permission.SETTINGS_MANAGE))
