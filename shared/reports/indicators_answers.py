"""What came of a result once the owner was told it: asked, answered, satisfied, solved; by rounds told in those days.

Only the owner's own word and the revisit count, never the handler's. Who has not answered stands apart.
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
from shared.cases.lifecycle import OPEN, Act
from shared.cases.models import Case, Closure, Resolution
from shared.cases.participation import ordinary
from shared.cases.vocabulary import Rating as Level
from shared.register import figures
from shared.register.figures import Span
from shared.reports.indicators_parts import NO, SILENT, WAITING, YES
from shared.revisits.models import Rating, Revisit


def survey(estate_id: int, span: Span, at: datetime) -> Select[Any]:
    """Of those who were asked with the result: who answered by their own hand (MS-4)."""
    told = _told(estate_id, span)
    rated = select(Rating.id).where(Rating.case_id == told.c.case_id, Rating.round == told.c.round).exists()
    return _parts(told, (rated, YES), other=SILENT).where(told.c.anonymous.is_(False))


def satisfied(estate_id: int, span: Span, at: datetime) -> Select[Any]:
    """The owner's rating and what they said at the revisit; dissatisfied once is dissatisfied."""
    told = _told(estate_id, span)
    content, not_content = _words(told.c.case_id, told.c.round)
    return _parts(told, (not_content, NO), (content, YES), other=SILENT)


def solved(estate_id: int, span: Span, at: datetime) -> Select[Any]:
    """Solved as the owner says, or as they said at the revisit; unsolved once is unsolved."""
    told = _told(estate_id, span)
    by_hand: Any = (
        select(Rating.solved)
        .where(Rating.case_id == told.c.case_id, Rating.round == told.c.round, Rating.solved.is_not(None))
        .order_by(Rating.id.desc())
        .limit(1)
        .correlate(told)
        .scalar_subquery()
    )
    asked: Any = _last_answer(told)
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
    told = union_all(_informed(estate_id, span), _untold(estate_id, span)).subquery("told")
    ended = select(Closure.id).where(Closure.case_id == told.c.case_id, Closure.round == told.c.round)
    reached = (
        select(Revisit.id)
        .where(Revisit.case_id == told.c.case_id, Revisit.round == told.c.round, Revisit.reached.is_(True))
        .exists()
    )
    return _parts(
        told, (reached, YES), (ended.where(Closure.ground == UNREACHABLE).exists(), SILENT), other=NO
    ).where(
        told.c.anonymous.is_(False),
        or_(told.c.round == told.c.last, reached),
        or_(reached, ~ended.where(Closure.ground == NO_CONTACT).exists()),
    )


def low_solved(estate_id: int, span: Span, at: datetime) -> Select[Any]:
    """Of the rounds an owner was dissatisfied with in those days: what they said of the next one (MS-4, MS-9)."""
    low = union(
        select(Rating.case_id, Rating.round).where(
            Rating.at >= span.begins,
            Rating.at < span.ends,
            Rating.level == Level.DISSATISFIED,
            Rating.replaced_at.is_(None),
            figures.at_estate(Rating.case_id, estate_id),
        ),
        select(Revisit.case_id, Revisit.round).where(
            Revisit.at >= span.begins,
            Revisit.at < span.ends,
            Revisit.satisfied.is_(False),
            figures.at_estate(Revisit.case_id, estate_id),
        ),
    ).subquery("low")
    content, not_content = _words(low.c.case_id, low.c.round + 1)
    part = case(
        (Case.round == low.c.round, NO),  # heard, and nothing followed
        (not_content, NO),
        (content, YES),
        (and_(Case.round == low.c.round + 1, Case.state.in_(sorted(OPEN))), WAITING),
        else_=SILENT,
    )
    return select(low.c.case_id.label("case_id"), part.label("part")).join(Case, Case.id == low.c.case_id)


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
    """A round, whether its party can be asked at all, and which round is the last."""
    return case_id, number, Case.anonymous, Case.round.label("last")


def _untold(estate_id: int, span: Span) -> Select[Any]:
    """Completed in those days, and never told; nothing of what an estate's former register had settled."""
    informed = select(TimelineRow.id).where(
        TimelineRow.case_id == Resolution.case_id,
        TimelineRow.round == Resolution.round,
        TimelineRow.act == Act.INFORMING,
    )
    former = select(Closure.id).where(Closure.case_id == Case.id, Closure.ground == FORMER)
    return (
        select(*_of(Resolution.case_id, Resolution.round))
        .join(Case, Case.id == Resolution.case_id)
        .where(
            Resolution.at >= span.begins,
            Resolution.at < span.ends,
            Resolution.undone_at.is_(None),
            Case.estate_id == estate_id,
            ordinary(),
            ~informed.exists(),
            ~former.exists(),
        )
    )


def _parts(told: Subquery, *parts: tuple[ColumnElement[bool], str], other: str) -> Select[Any]:
    return select(told.c.case_id.label("case_id"), case(*parts, else_=other).label("part"))


def _words(
    case_id: ColumnElement[int], number: ColumnElement[int]
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Whether the owner was content with that round, and whether they were not, by hand or at the revisit."""
    rated = select(Rating.id).where(
        Rating.case_id == case_id, Rating.round == number, Rating.replaced_at.is_(None)
    )
    asked = select(Revisit.id).where(Revisit.case_id == case_id, Revisit.round == number)
    content = or_(
        rated.where(Rating.level != Level.DISSATISFIED).exists(),
        asked.where(Revisit.satisfied.is_(True)).exists(),
    )
    not_content = or_(
        rated.where(Rating.level == Level.DISSATISFIED).exists(),
        asked.where(Revisit.satisfied.is_(False)).exists(),
    )
    return content, not_content


def _last_answer(told: Subquery) -> ScalarSelect[Any]:
    return (
        select(Revisit.satisfied)
        .where(
            Revisit.case_id == told.c.case_id, Revisit.round == told.c.round, Revisit.satisfied.is_not(None)
        )
        .order_by(Revisit.id.desc())
        .limit(1)
        .correlate(told)
        .scalar_subquery()
    )
