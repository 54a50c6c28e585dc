"""What people read about a clock: the state, the sentence, the line and the time."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask_babel import Babel

from shared.deadlines import naming
from shared.deadlines.models import Deadline
from shared.deadlines.promises import PromiseState, due_text, promise, promises, span

ZONE = "Asia/Shanghai"


def at(text):
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZoneInfo(ZONE))


@pytest.fixture(autouse=True)
def _in_chinese():
    app = Flask(__name__)
    Babel(app, default_locale="zh_Hans")
    with app.test_request_context():
        yield


def deadline(**changes):
    facts = {
        "id": 1,
        "case_id": 1,
        "round": 1,
        "rule": "completion",
        "clause": "MS-3",
        "term": "48 hours",
        "owner_sees": True,
        "started_at": at("11-20 10:00"),
        "due_at": at("11-22 10:00"),
        "original_due_at": at("11-22 10:00"),
        "near_at": at("11-21 22:00"),
        "steps": ["11-20 周五 10:00 起 48 小时"],
        **changes,
    }
    return Deadline(**facts)


@pytest.mark.parametrize(
    ("now", "changes", "state", "words", "places"),
    [
        ("11-20 22:00", {}, "running", "48 小时内办结 · 还剩 1 天 12 小时", (25, 100)),
        ("11-22 03:40", {}, "near", "48 小时内办结 · 还剩 6 小时 20 分", (87, 100)),
        ("11-22 09:59:30", {}, "near", "48 小时内办结 · 还剩 1 分钟不到", (100, 100)),
        ("11-22 12:00", {}, "broken", "48 小时内办结 · 已超时 2 小时", (100, 96)),
        ("12-31 12:00", {}, "broken", "48 小时内办结 · 已超时 39 天 2 小时", (100, 12)),
        (
            "11-25 12:00",
            {"met_at": at("11-21 10:00")},
            "kept",
            "48 小时内办结 · 按时完成，用时 1 天",
            (50, 100),
        ),
        (
            "11-25 12:00",
            {"met_at": at("11-22 10:45"), "breached_at": at("11-22 10:00")},
            "broken",
            "48 小时内办结 · 已完成，超时 45 分钟",
            (100, 98),
        ),
        ("11-25 12:00", {"ended_at": at("11-21 10:00")}, "ended", "48 小时内办结 · 不再计时", (50, 100)),
        (
            "11-25 12:00",
            {"ended_at": at("11-21 10:00"), "superseded_by": "completion_complex"},
            "ended",
            "48 小时内办结 · 改按“复杂事项办结”时限",
            (50, 100),
        ),
        (
            "11-25 12:00",
            {"ended_at": at("11-24 10:00"), "breached_at": at("11-22 10:00")},
            "broken",
            "48 小时内办结 · 曾超时，已不再计时",
            (100, 50),
        ),
    ],
)
def test_a_promise_says_how_it_stands(now, changes, state, words, places):
    shown = promise(deadline(**changes), at(now), ZONE)
    assert (shown.state, shown.words, (shown.filled, shown.due_mark)) == (state, words, places)


def test_a_clock_that_cannot_be_trusted_is_not_called_broken():
    (shown,) = promises([deadline()], at("11-25 12:00"), ZONE, parked="calendar:2027")
    assert shown.state is PromiseState.PARKED
    assert shown.words == "48 小时内办结 · 时限待核定"
    assert naming.parked("calendar:2027") == "缺少 2027 年的工作日历"
    (kept,) = promises([deadline(met_at=at("11-21 10:00"))], at("11-25 12:00"), ZONE, parked="error:X")
    assert kept.state is PromiseState.KEPT


@pytest.mark.parametrize(
    ("due", "text"),
    [
        ("11-20 18:00", "今天 18:00 前"),
        ("11-21 00:00", "今天 24:00 前"),
        ("11-21 08:30", "明天 08:30 前"),
        ("11-19 08:30", "昨天 08:30 前"),
        ("11-24 18:00", "24 日 18:00 前"),
        ("12-03 18:00", "12 月 3 日 18:00 前"),
    ],
)
def test_times_are_said_as_people_say_them(due, text):
    assert due_text(at(due), at("11-20 10:00"), ZONE) == text


def test_another_year_is_named():
    assert due_text(at("11-20 18:00").replace(year=2027), at("11-20 10:00"), ZONE) == (
        "2027 年 11 月 20 日 18:00 前"
    )


def test_lengths_name_two_units():
    assert span(timedelta(minutes=5)) == "5 分钟"
    assert span(timedelta(hours=1, minutes=5)) == "1 小时 5 分"
    assert span(timedelta(days=2, minutes=5)) == "2 天"
    assert span(timedelta(seconds=3)) == "1 分钟不到"


@pytest.mark.parametrize(
    ("rule", "term", "words"),
    [
        ("relay", "5 working_minutes", "值班时间 5 分钟内转达"),
        ("relay_urgent", "3 minutes", "3 分钟内紧急转达"),
        ("completion_complex", "5 working_days", "复杂事项 5 个工作日内办结"),
        ("revisit", "7 days", "7 天内回访"),
        ("progress", "8 working_hours", "progress，值班时间 8 小时内"),
    ],
)
def test_a_promise_names_its_limit(rule, term, words):
    assert naming.phrase(rule, term) == words
