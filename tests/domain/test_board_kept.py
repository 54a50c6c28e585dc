"""The figures on the wall are what a plain count of every row gives, though the days that are over are kept (0038)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Any, TypeVar

import pytest
from flask import Flask, current_app
from sqlalchemy import select

from shared.audit.models import TimelineRow
from shared.cases import triage
from shared.cases.models import Case, Closure
from shared.cases.triage import judgement_of
from shared.cases.vocabulary import Category
from shared.database import db
from shared.deadlines.models import Deadline
from shared.deadlines.sweep import sweep
from shared.identity.models import Estate
from shared.register import so_far
from shared.register.figures import Rate, day_start, month_start, rules_of, week_start
from shared.register.keeping import kept
from shared.register.so_far import KEPT, LONGEST_LATE, WEEK, WEEKS
from shared.revisits.models import Revisit
from tests import cast as company
from tests.cast import MONDAY, Cast
from tests.life import Life, begin
from tests.year import draw
from tests.year_rows import setting_of, write

HOUR, DAY, INSTANT = timedelta(hours=1), timedelta(days=1), timedelta(microseconds=1)
TUESDAY = MONDAY + DAY
FIGURES = (
    *("filed", "filed_before", "closed", "closed_before", "took", "intake", "on_time", "satisfied"),
    *("classified", "open", "overdue"),
)


OfCase = TypeVar("OfCase", Deadline, Closure, Revisit, TimelineRow)


class Plain:
    """Every row of an estate, read."""

    def __init__(self, estate: Estate) -> None:
        self.zone, self.rules = estate.zone, rules_of(estate.id)
        db.session.expire_all()
        found = db.session.scalars(
            select(Case).where(Case.estate_id == estate.id, Case.channel != "internal")
        ).all()
        self.cases = {case.id: case for case in found}
        self.clocks, self.closures = self._rows(Deadline), self._rows(Closure)
        self.revisits, self.acts = self._rows(Revisit), self._rows(TimelineRow)

    def _rows(self, table: type[OfCase]) -> list[OfCase]:
        return [row for row in db.session.scalars(select(table)) if row.case_id in self.cases]

    def figures(self, at: datetime) -> dict[str, Any]:
        return PlainCount(self, at).figures


class PlainCount:
    """Those rows counted one by one, as at an instant."""

    def __init__(self, rows: Plain, at: datetime) -> None:
        self.at, self.rules = at, rows.rules
        self.month, self.monday = month_start(at, rows.zone), week_start(at, rows.zone)
        self.cases, self.clocks, self.closures = rows.cases, rows.clocks, rows.closures
        self.revisits, self.acts = rows.revisits, rows.acts

    def _rate(self, rules: list[str], begins: datetime, ends: datetime) -> Rate:
        good = bad = 0
        for clock in self.clocks:
            if clock.rule not in rules:
                continue
            met_at = clock.met_at
            if met_at and met_at <= clock.due_at and not clock.breached_at:
                good += begins <= met_at < ends
            bad += self._is_broken(clock) and begins <= (clock.breached_at or clock.due_at) < ends
        return Rate(good, good + bad)

    def _is_broken(self, clock: Deadline) -> bool:
        if clock.breached_at:
            return True
        idle = clock.paused_at or (clock.ended_at and clock.ended_at <= clock.due_at)
        late = not clock.met_at or clock.met_at > clock.due_at
        return clock.due_at < self.at and late and not idle

    def _took(self) -> timedelta | None:
        took = [
            clock.met_at - self.cases[clock.case_id].received_at
            for clock in self.clocks
            if clock.rule in self.rules.completion
            and clock.met_at
            and self.monday <= clock.met_at <= self.at
            and clock.due_at >= self.monday - LONGEST_LATE
            and not clock.superseded_by
        ]
        return sum(took, timedelta()) / len(took) if len(took) >= 5 else None

    def _classified(self) -> Rate:
        looked_at = {row.case_id for row in self.acts if row.act in ("triage", "dispatch")}
        first = {row.case_id: row.data["category"] for row in self.acts if row.seq == 1}
        judged = [
            case
            for n, case in self.cases.items()
            if n in looked_at and self.month <= case.filed_at <= self.at
        ]
        return Rate(sum(first[case.id] == case.category for case in judged), len(judged))

    @property
    def figures(self) -> dict[str, Any]:
        filed = [case.filed_at for case in self.cases.values()]
        closed = [closure.at for closure in self.closures]
        asked = [
            row.satisfied
            for row in self.revisits
            if row.satisfied is not None and self.month <= row.at <= self.at
        ]
        waiting = [c.next_due_at for c in self.cases.values() if c.next_due_at and not c.clocks_parked]

        def among(instants: list[datetime], back: timedelta) -> int:
            return sum(self.monday - back <= instant <= self.at - back for instant in instants)

        return {
            "filed": among(filed, 0 * WEEK),
            "filed_before": among(filed, WEEK),
            "closed": among(closed, 0 * WEEK),
            "closed_before": among(closed, WEEK),
            "took": self._took(),
            "intake": self._rate(self.rules.intake, self.month, self.at + INSTANT),
            "on_time": self._rate(self.rules.completion, self.month, self.at + INSTANT),
            "satisfied": Rate(sum(asked), len(asked)),
            "classified": self._classified(),
            "open": sum(case.is_open for case in self.cases.values()),
            "overdue": sum(due <= self.at for due in waiting),
            "weeks": [
                self._rate(self.rules.completion, start, min(start + WEEK, self.at + INSTANT))
                for start in (self.monday - n * WEEK for n in reversed(range(WEEKS)))
            ],
        }


def shown(estate: Estate, at: datetime) -> dict[str, Any]:
    found = so_far.read(estate, rules_of(estate.id), at)
    return {name: getattr(found, name) for name in FIGURES} | {"weeks": [week.rate for week in found.weeks]}


def counted(estate: Estate, at: datetime) -> dict[str, Any]:
    return Plain(estate).figures(at)


def test_every_figure_of_a_year_is_the_plain_count_whether_or_not_the_past_is_kept(cast: Cast) -> None:
    """On a Monday, on the first of a month, within a week that began in another one, at the very midnight."""
    other = company.settle("yunhe", "云和苑", "YH", preset="measures")
    other.estate.zone = "Asia/Urumqi"
    db.session.commit()
    write(draw(300, 38), (setting_of(cast), setting_of(other)))
    days = [datetime(2026, month, day, 4, tzinfo=UTC) for month, day in ((5, 4), (7, 1), (9, 3), (11, 29))]
    seen = []
    for estate in (cast.estate, other.estate):
        plain = Plain(estate)
        for at in (*days, day_start(days[2], estate.zone)):
            first = shown(estate, at)
            assert first == plain.figures(at), f"{estate.slug}, {at}"
            seen.append(first)
            later = at + KEPT - INSTANT
            assert shown(estate, later) == plain.figures(later), f"{estate.slug}, {later}, kept"
    for rate in ("intake", "on_time", "satisfied", "classified"):
        assert sum(figures[rate].of for figures in seen) > 10, rate


@pytest.fixture
def monday_ends(cast: Cast) -> list[Life]:
    """Six neighbours have been heard on Monday; five of their matters are done with."""
    stories = [begin(cast, phone=f"138 0000 {n:04}", unit=f"3-2-{n + 1}01") for n in range(6)]
    for story in stories[:5]:
        story.in_handling().completed()
    return stories


def correct(story: Life, at: datetime) -> None:
    """Somebody sees on another day that it is a matter of security."""
    story.at = at
    new = replace(judgement_of(story.case), category=Category.SECURITY)
    story.act("chenjing", triage.triage, judgement=new, reason="现场看过")


def test_what_is_done_today_about_monday_shows_once_the_kept_is_two_minutes_old(
    cast: Cast, monday_ends: list[Life]
) -> None:
    assert shown(cast.estate, TUESDAY)["classified"] == Rate(5, 5)
    correct(monday_ends[0], TUESDAY)
    assert shown(cast.estate, TUESDAY + KEPT - INSTANT)["classified"] == Rate(5, 5)
    late = TUESDAY + KEPT
    assert shown(cast.estate, late)["classified"] == Rate(4, 5)
    assert shown(cast.estate, late) == counted(cast.estate, late)


def test_what_comes_and_is_finished_today_shows_at_once(cast: Cast, monday_ends: list[Life]) -> None:
    before = shown(cast.estate, TUESDAY)
    story = monday_ends[5]
    story.at = TUESDAY
    story.in_handling().completed()
    begin(cast, TUESDAY, phone="138 0000 9999", unit="3-2-1201")
    after = shown(cast.estate, TUESDAY + HOUR)
    soon = shown(cast.estate, story.at)
    assert (before["filed"], soon["filed"], after["filed"]) == (6, 7, 7)
    assert (before["on_time"], soon["on_time"]) == (Rate(5, 5), Rate(6, 6))
    assert soon["took"] > before["took"]
    assert after == counted(cast.estate, TUESDAY + HOUR)


def test_a_promise_shows_as_broken_the_instant_after_it_falls_due(
    cast: Cast, monday_ends: list[Life]
) -> None:
    due = MONDAY + 48 * HOUR
    assert shown(cast.estate, due)["on_time"] == Rate(5, 5)
    assert shown(cast.estate, due + INSTANT)["on_time"] == Rate(5, 6)
    sweep(due + INSTANT)
    assert shown(cast.estate, due + HOUR) == counted(cast.estate, due + HOUR)


def test_a_finished_day_is_counted_with_the_past_from_midnight_on(
    cast: Cast, monday_ends: list[Life]
) -> None:
    midnight = day_start(TUESDAY, cast.estate.zone)
    for at in (midnight - INSTANT, midnight, midnight + INSTANT):
        assert shown(cast.estate, at) == counted(cast.estate, at), at
        assert shown(cast.estate, at)["filed"] == 6


def test_no_estate_is_shown_what_is_kept_of_another(
    cast: Cast, elsewhere: Cast, monday_ends: list[Life]
) -> None:
    assert shown(cast.estate, TUESDAY)["on_time"] == Rate(5, 5)
    assert shown(elsewhere.estate, TUESDAY) == counted(elsewhere.estate, TUESDAY)
    assert shown(elsewhere.estate, TUESDAY)["on_time"] == Rate(0, 0)


def _counting(answers: list[Any]) -> Callable[[], Any]:
    return lambda: answers.pop(0)


def test_a_clock_that_was_set_back_keeps_nothing_for_longer(cast: Cast) -> None:
    answers = _counting(["of tomorrow", "of today"])
    assert kept("it", TUESDAY, KEPT, answers) == "of tomorrow"
    assert kept("it", MONDAY, KEPT, answers) == "of today"


def test_what_could_not_be_counted_is_counted_by_the_next(cast: Cast) -> None:
    def fail() -> str:
        raise OSError("away")

    with pytest.raises(OSError, match="away"):
        kept("it", MONDAY, KEPT, fail)
    assert kept("it", MONDAY, KEPT, lambda: "counted") == "counted"


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_hundred_screens_that_come_back_at_once_have_it_counted_once(app: Flask) -> None:
    begun, may_end, counts, given = Event(), Event(), list[int](), list[str]()

    def count() -> str:
        counts.append(1)
        begun.set()
        assert may_end.wait(10)
        return "counted"

    def ask() -> None:
        with app.app_context():
            given.append(kept("it", MONDAY, KEPT, count))

    screens = [Thread(target=ask) for _each in range(100)]
    screens[0].start()
    assert begun.wait(10)
    for screen in screens[1:]:
        screen.start()
    may_end.set()
    for screen in screens:
        screen.join(10)
    assert (len(counts), given) == (1, ["counted"] * 100)


def test_what_is_kept_does_not_pile_up(cast: Cast) -> None:
    for n in range(1_000):
        kept(n, MONDAY, KEPT, lambda: "counted")
    assert len(current_app.extensions["kept"]) <= 200
