"""The owner is asked what they think together with the result, and reminded once (MS-4)."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from shared import schedule
from shared.database import db, transaction
from shared.notifications.models import Message
from shared.outbox import drain
from shared.revisits.models import Rating
from tests.cast import Cast
from tests.domain.test_messages import Sink, _monday, messages, sink, text
from tests.life import NOT_CONTENT, Life, begin

__all__ = ["_monday", "sink"]

DAY = timedelta(days=1)


def informed(cast: Cast, **facts: Any) -> Life:
    """The result has been told, and the message that asks has gone out."""
    story = begin(cast, **facts).informed()
    with time_machine.travel(story.at, tick=False):
        drain.run_due(40)
    return story


def later(story: Life, after: timedelta) -> list[Message]:
    """What the schedule's line makes of it *after* that time, again and again; sent at once."""
    with time_machine.travel(story.at + after, tick=False):
        for _ in range(3):
            schedule._surveys(story.at + after)
        drain.run_due(40)
    return messages("survey")


def rate(story: Life, round: int = 1) -> None:
    with transaction():
        db.session.add(
            Rating(
                case_id=story.case.id,
                round=round,
                at=story.at,
                level="satisfied",
                reasons=[],
                door="link",
            )
        )


def test_ms_4_the_result_comes_with_the_question_in_one_message(cast: Cast, sink: Sink) -> None:
    informed(cast)
    (mail,) = [mail for mail in sink.mails if "有处理结果了" in mail["Subject"]]
    assert "请告诉我们您是否满意" in text(mail)
    assert "#rating" in text(mail)
    assert messages("survey") == []


def test_ms_4_who_has_not_answered_is_reminded_once_after_three_days(cast: Cast, sink: Sink) -> None:
    story = informed(cast)
    assert later(story, 3 * DAY - timedelta(hours=1)) == []
    (reminder,) = later(story, 3 * DAY)
    assert (reminder.state, reminder.detail) == ("sent", "1")
    assert len(later(story, 6 * DAY)) == 1
    mail = sink.mails[-1]
    assert "您对处理结果满意吗" in mail["Subject"]
    assert "只提醒这一次" in text(mail)
    assert "#rating" in text(mail)


def test_who_has_rated_is_not_reminded(cast: Cast, sink: Sink) -> None:
    story = informed(cast)
    rate(story)
    assert later(story, 4 * DAY) == []


def test_who_has_told_a_person_of_ours_is_not_asked_again(cast: Cast, sink: Sink) -> None:
    story = informed(cast).revisited()
    assert later(story, 4 * DAY) == []


def test_who_could_not_be_reached_by_telephone_is_reminded(cast: Cast, sink: Sink) -> None:
    story = informed(cast).revisited(None)
    assert len(later(story, 4 * DAY)) == 1


def test_a_rating_that_comes_before_the_reminder_is_sent_stops_it(cast: Cast, sink: Sink) -> None:
    story = informed(cast)
    with time_machine.travel(story.at + 3 * DAY, tick=False):
        schedule._surveys(story.at + 3 * DAY)
        rate(story)
        drain.run_due(40)
    (reminder,) = messages("survey")
    assert (reminder.state, reminder.reason) == ("unsent", "发送之前事情已办，不再需要")


def test_each_round_asks_for_itself(cast: Cast, sink: Sink) -> None:
    story = informed(cast)
    rate(story)
    story.revisited(NOT_CONTENT)
    assert story.case.round == 2
    assert later(story, 4 * DAY) == [], "nothing has been told in the second round yet"


def test_nobody_asks_an_anonymous_party_or_one_that_nothing_reached(cast: Cast, sink: Sink) -> None:
    hidden = informed(cast, anonymous=True, name="", phone="", email="", unit="")
    mute = informed(cast, email="", description="另一件事，走廊灯不亮", phone="13900139000")
    assert later(hidden, 4 * DAY) == later(mute, 4 * DAY) == []


def test_a_closed_case_is_left_alone(cast: Cast, sink: Sink) -> None:
    story = begin(cast).closed()
    with time_machine.travel(story.at, tick=False):
        drain.run_due(40)
    assert later(story, 4 * DAY) == []


def test_the_reminder_keeps_quiet_hours(app: Flask, cast: Cast, sink: Sink) -> None:
    story = informed(cast)
    night = story.at.replace(hour=16) + 3 * DAY  # midnight in Shanghai
    with time_machine.travel(night, tick=False):
        schedule._surveys(night)
        drain.run_due(40)
        assert messages("survey")[0].state == "waiting"
    with time_machine.travel(night.replace(hour=0) + DAY, tick=False):
        drain.run_due(40)
    assert messages("survey")[0].state == "sent"


def test_the_schedule_has_a_line_for_it() -> None:
    assert "surveys" in [line.name for line in schedule.TIMETABLE]


@pytest.mark.parametrize("level", ["satisfied", "dissatisfied"])
def test_any_level_is_an_answer(cast: Cast, sink: Sink, level: str) -> None:
    story = informed(cast)
    rate(story)
    with transaction():
        db.session.query(Rating).one().level = level
    assert later(story, 4 * DAY) == []
