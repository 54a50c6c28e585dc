"""What lies at an estate: late, without movement, without anybody. Supervision sees it at a glance (GZ-4)."""

from datetime import datetime

from sqlalchemy import func, select

from shared.cases.models import Case
from shared.cases.participation import ordinary, visible_to
from shared.database import db
from shared.identity.models import User
from shared.register.views import View, condition

LYING = (View.OVERDUE, View.STALLED, View.UNCLAIMED, View.RECORDS)


def counted(user: User, estate_id: int, at: datetime) -> dict[View, int]:
    """How many cases stand in each of the views, of those that *user* may see there; the register lists them."""
    columns = [
        select(func.count())
        .select_from(Case)
        .where(Case.estate_id == estate_id, ordinary(), visible_to(user), condition(view, user, at))
        .scalar_subquery()
        for view in LYING
    ]
    return dict(zip(LYING, db.session.execute(select(*columns)).one(), strict=True))
