"""What a schedule and the post do for measures and meetings: letters, reminders, and the month below its target."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from shared import schedule
from shared.clock import now
from shared.database import db, transaction
from shared.improvement import measures, measures_revisits, meetings
from shared.improvement.measures import Kind, Origin, Wanted
from shared.improvement.meetings import Called
from shared.improvement.models import Measure
from shared.notifications import improvement
from shared.outbox import drain
from shared.reports import making, periods
from shared.reports.making import Content
from tests.cast import MONDAY, Cast
from tests.standins.mail_server import Mailbox, mail_server

DAY = timedelta(days=1)


@pytest.fixture
def post(app: Flask) -> Iterator[Mailbox]:
    with mail_server(app) as kept:
        yield kept


def _arrived(post: Mailbox) -> list[tuple[str, str]]:
    """To whom, and about what, since one looked last."""
    drain.run_due(100)
    told = [(mail["To"].partition("@")[0], mail["Subject"].partition("：")[2]) for mail in post.mails]
    post.mails.clear()
    return sorted(told)


def _raised(cast: Cast) -> Measure:
    """One that 高峰 does within ten days."""
    with transaction():
        wanted = Wanted("每季检查门机", Kind.PREVENTIVE, Origin.CASE, "CO-6")
        measure = measures.propose(cast.estate, wanted, by=cast.person("hemei"), at=now())
        assert measure is not None
        measures.give(
            measure,
            by=cast.person("hemei"),
            at=now(),
            owner=cast.person("gaofeng"),
            due_on=(MONDAY + 10 * DAY).date(),
        )
    return measure


def test_co_6_the_owner_of_a_measure_is_told_reminded_once_and_told_when_it_is_over(
    cast: Cast, post: Mailbox
) -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        _raised(cast)
        assert _arrived(post) == [("gaofeng", "有一项措施由您落实")]
        told = []
        for _day in range(14):
            clock.shift(DAY)
            for _turn in range(2):
                with transaction():
                    improvement.remind(now())
            told += [(now().day, subject) for _to, subject in _arrived(post)]
    assert told == [(11, "措施快到期了"), (13, "措施过期了")]


def test_co_6_what_is_done_or_anothers_by_now_is_not_written_of(cast: Cast, post: Mailbox) -> None:
    with time_machine.travel(MONDAY, tick=False):
        measure = _raised(cast)
        with transaction():
            due_on = measure.due_on
            assert due_on is not None
            owner = cast.person("limin")
            measures.give(measure, by=cast.person("hemei"), at=now(), owner=owner, due_on=due_on)
        assert _arrived(post) == [("limin", "有一项措施由您落实")]


def test_ms_7_whoever_is_asked_to_a_meeting_is_told_when_and_where(cast: Cast, post: Mailbox) -> None:
    with time_machine.travel(MONDAY, tick=False):
        people = [cast.person("gaofeng"), cast.person("tangwen")]
        called = Called("3 月例会", MONDAY + DAY, "二楼会议室", "1. 上月情况", people)
        with transaction():
            meetings.call(cast.estate, called, by=cast.person("hemei"), at=MONDAY)
        drain.run_due(100)
        text = post.mails[0].get_content()
        assert "时间：2026-03-03 10:00" in text
        assert "地点：二楼会议室" in text
        assert _arrived(post) == [("gaofeng", "请参加3 月例会"), ("tangwen", "请参加3 月例会")]


def _reading(key: str, value: float | None, met: bool | None) -> dict[str, Any]:
    return {"key": key, "value": value, "unit": "percent", "is_met": met, "target": {"figure": 100}}


def test_tr_15_a_month_of_revisits_below_target_raises_one_measure_whose_owner_the_director_names(
    cast: Cast, post: Mailbox
) -> None:
    missed = [
        _reading("revisited", 91.3, met=False),
        _reading("satisfaction", 80, met=True),
        _reading("overdue", 9, met=False),
        _reading("survey", None, met=None),
    ]
    with time_machine.travel(MONDAY, tick=False):
        month = periods.last_ended(periods.Kind.MONTHLY, MONDAY.date())
        with transaction():
            making.freeze(cast.estate, month, Content({"indicators": missed}, {}), at=now(), by=None)
        _arrived(post)
        for _turn in range(2):
            schedule._improvement(now())
        assert _arrived(post) == [("hemei", "有一项措施等定负责人")]
    (measure,) = db.session.query(Measure)
    assert (measure.clause, measure.kind, measure.owner_id, measure.raised_by_id) == (
        "TR-15",
        "corrective",
        None,
        None,
    )
    assert "回访率 91.3%，目标 100%" in measure.what
    assert "超时" not in measure.what, "only what the revisits say"


def test_tr_15_a_month_that_reached_its_targets_raises_nothing(cast: Cast) -> None:
    with transaction():
        reached = [_reading("revisited", 100, met=True)]
        assert measures_revisits.raise_below(cast.estate, date(2026, 2, 25), reached, at=MONDAY) is None
