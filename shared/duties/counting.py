"""What was done of a duty in its period, read from the record: the instants at which each was complete."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from shared.database import db
from shared.duties import heads
from shared.duties.spans import Span
from shared.identity.models import Estate
from shared.improvement.models import Meeting, Training
from shared.policies.duties import REPORTED, Counted, Duty, Every
from shared.reports.models import Report
from shared.supervision.drawing import FEWEST
from shared.supervision.models import SpotCheck, SpotCheckItem
from shared.supervision.populations import Kind, Own, of_period


def done(estate: Estate, duty: Duty, span: Span, until: datetime) -> list[datetime]:
    """The earliest first, at *until* at the latest. Of departments: one for each head's check that is owed."""
    if duty.counts is Counted.DEPARTMENT_CHECK:
        found = [
            sorted(instants)[duty.at_least - 1]
            for instants in by_department(estate, span, until).values()
            if len(instants) >= duty.at_least
        ]
    else:
        found = [at for at in db.session.scalars(_wanted(estate, duty, span)) if at is not None]
    return sorted(at for at in found if at <= until)


def by_department(estate: Estate, span: Span, until: datetime) -> Mapping[int, list[datetime]]:
    """When the checks of each department were complete, that has a head now."""
    headed = heads.of_departments(estate.id, until)
    rows = db.session.execute(_checks(estate, span, SpotCheck.department_id.in_(headed)))
    found: dict[int, list[datetime]] = {}
    for department_id, at in rows:
        if department_id is not None and at is not None and at <= until:
            found.setdefault(department_id, []).append(at)
    return found


def lacking(estate: Estate, duty: Duty, span: Span, until: datetime) -> list[int]:
    """The departments whose head has not checked them, though they handled something in the period."""
    since, before = span.instants(estate.zone)
    checked = by_department(estate, span, until)
    return [
        department_id
        for department_id, people in heads.of_departments(estate.id, until).items()
        if len(checked.get(department_id, ())) < duty.at_least
        and any(
            of_period(Kind.CASES, estate.id, since, before, Own(department_id, person.id, until))
            for person in people
        )
    ]


def is_excused(estate: Estate, duty: Duty, span: Span, until: datetime) -> bool:
    """Whether there was nothing in the period to do it with: nothing to draw from."""
    since, before = span.instants(estate.zone)
    if duty.counts is Counted.SPOT_CHECK:
        return not any(of_period(kind, estate.id, since, before) for kind in Kind)
    return duty.counts is Counted.DEPARTMENT_CHECK and not lacking(estate, duty, span, until)


def _wanted(estate: Estate, duty: Duty, span: Span) -> Select[datetime | None]:
    since, until = span.instants(estate.zone)
    if duty.counts is Counted.REPORT:
        return _report(estate, span, Report.signed_at)
    if duty.counts is Counted.REPORT_MADE:
        return _report(estate, span, Report.made_at)
    if duty.counts is Counted.PUBLICATION:
        return _report(estate, span, Report.published_at)
    if duty.counts is Counted.SPOT_CHECK:
        finished = _checks(estate, span, SpotCheck.department_id.is_(None)).subquery()
        return select(finished.c.at)
    if duty.counts is Counted.TRAINING:
        return select(Training.closed_at).where(
            Training.estate_id == estate.id,
            Training.held_at >= since,
            Training.held_at < until,
            Training.closed_at.is_not(None),
        )
    held = select(Meeting.closed_at).where(
        Meeting.estate_id == estate.id,
        Meeting.held_at >= since,
        Meeting.held_at < until,
        Meeting.closed_at.is_not(None),
    )
    return held.where(Meeting.owners_present > 0) if duty.counts is Counted.OWNER_FORUM else held


def _report(estate: Estate, span: Span, done_at: InstrumentedAttribute[Any]) -> Select[datetime | None]:
    return select(done_at).where(
        Report.estate_id == estate.id,
        Report.kind == REPORTED[Every(span.every)],
        Report.starts_on == span.starts_on,
        done_at.is_not(None),
    )


def _checks(estate: Estate, span: Span, whose: ColumnElement[bool]) -> Select[int | None, datetime | None]:
    """Drawn in the period, and something found of each that was drawn: to draw is not to check, nor is one of many."""
    since, until = span.instants(estate.zone)
    return (
        select(SpotCheck.department_id, func.max(SpotCheckItem.found_at).label("at"))
        .join(SpotCheckItem, SpotCheckItem.check_id == SpotCheck.id)
        .where(
            SpotCheck.estate_id == estate.id, SpotCheck.drawn_at >= since, SpotCheck.drawn_at < until, whose
        )
        .group_by(SpotCheck.id, SpotCheck.department_id, SpotCheck.population)
        .having(
            func.count(SpotCheckItem.found_at) == func.count(),
            or_(func.count() >= FEWEST, func.count() == SpotCheck.population),
        )
    )
