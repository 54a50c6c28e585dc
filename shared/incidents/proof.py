"""How right detection is on labelled reports: of the pairs it proposes, and of the pairs there are. Pure."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations

from shared.incidents.detection import Sighting, groups

COLUMNS = ("id", "matter", "hours", "building", "spot", "category", "kind", "text")
START = datetime(2026, 1, 1, tzinfo=UTC)  # of no importance: hours are counted from a common start

Pair = tuple[int, int]


class Unreadable(ValueError):
    """The file is not what it should be; the message names the line."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A report, and what a person says it is a part of."""

    sighting: Sighting
    matter: str


@dataclass(frozen=True, slots=True)
class Proof:
    """Groups of ids as proposed, and how many pairs were right."""

    reports: int
    groups: list[list[int]]
    proposed: int
    true: int
    right: int

    @property
    def precision(self) -> float:
        return self.right / self.proposed if self.proposed else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.true if self.true else 1.0


def read(lines: Iterable[str]) -> list[Labelled]:
    """Reports from tab-separated lines with a head; a column `ended` may follow. Raises Unreadable."""
    table = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    missing = [name for name in COLUMNS if name not in (table.fieldnames or ())]
    if missing:
        raise Unreadable(f"line 1: no column {', '.join(missing)}")
    found: dict[int, Labelled] = {}
    for row in table:
        one = _labelled(row, table.line_num)
        if one.sighting.id in found:
            raise Unreadable(f"line {table.line_num}: id {one.sighting.id} stands twice")
        found[one.sighting.id] = one
    return list(found.values())


def prove(reports: Sequence[Labelled]) -> Proof:
    """Group them without looking at the labels, then compare pair by pair."""
    found = groups([one.sighting for one in reports])
    matters = {one.sighting.id: one.matter for one in reports}
    proposed = {pair for group in found for pair in _pairs(group)}
    true = {pair for pair in _pairs(matters) if matters[pair[0]] == matters[pair[1]]}
    return Proof(len(reports), found, len(proposed), len(true), len(proposed & true))


def _pairs(ids: Iterable[int]) -> Iterable[Pair]:
    return combinations(sorted(ids), 2)


def _labelled(row: Mapping[str, str | None], line: int) -> Labelled:
    try:
        at = START + timedelta(hours=float(row["hours"] or ""))
        ended = row.get("ended")
        sighting = Sighting(
            id=int(row["id"] or ""),
            at=at,
            building=row["building"] or "",
            spot=row["spot"] or "",
            category=row["category"] or "",
            kind=row["kind"] or "",
            text=row["text"] or "",
            ended_at=START + timedelta(hours=float(ended)) if ended else None,
        )
    except (ValueError, OverflowError) as error:
        raise Unreadable(f"line {line}: id and hours must be numbers") from error
    if not row["matter"]:
        raise Unreadable(f"line {line}: no matter")
    return Labelled(sighting, row["matter"])
