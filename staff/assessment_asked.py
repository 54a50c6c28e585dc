"""Which estate, whose month and which month the address of a statement asks for."""

from flask import g, request
from sqlalchemy import select

from shared.assessment import months
from shared.database import db
from shared.errors import NotFound
from shared.identity.models import Department, Estate, User
from shared.identity.queries import every_department
from staff.access import me


def person(estate: Estate) -> User:
    """By the username in the address, else myself. Raises NotFound for whoever has never had a post there."""
    username = request.args.get("person", "")
    if not username:
        return me()
    found = db.session.scalar(select(User).where(User.username == username))
    if found is None or estate.id not in {post.estate_id for post in found.appointments}:
        raise NotFound
    return found


def department(estate: Estate) -> Department:
    """By the id in the address. Raises NotFound for one of another estate."""
    asked = request.args.get("department", "")
    found = next((d for d in every_department(estate.id) if str(d.id) == asked), None)
    if found is None:
        raise NotFound
    return found


def month(estate: Estate) -> int:
    """By the address or the form, else the present one."""
    asked = request.values.get("month", "")
    is_month = len(asked) == 6 and asked.isascii() and asked.isdecimal() and 1 <= int(asked[4:]) <= 12
    return int(asked) if is_month and asked[0] == "2" else months.month_of(g.at, estate.zone)
