"""What the clocks say: taken in, contacted and completed in time; by the limits as set, and as they stand now (T38)."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select

from shared.cases.lifecycle import Act
from shared.deadlines.models import Deadline
from shared.register import figures
from shared.register.figures import Span
from shared.reports.indicators_parts import NO, YES


def intake(estate_id: int, span: Span, at: datetime) -> Select[Any]:
    """Entered and relayed in time (MS-1, GZ-8)."""
    duties = figures.duties_of(estate_id)
    rules = {*figures.met_by(duties, Act.FILING), *figures.met_by(duties, Act.DISPATCH)}
    return _decided(estate_id, rules, span, figures.kept(span), figures.broken(span, at))


def first_contact(estate_id: int, span: Span, at: datetime) -> Select[Any]:
    """The party reached by one of us in time (CO-M2, VK-4c)."""
    rules = set(figures.met_by(figures.duties_of(estate_id), Act.CONTACT, owner_sees=True))
    return _decided(estate_id, rules, span, figures.kept(span), figures.broken(span, at))


def overdue(estate_id: int, span: Span, at: datetime) -> Select[Any]:
    """Completed late, or not at all, by the limits as they stand now (MS-3)."""
    kept, broken = figures.kept(span), figures.broken(span, at)
    return _decided(estate_id, _promised(estate_id), span, kept, broken, counted=broken)


def overdue_original(estate_id: int, span: Span, at: datetime) -> Select[Any]:
    """The same by the limit alone: what was agreed on, given or held later moves nothing (T38)."""
    met = and_(Deadline.met_at >= span.begins, Deadline.met_at < span.ends)
    kept = and_(met, Deadline.met_at <= Deadline.original_due_at)
    due = and_(Deadline.original_due_at >= span.begins, Deadline.original_due_at < span.ends)
    until = func.coalesce(Deadline.met_at, Deadline.ended_at)
    broken = and_(due, Deadline.original_due_at < at, or_(until.is_(None), until > Deadline.original_due_at))
    return _decided(estate_id, _promised(estate_id), None, kept, broken, counted=broken)


def _promised(estate_id: int) -> set[str]:
    return set(figures.rules_of(estate_id).completion)


def _decided(
    estate_id: int,
    rules: set[str],
    span: Span | None,
    kept: ColumnElement[bool],
    broken: ColumnElement[bool],
    *,
    counted: ColumnElement[bool] | None = None,
) -> Select[Any]:
    """Each round of a case once: broken where one of these clocks was. *counted* is what the rate counts, else kept.

    Whatever was kept or missed by its due time since then also falls due after it: one range of the index finds both.
    """
    part = (NO, YES) if counted is None else (YES, NO)
    late = func.max(case((broken, 1), else_=0))
    return (
        select(Deadline.case_id.label("case_id"), case((late == 1, part[0]), else_=part[1]).label("part"))
        .where(
            Deadline.rule.in_(sorted(rules)) if rules else false(),
            *(() if span is None else (Deadline.due_at >= span.begins,)),
            or_(kept, broken),
            figures.at_estate(Deadline.case_id, estate_id),
        )
        .group_by(Deadline.case_id, Deadline.round)
    )
