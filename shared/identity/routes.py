"""Changing which department, and who in it, is proposed for a category, at one building or everywhere (MS-3)."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, select

from shared.audit import settings
from shared.database import db
from shared.errors import Refused
from shared.identity.models import CategoryRoute, Department, User
from shared.identity.permissions import Permission

ROUTE = "routing.route"


def routes(estate_id: int) -> Sequence[CategoryRoute]:
    """The rules of the estate; those of a category everywhere before those of its buildings."""
    return db.session.scalars(
        select(CategoryRoute)
        .where(CategoryRoute.estate_id == estate_id)
        .order_by(CategoryRoute.category, CategoryRoute.building_id.is_not(None), CategoryRoute.id)
    ).all()


def _is_for(estate_id: int, category: str, building_id: int | None) -> ColumnElement[bool]:
    return and_(
        CategoryRoute.estate_id == estate_id,
        CategoryRoute.category == category,
        CategoryRoute.building_id == building_id,
    )


def route_for(estate_id: int, category: str, building_id: int | None) -> CategoryRoute | None:
    """The rule of exactly that category and place."""
    return db.session.scalar(select(CategoryRoute).where(_is_for(estate_id, category, building_id)).limit(1))


def set_route(
    estate_id: int,
    category: str,
    building_id: int | None,
    *,
    department: Department,
    handler: User | None,
    by: User,
    at: datetime,
) -> bool:
    """Make it so; whether anything changed. Raises Refused for a person who could not be dispatched to."""
    if department.estate_id != estate_id:
        raise Refused(_("这个部门不在本小区。"))
    if handler is not None and not (
        handler.is_active
        and department.id in handler.department_ids
        and handler.can(Permission.CASE_ACCEPT, estate_id)
    ):
        raise Refused(_("%(name)s不在这个部门，或不办理诉求。请另选处理人。", name=handler.name), "GZ-10")
    # Nothing in the database keeps two rules for a category everywhere apart: no building is equal to no building.
    route = db.session.scalar(
        select(CategoryRoute).where(_is_for(estate_id, category, building_id)).limit(1).with_for_update()
    )
    before = told(route) if route else None
    if route is None:
        route = CategoryRoute(estate_id=estate_id, category=category, building_id=building_id)
        db.session.add(route)
    route.department_id = department.id
    route.handler_id = handler.id if handler else None
    if told(route) == before:
        return False
    db.session.flush()
    settings.note(user_id=by.id, estate_id=estate_id, what=ROUTE, before=before, after=told(route), at=at)
    return True


def drop_route(route: CategoryRoute, *, by: User, at: datetime) -> None:
    """Let a building go by the rule of its category again. Raises Refused for the rule of a category everywhere."""
    if route.building_id is None:
        raise Refused(_("每个类别都要有部门负责，请改派给别的部门，不能删。"), "MS-3")
    db.session.delete(route)
    settings.note(user_id=by.id, estate_id=route.estate_id, what=ROUTE, before=told(route), after=None, at=at)


def told(route: CategoryRoute) -> dict[str, object]:
    """As the record of changed settings keeps it."""
    return {
        "category": route.category,
        "building": route.building_id,
        "department": route.department_id,
        "handler": route.handler_id,
    }
