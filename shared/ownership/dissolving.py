"""A department ends (停用部门): not while something that is still to be done is its own."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from shared.cases.lifecycle import OPEN
from shared.cases.models import Case, OutstandingWork
from shared.database import db
from shared.errors import Refused
from shared.identity import places
from shared.identity.models import User
from shared.identity.places import Kind, Place
from shared.ownership.models import Task


def end(kind: Kind, place: Place, *, by: User, at: datetime) -> None:
    """As `places.end`; of a department that leads no open case and owes no task and no outstanding work.

    Cases at a building are done whether or not it is offered any more.
    """
    left = _to_do(place.id) if kind is Kind.DEPARTMENT else 0
    if left:
        raise Refused(_("“%(name)s”还有 %(n)s 件没办完的，请先派给别的部门。", name=place.name, n=left))
    places.end(kind, place, by=by, at=at)


def _to_do(department_id: int) -> int:
    """Open cases, and cases with a task or an outstanding work that has not ended."""
    open_cases = select(Case.id).where(Case.lead_department_id == department_id, Case.state.in_(OPEN))
    tasks = select(Task.case_id).where(Task.department_id == department_id, Task.ended_at.is_(None))
    works = select(OutstandingWork.case_id).where(
        OutstandingWork.department_id == department_id, OutstandingWork.ended_at.is_(None)
    )
    found = open_cases.union(tasks, works).subquery()
    return db.session.scalar(select(func.count()).select_from(found)) or 0
