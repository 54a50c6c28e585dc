"""A line over time, and beside it the line of the year before: from zero, broken where nothing is known. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.reports.pictures import scales
from shared.reports.pictures.marks import Dot, Drawing, Label, Line, Mark, Path

WIDTH, HEIGHT = 720, 260
LEFT, RIGHT, TOP, BOTTOM = 44, 20, 40, 30
NAMES, NUMBERS = 12, 16  # written along the line, at most
KEY = 28  # the length of a line in the key


@dataclass(frozen=True, slots=True)
class Point:
    """*n* and *before* (the year before) are None where nothing is known; *is_part*: of a time not whole."""

    name: str
    n: int | None
    before: int | None = None
    is_part: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """What the picture is called, and its lines."""

    title: str
    this: str
    before: str


def draw(points: Sequence[Point], names: Names) -> Drawing:
    """The picture of *points*, however few or many."""
    axis = scales.ticks(max((max(p.n or 0, p.before or 0) for p in points), default=0))
    plane = _Plane(len(points), axis[-1])
    marks = (*_axis(plane, axis), *_before(plane, points), *_this(plane, points), *_key(points, names))
    return Drawing(WIDTH, HEIGHT, names.title, marks)


@dataclass(frozen=True, slots=True)
class _Plane:
    count: int
    most: int

    def x(self, place: int) -> float:
        wide = WIDTH - LEFT - RIGHT
        return round(LEFT + wide * (place + 0.5) / max(1, self.count), 1)

    def y(self, n: int) -> float:
        high = HEIGHT - TOP - BOTTOM
        return round(TOP + high * (1 - n / self.most), 1)


def _axis(plane: _Plane, axis: Sequence[int]) -> Iterator[Mark]:
    for n in axis:
        y = plane.y(n)
        yield Line(LEFT, y, WIDTH - RIGHT, y, "rule" if n else "axis")
        yield Label(LEFT - 8, y + 4, str(n), "end", "soft")


def _before(plane: _Plane, points: Sequence[Point]) -> Iterator[Mark]:
    values = [p.before for p in points]
    yield from _line(plane, values, "before")


def _this(plane: _Plane, points: Sequence[Point]) -> Iterator[Mark]:
    values = [p.n for p in points]
    yield from _line(plane, values, "this", [p.is_part for p in points])
    name_every = scales.every(len(points), NAMES)
    write_all, highest = len(points) <= NUMBERS, max((n or 0 for n in values), default=0)
    for place, point in enumerate(points):
        if place % name_every == 0:
            yield Label(plane.x(place), HEIGHT - 8, point.name, "middle", "soft")
        is_last = place == len(points) - 1
        if point.n is not None and (write_all or is_last or point.n == highest > 0):
            yield Label(plane.x(place), _beside(plane, point, point.n), str(point.n), "middle", "ink")


def _beside(plane: _Plane, point: Point, n: int) -> float:
    """Over the dot, or under it where the other line is over it and there is room."""
    y = plane.y(n)
    is_lower = point.before is not None and point.before >= n
    return y + 18 if is_lower and y + 22 < HEIGHT - BOTTOM else y - 9


def _line(
    plane: _Plane, values: Sequence[int | None], tone: str, parts: Sequence[bool] = ()
) -> Iterator[Mark]:
    for run in scales.runs(values):
        places = [(plane.x(place), plane.y(values[place] or 0)) for place in run]
        if len(places) > 1:
            yield Path(tuple(places), tone)
        for place, (x, y) in zip(run, places, strict=True):
            yield Dot(x, y, "part" if parts and parts[place] else tone)


def _key(points: Sequence[Point], names: Names) -> Iterator[Mark]:
    """At the head; the year before only where there is a line of it."""
    x = float(LEFT)
    shown = [("this", names.this)]
    if any(p.before is not None for p in points):
        shown.append(("before", names.before))
    for tone, name in shown:
        yield Path(((x, 13), (x + KEY, 13)), tone)
        yield Dot(x + KEY / 2, 13, tone)
        yield Label(x + KEY + 6, 17, name, "start", "ink")
        x += KEY + 24 + 13 * len(name)
