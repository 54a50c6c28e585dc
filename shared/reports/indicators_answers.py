"""What came of a result once the owner was told it: asked, answered, satisfied, solved; by rounds told in those days.

Only the owner's own word and the revisit count, never the handler's. Who has not answered stands apart. What was said
later than *at* is not known yet: a report that is counted again finds what it found.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    Subquery,
    and_,
    case,
    or_,
    select,
    union,
    union_all,
)

from shared.audit.models import TimelineRow
from shared.cases.ending import FORMER, NO_CONTACT, UNREACHABLE
from shared.cases.lifecycle import Act
from shared.cases.models import Case, Closure, Resolution, Round
from shared.cases.participation import ordinary
from shared.cases.vocabulary import Rating as Level
from shared.register import figures
from shared.register.figures import Span
from shared.reports.indicators_parts import NO, SILENT, WAITING, YES
from shared.revisits.models import Rating, Revisit


def survey(estate_id: int, span: Span, at: datetime) -> Select[Any]:
    """Of those who were asked with the result: who answered by their own hand (MS-4)."""
    told = _told(estate_id, span)
    rated = select(Rating.id).where(
        Rating.case_id == told.c.case_id, Rating.round == told.c.round, Rating.at < at
    )
    return _parts(told, (rated.exists(), YES), other=SILENT).where(told.c.anonymous.is_(False))


def satisfied(estate_id: int, span: Span, at: datetime) -> Select[Any]:
    """The owner's rating and what they said at the revisit; dissatisfied once is dissatisfied."""
    told = _told(estate_id, span)
    content, not_content = _words(told.c.case_id, told.c.round, at)
    return _parts(told, (not_content, NO), (content, YES), other=SILENT)


def solved(estate_id: int, span: Span, at: datetime) -> Select[Any]:
    """Solved as the owner says, or as they said at the revisit; unsolved once is unsolved."""
    told = _told(estate_id, span)
    by_hand: Any = (
        select(Rating.solved)
        .where(
            Rating.case_id == told.c.case_id,
            Rating.round == told.c.round,
            Rating.solved.is_not(None),
            Rating.at < at,
        )
        .order_by(Rating.id.desc())
        .limit(1)
        .correlate(told)
        .scalar_subquery()
    )
    asked: Any = _last_answer(told, at)
    return _parts(
        told,
        (or_(by_hand.is_(False), asked.is_(False)), NO),
        (or_(by_hand.is_(True), asked.is_(True)), YES),
        other=SILENT,
    )


def revisited(estate_id: int, span: Span, at: datetime) -> Select[Any]:
    """Of those who were told the result and left a way to ask them: who was asked (GZ-17A, VK-4k, TR-13).

    Whom nobody told of what was completed in those days was not asked either. A round that the owner themselves ended
    before anybody asked is none: they are asked after the next.
    """
    told = union_all(_informed(estate_id, span), _untold(estate_id, span, at)).subquery("told")
    ended = select(Closure.id).where(
        Closure.case_id == told.c.case_id, Closure.round == told.c.round, Closure.at < at
    )
    reached = (
        select(Revisit.id)
        .where(
            Revisit.case_id == told.c.case_id,
            Revisit.round == told.c.round,
            Revisit.reached.is_(True),
            Revisit.at < at,
        )
        .exists()
    )
    return _parts(
        told, (reached, YES), (ended.where(Closure.ground == UNREACHABLE).exists(), SILENT), other=NO
    ).where(
        told.c.anonymous.is_(False),
        or_(~_was_opened(told.c.case_id, told.c.round + 1, at), reached),
        or_(reached, ~ended.where(Closure.ground == NO_CONTACT).exists()),
    )


def low_solved(estate_id: int, span: Span, at: datetime) -> Select[Any]:
    """Of the rounds an owner was dissatisfied with in those days: what they said of the next one (MS-4, MS-9)."""
    low = union(
        select(Rating.case_id, Rating.round).where(
            Rating.at >= span.begins,
            Rating.at < span.ends,
            Rating.level == Level.DISSATISFIED,
            _stood(at),
            figures.at_estate(Rating.case_id, estate_id),
        ),
        select(Revisit.case_id, Revisit.round).where(
            Revisit.at >= span.begins,
            Revisit.at < span.ends,
            Revisit.satisfied.is_(False),
            figures.at_estate(Revisit.case_id, estate_id),
        ),
    ).subquery("low")
    following = low.c.round + 1
    content, not_content = _words(low.c.case_id, following, at)
    part = case(
        (~_was_opened(low.c.case_id, following, at), NO),  # heard, and nothing followed
        (not_content, NO),
        (content, YES),
        (_was_open(low.c.case_id, following, at), WAITING),
        else_=SILENT,
    )
    return select(low.c.case_id.label("case_id"), part.label("part"))


def _was_opened(case_id: ColumnElement[int], number: ColumnElement[int], at: datetime) -> ColumnElement[bool]:
    return (
        select(Round.id)
        .where(Round.case_id == case_id, Round.number == number, Round.opened_at < at)
        .exists()
    )


def _was_open(case_id: ColumnElement[int], number: ColumnElement[int], at: datetime) -> ColumnElement[bool]:
    """Opened, and then neither closed nor taken back by the party."""
    closed = select(Closure.id).where(Closure.case_id == case_id, Closure.round == number, Closure.at < at)
    taken_back = select(TimelineRow.id).where(
        TimelineRow.case_id == case_id,
        TimelineRow.round == number,
        TimelineRow.act == Act.WITHDRAWAL,
        TimelineRow.at < at,
    )
    return and_(
        _was_opened(case_id, number, at),
        ~_was_opened(case_id, number + 1, at),
        ~closed.exists(),
        ~taken_back.exists(),
    )


def _stood(at: datetime) -> ColumnElement[bool]:
    """What an owner had said and not changed by then."""
    return and_(Rating.at < at, or_(Rating.replaced_at.is_(None), Rating.replaced_at >= at))


def _told(estate_id: int, span: Span) -> Subquery:
    return _informed(estate_id, span).subquery("told")


def _informed(estate_id: int, span: Span) -> Select[Any]:
    return (
        select(*_of(TimelineRow.case_id, TimelineRow.round))
        .join(Case, Case.id == TimelineRow.case_id)
        .where(
            TimelineRow.at >= span.begins,
            TimelineRow.at < span.ends,
            TimelineRow.act == Act.INFORMING,
            Case.estate_id == estate_id,
            ordinary(),
        )
        .distinct()
    )


def _of(case_id: Any, number: Any) -> tuple[Any, ...]:
    """A round, and whether its party can be asked at all."""
    return case_id, number, Case.anonymous


def _untold(estate_id: int, span: Span, at: datetime) -> Select[Any]:
    """Completed in those days, and never told; nothing of what an estate's former register had settled."""
    informed = select(TimelineRow.id).where(
        TimelineRow.case_id == Resolution.case_id,
        TimelineRow.round == Resolution.round,
        TimelineRow.act == Act.INFORMING,
        TimelineRow.at < at,
    )
    former = select(Closure.id).where(Closure.case_id == Case.id, Closure.ground == FORMER)
    return (
        select(*_of(Resolution.case_id, Resolution.round))
        .join(Case, Case.id == Resolution.case_id)
        .where(
            Resolution.at >= span.begins,
            Resolution.at < span.ends,
            or_(Resolution.undone_at.is_(None), Resolution.undone_at >= at),
            Case.estate_id == estate_id,
            ordinary(),
            ~informed.exists(),
            ~former.exists(),
        )
    )


def _parts(told: Subquery, *parts: tuple[ColumnElement[bool], str], other: str) -> Select[Any]:
    return select(told.c.case_id.label("case_id"), case(*parts, else_=other).label("part"))


def _words(
    case_id: ColumnElement[int], number: ColumnElement[int], at: datetime
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Whether the owner was content with that round, and whether they were not, by hand or at the revisit."""
    rated = select(Rating.id).where(Rating.case_id == case_id, Rating.round == number, _stood(at))
    asked = select(Revisit.id).where(Revisit.case_id == case_id, Revisit.round == number, Revisit.at < at)
    content = or_(
        rated.where(Rating.level != Level.DISSATISFIED).exists(),
        asked.where(Revisit.satisfied.is_(True)).exists(),
    )
    not_content = or_(
        rated.where(Rating.level == Level.DISSATISFIED).exists(),
        asked.where(Revisit.satisfied.is_(False)).exists(),
    )
    return content, not_content


def _last_answer(told: Subquery, at: datetime) -> ScalarSelect[Any]:
    return (
        select(Revisit.satisfied)
        .where(
            Revisit.case_id == told.c.case_id,
            Revisit.round == told.c.round,
            Revisit.satisfied.is_not(None),
            Revisit.at < at,
        )
        .order_by(Revisit.id.desc())
        .limit(1)
        .correlate(told)
        .scalar_subquery()
    )
