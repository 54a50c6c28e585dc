"""How long each stage took and each holder had it: of many cases the middle one and the one that nine in ten keep to.

Pure. A case counts once at each stage and holder, with all the time that it was there.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from shared.cases import lifecycle
from shared.cases.lifecycle import ENDED, Act, State
from shared.ownership.holding import Row
from shared.reports.pictures import scales

K = TypeVar("K", bound=Hashable)
SECOND = timedelta(seconds=1)
STAGES = tuple(state for state in State if state not in ENDED)
ENOUGH = 5  # cases, before anything is said of them


@dataclass(frozen=True, slots=True)
class Spent(Generic[K]):
    """In seconds, None of too few; widths in percent of the longest drawn; *waited*: the share of waiting on others."""

    key: K
    cases: int
    median: int | None
    ninetieth: int | None
    waited: float
    median_width: float = 0.0
    ninetieth_width: float = 0.0


def stages(rows: Sequence[Row], received_at: datetime) -> dict[State, timedelta]:
    """How long a case was in each state; from one end to a reopening in none."""
    found: dict[State, timedelta] = {}
    state, before_referral, since = State.RECEIVED, None, received_at
    for row in rows:
        try:
            act = Act(row.act)
        except ValueError:  # of an age whose acts nobody knows any more
            continue
        to = lifecycle.after(state, act, before_referral=before_referral)
        if to is None or to is state:
            continue
        at = max(since, row.at)  # between two acts the machine's clock may have been set back (F22)
        if state not in ENDED:
            found[state] = found.get(state, timedelta()) + (at - since)
        before_referral = state if act is Act.REFERRAL else before_referral
        state, since = to, at
    return found


def spent(
    lasted: Mapping[K, Sequence[int]], waited: Mapping[K, int] | None = None, order: Sequence[K] = ()
) -> list[Spent[K]]:
    """Of the seconds of every case by key: in *order*, else what took longest first."""
    lines = []
    for key, seconds in lasted.items():
        found = sorted(seconds)
        share = scales.share((waited or {}).get(key, 0), sum(found))
        if len(found) < ENOUGH:
            lines.append(Spent(key, len(found), None, None, share))
        else:
            lines.append(Spent(key, len(found), _middle(found), _of_ten(found), share))
    longest = max((line.ninetieth or 0 for line in lines), default=0)
    places = {key: place for place, key in enumerate(order)}
    lines.sort(key=lambda line: (places.get(line.key, 0), -(line.median or -1), -line.cases))
    return [
        Spent(
            line.key,
            line.cases,
            line.median,
            line.ninetieth,
            line.waited,
            scales.share(line.median or 0, longest),
            scales.share(line.ninetieth or 0, longest),
        )
        for line in lines
    ]


def _middle(found: Sequence[int]) -> int:
    half = len(found) // 2
    return found[half] if len(found) % 2 else (found[half - 1] + found[half]) // 2


def _of_ten(found: Sequence[int]) -> int:
    return found[-(-len(found) * 9 // 10) - 1]
