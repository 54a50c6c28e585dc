"""Whose a duty was when it fell due, and who stands above them: whom an entry of the ledger names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from shared.audit.models import TimelineRow
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.database import db
from shared.escalation import holding
from shared.identity import queries
from shared.identity.models import Appointment, User
from shared.identity.permissions import Role

# The supervising leader (分管领导) of GZ-14 and GZ-17B †: the deputy, or where there is none the general manager.
LEADERS = (Role.DEPUTY_MANAGER, Role.GENERAL_MANAGER)


@dataclass(frozen=True, slots=True)
class Then:
    """Who had a case at an instant: its first responder, and the handler it was given to, of which department."""

    first: int | None = None
    handler: int | None = None
    department: int | None = None


@dataclass(frozen=True, slots=True)
class Liable:
    """Of whom an entry speaks. *person* None: several share the duty, *candidates*, and a person has to name one."""

    person: User | None
    department_id: int | None
    candidates: tuple[int, ...] = ()


def liable_for(case: Case, duty: str, at: datetime, rows: Sequence[TimelineRow]) -> Liable:
    """With whom a *duty* of *case* lay at that instant; the ladder asks the same people, as of now."""
    then = who_had_it(rows, at)
    people = _by_name(case, duty, at, then) or [r.user for r in holding.holders(case, duty, at)]
    if len(people) == 1:
        department = then.department if people[0].id == then.handler else None
        return Liable(people[0], department or department_of(people[0], case.estate_id, at))
    shared = {department_of(user, case.estate_id, at) for user in people}
    department = shared.pop() if len(shared) == 1 else None
    return Liable(None, department, tuple(user.id for user in people))


def who_had_it(rows: Sequence[TimelineRow], at: datetime) -> Then:
    """From the record as it stood at that instant: what was claimed, given or taken over since does not count."""
    first = handler = department = None
    for row in rows:
        if row.at > at:  # and whatever follows, unless the machine's clock was set back (F22)
            continue
        if row.act == Act.CLAIM or (row.act == Act.TAKEOVER and row.data.get("accepted")):
            first = row.actor_id
        elif row.act == Act.DISPATCH or (row.act == Act.TRANSFER and "handler" in row.data):
            handler, department = row.data.get("handler"), row.data.get("department")
        elif row.act == Act.REOPENING:
            first, handler, department = first or row.actor_id, None, None
        elif row.act == Act.RETURNING:
            handler = department = None
    return Then(first, handler, department)


def _by_name(case: Case, duty: str, at: datetime, then: Then) -> list[User]:
    """Where the record names somebody for it; their deputy, while they are away."""
    first = db.session.get(User, then.first) if then.first else None
    if duty == "handler" and then.handler is not None:
        named: User | None = db.session.get(User, then.handler)
    elif duty == "dispatcher":
        named = first if first is not None and Role.DISPATCHER in first.roles_at(case.estate_id) else None
    elif duty in ("handler", holding.FIRST_RESPONDER):
        named = first
    elif duty == "department_head":
        return [person.user for person in holding.heads_of(case, [then.department], at)]
    else:
        return []
    if named is None:  # nobody had taken it: whoever was on duty by the roster answers for it
        return [person.user for person in holding.on_duty(case, at)]
    return [person.user for person in holding.fit(case, [named], duty, at)]


def department_of(user: User, estate_id: int, at: datetime) -> int | None:
    """The department somebody belonged to at that instant."""
    return db.session.scalar(
        select(Appointment.department_id)
        .where(
            Appointment.user_id == user.id,
            Appointment.estate_id == estate_id,
            Appointment.department_id.is_not(None),
            Appointment.since <= at,
            or_(Appointment.until.is_(None), Appointment.until > at),
        )
        .order_by(Appointment.since.desc(), Appointment.id.desc())
        .limit(1)
    )


def heads_of(department_id: int | None, estate_id: int) -> Sequence[User]:
    """The heads of a department now; none where there is no department."""
    if department_id is None:
        return []
    return queries.people_with([Role.DEPARTMENT_HEAD], estate_id, department_id)


def leaders(estate_id: int) -> Sequence[User]:
    for role in LEADERS:
        if people := queries.people_with([role], estate_id):
            return people
    return []
