"""The round of somebody who works on site: the cases in their hands by limit, and what they have photographed there."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from shared.audit.models import TimelineRow
from shared.cases.lifecycle import Act, State
from shared.cases.models import Case
from shared.cases.participation import visible_to
from shared.database import db
from shared.identity.models import User
from shared.register.rows import CaseRow, load, selection

MOST = 50  # more than anybody walks in a day
IN_HAND = (State.DISPATCHED, State.HANDLING)
PHOTO, KEY = "photo", "key"  # in the row of a photo: before or after, and the key that its telephone gave it


def errands(user: User, at: datetime) -> list[CaseRow]:
    """The cases that *user* has been given to handle and has not completed."""
    order = (Case.next_due_at.is_(None), Case.next_due_at, Case.id)
    keys = (
        select(Case.id)
        .where(visible_to(user), Case.handler_id == user.id, Case.state.in_(IN_HAND))
        .order_by(*order)
        .limit(MOST)
    )
    return load(selection(keys).order_by(*order), at)


def photographed(case_ids: Collection[int]) -> Counter[tuple[int, str]]:
    """How many photos of the round each case has, by case and `before` or `after`."""
    rows = db.session.execute(
        select(TimelineRow.case_id, TimelineRow.data).where(
            TimelineRow.case_id.in_(case_ids), TimelineRow.act == Act.PROGRESS
        )
    )
    return Counter((case_id, data[PHOTO]) for case_id, data in rows if PHOTO in data)


def has_arrived(case_id: int, key: str) -> bool:
    """Whether the photo of that key is on the case already. Sure under the case's lock alone."""
    rows = db.session.scalars(
        select(TimelineRow.data).where(TimelineRow.case_id == case_id, TimelineRow.act == Act.PROGRESS)
    )
    return any(data.get(KEY) == key for data in rows)
