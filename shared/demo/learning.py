"""What the demo estate has learnt: trainings, review meetings, measures in every state, lessons and a spot check."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select

from shared.cases import participation, scope
from shared.cases.models import Case
from shared.clock import local_date
from shared.database import db
from shared.demo import people
from shared.demo.estate import ZONE, wall
from shared.demo.learning_words import AGENDA, LESSONS, MEASURES, MINUTES, RESOLVED, TRAININGS, Done, Told
from shared.identity.models import Estate
from shared.improvement import lessons, measures, meetings, trainings
from shared.improvement.lessons import Telling
from shared.improvement.measures import Effect, Kind, Origin, Wanted
from shared.improvement.meetings import Called
from shared.improvement.models import Measure, Meeting
from shared.improvement.trainings import Mark, Plan
from shared.supervision import drawing, finding, guards, queries
from shared.supervision.finding import Found
from shared.supervision.populations import Kind as Drawn
from shared.supervision.populations import of_period

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
DIRECTOR, SUPERVISOR, WRITER = "何建英", "唐文", "陈静"
ASKED = ("陈静", "高志远", "罗勇", "韩梅", "方敏仪", "潘月")
AWAY = "潘月"
BEST, WORST = 96, 55  # of a test of a hundred


def fill(estate: Estate, began: datetime) -> None:
    """In the change that is open; everything by the verbs that people use."""
    _train(estate, began)
    _meet(estate, began)
    for told in MEASURES:
        _measure(estate, told, began)
    _retell(estate, began)
    _check(estate, began, days=(40, 9), size=5, leaves=0)
    _check(estate, began, days=(8, 1), size=3, leaves=2)


def _day(began: datetime, days: int, hour: int) -> datetime:
    """So many days from the load, at that hour of the estate's wall."""
    return wall(local_date(began, ZONE) + timedelta(days=days), hour)


def _train(estate: Estate, began: datetime) -> None:
    """Two were held, the second with a test that one did not pass; one is to come."""
    by = people.user(DIRECTOR)
    for told in TRAININGS:
        held_at = _day(began, told.days, 14)
        planned_at = min(held_at, began) - 7 * DAY
        plan = Plan(
            told.kind, told.title, held_at, 90, "二楼会议室", told.trainer, told.content, told.pass_mark
        )
        training = trainings.plan(estate, plan, by=by, at=planned_at)
        if held_at < began:
            there = trainings.front_line(estate.id, held_at)
            marks = {person.id: _mark(n, told.pass_mark) for n, person in enumerate(there)}
            trainings.close(training, marks, by=by, at=held_at + 2 * HOUR)


def _mark(n: int, pass_mark: int | None) -> Mark:
    if n == 3:
        return Mark(False)
    return Mark(True) if pass_mark is None else Mark(True, WORST if n == 6 else BEST - 2 * n)


def _meet(estate: Estate, began: datetime) -> None:
    """The last one is closed, what it resolved is under way; the next one is called."""
    by, held_at = people.user(DIRECTOR), _day(began, -20, 10)
    meeting = _call(estate, held_at, held_at - 5 * DAY)
    present = [people.user(name).id for name in ASKED if name != AWAY]
    meetings.write(
        meeting, by=by, at=held_at + 2 * HOUR, minutes=MINUTES, seen="", owners_present=2, present=present
    )
    for what, owner, days in RESOLVED:
        due_on = local_date(began, estate.zone) + timedelta(days=days)
        meetings.resolve(
            meeting, by=by, at=held_at + 2 * HOUR, what=what, owner=people.user(owner), due_on=due_on
        )
    meetings.close(meeting, by=by, at=held_at + 3 * HOUR)
    _call(estate, _day(began, 6, 10), _day(began, -1, 16))


def _call(estate: Estate, held_at: datetime, at: datetime) -> Meeting:
    asked = [people.user(name) for name in ASKED]
    month = local_date(held_at, estate.zone).month
    called = Called(f"{month} 月诉求工作例会", held_at, "二楼会议室", AGENDA, asked)
    return meetings.call(estate, called, by=people.user(DIRECTOR), at=at)


def _measure(estate: Estate, told: Told, began: datetime) -> None:
    """Raised and given; then as far as it has come."""
    by, raised_at = people.user(DIRECTOR), _day(began, -told.raised, 11)
    wanted = Wanted(told.what, Kind(told.kind), Origin.CASE, "CO-6", category=told.category, cause=told.cause)
    measure = measures.propose(estate, wanted, by=by, at=raised_at)
    assert measure is not None  # without a key nothing was raised before
    due_on = local_date(began, estate.zone) + timedelta(days=told.due)
    measures.give(measure, by=by, at=raised_at, owner=people.user(told.owner), due_on=due_on)
    if told.done is not None:
        _carry_out(measure, told.done, began, estate)
    if told.dropped:
        measures.drop(measure, by=by, at=raised_at + 3 * DAY, reason=told.dropped)


def _carry_out(measure: Measure, done: Done, began: datetime, estate: Estate) -> None:
    at, check_on = _day(began, -done.ago, 17), _day(began, done.until_check - done.ago, 9)
    assert measure.owner is not None
    measures.complete(
        measure, by=measure.owner, at=at, result=done.result, check_on=local_date(check_on, estate.zone)
    )
    if done.effect:
        by = people.user(SUPERVISOR)
        measures.check(measure, by=by, at=check_on, effect=Effect(done.effect), note=done.note)


def _retell(estate: Estate, began: datetime) -> None:
    """All but the last are approved; the last waits for somebody else than its writer."""
    writer, approver = people.user(WRITER), people.user(DIRECTOR)
    for n, (category, cause, title, happened, learnt) in enumerate(LESSONS, 1):
        case = next(_ripe(estate, category), None)
        if case is not None:
            telling = Telling(title, category, happened, learnt, cause)
            lesson = lessons.write(case, telling, by=writer, at=_day(began, n - 12, 16))
            if n < len(LESSONS):
                read = lessons.reading(lesson)
                lessons.approve(lesson, by=approver, at=_day(began, n - 11, 9), read=read)


def _ripe(estate: Estate, category: str) -> Iterator[Case]:
    """Cases that the writer may retell and the approver reads, the oldest first."""
    writer, approver = people.user(WRITER), people.user(DIRECTOR)
    found = db.session.scalars(
        select(Case).where(Case.estate_id == estate.id, Case.category == category).order_by(Case.id)
    )
    for case in found:
        if lessons.can_write(writer, case) and not participation.is_about(case, approver):
            yield case


def _check(estate: Estate, began: datetime, *, days: tuple[int, int], size: int, leaves: int) -> None:
    """What was closed in those days is drawn from; *leaves* of it are still to be looked at."""
    by = people.user(SUPERVISOR)
    since, until = (_day(began, -n, 0) for n in days)
    if not of_period(Drawn.REVISITS, estate.id, since, until):
        return
    check = drawing.draw(
        estate, Drawn.REVISITS, since=since, until=until, size=size, by=by, at=_day(began, -days[1], 10)
    )
    seen = queries.visible(by, check)
    free = [item for item in check.items if item.case_id in seen - guards.worked_on(by, check, seen)]
    for n, item in enumerate(free[: max(0, len(free) - leaves)]):
        found, text = _found(n)
        case = scope.lock(by, item.case.archive_number)
        finding.record(case, item=item, by=by, at=began, found=found, text=text)


def _found(n: int) -> tuple[Found, str]:
    if n == 1:
        return Found.DIFFERS, "业主说过了两天又出现，回访记录写的是已经解决"
    return (Found.UNREACHED, "两次都没有人接") if n == 2 else (Found.AGREES, "")
