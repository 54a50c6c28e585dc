"""Working time for any hours, holidays and instants that hypothesis can think of."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import assume, given
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
