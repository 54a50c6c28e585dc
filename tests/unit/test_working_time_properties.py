"""Working time for any hours, holidays and instants that hypothesis can think of."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shared.calendars.working_time import Calendar, add, add_days, is_open, measure

YEARS = frozenset(range(2025, 2032))
MINUTE = timedelta(minutes=1)
JUST_BEFORE = timedelta(microseconds=1)


@st.composite
def intervals(draw):
    edges = sorted(30 * half for half in draw(st.sets(st.integers(0, 48), min_size=2, max_size=6)))
    return tuple(zip(edges[::2], edges[1::2], strict=False))


@st.composite
def calendars(draw, same_hours=False):
    if same_hours:
        own = draw(intervals())
        hours = dict.fromkeys(range(5), own) | draw(
            st.dictionaries(st.sampled_from([5, 6]), intervals(), max_size=2)
        )
    else:
        hours = draw(st.dictionaries(st.integers(0, 6), intervals(), min_size=1, max_size=7))
    exceptions = draw(
        st.dictionaries(st.dates(date(2026, 1, 1), date(2026, 4, 1)), st.booleans(), max_size=20)
    )
    zone = draw(st.sampled_from(["Asia/Shanghai", "Asia/Urumqi", "Europe/Berlin", "America/New_York"]))
    return Calendar(zone, hours, exceptions, YEARS)


# hypothesis wants its limits without a zone
_FIRST = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_LAST = datetime(2026, 4, 1, tzinfo=UTC).replace(tzinfo=None)
instants = st.datetimes(_FIRST, _LAST, timezones=st.just(UTC))
minutes = st.integers(0, 2_000)


@given(calendars(), instants, minutes)
def test_what_was_added_is_what_is_measured(calendar, start, length):
    due, _ = add(calendar, start, length)
    assert measure(calendar, start, due) == length


@given(calendars(), instants, minutes, minutes)
def test_adding_in_two_parts_is_adding_at_once(calendar, start, first, second):
    assume(second > 0)
    halfway, _ = add(calendar, start, first)
    assert add(calendar, halfway, second)[0] == add(calendar, start, first + second)[0]


@given(calendars(), instants, st.timedeltas(timedelta(), timedelta(days=9)), minutes)
def test_a_later_start_never_ends_earlier(calendar, start, wait, length):
    assert add(calendar, start, length)[0] <= add(calendar, start + wait, length)[0]


@given(calendars(), instants, minutes, minutes)
def test_a_longer_limit_never_ends_earlier(calendar, start, length, more):
    assert add(calendar, start, length)[0] <= add(calendar, start, length + more)[0]


@given(calendars(), instants, minutes)
def test_nothing_is_due_while_the_desk_is_closed(calendar, start, length):
    due, _ = add(calendar, start, length)
    assert is_open(calendar, due) or is_open(calendar, due - JUST_BEFORE)
    assert due >= start


@given(calendars(), instants, instants, instants)
def test_measures_add_up(calendar, one, two, three):
    first, second, third = sorted((one, two, three))
    whole = measure(calendar, first, third)
    parts = measure(calendar, first, second) + measure(calendar, second, third)
    assert whole - 1 <= parts <= whole  # two parts may each lose less than a minute
    assert whole <= (third - first) / MINUTE


@given(calendars(same_hours=True), instants, st.integers(1, 12))
def test_working_days_end_while_the_desk_is_open_on_a_day_that_counts(calendar, start, days):
    due, steps = add_days(calendar, start, days)
    assert is_open(calendar, due) or is_open(calendar, due - JUST_BEFORE)
    assert due > start
    assert sum("个工作日" in step for step in steps) == days


@given(calendars(), instants, st.timedeltas(timedelta(), timedelta(days=9)), st.integers(1, 12))
def test_working_days_counted_from_later_never_end_earlier(calendar, start, wait, days):
    assume(any(calendar.counts(date(2026, 5, day)) for day in range(1, 31)))
    assert add_days(calendar, start, days)[0] <= add_days(calendar, start + wait, days)[0]


# Days closed and opened: the classic fault is a deadline that a day off brings forward

days_off = st.sets(st.dates(date(2026, 1, 1), date(2026, 4, 20)), min_size=1, max_size=8)


def changed(calendar, days, works):
    return replace(calendar, exceptions={**calendar.exceptions, **dict.fromkeys(days, works)})


def counts_at_all(calendar):
    """A calendar without any working day has no working-day limits; it ends in a missing year."""
    return any(calendar.counts(date(2026, 5, day)) for day in range(1, 31))


@given(calendars(), instants, minutes, days_off)
def test_closing_days_never_makes_anything_earlier(calendar, start, length, days):
    closed = changed(calendar, days, works=False)
    assert add(closed, start, length)[0] >= add(calendar, start, length)[0]


@given(calendars(), instants, st.integers(1, 12), days_off)
def test_closing_days_never_makes_a_limit_in_working_days_earlier(calendar, start, days, off):
    assume(counts_at_all(calendar))
    closed = changed(calendar, off, works=False)
    assert add_days(closed, start, days)[0] >= add_days(calendar, start, days)[0]


@given(calendars(same_hours=True), instants, minutes, days_off)
def test_opening_days_never_makes_anything_later(calendar, start, length, days):
    office = {day: spans for day, spans in calendar.hours.items() if day < 5}
    closed_at_weekends = replace(calendar, hours=office, exceptions={})
    opened = changed(closed_at_weekends, days, works=True)
    assert add(opened, start, length)[0] <= add(closed_at_weekends, start, length)[0]


@given(calendars(), instants, minutes, st.integers(0, 6))
def test_shorter_hours_never_make_anything_earlier(calendar, start, length, weekday):
    fewer = {day: spans[:1] if day == weekday else spans for day, spans in calendar.hours.items()}
    shorter = replace(calendar, hours=fewer)
    assert add(shorter, start, length)[0] >= add(calendar, start, length)[0]


@given(calendars(), instants, st.integers(1, 12), st.integers(1, 12))
def test_more_working_days_never_end_earlier(calendar, start, days, more):
    assume(counts_at_all(calendar))
    assert add_days(calendar, start, days)[0] < add_days(calendar, start, days + more)[0]


def midnight(calendar, day):
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(calendar.zone)).astimezone(UTC)


@given(calendars(), instants, minutes, days_off, st.booleans())
def test_what_is_changed_for_later_moves_nothing_to_before_it(calendar, start, length, days, works):
    """Why days to come may be changed while clocks run: nobody becomes late by it."""
    changes_at = midnight(calendar, min(days))
    before = add(calendar, start, length)[0]
    after = add(changed(calendar, days, works), start, length)[0]
    if before <= changes_at:
        assert after == before
    else:
        assert after >= changes_at


@given(calendars(), instants, st.integers(1, 12), st.sets(st.integers(1, 20), min_size=1), st.booleans())
def test_nor_a_limit_in_working_days(calendar, start, days, ahead, works):
    assume(counts_at_all(calendar))
    off = {calendar.local(start).date() + timedelta(days=n) for n in ahead}
    altered = changed(calendar, off, works)
    changes_at = midnight(calendar, min(off))
    before, after = add_days(calendar, start, days)[0], add_days(altered, start, days)[0]
    assert after == before if before <= changes_at else after >= changes_at


# Against a count that cannot be wrong: one minute after the other


def minute_by_minute(calendar, start, length):
    """The end of *length* opening minutes from *start*, both whole minutes of a zone without summer time."""
    at = start
    while length:
        wall = calendar.local(at)
        now = wall.hour * 60 + wall.minute
        length -= any(opens <= now < closes for opens, closes in calendar.intervals(wall.date()))
        at += MINUTE
    return at


@settings(max_examples=60)
@given(calendars(same_hours=True), instants, st.integers(1, 300))
def test_adding_is_counting_minute_by_minute(calendar, start, length):
    here = replace(calendar, zone="Asia/Shanghai")
    whole = start.replace(second=0, microsecond=0)
    assert add(here, whole, length)[0] == minute_by_minute(here, whole, length)
