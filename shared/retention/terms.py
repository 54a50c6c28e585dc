"""When the contacts and photos of a case are sealed, and when all that is personal in it is erased (PIPL 19, T41)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from sqlalchemy import ColumnElement, ScalarSelect, and_, false, func, or_, select

from shared.audit.models import TimelineRow
from shared.cases.lifecycle import ENDED, Act
from shared.cases.models import Case, Closure, Finding, Words
from shared.database import db
from shared.retention.models import DataRequest

COPY, DELETION = "copy", "deletion"
ENDINGS = (Act.CLOSURE, Act.WITHDRAWAL)
# A suit interrupts the limitation of three years, which then begins anew (Civil Code 188, 195).
LITIGATION = timedelta(days=1095)


class Limits(Protocol):
    """An estate, or one as it would be with other limits; in days."""

    @property
    def id(self) -> int: ...
    @property
    def sealed_after(self) -> int: ...
    @property
    def erased_after(self) -> int: ...


class Term(NamedTuple):
    """A case that has ended, and when."""

    case_id: int
    ended_at: datetime


def ended_at() -> ScalarSelect[datetime]:
    """The end of the last round of `Case`. Of a case that is open, of an earlier one, or NULL.

    What was closed in an earlier register ended then, and not when it was written down here.
    """
    of_its_round = and_(
        Closure.case_id == TimelineRow.case_id,
        Closure.round == TimelineRow.round,
        TimelineRow.act == str(Act.CLOSURE),
    )
    return (
        select(func.max(func.coalesce(Closure.at, TimelineRow.at)))
        .select_from(TimelineRow)
        .outerjoin(Closure, of_its_round)
        .where(TimelineRow.case_id == Case.id, TimelineRow.act.in_([str(act) for act in ENDINGS]))
        .correlate(Case)
        .scalar_subquery()
    )


def end_of(case: Case) -> datetime | None:
    """When the last round of *case* ended; None while it is open."""
    return None if case.is_open else db.session.scalar(select(ended_at()).where(Case.id == case.id))


def has_ended() -> ColumnElement[bool]:
    return Case.state.in_(sorted(ENDED))


def in_litigation() -> ColumnElement[bool]:
    """Whether the last finding on `Case` says that it went to court."""
    latest = (
        select(Finding.litigation)
        .where(Finding.case_id == Case.id)
        .order_by(Finding.id.desc())
        .limit(1)
        .correlate(Case)
        .scalar_subquery()
    )
    return func.coalesce(latest, false())


def _asked(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(DataRequest.id).where(DataRequest.case_id == Case.id, *conditions).exists()


def is_awaiting_answer() -> ColumnElement[bool]:
    return _asked(DataRequest.answered_at.is_(None))


def _was_granted() -> ColumnElement[bool]:
    return _asked(DataRequest.kind == DELETION, DataRequest.granted.is_(True))


def _holds_words() -> ColumnElement[bool]:
    return select(Words.id).where(Words.case_id == Case.id, Words.text != "").exists()


def sealing_due(estate: Limits, at: datetime) -> ColumnElement[bool]:
    """The condition on `Case` of what is to be sealed at that estate now."""
    cut = at - timedelta(days=estate.sealed_after)
    return and_(
        Case.estate_id == estate.id,
        has_ended(),
        Case.sealed_at.is_(None),
        Case.erased_at.is_(None),
        Case.filed_at <= cut,  # no case ends before it is filed: the index serves this, not the end
        ended_at() <= cut,
    )


def erasure_due(estate: Limits, at: datetime) -> ColumnElement[bool]:
    """The condition on `Case` of what is to be erased at that estate now.

    Its term is over; or its party asked for it, was granted it while the case was open, and now it has ended. Nothing
    is erased while a request about its data waits for an answer: a copy that is owed must still be there.
    """
    cut = at - timedelta(days=estate.erased_after)
    over = or_(
        and_(~in_litigation(), ended_at() <= cut),
        and_(in_litigation(), ended_at() <= cut - LITIGATION),
    )
    return and_(
        Case.estate_id == estate.id,
        has_ended(),
        ~is_awaiting_answer(),
        or_(
            and_(Case.erased_at.is_(None), Case.filed_at <= cut, over),
            and_(Case.erased_at.is_(None), _was_granted(), ~in_litigation()),
            # Erased early, on request: what was written since goes at the end of the term.
            and_(Case.erased_at.is_not(None), _was_granted(), _holds_words(), over),
        ),
    )


def due(condition: ColumnElement[bool], *, after: int = 0, most: int = 100) -> Sequence[Term]:
    """The next cases to which *condition* applies, in the order of their ids."""
    found = db.session.execute(
        select(Case.id, ended_at()).where(condition, Case.id > after).order_by(Case.id).limit(most)
    )
    return [Term(*row) for row in found]


def applies(condition: ColumnElement[bool], case: Case) -> bool:
    """Whether *condition* still applies to *case*, which the caller has locked."""
    return db.session.scalar(select(Case.id).where(Case.id == case.id, condition)) is not None
