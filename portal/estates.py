"""Which estate a page is about: the address says it, else the visit before, else there is only one."""

from dataclasses import dataclass

from flask import abort, g, redirect, request, session, url_for
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import joinedload

from shared.database import db
from shared.identity.models import Building, Estate, Spot
from shared.identity.queries import estate_by_slug, estates


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What a page says of its estate; kept so that head and foot can be said without a database (F14)."""

    slug: str = ""
    name: str = "首问"
    hotline: str = ""
    hours: str = ""
    emergency_line: str = ""
    zone: str = "Asia/Shanghai"


_last_seen = Letterhead()


def current() -> Estate | None:
    """The estate of this request, or None when there are several and none was chosen. Aborts 404 on an unknown one."""
    if "estate" not in g:
        g.estate = _named() or only()
    estate: Estate | None = g.estate
    return estate


def be(estate: Estate) -> None:
    """This request is about *estate* (that of a case, say), whatever was visited before."""
    g.estate = estate


def head(letterhead: Letterhead) -> None:
    """The page of this request, which asks nothing more of an estate, is headed so, whatever was visited before."""
    g.letterhead = letterhead


def needed() -> Estate:
    """The estate of this request; without one the reader is sent home to choose."""
    estate = current()
    if estate is None:
        abort(redirect(url_for("portal.home")))
    return estate


def letterhead() -> Estate | Letterhead:
    """For head and foot of any page, error pages too: never fails."""
    global _last_seen
    try:
        if "letterhead" in g:
            _last_seen = g.letterhead
            return _last_seen
        estate = current()
        if estate is None:
            return Letterhead()
        _last_seen = Letterhead(
            estate.slug, estate.name, estate.hotline, estate.hours, estate.emergency_line, estate.zone
        )
        return estate
    except Exception as error:
        # An error page must not fail in turn: the database may be gone, the address may name no estate.
        if isinstance(error, SQLAlchemyError):
            db.session.rollback()
        return _last_seen


def spot_of_poster(code: str) -> Spot | None:
    """The place a QR poster hangs at, with its building and estate."""
    return db.session.scalar(
        select(Spot).where(Spot.code == code).options(joinedload(Spot.building).joinedload(Building.estate))
    )


def remember(estate: Estate) -> None:
    session["estate"] = estate.slug
    be(estate)


def _named() -> Estate | None:
    asked = request.args.get("estate") or request.form.get("estate")
    if asked:
        return estate_by_slug(asked) or abort(404)
    kept = session.get("estate")
    return estate_by_slug(kept) if kept else None


def only() -> Estate | None:
    """The one estate there is, or None where there are several."""
    known = estates()
    return known[0] if len(known) == 1 else None
