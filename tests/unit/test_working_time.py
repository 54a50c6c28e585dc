"""Working time by example: Spring Festival and National Day of 2026, with their make-up days."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from shared.calendars.working_time import Calendar, YearMissing, add, add_days, is_open, measure

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFF = [
    *(date(2026, 2, day) for day in range(15, 24)),
    *(date(2026, 10, day) for day in range(1, 8)),
]
WORKED = [date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9), date(2026, 9, 20), date(2026, 10, 10)]
EXCEPTIONS = dict.fromkeys(OFF, False) | dict.fromkeys(WORKED, True)
OFFICE = dict.fromkeys(range(5), ((480, 720), (840, 1080)))
DAILY = dict.fromkeys(range(7), ((480, 1200),))


def calendar(hours=OFFICE, years=(2026,), exceptions=EXCEPTIONS, zone="Asia/Shanghai"):
    return Calendar(zone, hours, exceptions, frozenset(years))


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-11-20 16:00", 120, "2026-11-20 18:00"),  # ends exactly at the close
        ("2026-11-20 16:00", 121, "2026-11-23 08:01"),  # over a weekend
        ("2026-11-20 11:58", 5, "2026-11-20 14:03"),  # over noon
        ("2026-11-20 06:00", 5, "2026-11-20 08:05"),
        ("2026-11-21 10:00", 5, "2026-11-23 08:05"),
        ("2026-02-13 17:58", 5, "2026-02-14 08:03"),  # the Saturday before Spring Festival is worked
        ("2026-02-14 17:58", 5, "2026-02-24 08:03"),  # then nine days off
        ("2026-02-20 10:00", 5, "2026-02-24 08:05"),
        ("2026-02-27 17:58", 5, "2026-02-28 08:03"),
        ("2026-05-08 17:58", 5, "2026-05-09 08:03"),
        ("2026-09-18 17:58", 5, "2026-09-20 08:03"),  # a Sunday worked, the Saturday before it not
        ("2026-09-30 17:58", 5, "2026-10-08 08:03"),
        ("2026-10-09 17:58", 5, "2026-10-10 08:03"),
        ("2026-10-10 17:58", 5, "2026-10-12 08:03"),
        ("2026-11-20 12:30", 0, "2026-11-20 14:00"),
        ("2026-11-20 10:00", 0, "2026-11-20 10:00"),
    ],
)
def test_minutes_pass_only_while_the_desk_is_open(start, minutes, due):
    assert add(calendar(), at(start), minutes)[0] == at(due)


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-11-16 10:00", 5, "2026-11-23 10:00"),
        ("2026-11-20 10:00", 1, "2026-11-23 10:00"),
        ("2026-11-20 12:30", 1, "2026-11-23 14:00"),  # filed at noon: due at the next opening
        ("2026-11-20 07:00", 1, "2026-11-23 08:00"),  # before the opening
        ("2026-11-20 22:00", 1, "2026-11-23 18:00"),  # after the close
        ("2026-11-21 10:00", 1, "2026-11-23 18:00"),  # on a day off
        ("2026-02-13 10:00", 5, "2026-02-27 10:00"),  # 14, 24, 25, 26, 27
        ("2026-02-17 10:00", 5, "2026-02-28 18:00"),  # 24 to 28, the last one a worked Saturday
        ("2026-09-18 10:00", 5, "2026-09-24 10:00"),  # 20 counts, 19 does not
        ("2026-09-30 10:00", 5, "2026-10-13 10:00"),  # 8, 9, 10, 12, 13
        ("2026-05-08 10:00", 2, "2026-05-11 10:00"),
    ],
)
def test_ms_3_working_days_follow_the_announced_calendar(start, days, due):
    assert add_days(calendar(), at(start), days)[0] == at(due)


def test_a_desk_staffed_on_weekends_makes_no_working_day_of_them():
    seven = calendar(DAILY)
    assert add(seven, at("2026-11-20 19:59"), 5)[0] == at("2026-11-21 08:04")
    assert add_days(seven, at("2026-11-20 10:00"), 1)[0] == at("2026-11-23 10:00")
    assert not is_open(seven, at("2026-10-04 10:00"))


def test_a_worked_weekend_has_the_hours_of_monday():
    hours = {0: ((540, 1020),), 5: ((600, 660),)}
    assert add(calendar(hours), at("2026-02-14 00:00"), 1)[0] == at("2026-02-14 09:01")
    assert add(calendar(hours), at("2026-11-21 00:00"), 1)[0] == at("2026-11-21 10:01")


def test_midnight_is_24_00_and_the_next_day_follows_without_a_gap():
    always = calendar(dict.fromkeys(range(7), ((0, 1440),)), exceptions={})
    assert add(always, at("2026-11-20 23:58"), 5)[0] == at("2026-11-21 00:03")
    due, steps = add(always, at("2026-11-20 23:00"), 60)
    assert due == at("2026-11-21 00:00")
    assert steps == ["11-20 周五 23:00–24:00 1 小时"]


def test_overlapping_rows_count_once():
    twice = calendar({4: ((480, 720), (600, 780))}, exceptions={})
    assert measure(twice, at("2026-11-20 00:00"), at("2026-11-21 00:00")) == 300


def test_steps_say_what_was_counted_and_what_was_not():
    _, steps = add(calendar(), at("2026-02-13 16:00"), 11 * 60)
    assert steps == [
        "02-13 周五 16:00–18:00 2 小时",
        "02-14 周六 调休上班 08:00–12:00 4 小时",
        "02-14 周六 调休上班 14:00–18:00 4 小时",
        "02-15 周日 至 02-23 周一 不计",
        "02-24 周二 08:00–09:00 1 小时",
    ]
    _, steps = add_days(calendar(), at("2026-11-19 10:00"), 2)
    assert steps == [
        "11-20 周五 第 1 个工作日",
        "11-21 周六 至 11-22 周日 不计",
        "11-23 周一 第 2 个工作日",
        "11-23 周一 10:00 到期",
    ]
    assert add(calendar(), at("2026-11-20 17:58:30"), 2)[1] == [
        "11-20 周五 17:58–18:00 1 分 30 秒",
        "11-21 周六 至 11-22 周日 不计",
        "11-23 周一 08:00–08:00 30 秒",
    ]


def test_a_year_that_is_not_loaded_is_never_guessed():
    with pytest.raises(YearMissing) as missing:
        add(calendar(), at("2026-12-31 17:59"), 5)
    assert missing.value.year == 2027
    with pytest.raises(YearMissing):
        add_days(calendar(), at("2026-12-30 10:00"), 5)
    with pytest.raises(YearMissing):
        measure(calendar(), at("2026-12-31 10:00"), at("2027-01-02 10:00"))
    with pytest.raises(YearMissing):
        is_open(calendar(), at("2025-01-01 10:00"))
    assert add(calendar(), at("2026-12-31 17:00"), 60)[0] == at("2026-12-31 18:00")


def test_an_estate_without_hours_ends_in_a_missing_year_not_in_a_loop():
    with pytest.raises(YearMissing):
        add(calendar({}), at("2026-11-20 10:00"), 5)


def test_the_year_is_that_of_the_estate_not_of_utc():
    assert is_open(calendar(), at("2026-01-01 00:30")) is False  # in UTC still 2025


def test_clocks_put_forward_and_back_move_no_minute():
    berlin = calendar({6: ((60, 300),)}, exceptions={}, zone="Europe/Berlin")
    day = ZoneInfo("Europe/Berlin")
    spring = datetime(2026, 3, 29, tzinfo=day), datetime(2026, 3, 30, tzinfo=day)
    autumn = datetime(2026, 10, 25, tzinfo=day), datetime(2026, 10, 26, tzinfo=day)
    assert measure(berlin, *spring) == 180
    assert measure(berlin, *autumn) == 300
    assert add(berlin, spring[0], 180)[0] == datetime(2026, 3, 29, 5, tzinfo=day)


def test_hours_that_cannot_be_are_refused():
    for interval in ((600, 600), (700, 600), (-1, 5), (0, 1441)):
        with pytest.raises(ValueError, match="no opening hours"):
            calendar({0: (interval,)})
    with pytest.raises(ValueError, match="never taken back"):
        add(calendar(), at("2026-11-20 10:00"), -1)
    with pytest.raises(ValueError, match="at least one"):
        add_days(calendar(), at("2026-11-20 10:00"), 0)


def test_results_are_in_utc():
    assert add(calendar(), at("2026-11-20 10:00"), 5)[0].utcoffset() == timedelta()
    assert add_days(calendar(), at("2026-11-20 10:00"), 5)[0].tzinfo is UTC
