"""Appending to a case's timeline, and reading it back in order."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, cast

from sqlalchemy import Table, bindparam, insert, select

from shared.audit import chain
from shared.audit.models import TimelineRow
from shared.database import db, is_changing, run

# Built once: every page of a case asks the one, every act writes by the other.
_OF_CASE = select(TimelineRow).where(TimelineRow.case_id == bindparam("case_id")).order_by(TimelineRow.seq)
_NEW = insert(cast("Table", TimelineRow.__table__))
_WRITTEN = "timeline"  # in db.session.info, which every change begins empty: rows by case and seq


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
    run(_NEW, written)
    row = TimelineRow(**written)
    db.session.info.setdefault(_WRITTEN, {}).setdefault(case.id, {})[case.last_seq] = row
    return row


def begun_here(case: Chained) -> Collection[TimelineRow] | None:
    """All rows of a case that began in the change that is open, oldest first; None of a case that began before.

    Whatever an act leaves behind, a case of which these rows are all has none of before.
    """
    written: dict[int, TimelineRow] = db.session.info.get(_WRITTEN, {}).get(case.id, {})
    return written.values() if is_changing() and written and len(written) == case.last_seq else None


def lacks(case: Chained, act: str) -> bool:
    """Whether it is known without asking that nobody has done *act* on *case*: it began in this change."""
    begun = begun_here(case)
    return begun is not None and all(row.act != act for row in begun)


def rows_of(case_id: int) -> Sequence[TimelineRow]:
    """All rows of one case, oldest first."""
    return db.session.scalars(_OF_CASE, {"case_id": case_id}).all()
