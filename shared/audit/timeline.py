"""Appending to a case's timeline, and reading it back in order."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, cast

from sqlalchemy import Table, bindparam, insert, select

from shared.audit import chain
from shared.audit.models import TimelineRow
from shared.database import db

# Built once: every page of a case asks the one, every act writes by the other.
_OF_CASE = select(TimelineRow).where(TimelineRow.case_id == bindparam("case_id")).order_by(TimelineRow.seq)
_NEW = insert(cast("Table", TimelineRow.__table__))


class Chained(Protocol):
    """What carries a chain: the case, whose row is locked while it is appended to."""

    id: Any
    round: Any
    last_seq: Any
    last_hash: Any


def append(
    case: Chained, act: str, *, at: datetime, actor_id: int | None, public: bool, data: Mapping[str, Any]
) -> TimelineRow:
    """Add one row, and give it as it was written. *data* holds ids, codes and digests only.

    The caller holds the case's lock. The row is written past the session, which would take most of the time of an
    act to find out that a row which never changes is new: it has no id here.
    """
    case.last_seq += 1
    case.last_hash = chain.row_hash(
        case.last_hash,
        case_id=case.id,
        seq=case.last_seq,
        round=case.round,
        at=at,
        act=act,
        actor_id=actor_id,
        public=public,
        data=data,
    )
    written = {
        "case_id": case.id,
        "seq": case.last_seq,
        "round": case.round,
        "at": at,
        "act": act,
        "actor_id": actor_id,
        "public": public,
        "data": dict(data),
        "hash": case.last_hash,
    }
    db.session.execute(_NEW, written)
    return TimelineRow(**written)


def rows_of(case_id: int) -> Sequence[TimelineRow]:
    """All rows of one case, oldest first."""
    return db.session.scalars(_OF_CASE, {"case_id": case_id}).all()
