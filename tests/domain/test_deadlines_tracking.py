"""Stored deadlines follow the timeline, and no fault of a clock loses an act."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, event, select, update

from shared import events
from shared.audit import timeline
from shared.calendars.holidays import load_year
from shared.calendars.models import CalendarDay, CalendarYear
from shared.cases import scope
from shared.cases.events import CaseTouched
from shared.cases.models import Case
from shared.database import db, transaction
from shared.deadlines import queries, tracking
from shared.deadlines.events import DeadlineBreached
from shared.deadlines.models import Deadline
from shared.deadlines.sweep import sweep
from shared.policies.models import PolicyVersion
from tests import cast as company
from tests.cast import MONDAY, file
from tests.policy_text import HEAD

# Few clocks, of each kind one: what is shown is how they are kept, not which there are.
CLOCKS = """
[[clock]]
rule = "first_response"
clause = "CO-M2"
name = "首次联系"
start = "received"
stop = [{ act = "contact", reached = true }, "informing"]
hours = 24
owner_sees = true
[[clock]]
rule = "relay"
clause = "GZ-8"
name = "转达"
start = "received"
stop = ["dispatch", "acceptance", "referral", "informing"]
working_minutes = 5
owner_sees = false
[[clock]]
rule = "relay_urgent"
clause = "GZ-9"
name = "紧急转达"
start = "received"
stop = ["dispatch", "acceptance", "referral", "informing"]
minutes = 3
when = { urgency = "urgent" }
replaces = "relay"
late_start = "change"
owner_sees = false
[[clock]]
rule = "completion"
clause = "MS-3"
name = "办结"
start = "received"
stop = ["completion", "informing"]
hours = 48
owner_sees = true
[[clock]]
rule = "completion_complex"
clause = "MS-3"
name = "复杂事项办结"
start = "received"
stop = ["completion", "informing"]
working_days = 5
when = { complexity = "complex" }
replaces = "completion"
owner_sees = true
[[clock]]
rule = "report"
clause = "GZ-16"
name = "反馈结果"
start = "completion"
stop = ["report", "informing"]
hours = 12
owner_sees = false
[[clock]]
rule = "revisit"
clause = "GZ-17A"
name = "回访"
start = "completion"
stop = [{ act = "revisit", reached = true }, "closure"]
days = 7
owner_sees = true
"""
HOUR = timedelta(hours=1)
NEW_YEARS_EVE = datetime(2026, 12, 31, 11, 58, tzinfo=UTC)  # 19:58 in Shanghai, two minutes before the close


def act(case_id, name, at, actor="limin", cast=None, **data):
    """Write one row and let the change derive the clocks, whatever the life of the case would say."""
    with transaction():
        case = scope.lock_by_id(case_id)
        case.round += name == "reopening"
        actor_id = cast.person(actor).id if cast else 1
        timeline.append(case, name, at=at, actor_id=actor_id, public=False, data=data)
        events.publish(CaseTouched(case_id))


def again(case):
    return db.session.get_one(Case, case.id)


def clocks(case_id):
    return {deadline.rule: deadline for deadline in queries.of_case(case_id)}


@pytest.fixture
def cast(app):
    """The estate, which lives by those clocks."""
    with app.app_context():
        yield company.settle(body=HEAD + CLOCKS)


@pytest.fixture
def breaches(monkeypatch):
    """Every DeadlineBreached that is published."""
    seen: list[DeadlineBreached] = []
    monkeypatch.setitem(events._handlers, DeadlineBreached, [seen.append])
    return seen


def test_filing_stores_the_promises_and_the_nearest_due_time(cast):
    case = file(cast)
    found = clocks(case.id)
    assert set(found) == {"first_response", "relay", "completion"}
    assert found["completion"].due_at == MONDAY + 48 * HOUR
    assert found["completion"].term == "48 hours"
    assert found["completion"].owner_sees
    assert not found["relay"].owner_sees
    assert found["relay"].steps == ["03-02 周一 10:00–10:05 5 分"]
    assert case.next_due_at == found["relay"].due_at
    assert case.clocks_parked is None


def test_an_act_in_time_meets_its_clock(cast, breaches):
    case = file(cast)
    act(case.id, "dispatch", MONDAY + timedelta(minutes=4))
    relay = clocks(case.id)["relay"]
    assert relay.met_at == MONDAY + timedelta(minutes=4)
    assert relay.breached_at is None
    assert again(case).next_due_at == MONDAY + 24 * HOUR
    assert breaches == []


def test_a_late_act_records_the_breach_once_without_any_sweep(cast, breaches):
    case = file(cast)
    act(case.id, "dispatch", MONDAY + HOUR)
    act(case.id, "contact", MONDAY + 2 * HOUR, reached=True)
    relay = clocks(case.id)["relay"]
    assert relay.breached_at == relay.due_at
    assert breaches == [DeadlineBreached(case.id, relay.id, "relay")]


def test_a_breach_stays_when_the_clock_no_longer_applies(cast, breaches):
    case = file(cast)
    sweep(MONDAY + 49 * HOUR)
    triage = {"kind": "complaint", "category": "facilities", "urgency": "normal"}
    act(case.id, "triage", MONDAY + 50 * HOUR, complexity="complex", **triage)
    found = clocks(case.id)
    assert found["completion"].breached_at == MONDAY + 48 * HOUR
    assert found["completion"].superseded_by == "completion_complex"
    assert found["completion_complex"].breached_at is None
    assert sorted(b.rule for b in breaches) == ["completion", "first_response", "relay"]


def test_a_completion_sent_back_sets_the_clock_going_again(cast):
    case = file(cast)
    act(case.id, "completion", MONDAY + 10 * HOUR, outcome="resolved")
    act(case.id, "redo", MONDAY + 11 * HOUR)
    found = clocks(case.id)
    assert found["completion"].met_at is None
    assert found["report"].ended_at == MONDAY + 11 * HOUR


def test_each_round_has_clocks_of_its_own(cast):
    case = file(cast)
    act(case.id, "completion", MONDAY + HOUR)
    act(case.id, "reopening", MONDAY + 240 * HOUR, cause="reopening")
    rounds = [(d.round, d.met_at is not None) for d in queries.of_case(case.id) if d.rule == "completion"]
    assert rounds == [(1, True), (2, False)]
    assert again(case).next_due_at == MONDAY + 240 * HOUR + timedelta(minutes=5)


def test_a_clock_that_no_longer_derives_falls_away_and_its_row_stays(cast):
    case = file(cast)
    with transaction():
        version = db.session.scalars(select(PolicyVersion)).one()
        version.body = version.body.replace('"completion"\nclause', '"finishing"\nclause').replace(
            'replaces = "completion"', 'replaces = "finishing"'
        )
    act(case.id, "progress", MONDAY + HOUR)
    found = clocks(case.id)
    assert found["completion"].ended_at == MONDAY + HOUR
    assert found["finishing"].ended_at is None


def test_a_year_that_is_missing_parks_the_clocks_and_the_filing_stands(cast):
    with transaction():
        db.session.execute(delete(CalendarYear).where(CalendarYear.year == 2027))
    case = file(cast, at=NEW_YEARS_EVE)
    assert again(case).clocks_parked == "calendar:2027"
    assert queries.of_case(case.id) == []
    assert sweep(NEW_YEARS_EVE).parked == 1
    with transaction():
        load_year(2027)
    result = sweep(NEW_YEARS_EVE)
    assert (result.parked, result.failed) == (0, 0)
    mended = again(case)
    assert mended.clocks_parked is None
    # New Year's Day 2027 is a Friday; with its weekend the desk opens again on Monday.
    assert clocks(case.id)["relay"].due_at == datetime(2027, 1, 4, 0, 3, tzinfo=UTC)
    assert mended.next_due_at is not None


def test_a_policy_that_cannot_be_read_parks_the_clocks_and_keeps_those_there_are(cast):
    case = file(cast)
    with transaction():
        db.session.execute(update(PolicyVersion).values(body="title = 3"))
    act(case.id, "dispatch", MONDAY + timedelta(minutes=1))
    parked = again(case)
    assert (parked.clocks_parked or "").startswith("policy:standard v1")
    assert parked.next_due_at is not None
    assert len(queries.of_case(case.id)) == 3
    assert sweep(MONDAY + 100 * HOUR).broken == 0, "nothing is called broken by clocks nobody can vouch for"


def test_any_other_failure_parks_the_clocks_and_the_act_stands(cast, monkeypatch):
    case = file(cast)

    def failing(*_):
        db.session.execute(select(Deadline.id).where(Deadline.rule == db.text("no_such_column")))

    with monkeypatch.context() as patched:
        patched.setattr(tracking, "due_times", failing)
        act(case.id, "dispatch", MONDAY + timedelta(minutes=1))
    assert (again(case).clocks_parked or "").startswith("error:")
    assert timeline.rows_of(case.id)[-1].act == "dispatch"
    act(case.id, "contact", MONDAY + HOUR, reached=True)
    assert again(case).clocks_parked is None
    assert clocks(case.id)["relay"].met_at == MONDAY + timedelta(minutes=1)


def test_deriving_reads_little(cast):
    case = file(cast)
    act(case.id, "dispatch", MONDAY + timedelta(minutes=1))
    statements = []

    def note(_connection, _cursor, statement, *_):
        statements.append(statement)

    with transaction():
        locked = scope.lock_by_id(case.id)
        event.listen(db.engine, "before_cursor_execute", note)
        tracking.derive(locked)
        event.remove(db.engine, "before_cursor_execute", note)
    asked = [s for s in statements if not s.startswith(("SAVEPOINT", "RELEASE"))]
    assert len(asked) <= 3, asked


def test_lists_find_the_nearest_clock_of_each_case_in_one_query(cast):
    one, two, three = file(cast), file(cast, at=MONDAY + HOUR), file(cast)
    act(two.id, "dispatch", MONDAY + HOUR)
    act(three.id, "withdrawal", MONDAY + HOUR)
    ids = [one.id, two.id, three.id]
    nearest = queries.nearest_of(ids)
    assert {case_id: d.rule for case_id, d in nearest.items()} == {one.id: "relay", two.id: "first_response"}
    promised = queries.nearest_of(ids, owner_only=True)
    assert {case_id: d.rule for case_id, d in promised.items()} == {
        one.id: "first_response",
        two.id: "first_response",
    }
    assert queries.nearest_of([]) == {}


def test_an_estates_own_day_moves_its_clocks(cast):
    with transaction():
        db.session.add(CalendarDay(estate_id=cast.estate.id, on=MONDAY.date(), works=False, name="停电检修"))
    case = file(cast)
    assert clocks(case.id)["relay"].due_at == datetime(2026, 3, 3, 0, 5, tzinfo=UTC)
