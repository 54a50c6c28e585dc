"""What became of the cases filed in some days: category kept, somebody in charge, party reached, repeated, open to see.

What was withdrawn, and what was settled in the register that an estate kept before, is none of them.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from shared.audit.models import TimelineRow
from shared.cases.ending import FORMER, was_withdrawn
from shared.cases.lifecycle import Act
from shared.cases.models import Case, Closure, Contact, Party
from shared.cases.participation import ordinary
from shared.cases.vocabulary import Validity
from shared.incidents.models import SpecialReport
from shared.incidents.repeats import USUAL_WINDOW
from shared.ownership.models import Assignment
from shared.register import accuracy, board
from shared.register.figures import Span
from shared.reports.indicators_parts import NO, YES
from shared.reports.lengths import seconds_between


def classification(estate_id: int, span: Span, at: datetime) -> Select[Any]:
    """Whether the category stood, of what a person has looked at (MS-2)."""
    each = accuracy.judged(estate_id, *_in(span), until=at).subquery()
    return select(each.c.case_id.label("case_id"), case((each.c.kept, YES), else_=NO).label("part"))


def responsibility(estate_id: int, span: Span, at: datetime) -> Select[Any]:
    """Whether a person of a department has signed for it (MS-3).

    Nobody has to sign for what was judged invalid, or went to a body outside before it was anybody's here.
    """
    assigned = select(Assignment.id).where(Assignment.case_id == Case.id, Assignment.at < at)
    signed = assigned.where(Assignment.accepted_at < at).exists()
    away = _did(Act.REFERRAL, at) & ~assigned.exists()
    return _filed(estate_id, span, at, (signed, YES), other=NO).where(
        or_(signed, and_(Case.validity != Validity.INVALID, ~away))
    )


def response(estate_id: int, span: Span, at: datetime) -> Select[Any]:
    """Whether one of us has reached the party, or told them the result; who left no way to reach them is left out."""
    contact = select(Contact.id).where(Contact.case_id == Case.id, Contact.reached.is_(True), Contact.at < at)
    return _filed(
        estate_id, span, at, (contact.exists(), YES), (_did(Act.INFORMING, at), YES), other=NO
    ).where(Case.anonymous.is_(False))


def repeat(estate_id: int, span: Span, at: datetime) -> Select[Any]:
    """Whether its party had reported the same problem before (VK-4e): as the special report says, or by telephone.

    The same problem is the same incident, or the same category and place within 90 days †.
    """
    reported = select(SpecialReport.id).where(
        SpecialReport.case_id == Case.id, SpecialReport.nth > 1, SpecialReport.made_at < at
    )
    return _filed(estate_id, span, at, (reported.exists(), YES), (_earlier_by_telephone(), YES), other=NO)


def openness(estate_id: int, span: Span, at: datetime) -> Select[Any]:
    """Whether anybody may see how it goes, in the lobby and in the open data (MS-8)."""
    return _filed(estate_id, span, at, (board.may_hang(estate_id), YES), other=NO)


def _filed(
    estate_id: int, span: Span, at: datetime, *parts: tuple[ColumnElement[bool], str], other: str
) -> Select[Any]:
    """What was taken back since *at* was there then."""
    taken_back_since = select(TimelineRow.id).where(
        TimelineRow.case_id == Case.id, TimelineRow.act == Act.WITHDRAWAL, TimelineRow.at >= at
    )
    settled_before = select(Closure.id).where(Closure.case_id == Case.id, Closure.ground == FORMER).exists()
    return select(Case.id.label("case_id"), case(*parts, else_=other).label("part")).where(
        Case.estate_id == estate_id,
        *_in(span),
        ordinary(),
        or_(~was_withdrawn(), taken_back_since.exists()),
        ~settled_before,
    )


def _in(span: Span) -> Sequence[ColumnElement[bool]]:
    return Case.filed_at >= span.begins, Case.filed_at < span.ends


def _did(act: Act, at: datetime) -> ColumnElement[bool]:
    done = select(TimelineRow.id).where(TimelineRow.case_id == Case.id, TimelineRow.act == act)
    return done.where(TimelineRow.at < at).exists()


def _earlier_by_telephone() -> ColumnElement[bool]:
    """Asked from the telephone, which few cases share."""
    mine, theirs, other = aliased(Party), aliased(Party), aliased(Case)
    alike = and_(
        other.category == Case.category,
        other.building_id.is_not_distinct_from(Case.building_id),
        func.lower(func.coalesce(other.spot, "")) == func.lower(func.coalesce(Case.spot, "")),
        seconds_between(other.received_at, Case.received_at) <= USUAL_WINDOW.total_seconds(),
        or_(other.topic.is_(None), Case.topic.is_(None), other.topic == Case.topic),
    )
    return (
        select(other.id)
        .select_from(mine)
        .join(theirs, theirs.phone_index == mine.phone_index)
        .join(other, other.id == theirs.case_id)
        .where(
            mine.case_id == Case.id,
            Case.anonymous.is_(False),
            other.anonymous.is_(False),
            other.estate_id == Case.estate_id,
            other.id != Case.id,
            or_(
                other.received_at < Case.received_at,
                and_(other.received_at == Case.received_at, other.id < Case.id),
            ),
            ordinary(other),
            ~was_withdrawn(other),
            or_(and_(Case.incident_id.is_not(None), other.incident_id == Case.incident_id), alike),
        )
        .exists()
    )
