"""A clock as it is drawn: what stands in its row. To load records of it takes thrice as long."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from shared.database import db
from shared.deadlines.models import Deadline


class Clock(NamedTuple):
    """The columns of `Deadline` by which a promise is drawn."""

    id: int
    round: int
    rule: str
    clause: str
    term: str
    owner_sees: bool
    duty: str
    started_at: datetime
    due_at: datetime
    original_due_at: datetime
    paused_at: datetime | None
    near_at: datetime
    steps: list[str]
    met_at: datetime | None
    ended_at: datetime | None
    superseded_by: str | None
    breached_at: datetime | None


TABLE = Deadline.__table__
COLUMNS = [TABLE.c[name] for name in Clock._fields]
IN_ORDER = (TABLE.c.round, TABLE.c.started_at, TABLE.c.due_at, TABLE.c.id)
_OF_CASE = select(*COLUMNS).where(TABLE.c.case_id == bindparam("case_id")).order_by(*IN_ORDER)


def of_case(case_id: int) -> list[Clock]:
    """All clocks of a case: by round, then in the order in which they started and fall due."""
    return [Clock(*row) for row in db.session.execute(_OF_CASE, {"case_id": case_id})]
