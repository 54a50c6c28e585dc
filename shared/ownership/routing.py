"""Routing (分派建议): which department and who in it is proposed for a case, by its category and place (MS-1, MS-3).

A proposal relays nothing: what the machine fills in waits for a person's dispatch (clauses.md, settled 2).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, func, or_, select

from shared.cases import acting, participation
from shared.cases.lifecycle import Act, State
from shared.cases.models import Case, Participation
from shared.database import db, run
from shared.identity import leaves
from shared.identity.models import CategoryRoute, Department, User
from shared.identity.permissions import Permission, Role
from shared.identity.queries import people_who_may
from shared.ownership.models import Assignment
from shared.policies.versions import policy_of

IN_HAND = (State.DISPATCHED, State.HANDLING)


# Built once: every filing asks them.
_ROUTE = (
    select(CategoryRoute)
    .where(
        CategoryRoute.estate_id == bindparam("estate"),
        CategoryRoute.category == bindparam("category"),
        or_(CategoryRoute.building_id == bindparam("building"), CategoryRoute.building_id.is_(None)),
    )
    .order_by(CategoryRoute.building_id.is_(None), CategoryRoute.id)
    .limit(1)
)
# Some person has dispatched the case in this round, or it is about that department.
_IS_TAKEN = or_(
    exists().where(Assignment.case_id == bindparam("case"), Assignment.round == bindparam("round")),
    exists().where(
        Participation.case_id == bindparam("case"),
        Participation.part == participation.ABOUT,
        Participation.department_id == CategoryRoute.department_id,
    ),
)
_DEPARTMENT = _ROUTE.with_only_columns(CategoryRoute.department_id, _IS_TAKEN.label("is_taken"))


@dataclass(frozen=True, slots=True)
class Proposal:
    """*handler* is None where nobody of the department can take it now."""

    department: Department
    handler: User | None
    in_hand: int  # how much that person has
    at_building: bool  # by a route of this very building, not of the category everywhere
    named: bool  # the route names a person, and this is them or who stands in
    stands_in_for: User | None


def route_of(case: Case) -> CategoryRoute | None:
    """The estate's rule for the category at this building, else for the category."""
    return db.session.scalar(_ROUTE, _place(case))


def _place(case: Case) -> dict[str, Any]:
    return {"estate": case.estate_id, "category": case.category, "building": case.building_id}


def in_hand(user_ids: Collection[int]) -> dict[int, int]:
    """How many cases each of these has signed or is to sign for; nobody: none."""
    found = db.session.execute(
        select(Case.handler_id, func.count())
        .where(Case.handler_id.in_(user_ids), Case.state.in_(IN_HAND))
        .group_by(Case.handler_id)
    )
    return {handler: held for handler, held in found if handler is not None}


def last_handler(case: Case) -> int | None:
    """Who handled the round before; a further round goes to another (product.md)."""
    if case.round == 1:
        return None
    return db.session.scalar(
        select(Assignment.handler_id)
        .where(Assignment.case_id == case.id, Assignment.round == case.round - 1)
        .order_by(Assignment.id.desc())
        .limit(1)
    )


def proposal(case: Case, at: datetime) -> Proposal | None:
    """Whom to dispatch *case* to: who the route names, or their deputy; else who has least in hand.

    None where the estate has no route for its category.
    """
    route = route_of(case)
    department = db.session.get(Department, route.department_id) if route else None
    if route is None or department is None:
        return None
    able = _able(case, department)
    named = db.session.get(User, route.handler_id) if route.handler_id else None
    chosen = leaves.stand_in(named, at) if named else None
    if chosen is None or chosen.id not in able:
        named, chosen = None, None
    load = in_hand(list(able))
    if chosen is None:
        away = leaves.away(list(able), at)
        here = [user for user in able.values() if user.id not in away]
        chosen = min(here, key=lambda user: _order(case, user, load), default=None)
    return Proposal(
        department=department,
        handler=chosen,
        in_hand=load.get(chosen.id, 0) if chosen else 0,
        at_building=route.building_id is not None,
        named=named is not None,
        stands_in_for=named if named is not None and named is not chosen else None,
    )


def _order(case: Case, user: User, load: dict[int, int]) -> tuple[bool, int, str, int]:
    """Handlers before their head, then who has least."""
    is_handler = Role.HANDLER in user.roles_at(case.estate_id)
    return not is_handler, load.get(user.id, 0), user.name, user.id


def _able(case: Case, department: Department) -> dict[int, User]:
    """Who of the department could be given the case, away or not."""
    last = last_handler(case)
    return {
        user.id: user
        for user in people_who_may(Permission.CASE_ACCEPT, case.estate_id, department.id)
        if user.id != last and not participation.is_about(case, user)
    }


def assign(case: Case, at: datetime) -> None:
    """Fill in the department where the case's policy says so (MS-1), so that its head sees it at once.

    Their people have no part in it before somebody dispatches. Called at filing, and when the category is corrected
    before anybody has dispatched. Nobody's act: no duty is met.
    """
    rule = policy_of(case.policy_version).routing
    if (
        case.is_internal
        or rule is None
        or not rule.automatic
        or case.stage not in (State.RECEIVED, State.CLAIMED)
    ):
        return
    routed = run(_DEPARTMENT, _place(case) | {"case": case.id, "round": case.round})
    route = routed.one_or_none()
    if route is None or route.is_taken or route.department_id == case.lead_department_id:
        return
    department_id = route.department_id
    data = {"department": department_id, "previous_department": case.lead_department_id}
    case.lead_department_id = department_id
    acting.perform(case, Act.ROUTING, by=None, at=at, public=False, data=data)
