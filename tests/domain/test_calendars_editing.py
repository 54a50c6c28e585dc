"""An estate's hours and days are changed by hand; each change is checked, and leaves a trace."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from shared.audit.models import SettingChange
from shared.calendars import editing, years
from shared.calendars.editing import Span
from shared.calendars.holidays import is_announced, load_year, statutory_days
from shared.calendars.models import CalendarDay, CalendarYear
from shared.calendars.queries import calendar_of, own_days
from shared.database import db, transaction
from shared.errors import Refused
from tests.cast import MONDAY

TODAY = MONDAY.date()
DAY = timedelta(days=1)
NOON_OFF = ((480, 720), (840, 1080))
UNKNOWN = 2027  # not announced when this was written; where it matters, the tests take the announcement away


@pytest.fixture
def desk(cast):
    """The verbs as the director calls them, each in a change of its own."""

    class Desk:
        def __init__(self):
            self.who = {"user_id": cast.person("hemei").id, "at": MONDAY}

        def hours(self, hours):
            with transaction():
                return editing.set_hours(cast.estate.id, hours, **self.who)

        def days(self, first, last=None, works=False, name="停业", country=False, today=TODAY):
            with transaction():
                whose = None if country else cast.estate.id
                editing.set_days(whose, Span(first, last or first), works, name, today=today, **self.who)

        def remove(self, first, last=None, country=False):
            with transaction():
                span, whose = Span(first, last or first), None if country else cast.estate.id
                editing.remove_days(whose, span, today=TODAY, reason="改期", **self.who)

        def load(self, year):
            with transaction():
                return years.load(year, today=TODAY, **self.who).status

        def declare(self, year, reason="国办发明电 7 号"):
            with transaction():
                years.declare(year, reason, **self.who)

    return Desk()


@pytest.fixture
def unannounced(monkeypatch):
    """As if the library did not know the arrangement of 2027 yet."""

    def holidays_only(year):
        return {on: day for on, day in statutory_days(year).items() if not (year == UNKNOWN and day[0])}

    monkeypatch.setattr("shared.calendars.holidays.statutory_days", holidays_only)
    monkeypatch.setattr(years, "statutory_days", holidays_only)


def trace():
    rows = db.session.scalars(select(SettingChange).order_by(SettingChange.id)).all()
    return [(row.what, row.estate_id, row.before, row.after) for row in rows]


# Hours


def test_hours_are_set_with_several_intervals_a_day(cast, desk):
    wanted = dict.fromkeys(range(5), NOON_OFF) | {5: ((540, 1440),), 6: ()}
    assert desk.hours(wanted)
    assert calendar_of(cast.estate).hours == dict.fromkeys(range(5), NOON_OFF) | {5: ((540, 1440),)}
    assert not desk.hours(wanted), "the same again is no change"
    [(what, estate_id, before, after)] = trace()
    assert (what, estate_id) == ("calendar.hours", cast.estate.id)
    assert before["0"] == [[480, 1200]]
    assert after["0"] == [[480, 720], [840, 1080]]
    assert "6" not in after


@pytest.mark.parametrize(
    ("hours", "why"),
    [
        ({0: ((480, 720), (700, 900))}, "不能重叠"),
        ({0: ((480, 720), (720, 900))}, "首尾相接"),
        ({0: ((720, 480),)}, "结束要晚于开始"),
        ({0: ((480, 1441),)}, "最晚到 24:00"),
        ({5: ((480, 720),), 6: ((480, 720),)}, "周一至周五至少要有一天"),
        ({}, "周一至周五至少要有一天"),
    ],
)
def test_hours_that_cannot_be_change_nothing(cast, desk, hours, why):
    with pytest.raises(Refused, match=why):
        desk.hours(hours)
    assert calendar_of(cast.estate).hours[0] == ((480, 1200),)
    assert trace() == []


# Days


def test_a_closure_is_a_range_with_a_reason_and_can_be_taken_back(cast, desk):
    desk.days(date(2026, 4, 7), date(2026, 4, 9), name="电力检修停业")
    assert [(d.on.day, d.works, d.name) for d in own_days(cast.estate.id)] == [
        (7, False, "电力检修停业"),
        (8, False, "电力检修停业"),
        (9, False, "电力检修停业"),
    ]
    desk.days(date(2026, 4, 9), works=True, name="提前复业")
    assert [d.works for d in own_days(cast.estate.id)] == [False, False, True]
    desk.remove(date(2026, 4, 7), date(2026, 4, 9))
    assert own_days(cast.estate.id) == []
    whats = [(what, after) for what, _estate, _before, after in trace()]
    assert whats[0] == (
        "calendar.days",
        {"days": "2026-04-07..2026-04-09", "works": False, "name": "电力检修停业"},
    )
    assert whats[2][1]["reason"] == "改期"
    assert [day["on"] for day in trace()[2][2]["days"]] == ["2026-04-07", "2026-04-08", "2026-04-09"]


def test_an_extra_working_day_has_mondays_hours(cast, desk):
    saturday = date(2026, 3, 7)
    desk.hours(dict.fromkeys(range(5), NOON_OFF))
    desk.days(saturday, works=True, name="交付加班")
    assert calendar_of(cast.estate).intervals(saturday) == NOON_OFF
    assert calendar_of(cast.estate).counts(saturday)


def test_what_is_over_may_be_closed_but_never_opened(cast, desk):
    yesterday = TODAY - DAY
    desk.days(yesterday, name="台风停业")
    for first in (TODAY, yesterday):
        with pytest.raises(Refused, match="不能改成上班"):
            desk.days(first, works=True)
    with pytest.raises(Refused, match="不能删"):
        desk.remove(yesterday)
    assert [d.name for d in own_days(cast.estate.id)] == ["台风停业"]


@pytest.mark.parametrize("last", [TODAY, TODAY + 64 * DAY])
def test_a_range_the_wrong_way_round_or_of_months_is_a_slip(desk, last):
    with pytest.raises(Refused, match="一次最多 62 天"):
        desk.days(TODAY + DAY, last)


def test_what_is_not_there_cannot_be_removed(desk):
    with pytest.raises(Refused, match="刚被别人删掉"):
        desk.remove(TODAY + DAY)


def test_the_neighbours_days_are_not_touched(cast, elsewhere, desk):
    day = TODAY + DAY
    with transaction():
        db.session.add(CalendarDay(estate_id=elsewhere.estate.id, on=day, works=False, name="停电"))
    desk.days(day)
    desk.remove(day)
    assert [d.name for d in own_days(elsewhere.estate.id)] == ["停电"]


# Years


def test_a_missing_year_is_loaded_and_said_to_be_provisional_until_it_is_announced(cast, desk, unannounced):
    with transaction():
        db.session.delete(db.session.get_one(CalendarYear, UNKNOWN))
    assert years.state(UNKNOWN).may_load
    assert desk.load(UNKNOWN) == "provisional"
    assert UNKNOWN in calendar_of(cast.estate).years
    assert trace()[-1][0] == "calendar.year"
    assert trace()[-1][2:] == (
        {"year": UNKNOWN, "status": None},
        {"year": UNKNOWN, "status": "provisional", "reason": ""},
    )


def test_an_announced_year_is_brought_up_to_date_and_official(desk):
    with transaction():
        row = db.session.get_one(CalendarYear, 2026)
        row.status = "provisional"
        spring = db.session.scalars(select(CalendarDay).where(CalendarDay.on == date(2026, 2, 14))).one()
        db.session.delete(spring)
    before = years.state(2026)
    assert (before.may_load, before.differs, before.announced) == (True, 1, True)
    assert desk.load(2026) == "official"
    after = years.state(2026)
    assert (after.may_load, after.differs, after.worked) == (False, 0, 6)


def test_days_entered_by_hand_are_never_overwritten_by_a_guess(cast, desk, unannounced):
    with transaction():
        load_year(UNKNOWN, "provisional")
    desk.days(date(2027, 2, 20), works=True, name="调休上班", country=True)
    with pytest.raises(Refused, match="还没有 2027 年的公布安排"):
        desk.load(UNKNOWN)
    assert calendar_of(cast.estate).counts(date(2027, 2, 20))


def test_a_year_entered_by_hand_is_declared_official_with_its_ground(desk, unannounced):
    with transaction():
        load_year(UNKNOWN, "provisional")
    with pytest.raises(Refused, match="还没有一天调休上班"):
        desk.declare(UNKNOWN)
    desk.days(date(2027, 2, 20), works=True, name="调休上班", country=True)
    with pytest.raises(Refused, match="请写明依据"):
        desk.declare(UNKNOWN, reason="")
    desk.declare(UNKNOWN)
    assert years.state(UNKNOWN).is_official
    assert trace()[-1][3] == {"year": UNKNOWN, "status": "official", "reason": "国办发明电 7 号"}
    with pytest.raises(Refused, match="已经核定"):
        desk.declare(UNKNOWN)


def test_years_nobody_can_know_are_refused(desk):
    for year in (2019, 2029):
        with pytest.raises(Refused, match="只能载入 2020 年到 2028 年"):
            desk.load(year)
    with pytest.raises(Refused, match="2028 年还没有载入"):
        desk.declare(2028)


def test_the_page_sees_the_loaded_years_this_one_and_the_next(cast):
    shown = {s.year: s.status for s in years.states(date(2027, 12, 3))}
    assert list(shown) == [2026, 2027, 2028]
    assert shown[2026] == "official"
    assert shown[2027] == ("official" if is_announced(2027) else "provisional")
    assert shown[2028] is None
