"""A year of generated cases with known truth: every indicator equals a count over the acts in plain Python.

1,500 cases on each engine; `SHOUWEN_YEAR=20000` draws the whole year (some minutes). SHOUWEN_YEAR_SEED draws another.
"""

import os
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

import pytest

from shared.cases.lifecycle import OF_THE_MACHINE
from shared.cases.models import Case, Party, Statement
from shared.database import Base, db
from shared.deadlines.sweep import sweep
from shared.identity.models import Estate
from shared.reports import indicators
from shared.reports.indicators import CYCLE, CYCLE_CHANGE, Days, Reading
from tests import cast as company
from tests.cast import Cast
from tests.driven import drive
from tests.year import AT, Story, draw, months
from tests.year_rows import rows_of, setting_of, write
from tests.year_truth import MEASURES, STANDARD, Parts, Truth

COUNT = int(os.environ.get("SHOUWEN_YEAR", "1500"))
APART = (Statement, Party)  # words and names
OF_ITS_OWN = {
    *("id", "case_id", "seed", "reference", "archive_year", "archive_serial", "archive_number"),
    *("seq", "hash", "last_seq", "last_hash", "version"),  # the machine's lines count too
    "lead_department_id",  # routing fills it in at once
}
OF_WORDS = ("words", "digest", "publicity", "line")
SEED = int(os.environ.get("SHOUWEN_YEAR_SEED", "20"))


@pytest.fixture
def neighbours(cast: Cast) -> Cast:
    """Another estate, in another zone, by another rule book."""
    other = company.settle("yunhe", "云和苑", "YH", preset="measures")
    other.estate.zone = "Asia/Urumqi"
    db.session.commit()
    return other


@cache
def _stories() -> list[Story]:
    return draw(COUNT, SEED)


def test_every_indicator_of_a_year_is_what_its_acts_say(cast: Cast, neighbours: Cast) -> None:
    stories = _stories()
    settings = setting_of(cast), setting_of(neighbours)
    write(stories, settings)
    for number, (here, book) in enumerate(((cast, STANDARD), (neighbours, MEASURES))):
        truth = Truth(stories, number, book, settings[number].calendar)
        for days in _spans()[:: number + 1]:  # of the neighbours every other
            _compare(here.estate, days, truth)


def _spans() -> list[Days]:
    """Every month of the wall, one that ends on the 25th, and all of it."""
    return [
        *(Days(first, last) for first, last in months()),
        Days(date(2026, 3, 26), date(2026, 4, 25)),
        Days(date(2026, 1, 1), date(2026, 12, 31)),
    ]


def _compare(estate: Estate, days: Days, truth: Truth) -> None:
    span = days.span(estate.zone)
    for reading in indicators.read(estate, days, AT):
        if reading.key in (CYCLE, CYCLE_CHANGE):
            _compare_lengths(reading, estate, days, truth)
            continue
        true = truth.parts(reading.key, span.begins, span.ends)
        counted = {part: n for part, n in reading.parts.items() if n}
        assert counted == {part: len(of) for part, of in true.items()}, f"{reading.key} of {days}"
        if days.starts_on.month == 3:
            _compare_cases(reading, estate, days, true)


def _compare_cases(reading: Reading, estate: Estate, days: Days, true: Parts) -> None:
    """The list behind the number is of those very cases."""
    for part, of in true.items():
        behind = db.session.scalars(indicators.cases_behind(estate, reading.key, days, part, AT))
        assert sorted(behind) == sorted(set(of)), f"{reading.key}, {part}"


def _compare_lengths(reading: Reading, estate: Estate, days: Days, truth: Truth) -> None:
    span, before = days.span(estate.zone), days.year_before.span(estate.zone)
    hours, earlier = truth.hours(span.begins, span.ends), truth.hours(before.begins, before.ends)
    assert reading.of == len(hours)
    if reading.key == CYCLE:
        assert reading.value == (pytest.approx(_mean(hours), abs=0.06) if len(hours) >= 5 else None)
    elif min(len(hours), len(earlier)) >= 5:
        assert reading.value == pytest.approx((_mean(hours) / _mean(earlier) - 1) * 100, abs=0.06)
    else:
        assert reading.value is None


def _mean(hours: Sequence[float]) -> float:
    return sum(hours) / len(hours)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_rows_of_the_year_are_those_that_the_verbs_leave(cast: Cast) -> None:
    """Stories that between them hold every act there is in the year, done by the verbs and written in bulk."""
    setting = setting_of(cast)
    wanted = _of_every_act()
    driven = [drive(cast, story).id for story in wanted]
    sweep(AT)
    db.session.expire_all()
    for story, case_id in zip(wanted, driven, strict=True):
        for table, rows in rows_of(story, setting).items():
            if table not in APART:
                names = set(rows[0]) - OF_ITS_OWN
                assert _left(table, case_id, names) == _told(rows, names), f"{table.__name__} of {story}"


def _of_every_act() -> list[Story]:
    """The fewest that came first: each brings an act that those before it had not."""
    found, seen = [], set[str]()
    for story in _stories():
        if story.estate == 0 and story.channel != "internal" and story.repeats is None:
            acts = {f"{event.act} {event.data.get('cause', '')}" for event in story.events}
            # What is left undone for a month becomes a grave case (VK-4h).
            if not acts <= seen and story.events[-1].act in ("closure", "archiving", "publicity"):
                found.append(story)
                seen |= acts
    return found


def _left(table: type[Base], case_id: int, names: set[str]) -> list[str]:
    """What the verbs left, and the machine did not add beside them."""
    key = "id" if table is Case else "case_id"
    found = db.session.query(table).filter_by(**{key: case_id})
    rows = [{name: getattr(row, name) for name in names} for row in found]
    return _told([row for row in rows if row.get("act") not in OF_THE_MACHINE], names)


def _told(rows: Sequence[dict[str, Any]], names: set[str]) -> list[str]:
    """In an order of their own, without what was said in words."""
    told = [{n: str(row[n]) if isinstance(row[n], str) else row[n] for n in sorted(names)} for row in rows]
    for row in told:
        if isinstance(data := row.get("data"), dict):
            row["data"] = {k: v for k, v in sorted(data.items()) if k not in OF_WORDS}
    return sorted(map(str, told))
