"""Periodic duties are opened, found met or missed once each, reminded of before, and entered when missed (GZ-17B)."""

import logging
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import func, select

from shared.assessment import missing, rulebook
from shared.clock import local_date
from shared.database import db, transaction
from shared.duties import counting, heads, letters
from shared.duties.models import Occurrence
from shared.duties.spans import DAY, Span, containing, midnight, reminded_at
from shared.identity.models import Estate, User
from shared.identity.queries import estates
from shared.outbox.rows import insert_once
from shared.policies.duties import Counted, Duty, Every
from shared.policies.schema import Policy

log = logging.getLogger(__name__)

MOST_MISSED = 60  # periods that are made up for in one turn


def sweep(at: datetime) -> None:
    """Open what has begun and look at what is open, at every estate; each in a change of its own. Safe to repeat."""
    for estate in estates():
        for every in Every:
            for span in list(_unopened(estate, every, at))[:MOST_MISSED]:
                with transaction():
                    _open(estate, span)
    for occurrence_id in _to_look_at():
        try:
            with transaction():
                _look(occurrence_id, at)
        except Exception:
            log.exception("duty %s could not be looked at", occurrence_id)


def duty_of(occurrence: Occurrence, estate: Estate) -> Duty | None:
    """As the rule book says that held when its period began; None where it can no longer be read."""
    rules = _rules(estate, occurrence.starts_on)
    return rules.duty(occurrence.duty) if rules else None


def duties(estate: Estate, at: datetime) -> Sequence[Duty]:
    """What the rule book in force asks for."""
    rules = rulebook.rules_for(estate, None, at)
    return rules.duties if rules else ()


def span_of(occurrence: Occurrence, duty: Duty) -> Span:
    return Span(duty.every, occurrence.starts_on, occurrence.ends_on)


def _rules(estate: Estate, starts_on: date) -> Policy | None:
    """The rule book that held on the first day: whoever begins to live by it later owes from the next period on."""
    return rulebook.rules_for(estate, None, midnight(starts_on + DAY, estate.zone))


def _duties(estate: Estate, span: Span) -> list[Duty]:
    rules = _rules(estate, span.starts_on)
    return [duty for duty in rules.duties if duty.every is span.every] if rules else []


def _unopened(estate: Estate, every: Every, at: datetime) -> Iterator[Span]:
    """The period of today, and those before it since the last that was opened. Nothing is owed of earlier ones."""
    today = containing(every, local_date(at, estate.zone))
    rules = {duty.rule for duty in _duties(estate, today)}
    last = db.session.scalar(
        select(func.max(Occurrence.starts_on)).where(
            Occurrence.estate_id == estate.id, Occurrence.duty.in_(rules)
        )
    )
    span = containing(every, last).next if last else today
    while rules and span.starts_on <= today.starts_on:
        yield span
        span = span.next


def _open(estate: Estate, span: Span) -> None:
    for duty in _duties(estate, span):
        needed = duty.at_least
        if duty.counts is Counted.DEPARTMENT_CHECK:
            needed = len(heads.of_departments(estate.id, span.instants(estate.zone)[1]))
        if needed:
            insert_once(
                Occurrence,
                ("estate_id", "duty", "starts_on"),
                {
                    "estate_id": estate.id,
                    "duty": duty.rule,
                    "clause": duty.clause,
                    "starts_on": span.starts_on,
                    "ends_on": span.ends_on,
                    "needed": needed,
                    "due_at": span.due_at(duty, estate.zone),
                },
            )


def _to_look_at() -> list[int]:
    wanted = select(Occurrence.id).where(Occurrence.met_at.is_(None), Occurrence.missed_at.is_(None))
    return list(db.session.scalars(wanted.order_by(Occurrence.due_at, Occurrence.id)))


def _look(occurrence_id: int, at: datetime) -> None:
    """What is found is written once: read afresh and held, whoever comes second finds it written."""
    occurrence = db.session.scalars(
        select(Occurrence)
        .where(Occurrence.id == occurrence_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    estate = db.session.get_one(Estate, occurrence.estate_id)
    duty = duty_of(occurrence, estate)
    if duty is None or occurrence.met_at or occurrence.missed_at:
        return
    span, due_at = span_of(occurrence, duty), occurrence.due_at
    done = counting.done(estate, duty, span, min(at, due_at))
    if len(done) >= occurrence.needed:
        occurrence.met_at = done[occurrence.needed - 1]
    elif at >= due_at and counting.is_excused(estate, duty, span, due_at):
        occurrence.met_at = due_at
    elif at >= due_at:
        occurrence.missed_at = due_at
        _enter(estate, occurrence, duty, span, len(done), at)
        letters.write(occurrence, estate, letters.MISSED, whose(estate, duty, span, due_at), at)
    elif at >= reminded_at(duty, due_at) and occurrence.reminded_at is None:
        occurrence.reminded_at = at
        letters.write(occurrence, estate, letters.REMINDER, whose(estate, duty, span, at), at)


def whose(estate: Estate, duty: Duty, span: Span, at: datetime) -> list[User]:
    """Who is to do it: those who hold the post; of the checks of departments, the heads who have not made theirs."""
    if duty.counts is not Counted.DEPARTMENT_CHECK:
        return heads.holders(estate.id, duty.whose, at)
    headed = heads.of_departments(estate.id, at)
    return [person for lacks in counting.lacking(estate, duty, span, at) for person in headed[lacks]]


def _enter(estate: Estate, occurrence: Occurrence, duty: Duty, span: Span, done: int, at: datetime) -> None:
    """For those who held the post all the period: whoever came in the middle of it is not asked for the whole."""
    began, _ended = span.instants(estate.zone)
    if duty.missed is None:
        return
    for person in whose(estate, duty, span, occurrence.due_at):
        if heads.has_held(person, estate.id, duty.whose, began, occurrence.due_at):
            missing.propose_missed(
                estate,
                person,
                duty.missed,
                str(occurrence.id),
                at=at,
                occurred_at=occurrence.due_at,
                evidence={
                    "duty": duty.rule,
                    "starts_on": span.starts_on.isoformat(),
                    "ends_on": span.ends_on.isoformat(),
                    "needed": occurrence.needed,
                    "done": done,
                },
            )
