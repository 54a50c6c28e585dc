"""What a changed calendar does to running cases: their clocks are counted anew, and nobody is late after the fact."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import delete, select

from shared.calendars import editing, years
from shared.calendars.editing import Span
from shared.calendars.models import CalendarYear
from shared.cases.models import Case
from shared.database import db, transaction
from shared.deadlines import queries, recounting, tracking
from shared.deadlines.sweep import sweep
from shared.outbox import drain
from shared.outbox.models import OutboxRow
from tests.cast import MONDAY, file
from tests.life import begin

HOUR = timedelta(hours=1)
EVENING = MONDAY + 10 * HOUR - timedelta(minutes=2)  # 19:58, two minutes before the close
TUESDAY, WEDNESDAY, THURSDAY = (date(2026, 3, day) for day in (3, 4, 5))


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(EVENING, tick=False) as traveller:
        yield traveller


def relay(case):
    db.session.expire_all()
    return next(d for d in queries.of_case(case.id) if d.rule == "relay")


def eight(day, minutes=3):
    return datetime(day.year, day.month, day.day, 0, minutes, tzinfo=UTC)


def close(cast, first, last=None, at=EVENING):
    with transaction():
        editing.set_days(
            cast.estate.id,
            Span(first, last or first),
            False,
            "停电检修",
            today=MONDAY.date(),
            user_id=cast.person("hemei").id,
            at=at,
        )


def open_from(cast, minute, at):
    with transaction():
        hours = dict.fromkeys(range(7), ((minute, 1440),))
        editing.set_hours(cast.estate.id, hours, user_id=cast.person("hemei").id, at=at)


def test_a_closure_moves_what_runs_and_its_end_moves_it_back(cast):
    case = file(cast, at=EVENING)
    assert relay(case).due_at == eight(TUESDAY)
    close(cast, TUESDAY)
    assert relay(case).due_at == eight(TUESDAY), "counted anew in the background, not in the change"
    assert drain.run_due(10) == 1
    assert relay(case).due_at == eight(WEDNESDAY)
    assert "03-03 周二 不计" in relay(case).steps
    with transaction():
        editing.remove_days(
            cast.estate.id,
            Span(TUESDAY, TUESDAY),
            today=MONDAY.date(),
            reason="检修改期",
            user_id=cast.person("hemei").id,
            at=EVENING,
        )
    assert drain.run_due(10) == 1
    assert relay(case).due_at == eight(TUESDAY)


def test_a_breach_once_recorded_stays(cast, clock):
    case = file(cast, at=EVENING)
    clock.move_to(eight(TUESDAY, 10))
    sweep(eight(TUESDAY, 10))
    assert relay(case).breached_at == eight(TUESDAY)
    close(cast, TUESDAY, at=eight(TUESDAY, 20))
    drain.run_due(100)
    assert (relay(case).breached_at, relay(case).due_at) == (eight(TUESDAY), eight(TUESDAY))
    sweep(eight(THURSDAY))
    assert (relay(case).breached_at, relay(case).due_at) == (eight(TUESDAY), eight(TUESDAY))


def test_what_was_done_in_time_stays_in_time(cast, clock):
    story = begin(cast, at=EVENING)
    story.at = eight(TUESDAY, 0) - timedelta(minutes=20)
    clock.move_to(eight(TUESDAY, 0))
    story.dispatched()  # 8:00
    assert relay(story.case).met_at == eight(TUESDAY, 0)
    open_from(
        cast, 0, at=eight(TUESDAY, 5)
    )  # from now on staffed from midnight: it would have been due at 0:03
    drain.run_due(100)
    found = relay(story.case)
    assert (found.breached_at, found.due_at) == (None, eight(TUESDAY))


def test_longer_hours_make_nobody_late_after_the_fact(cast, clock):
    case = file(cast, at=EVENING)
    early = eight(TUESDAY, 0)
    clock.move_to(early)
    open_from(cast, 0, at=early)
    drain.run_due(10)
    assert relay(case).due_at == eight(TUESDAY)
    sweep(early + timedelta(minutes=2))
    assert relay(case).breached_at is None
    sweep(early + timedelta(minutes=4))
    assert relay(case).breached_at == eight(TUESDAY), "at the time that was promised"


def test_parked_clocks_are_counted_as_soon_as_the_year_is_there(cast, clock):
    with transaction():
        db.session.execute(delete(CalendarYear).where(CalendarYear.year == 2027))
    last_evening = datetime(2026, 12, 31, 11, 58, tzinfo=UTC)
    clock.move_to(last_evening)
    case = file(cast, at=last_evening)
    assert case.clocks_parked == "calendar:2027"
    with transaction():
        years.load(2027, today=last_evening.date(), user_id=cast.person("hemei").id, at=last_evening)
    drain.run_due(10)
    assert relay(case).due_at == datetime(2027, 1, 4, 0, 3, tzinfo=UTC)
    assert db.session.get_one(Case, case.id).clocks_parked is None


def test_the_neighbours_clocks_are_left_alone_unless_the_day_is_everybodys(cast, elsewhere):
    here, there = file(cast, at=EVENING), file(elsewhere, at=EVENING)
    close(cast, TUESDAY)
    drain.run_due(100)
    assert (relay(here).due_at, relay(there).due_at) == (eight(WEDNESDAY), eight(TUESDAY))
    director = cast.person("hemei").id
    with transaction():
        for day in (TUESDAY, WEDNESDAY):
            span = Span(day, day)
            editing.set_days(None, span, False, "公祭", today=MONDAY.date(), user_id=director, at=EVENING)
    asked = db.session.scalars(select(OutboxRow).where(OutboxRow.task == recounting.TASK)).all()
    assert [row.payload["estate"] for row in asked] == [cast.estate.id, None], "one change asks once"
    drain.run_due(100)
    assert (relay(here).due_at, relay(there).due_at) == (eight(THURSDAY), eight(THURSDAY))


def test_many_cases_are_counted_in_batches_and_cases_that_are_over_not_at_all(cast, monkeypatch):
    over = begin(cast, at=MONDAY - 100 * HOUR).closed()
    cases = [file(cast, at=EVENING) for _ in range(5)]
    monkeypatch.setattr(recounting, "BATCH", 2)
    counted = []
    derive = tracking.derive

    def noted(case, at=None):
        counted.append(case.id)
        return derive(case, at)

    monkeypatch.setattr(tracking, "derive", noted)
    close(cast, TUESDAY)
    while drain.run_due(1):
        pass
    assert counted == [case.id for case in cases]
    assert over.case.id not in counted
    assert {relay(case).due_at for case in cases} == {eight(WEDNESDAY)}


def test_a_batch_done_twice_changes_nothing(cast):
    case = file(cast, at=EVENING)
    close(cast, TUESDAY)
    row = db.session.scalars(select(OutboxRow).where(OutboxRow.task == recounting.TASK)).one()
    recounting.recount(row.payload)
    before = (relay(case).due_at, relay(case).steps)
    recounting.recount(row.payload)
    assert (relay(case).due_at, relay(case).steps) == before


def test_one_case_that_fails_holds_up_no_other_and_is_tried_again(cast, clock, monkeypatch):
    first, second = file(cast, at=EVENING), file(cast, at=EVENING)

    def refuse(_news):
        raise RuntimeError("no")

    lock = recounting.scope.lock_by_id
    with monkeypatch.context() as patched:
        patched.setattr(recounting.scope, "lock_by_id", lambda n: refuse(n) if n == first.id else lock(n))
        close(cast, TUESDAY)
        drain.run_due(100)
    assert (relay(first).due_at, relay(second).due_at) == (eight(TUESDAY), eight(WEDNESDAY))
    clock.shift(timedelta(minutes=2))
    drain.run_due(100)
    assert relay(first).due_at == eight(WEDNESDAY)
