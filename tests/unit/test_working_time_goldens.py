"""Working time as counted by hand on the calendar of 2026: its holidays, make-up days, noons, midnights and ends."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from shared.calendars.holidays import statutory_days
from shared.calendars.working_time import Calendar, add, add_days, is_open, measure

SHANGHAI = ZoneInfo("Asia/Shanghai")
ANNOUNCED = {on: works for on, (works, _name) in statutory_days(2026).items()}
NEW_YEAR = {date(2027, 1, day): False for day in (1, 2, 3)}  # a Friday and its weekend
OFFICE = dict.fromkeys(range(5), ((480, 720), (840, 1080)))  # 8–12, 14–18
THREE = dict.fromkeys(range(7), ((480, 720), (780, 1050), (1110, 1260)))  # 8–12, 13–17:30, 18:30–21
NIGHT = dict.fromkeys(range(7), ((1200, 1440),))  # 20–24
ALWAYS = dict.fromkeys(range(7), ((0, 1440),))


def calendar(hours=OFFICE, own=None):
    return Calendar("Asia/Shanghai", hours, {**ANNOUNCED, **NEW_YEAR, **(own or {})}, frozenset({2026, 2027}))


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def ids(value):
    return str(value)


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        # Spring Festival: 14 February worked, 15 to 23 off, 28 worked
        ("2026-02-13 11:30", 60, "2026-02-13 14:30"),
        ("2026-02-14 11:50", 20, "2026-02-14 14:10"),  # a worked Saturday has its noon too
        ("2026-02-14 17:30", 60, "2026-02-24 08:30"),
        ("2026-02-13 16:00", 960, "2026-02-24 16:00"),  # 2 h, 8 h, 6 h
        ("2026-02-15 00:00", 480, "2026-02-24 18:00"),
        ("2026-02-19 12:00", 481, "2026-02-25 08:01"),
        ("2026-02-23 23:59", 1, "2026-02-24 08:01"),
        ("2026-02-27 17:59", 2, "2026-02-28 08:01"),
        ("2026-02-28 17:00", 120, "2026-03-02 09:00"),
        # National Day: 20 September and 10 October worked, 1 to 7 October off; Mid-Autumn 25 to 27 September
        ("2026-09-18 17:45", 30, "2026-09-20 08:15"),
        ("2026-09-19 10:00", 30, "2026-09-20 08:30"),
        ("2026-09-20 17:45", 30, "2026-09-21 08:15"),
        ("2026-09-24 17:45", 30, "2026-09-28 08:15"),
        ("2026-09-30 17:45", 30, "2026-10-08 08:15"),
        ("2026-10-03 15:00", 480, "2026-10-08 18:00"),  # exactly at the close
        ("2026-10-03 15:00", 481, "2026-10-09 08:01"),
        ("2026-10-09 17:59", 2, "2026-10-10 08:01"),
        ("2026-10-10 18:00", 1, "2026-10-12 08:01"),
        ("2026-09-30 08:00", 1440, "2026-10-09 18:00"),  # 30 September, 8 and 9 October
        # Ends of months and of the year
        ("2026-04-30 17:50", 20, "2026-05-06 08:10"),
        ("2026-05-31 10:00", 20, "2026-06-01 08:20"),
        ("2026-06-30 17:50", 20, "2026-07-01 08:10"),
        ("2026-07-31 17:50", 20, "2026-08-03 08:10"),
        ("2026-12-31 17:50", 10, "2026-12-31 18:00"),
        ("2026-12-31 17:50", 20, "2027-01-04 08:10"),
    ],
    ids=ids,
)
def test_staffed_minutes_of_2026(start, minutes, due):
    assert add(calendar(), at(start), minutes)[0] == at(due)
    assert measure(calendar(), at(start), at(due)) == minutes


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-02-12 12:00", 3, "2026-02-24 14:00"),  # 13, 14, 24; noon is the afternoon's opening
        ("2026-02-14 09:00", 1, "2026-02-24 09:00"),
        ("2026-02-15 09:00", 1, "2026-02-24 18:00"),
        ("2026-02-22 09:00", 5, "2026-02-28 18:00"),
        ("2026-02-27 09:00", 2, "2026-03-02 09:00"),  # 28 worked, 1 March a Sunday
        ("2026-02-28 18:00", 1, "2026-03-02 18:00"),
        ("2026-09-18 16:00", 1, "2026-09-20 16:00"),
        ("2026-09-19 10:00", 1, "2026-09-20 18:00"),
        ("2026-09-24 10:00", 1, "2026-09-28 10:00"),
        ("2026-09-29 10:00", 5, "2026-10-12 10:00"),  # 30, 8, 9, 10, 12
        ("2026-10-01 10:00", 5, "2026-10-13 18:00"),
        ("2026-10-08 10:00", 3, "2026-10-12 10:00"),
        ("2026-04-30 10:00", 1, "2026-05-06 10:00"),
        ("2026-12-30 10:00", 3, "2027-01-05 10:00"),  # 31, 4, 5
    ],
    ids=ids,
)
def test_ms_3_working_days_of_2026(start, days, due):
    assert add_days(calendar(), at(start), days)[0] == at(due)


def test_how_many_days_are_worked_in_each_month_of_2026():
    """As every office calendar of that year has them."""
    worked = [0] * 12
    for number in range(date(2026, 1, 1).toordinal(), date(2027, 1, 1).toordinal()):
        day = date.fromordinal(number)
        worked[day.month - 1] += calendar().counts(day)
    assert worked == [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]
    assert sum(worked) == 248


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-11-20 11:59", 2, "2026-11-20 13:01"),
        ("2026-11-20 12:30", 0, "2026-11-20 13:00"),
        ("2026-11-20 17:29", 2, "2026-11-20 18:31"),
        ("2026-11-20 11:00", 60 + 270 + 30, "2026-11-20 19:00"),
        ("2026-11-20 20:59", 2, "2026-11-21 08:01"),  # a desk staffed on Saturdays
        ("2026-09-30 20:59", 2, "2026-10-08 08:01"),  # and closed on holidays
    ],
    ids=ids,
)
def test_a_day_of_three_intervals(start, minutes, due):
    assert add(calendar(THREE), at(start), minutes)[0] == at(due)


@pytest.mark.parametrize(
    ("hours", "start", "minutes", "due"),
    [
        (NIGHT, "2026-11-20 23:00", 60, "2026-11-21 00:00"),
        (NIGHT, "2026-11-20 23:00", 61, "2026-11-21 20:01"),
        (NIGHT, "2026-11-21 00:00", 1, "2026-11-21 20:01"),
        (NIGHT, "2026-12-31 23:30", 30, "2027-01-01 00:00"),
        (NIGHT, "2026-12-31 23:30", 31, "2027-01-04 20:01"),
        (ALWAYS, "2026-11-30 23:30", 60, "2026-12-01 00:30"),
        (ALWAYS, "2026-02-14 23:30", 60, "2026-02-24 00:30"),
        (ALWAYS, "2026-02-14 23:30", 30, "2026-02-15 00:00"),
    ],
    ids=ids,
)
def test_24_00_is_the_end_of_a_day(hours, start, minutes, due):
    assert add(calendar(hours), at(start), minutes)[0] == at(due)


def test_a_limit_in_days_that_ends_at_midnight_ends_on_its_day():
    due, steps = add_days(calendar(ALWAYS), at("2026-11-21 10:00"), 1)  # filed on a Saturday
    assert due == at("2026-11-24 00:00")
    assert steps[-1] == "11-23 周一 24:00 到期"


CLOSED = {date(2026, 10, 9): False, date(2026, 10, 10): False}  # the estate moves house
OPENED = {date(2026, 10, 4): True, date(2026, 10, 5): True}  # flats are handed over in the holidays


@pytest.mark.parametrize(
    ("own", "start", "minutes", "due"),
    [
        (CLOSED, "2026-10-08 17:50", 20, "2026-10-12 08:10"),
        (CLOSED, "2026-10-09 09:00", 20, "2026-10-12 08:20"),
        (OPENED, "2026-09-30 17:50", 20, "2026-10-04 08:10"),  # a Sunday, with Monday's hours
        (OPENED, "2026-10-04 17:50", 20, "2026-10-05 08:10"),
        (OPENED, "2026-10-05 17:50", 20, "2026-10-08 08:10"),
    ],
    ids=ids,
)
def test_an_estates_own_days_go_before_the_countrys(own, start, minutes, due):
    assert add(calendar(own=own), at(start), minutes)[0] == at(due)


def test_an_estates_own_days_count_as_working_days_or_not():
    assert add_days(calendar(own=CLOSED), at("2026-10-08 10:00"), 2)[0] == at("2026-10-13 10:00")
    assert add_days(calendar(own=OPENED), at("2026-09-30 10:00"), 2)[0] == at("2026-10-05 10:00")


def test_the_steps_across_national_day_can_be_read_aloud():
    _, steps = add(calendar(), at("2026-09-30 16:00"), 4 * 60)
    assert steps == [
        "09-30 周三 16:00–18:00 2 小时",
        "10-01 周四 至 10-07 周三 不计",
        "10-08 周四 08:00–10:00 2 小时",
    ]
    _, steps = add_days(calendar(), at("2026-10-09 10:00"), 2)
    assert steps == [
        "10-10 周六 第 1 个工作日",
        "10-11 周日 不计",
        "10-12 周一 第 2 个工作日",
        "10-12 周一 10:00 到期",
    ]


def test_a_holiday_closes_a_desk_that_never_closes():
    assert not is_open(calendar(ALWAYS), at("2026-02-17 03:00"))
    assert is_open(calendar(ALWAYS), at("2026-02-14 03:00"))
