"""Bars and shaded cells as drawings, for paper: a page has them as tables, which lead to cases. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.reports.pictures import scales
from shared.reports.pictures.grid import Grid
from shared.reports.pictures.marks import Bar, Drawing, Label, Line, Mark

WIDTH, LEFT, RIGHT = 720, 190, 70
LINE, CELL = 26, 24
LONGEST = 13  # characters of a name, before it is cut


@dataclass(frozen=True, slots=True)
class Length:
    """A bar of *n*; *upto*, in percent of the whole, where it and those before it end."""

    name: str
    n: int
    upto: float | None = None


def bars(lengths: Sequence[Length], title: str) -> Drawing:
    """From zero, as long as each is of the whole, with its number."""
    return Drawing(WIDTH, LINE * max(1, len(lengths)) + 8, title, tuple(_bars(lengths)))


def _bars(lengths: Sequence[Length]) -> Iterator[Mark]:
    whole, wide = sum(length.n for length in lengths), WIDTH - LEFT - RIGHT
    for place, length in enumerate(lengths):
        y = 4.0 + place * LINE
        yield Label(LEFT - 10, y + 14, short(length.name), "end", "ink")
        yield Bar(LEFT, y, wide, 18, "ground")
        yield Bar(LEFT, y, _of(wide, scales.share(length.n, whole)), 18, "this")
        if length.upto is not None:
            x = LEFT + _of(wide, length.upto)
            yield Line(x, y, x, y + 18, "upto")
        yield Label(WIDTH - RIGHT + 10, y + 14, str(length.n), "start", "ink")


def heat(grid: Grid[str, str], title: str) -> Drawing:
    """The number in every cell, on a ground as dark as it is large; keys are the names."""
    columns = [cell.column for cell in grid.rows[0].cells] if grid.rows else []
    wide = (WIDTH - LEFT) / max(1, len(columns))
    marks: list[Mark] = [
        Label(LEFT + (place + 0.5) * wide, 16, short(name), "middle", "soft")
        for place, name in enumerate(columns)
    ]
    for place, row in enumerate(grid.rows):
        y = 24.0 + place * CELL
        marks.append(Label(LEFT - 10, y + 16, short(row.key), "end", "ink"))
        for across, cell in enumerate(row.cells):
            x = LEFT + across * wide
            marks.append(Bar(x + 1, y + 1, wide - 2, CELL - 2, f"heat-{cell.shade}"))
            ink = "on-dark" if cell.shade >= 4 else "ink"
            marks.append(Label(x + wide / 2, y + 16, str(cell.n), "middle", ink))
    return Drawing(WIDTH, 32 + CELL * len(grid.rows), title, tuple(marks))


def short(name: str) -> str:
    """Cut where it is too long for its place; the table beside says it whole."""
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


def _of(wide: float, percent: float) -> float:
    return round(wide * percent / 100, 1)
