"""Four trainings a year, the whole front line, and tests that nearly everybody passes (MS-5, CO-M4)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from shared.database import db, transaction
from shared.errors import Refused
from shared.improvement import trainings, trainings_queries
from shared.improvement.models import Training
from shared.improvement.trainings import Kind, Mark, Plan
from tests.at_once import at_once
from tests.cast import MONDAY, Cast
from tests.critic import CriticalClient, Page

SignIn = Callable[[str], CriticalClient]
TUESDAY = MONDAY + timedelta(days=1)
LIST = "/staff/improvement/trainings"


def _at(when: datetime) -> time_machine.travel:
    return time_machine.travel(when, tick=False)


def _plan(client: CriticalClient, **answers: str) -> Page:
    page = client.get(f"{LIST}/new")
    told: dict[str, Any] = {"title": "接待礼仪", "held_at": "2026-03-03T09:30", "minutes": "60", **answers}
    return page.submit("/trainings/new", **told)


def _attend(page: Page, **marks: str) -> Page:
    filled: dict[str, Any] = marks
    return page.submit("/attendance", **filled)


def _held(
    cast: Cast, at: datetime = MONDAY, *absent: str, mark: int | None = None, score: int = 80
) -> Training:
    """A training of *at*, closed; whoever is not absent was there."""
    with transaction():
        plan = Plan(Kind.TEST if mark else Kind.COURSE, "演练", at, 60, pass_mark=mark)
        training = trainings.plan(cast.estate, plan, by=cast.person("tangwen"), at=at)
        away = {cast.person(name).id for name in absent}
        people = trainings.front_line(cast.estate.id, at)
        marks = {p.id: Mark(False) if p.id in away else Mark(True, score if mark else None) for p in people}
        trainings.close(training, marks, by=cast.person("tangwen"), at=at)
    return training


def test_ms_5_a_training_is_planned_held_and_its_attendance_stands(cast: Cast, signed_in: SignIn) -> None:
    with _at(MONDAY):
        client = signed_in("tangwen")
        planned = _plan(client)
        assert "已安排" in planned.words
        assert not planned.soup.select("form[action$=attendance]"), "it has not been held yet"
    with _at(TUESDAY + timedelta(hours=8)):
        client = signed_in("tangwen")
        page = client.get(planned.where)
        ticked = {f"present_{cast.person(name).id}": "y" for name in ("limin", "wangqiang")}
        done = _attend(page, **ticked)
        assert "已记下谁到了场" in done.words
        shown = {row.get_text(" ").split()[0]: row.get_text() for row in done.soup.select("tbody tr")}
        assert "没有到场" not in shown["李敏"]
        assert "没有到场" in shown["高峰"]
        again = client.get(planned.where)
        assert not again.soup.select("form[action$=attendance]"), "what was written down stands"
        year = client.get(LIST)
        assert "培训 1 次，还差 3 次" in year.words
        assert "高峰" in year.words


def test_a_plan_is_changed_from_what_stands_and_its_hour_is_that_of_the_estates_wall(
    cast: Cast, signed_in: SignIn
) -> None:
    client = signed_in("tangwen")
    planned = _plan(client, kind="drill", place="一楼会议室")
    page = client.get(f"{planned.where}/change")
    assert page.one("[name=held_at]")["value"] == "2026-03-03T09:30"
    changed = page.submit("/change", title="接待礼仪演练")
    assert "接待礼仪演练" in changed.words
    assert "09:30" in changed.words
    again = client.get(f"{planned.where}/change")
    assert again.one("[name=kind][checked]")["value"] == "drill"
    assert again.one("[name=place]")["value"] == "一楼会议室"


@pytest.mark.parametrize("day", ["2025-12-31T09:30", "2027-03-04T09:30"])
def test_ms_5_a_training_is_of_this_year_or_the_year_that_begins_today(
    cast: Cast, signed_in: SignIn, day: str
) -> None:
    client = signed_in("tangwen")
    assert "今年以内" in _plan(client, held_at=day).words
    assert "已安排" in _plan(client, held_at="2026-01-05T09:30").words


def test_ms_5_a_test_needs_a_score_for_everybody_who_came(cast: Cast, signed_in: SignIn) -> None:
    with _at(MONDAY):
        client = signed_in("tangwen")
        refused = _plan(client, kind="test")
        assert "测验要有及格分" in refused.words
        assert refused.one("[name=title]")["value"] == "接待礼仪", "nothing typed is lost"
        planned = _plan(client, kind="test", pass_mark="60")
    with _at(TUESDAY + timedelta(hours=8)):
        page = signed_in("tangwen").get(planned.where)
        limin, wang = cast.person("limin").id, cast.person("wangqiang").id
        lacking = _attend(page, **{f"present_{limin}": "y"})
        assert "请填李敏的分数" in lacking.words
        assert lacking.one(f"[name=present_{limin}]").has_attr("checked")
        absent = _attend(page, **{f"score_{wang}": "90"})
        assert "没有到场，不能有分数" in absent.words
        beyond = _attend(page, **{f"present_{limin}": "y", f"score_{limin}": "101"})
        assert "请填 0 到 100 的整数" in beyond.words
        done = _attend(page, **{f"present_{limin}": "y", f"score_{limin}": "59"})
        assert "59 不及格" in done.words


def test_ms_5_the_year_counts_trainings_and_passes_and_names_who_came_to_nothing(cast: Cast) -> None:
    _held(cast, MONDAY, "wangqiang", mark=60, score=80)
    _held(cast, MONDAY + timedelta(days=30), "wangqiang", "limin", mark=60, score=50)
    _held(cast, MONDAY - timedelta(days=90))  # of the year before
    year = trainings_queries.year_of(cast.estate, 2026, MONDAY)
    everybody = len(trainings.front_line(cast.estate.id, MONDAY))
    assert (year.held, year.missing) == (2, 2)
    assert [person.username for person in year.absent] == ["wangqiang"]
    assert (year.passed, year.tested) == (everybody - 1, 2 * everybody - 3)
    assert year.pass_rate == 100 * (everybody - 1) // (2 * everybody - 3)


def test_ms_5_a_new_year_begins_at_midnight_on_the_estates_wall(cast: Cast) -> None:
    before_midnight = datetime.fromisoformat("2026-12-31T23:59:00+08:00")
    _held(cast, before_midnight)
    _held(cast, before_midnight + timedelta(minutes=1))
    assert [trainings_queries.year_of(cast.estate, year, MONDAY).held for year in (2026, 2027)] == [1, 1]


def test_whoever_had_left_the_front_line_by_then_is_not_expected(cast: Cast) -> None:
    wang = cast.person("wangqiang")
    with transaction():
        for post in wang.appointments:
            post.until = MONDAY
    assert wang not in trainings.front_line(cast.estate.id, MONDAY)
    assert wang in trainings.front_line(cast.estate.id, MONDAY - timedelta(seconds=1))


def test_people_of_the_front_line_see_their_own_score_and_no_others(cast: Cast, signed_in: SignIn) -> None:
    training = _held(cast, MONDAY, "wangqiang", mark=60, score=77)
    with _at(TUESDAY):
        page = signed_in("limin").get(f"{LIST}/{training.id}")
        assert "77" in page.words
        assert "王强" not in page.words
        everybodys = signed_in("limin").get(LIST).words
        assert "还没参加过" not in everybodys


@pytest.mark.parametrize("asked", [f"{LIST}?year=0", f"{LIST}?year=99999"])
def test_a_year_that_is_none_is_not_found(cast: Cast, signed_in: SignIn, asked: str) -> None:
    assert signed_in("tangwen").get(asked).status_code == 404


def test_of_two_who_close_it_at_once_one_is_told(app: Flask, cast: Cast) -> None:
    with transaction():
        wanted = Plan(Kind.COURSE, "演练", MONDAY, 60)
        training_id = trainings.plan(cast.estate, wanted, by=cast.person("tangwen"), at=MONDAY).id

    def close(username: str) -> str:
        by = Cast("jinxiu").person(username)
        try:
            with transaction():
                locked = trainings_queries.read(by, training_id, lock=True)
                trainings.close(locked, {}, by=by, at=MONDAY)
        except Refused as refusal:
            return str(refusal)
        return "closed"

    told = at_once(app, lambda: close("tangwen"), lambda: close("hemei"))
    assert sorted(told) == ["closed", "这次培训已经了结，不能再改。"]


def test_another_estates_training_is_not_there(cast: Cast, elsewhere: Cast, signed_in: SignIn) -> None:
    theirs = Training(
        estate_id=elsewhere.estate.id,
        kind="course",
        title="别处的",
        held_at=MONDAY,
        minutes=60,
        planned_by_id=cast.person("tangwen").id,
        planned_at=MONDAY,
    )
    with transaction():
        db.session.add(theirs)
    assert signed_in("tangwen").get(f"{LIST}/{theirs.id}").status_code == 404
