"""A person in a department as one choice of a menu: a case goes to both, and that is one decision."""

from flask_babel import gettext as _
from flask_babel import ngettext

from shared.database import db
from shared.identity.models import Department, Leave, User


def code(department_id: int | None, person_id: int | None = None) -> str:
    """What the menu sends; without a person the department itself is meant."""
    return f"{department_id}-{person_id or ''}"


def ids(sent: str) -> tuple[int, int]:
    """Of the department and of the person, 0 for none, from a choice that was offered."""
    department_id, _dash, person_id = sent.partition("-")
    return int(department_id), int(person_id or 0)


def chosen(sent: str) -> tuple[Department, User]:
    """Where the menu offers people alone."""
    department_id, person_id = ids(sent)
    return db.session.get_one(Department, department_id), db.session.get_one(User, person_id)


def burden(load: int, leave: Leave | None = None) -> str:
    """`在办 2 件，休假中`"""
    held = ngettext("在办 %(num)s 件", "在办 %(num)s 件", load)
    return held if leave is None else _("%(held)s，休假中", held=held)
