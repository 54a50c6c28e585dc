"""A table of counts whose cells are shaded as their number is to the largest. Pure."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from shared.reports.pictures import scales

R = TypeVar("R", bound=Hashable)
C = TypeVar("C", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Cell(Generic[C]):
    """*shade*: from 0 (none) to 5 (the most of all cells)."""

    column: C
    n: int
    shade: int


@dataclass(frozen=True, slots=True)
class Row(Generic[R, C]):
    """*n*: of its cells together."""

    key: R
    cells: tuple[Cell[C], ...]
    n: int


@dataclass(frozen=True, slots=True)
class Grid(Generic[R, C]):
    """*top*: the cells with the most, where there are any."""

    rows: tuple[Row[R, C], ...]
    most: int
    top: tuple[tuple[R, C], ...]


def lay(counts: Mapping[tuple[R, C], int], rows: Sequence[R], columns: Sequence[C]) -> Grid[R, C]:
    """The grid of *counts*, in the order given."""
    most = max((counts.get((r, c), 0) for r in rows for c in columns), default=0)
    laid = []
    for r in rows:
        numbers = [counts.get((r, c), 0) for c in columns]
        cells = tuple(Cell(c, n, scales.shade(n, most)) for c, n in zip(columns, numbers, strict=True))
        laid.append(Row(r, cells, sum(numbers)))
    top = tuple((row.key, cell.column) for row in laid for cell in row.cells if most and cell.n == most)
    return Grid(tuple(laid), most, top)
