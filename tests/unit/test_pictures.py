"""Pictures of numbers are honest: from zero, broken where nothing is known, and the same with none, one or many."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest

from shared.cases.lifecycle import State
from shared.exports import charts
from shared.reports.pictures import grid, pareto, scales, spending, trend
from shared.reports.pictures.marks import Dot, Label, Path
from shared.reports.pictures.trend import Names, Point
from tests.cast import MONDAY

NAMES = Names("受理 6 件", "受理", "上年同期")
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Done:
    act: str
    at: Any
    actor_id: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@pytest.mark.parametrize("most", [0, 1, 3, 5, 6, 99, 100, 101, 100_000])
def test_an_axis_begins_at_zero_and_ends_at_a_round_number_not_below_the_most(most: int) -> None:
    axis = scales.ticks(most)
    assert axis[0] == 0
    assert axis[-1] >= most
    assert len(axis) <= 6
    assert len({after - before for after, before in zip(axis[1:], axis, strict=False)}) == 1


def test_a_line_is_broken_where_nothing_is_known_and_what_is_not_whole_is_hollow() -> None:
    points = [Point("1", 4, 2), Point("2", 8), Point("3", None), Point("4", 2, is_part=True)]
    drawing = trend.draw(points, NAMES)
    lines = [m for m in drawing.marks if isinstance(m, Path) and m.tone == "this" and m.points[0][1] > 20]
    assert [len(line.points) for line in lines] == [2]
    dots = [m for m in drawing.marks if isinstance(m, Dot) and m.y > 20]
    assert [m.tone for m in dots] == ["before", "this", "this", "part"]
    first, second = (m for m in dots if m.tone == "this")
    zero = next(m.y for m in drawing.marks if isinstance(m, Label) and m.text == "0") - 4
    assert zero - second.y == pytest.approx(2 * (zero - first.y), abs=0.2)


@pytest.mark.parametrize("count", [0, 1, 2, 105])
def test_a_line_of_none_one_or_many_points_stays_within_its_picture(count: int) -> None:
    drawing = trend.draw([Point(f"26-{n:02d}", n % 7) for n in range(count)], NAMES)
    places = [(m.x, m.y) for m in drawing.marks if isinstance(m, Dot | Label)]
    assert all(0 <= x <= drawing.width and 0 <= y <= drawing.height for x, y in places)
    assert sum(isinstance(m, Label) and m.text.startswith("26-") for m in drawing.marks) <= trend.NAMES


def test_numbers_of_the_lower_of_two_lines_stand_under_it() -> None:
    drawing = trend.draw([Point("1", 50, 60)], NAMES)
    label = next(m for m in drawing.marks if isinstance(m, Label) and m.text == "50" and m.tone == "ink")
    dot = next(m for m in drawing.marks if isinstance(m, Dot) and m.tone == "this" and m.y > 20)
    assert label.y > dot.y


def test_the_few_that_make_most_of_it_come_first() -> None:
    bars = pareto.rank({"a": 1, "b": 6, "c": 3, None: 0})
    assert [(bar.key, bar.percent, bar.upto) for bar in bars] == [
        ("b", 60.0, 60.0),
        ("c", 30.0, 90.0),
        ("a", 10.0, 100.0),
    ]
    assert [bar.key for bar in pareto.vital(bars)] == ["b", "c"]
    assert pareto.rank({}) == []


def test_a_cell_is_as_dark_as_its_number_is_to_the_most() -> None:
    laid = grid.lay(
        {("1号楼", "a"): 10, ("2号楼", "b"): 1, ("2号楼", "a"): 10}, ["1号楼", "2号楼"], ["a", "b"]
    )
    assert [[cell.shade for cell in row.cells] for row in laid.rows] == [[5, 0], [5, 1]]
    assert [row.n for row in laid.rows] == [10, 11]
    assert laid.top == (("1号楼", "a"), ("2号楼", "a"))
    assert grid.lay({}, ["1号楼"], ["a"]).top == ()


def test_the_stages_of_a_case_add_up_to_its_life_without_the_time_between_an_end_and_a_reopening() -> None:
    acts = ["filing", "claim", "dispatch", "acceptance", "contact", "completion", "informing", "closure"]
    rows = [Done(act, MONDAY + n * HOUR) for n, act in enumerate(acts)]
    rows += [Done("reopening", MONDAY + 100 * HOUR), Done("dispatch", MONDAY + 103 * HOUR)]
    found = spending.stages(rows, MONDAY)
    assert found == {
        State.RECEIVED: HOUR,
        State.CLAIMED: HOUR + 3 * HOUR,
        State.DISPATCHED: HOUR,
        State.HANDLING: 2 * HOUR,
        State.COMPLETED: HOUR,
        State.INFORMED: HOUR,
    }


def test_of_too_few_nothing_is_said_and_the_others_keep_their_order() -> None:
    lines = spending.spent({"b": [10, 20, 30, 40, 100], "a": [5, 5]}, {"b": 50}, order=("a", "b"))
    assert [(line.key, line.cases, line.median, line.ninetieth) for line in lines] == [
        ("a", 2, None, None),
        ("b", 5, 30, 100),
    ]
    assert (lines[1].median_width, lines[1].ninetieth_width, lines[1].waited) == (30.0, 100.0, 25.0)


def test_on_paper_a_drawing_stands_alone_and_names_are_words_however_odd() -> None:
    drawing = trend.draw([Point("<1>", 4, 2), Point("2 & 3", 8, is_part=True)], NAMES)
    written = {*ElementTree.fromstring(charts.svg_of(drawing)).itertext()}
    assert {"受理 6 件", "<1>", "2 & 3", "4", "8"} <= written
