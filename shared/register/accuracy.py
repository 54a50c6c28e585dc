"""Classification accuracy (MS-2): of the cases a person has looked at, how many kept the category first recorded."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy import case as when
from sqlalchemy.orm import aliased

from shared.audit.models import TimelineRow
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.cases.participation import ordinary
from shared.database import db
from shared.register.figures import Rate

TARGET = 98  # MS-2
LOOKED_AT = (Act.TRIAGE, Act.DISPATCH)


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Split by who recorded the category: an owner who chose wrongly is no slip of the intake post."""

    desk: Rate
    owners: Rate

    @property
    def all(self) -> Rate:
        return Rate(self.desk.good + self.owners.good, self.desk.of + self.owners.of)

    @property
    def corrections(self) -> int:
        return self.all.of - self.all.good


def classification(estate_id: int, since: datetime, before: datetime | None = None) -> Accuracy:
    """Of the estate's cases filed since then, and before that, as `judged` takes them."""
    filed = [Case.filed_at >= since, *([Case.filed_at < before] if before else [])]
    each = judged(estate_id, *filed).subquery()
    found = db.session.execute(
        select(each.c.by_desk, func.sum(when((each.c.kept, 1), else_=0)), func.count()).group_by(
            each.c.by_desk
        )
    ).all()
    rates = {bool(desk): Rate(good, of) for desk, good, of in found}
    return Accuracy(rates.get(True, Rate(0, 0)), rates.get(False, Rate(0, 0)))


def judged(estate_id: int, *conditions: ColumnElement[bool], until: datetime | None = None) -> Select[Any]:
    """Each case of the estate under *conditions*: its id, whether the desk recorded it, whether the category stood.

    A case counts once it was judged or dispatched; a correction is a category that stands otherwise than it was
    first recorded, so that a change that was taken back is none. *until*: what was looked at later is left out.
    """
    filing, look = aliased(TimelineRow), aliased(TimelineRow)
    looks = select(look.id).where(look.case_id == Case.id, look.act.in_(LOOKED_AT))
    # Asked per case: of an EXISTS PostgreSQL makes a join that begins with the whole timeline.
    looked_at = (looks if until is None else looks.where(look.at < until)).limit(1).scalar_subquery()
    return (
        select(
            Case.id.label("case_id"),
            filing.actor_id.is_not(None).label("by_desk"),
            (filing.data["category"].as_string() == Case.category).label("kept"),
        )
        .select_from(Case)
        .join(filing, (filing.case_id == Case.id) & (filing.seq == 1))
        .where(Case.estate_id == estate_id, *conditions, ordinary(), looked_at.is_not(None))
    )
