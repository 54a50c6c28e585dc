"""The working calendar on screen: read by many, changed by few, and asked for on every page when it ends soon."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from sqlalchemy import delete, select, update

from shared.audit.models import SettingChange
from shared.calendars.holidays import statutory_days
from shared.calendars.models import CalendarDay, CalendarYear
from shared.calendars.queries import calendar_of, own_days
from shared.database import db, transaction
from shared.identity.models import Appointment
from shared.identity.permissions import Role
from staff.settings.calendar_hours import read_intervals
from tests.cast import LONG_AGO, MONDAY, Cast
from tests.critic import CriticalClient, Page

SignIn = Callable[[str], CriticalClient]
ADDRESS = "/staff/settings/calendar"


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def unannounced(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the library did not know the arrangement of 2027 yet."""

    def holidays_only(year: int) -> dict[date, tuple[bool, str]]:
        return {on: day for on, day in statutory_days(year).items() if not (year == 2027 and day[0])}

    monkeypatch.setattr("shared.calendars.holidays.statutory_days", holidays_only)
    monkeypatch.setattr("shared.calendars.years.statutory_days", holidays_only)


def year_is(status: str | None) -> None:
    with transaction():
        if status is None:
            db.session.execute(delete(CalendarYear).where(CalendarYear.year == 2027))
        else:
            db.session.execute(update(CalendarYear).where(CalendarYear.year == 2027).values(status=status))


def cell(page: Page, month: int, day: int) -> tuple[str, str]:
    """(class, words) of a day in the year's tables."""
    for found in page.soup.select(".months table")[month - 1].find_all("td", class_="day"):
        if next(found.stripped_strings) == str(day):
            return str(found["class"][1]), " ".join(found.get_text(" ").split())
    raise AssertionError(f"no {month}-{day}")


def test_a_year_shows_what_each_day_is_in_words(cast: Cast, signed_in: SignIn) -> None:
    with transaction():
        db.session.add(CalendarDay(estate_id=cast.estate.id, on=date(2026, 4, 8), works=False, name="停电"))
        db.session.add(CalendarDay(estate_id=cast.estate.id, on=date(2026, 4, 11), works=True, name="交付"))
    page = signed_in("limin").get(ADDRESS)
    assert cell(page, 2, 14) == ("is-makeup", "14 班")
    assert cell(page, 2, 17) == ("is-holiday", "17 休")
    assert cell(page, 2, 16) == ("is-holiday", "16 休")
    assert cell(page, 3, 3) == ("is-work", "3")
    assert cell(page, 3, 7) == ("is-duty", "7 值")
    assert cell(page, 4, 8) == ("is-closed", "8 停")
    assert cell(page, 4, 11) == ("is-extra", "11 加")
    assert "2026-10-01–10-07" in page.words
    assert len(page.soup.select(".months table")) == 12


def test_a_year_that_is_not_loaded_is_not_drawn(cast: Cast, signed_in: SignIn) -> None:
    year_is(None)
    page = signed_in("hemei").get(ADDRESS, query_string={"year": "2027"})
    assert page.soup.select(".months") == []
    assert "2027 年没有载入" in page.words
    for odd in ("1066", "abc", "9999", "²⁰²⁶"):
        assert "2026 年" in signed_in("hemei").get(ADDRESS, query_string={"year": odd}).words


def test_who_may_only_look_finds_no_button(cast: Cast, signed_in: SignIn) -> None:
    year_is(None)
    page = signed_in("tangwen").get(ADDRESS)
    assert "/settings/calendar/" not in str(page.one("main"))
    assert not page.one("main").find_all("form")
    assert signed_in("tangwen").get(f"{ADDRESS}/hours").status_code == 403


def test_hours_are_typed_as_people_write_them(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("hemei")
    page = client.get(f"{ADDRESS}/hours")
    assert page.one("#day_0")["value"] == "08:00–20:00"
    page = page.submit(day_0="8:00-12:00，14：00—18:00", day_5="", day_6="休", shown="工作日 8:00–18:00")
    assert page.status_code == 200
    assert "值班时间已改" in page.words
    assert "08:00–12:00 14:00–18:00" in page.words
    assert "对外公布：工作日 8:00–18:00" in page.words
    assert "改了值班时间" in page.one("#changes").get_text()
    assert cell(page, 3, 7) == ("is-off", "7")
    hours = calendar_of(cast.estate).hours
    assert hours[0] == ((480, 720), (840, 1080))
    assert 6 not in hours
    assert {c.what for c in db.session.scalars(select(SettingChange))} == {"calendar.hours", "estate.hours"}


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("8:00-12:00 14:00-18:00", [(480, 720), (840, 1080)]),
        ("8:00 至 24:00", [(480, 1440)]),
        ("０８：００～１２：００、14:00 - 18:00", [(480, 720), (840, 1080)]),
        ("  ", []),
        ("休", []),
    ],
)
def test_intervals_are_read_as_written(typed: str, read: list[tuple[int, int]]) -> None:
    assert read_intervals(typed) == read


@pytest.mark.parametrize("typed", ["早八点", "8-12", "8:00", "8:60-9:00", "8:00-12:00-14:00"])
def test_what_cannot_be_read_is_shown_again_with_what_was_typed(
    cast: Cast, signed_in: SignIn, typed: str
) -> None:
    page = signed_in("hemei").get(f"{ADDRESS}/hours").submit(day_2=typed)
    assert page.status_code == 422
    assert "没有看懂" in page.words
    assert page.one("#day_2")["value"] == typed
    assert page.one("#day_1")["value"] == "08:00–20:00"


def test_hours_that_overlap_are_refused_in_words(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in("hemei").get(f"{ADDRESS}/hours").submit(day_2="8:00-12:00 11:00-18:00")
    assert page.status_code == 422
    assert "不能重叠" in page.words


def test_a_closure_is_entered_and_taken_back_with_a_reason(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("hemei")
    page = client.get(f"{ADDRESS}/days/new").submit(
        works="off", first="2026-04-07", last="2026-04-09", name="电力检修停业"
    )
    assert "已登记" in page.words
    assert cell(page, 4, 8) == ("is-closed", "8 停")
    page = client.get(page.link("删去 2026-04-07–04-09"))
    assert page.submit(reason="").status_code == 422
    page = page.submit(reason="检修改期")
    assert own_days(cast.estate.id) == []
    assert "检修改期" in page.one("#changes").get_text()


def test_a_refusal_keeps_what_was_typed(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in("hemei").get(f"{ADDRESS}/days/new").submit(works="work", first="2026-03-01", name="补班")
    assert page.status_code == 422
    assert "不能改成上班" in page.words
    assert page.one("#name")["value"] == "补班"
    assert own_days(cast.estate.id) == []


def test_a_year_from_the_announcement_by_hand(cast: Cast, signed_in: SignIn, unannounced: None) -> None:
    """The State Council announces in November; the library may not know it yet."""
    year_is("provisional")
    client = signed_in("hemei")
    page = client.get(ADDRESS, query_string={"year": "2027"})
    assert "还没有调休" in page.one("#years").get_text()
    page = client.get(page.link("核定为正式"))
    refused = page.submit(reason="国办发明电 7 号")
    assert refused.status_code == 422
    assert "还没有一天调休上班" in refused.words
    client.get(f"{ADDRESS}/days/new?whose=country").submit(works="work", first="2027-02-20", name="调休上班")
    page = client.get(f"{ADDRESS}/years/declaration?year=2027")
    assert "2027-02-20" in page.words
    page = page.submit(reason="国办发明电 7 号")
    assert "2027 年已核定为正式" in page.words
    assert "国办发明电 7 号" in page.one("#changes").get_text()
    assert db.session.get_one(CalendarYear, 2027, populate_existing=True).status == "official"


def test_loading_is_a_button_and_refused_where_nothing_new_is_known(
    cast: Cast, signed_in: SignIn, unannounced: None
) -> None:
    year_is(None)
    client = signed_in("admin")
    page = client.get(ADDRESS, query_string={"year": "2027"})
    page = page.submit("/settings/calendar/years")
    assert "暂定" in page.words
    assert db.session.get_one(CalendarYear, 2027, populate_existing=True).status == "provisional"
    token = page.one("input[name=csrf_token]")["value"]
    page = client.post(f"{ADDRESS}/years", data={"csrf_token": token, "year": "2027", "estate": "jinxiu"})
    assert page.status_code == 409
    assert "现有日子保留不变" in page.words


def test_the_countrys_days_belong_to_all_estates(cast: Cast, elsewhere: Cast, signed_in: SignIn) -> None:
    """A director of one estate moves no day of the next; who manages both may."""
    client = signed_in("hemei")
    assert "whose=country" not in str(client.get(ADDRESS).one("main"))
    page = client.get(f"{ADDRESS}/days/new?whose=country")
    refused = page.submit(whose="country", works="off", first="2026-04-08", name="公祭")
    assert refused.status_code == 422
    assert client.get(f"{ADDRESS}/years/declaration?year=2027").status_code == 409
    assert client.get(ADDRESS, query_string={"estate": "yunhe"}).status_code == 404
    with transaction():
        db.session.add(
            Appointment(
                user_id=cast.person("hemei").id,
                estate_id=elsewhere.estate.id,
                role=Role.ADMINISTRATOR,
                since=LONG_AGO,
            )
        )
    client = signed_in("hemei")
    page = client.get(ADDRESS, query_string={"estate": "yunhe"})
    assert "云和苑" in page.one(".views a[aria-current]").get_text()
    page = client.get(page.link("照公布登记"))
    page = page.submit(works="off", first="2026-04-08", name="公祭")
    assert "已登记" in page.words
    for estate in (cast.estate, elsewhere.estate):
        assert not calendar_of(estate).counts(date(2026, 4, 8))


def test_an_estate_of_mine_where_i_may_not_manage_cannot_be_changed(
    cast: Cast, elsewhere: Cast, signed_in: SignIn
) -> None:
    with transaction():
        db.session.add(
            Appointment(
                user_id=cast.person("hemei").id,
                estate_id=elsewhere.estate.id,
                role=Role.DISPATCHER,
                since=LONG_AGO,
            )
        )
    client = signed_in("hemei")
    assert client.get(ADDRESS, query_string={"estate": "yunhe"}).status_code == 200
    assert client.get(f"{ADDRESS}/hours", query_string={"estate": "yunhe"}).status_code == 404


def test_each_page_of_the_calendar_asks_the_database_a_few_times(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("hemei")
    client.get(ADDRESS)
    assert len(client.get(ADDRESS).statements) <= 14
