"""Holidays as rows, an estate's calendar from them, and the versions of its policy."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event, func, select

from shared.calendars.holidays import is_announced, load_year
from shared.calendars.models import CalendarDay, CalendarYear, OpeningHours
from shared.calendars.queries import calendar_of
from shared.database import db, transaction
from shared.policies import versions
from shared.policies.schema import PolicyError
from shared.policies.versions import NoPolicyInForce, in_force, policy_of, publish
from tests.cast import LONG_AGO, MONDAY


def days_of(year, works):
    rows = db.session.scalars(
        select(CalendarDay.on)
        .where(
            CalendarDay.works.is_(works),
            CalendarDay.on.between(date(year, 1, 1), date(year, 12, 31)),
        )
        .order_by(CalendarDay.on)
    )
    return [f"{day:%m-%d}" for day in rows]


def first_response(version):
    return {clock.rule: str(clock.limit) for clock in policy_of(version).clocks}["first_response"]


def test_2026_is_as_announced(cast):
    assert db.session.get_one(CalendarYear, 2026).status == "official"
    assert days_of(2026, True) == ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]
    assert days_of(2026, False) == [
        *("01-01", "01-02", "01-03"),
        *(f"02-{day}" for day in range(15, 24)),
        *("04-04", "04-05", "04-06"),
        *("05-01", "05-02", "05-03", "05-04", "05-05"),
        *("06-19", "06-20", "06-21"),
        *("09-25", "09-26", "09-27"),
        *(f"10-0{day}" for day in range(1, 8)),
    ]


def test_2027_is_provisional_until_it_is_announced(cast):
    if is_announced(2027):  # a later edition of the library knows it
        assert db.session.get_one(CalendarYear, 2027).status == "official"
        return
    assert db.session.get_one(CalendarYear, 2027).status == "provisional"
    assert days_of(2027, True) == []
    assert "10-01" in days_of(2027, False)


def test_a_year_nobody_announced_is_not_called_official(cast):
    with transaction(), pytest.raises(ValueError, match="have not been announced"):
        load_year(2031, "official")
    with transaction(), pytest.raises(ValueError, match="official or provisional"):
        load_year(2026, "certain")


def test_loading_a_year_again_changes_nothing_but_what_was_wrong(cast):
    def count():
        return db.session.scalar(select(func.count()).select_from(CalendarDay))

    before = count()
    with transaction():
        load_year(2026)
    assert count() == before
    with transaction():
        spring = db.session.scalars(select(CalendarDay).where(CalendarDay.on == date(2026, 2, 17))).one()
        spring.works = True
        db.session.add(CalendarDay(estate_id=None, on=date(2026, 7, 1), works=False, name="?"))
        db.session.add(CalendarDay(estate_id=cast.estate.id, on=date(2026, 7, 2), works=False, name="停电"))
    with transaction():
        load_year(2026)
    assert "02-17" in days_of(2026, False)
    assert "07-01" not in days_of(2026, False)
    assert "07-02" in days_of(2026, False), "an estate's own day is its own"


def test_a_calendar_is_read_in_one_query_and_remembered(cast):
    estate = cast.estate
    statements = []

    def note(_connection, _cursor, statement, *_):
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    first = calendar_of(estate)
    assert calendar_of(estate) is first
    event.remove(db.engine, "before_cursor_execute", note)
    assert len(statements) == 1
    assert first.years == {2026, 2027}
    assert first.hours[6] == ((480, 1200),)
    assert first.exceptions[date(2026, 10, 4)] is False


def test_a_calendar_is_forgotten_when_a_row_changes(cast):
    estate = cast.estate
    before = calendar_of(estate)
    with transaction():
        during = calendar_of(estate)
        assert during is not before, "a change reads afresh"
        db.session.add(OpeningHours(estate_id=estate.id, weekday=0, opens=1260, closes=1320))
        db.session.flush()
        assert calendar_of(estate).hours[0] == ((480, 1200), (1260, 1320))
        hours = db.session.scalars(select(OpeningHours).where(OpeningHours.opens == 1260)).one()
        db.session.delete(hours)
        db.session.flush()
        assert calendar_of(estate).hours[0] == ((480, 1200),)


def test_an_estates_own_day_goes_before_the_countrys(cast, elsewhere):
    with transaction():
        db.session.add(CalendarDay(estate_id=cast.estate.id, on=date(2026, 10, 1), works=True, name="值班"))
    assert calendar_of(cast.estate).intervals(date(2026, 10, 1)) == ((480, 1200),)
    assert calendar_of(elsewhere.estate).intervals(date(2026, 10, 1)) == ()


def test_co_m6_publishing_ends_the_version_before(cast, monkeypatch):
    estate = cast.estate
    first = in_force(estate.id, MONDAY)
    text = versions.preset_text("standard")
    with monkeypatch.context() as patched:
        patched.setattr(versions, "preset_text", lambda _: text.replace("hours = 24", "hours = 12"))
        with transaction():
            second = publish(cast.estate, "standard", MONDAY)
    assert (first.version, second.version) == (1, 2)
    assert in_force(estate.id, MONDAY - timedelta(seconds=1)).id == first.id
    assert in_force(estate.id, MONDAY).id == second.id
    assert first_response(second) == "12 hours"
    assert first_response(in_force(estate.id, LONG_AGO)) == "24 hours"


def test_publishing_the_same_text_again_changes_nothing(cast):
    with transaction():
        assert publish(cast.estate, "standard", MONDAY).version == 1


def test_a_policy_never_changes_the_past_and_never_comes_in_unread(cast, monkeypatch):
    text = versions.preset_text("standard")
    monkeypatch.setattr(versions, "preset_text", lambda _: text + "\n# changed")
    with transaction(), pytest.raises(ValueError, match="never changes the past"):
        publish(cast.estate, "standard", LONG_AGO)
    monkeypatch.setattr(versions, "preset_text", lambda _: text.replace("GZ-8", "G8"))
    with transaction(), pytest.raises(PolicyError, match="G8"):
        publish(cast.estate, "standard", MONDAY)


def test_before_the_first_policy_nothing_is_in_force(cast):
    with pytest.raises(NoPolicyInForce):
        in_force(cast.estate.id, LONG_AGO - timedelta(days=1))
