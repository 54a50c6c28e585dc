"""What growth costs on PostgreSQL: 1,000, 100,000 and 1,000,000 cases behind the same open ones. Judges nothing.

`python -m tests.bench.growth`; BENCH_SIZES=1000,100000 for others, BENCH_RUNS for fewer turns. A million take 6 GB
under TMPDIR. As many cases are open behind each as behind the smallest (docs/decisions/0027).
"""

import os
import statistics
import time
from collections.abc import Callable

from shared.clock import local_date, now
from shared.deadlines.sweep import sweep
from shared.policies.versions import in_force, policy_of
from shared.reports import making
from shared.reports.periods import Kind, last_ended
from tests.bench.desk import Desk, Taken
from tests.bench.estate import fill
from tests.bench.sweeping import LATE, clocks_of

SIZES = [int(size) for size in os.environ.get("BENCH_SIZES", "1000,100000,1000000").split(",")]
RUNS = int(os.environ.get("BENCH_RUNS", "9"))
ASKED = (
    "desk",
    "register",
    "register, ended",
    "search, words of 1 in 9",
    "search, words of 20 cases",
    "search, a rare word",
    "search, nothing found",
    "search, a number",
    "search, a telephone",
    "case",
    "look-up",
    "board",
    "board, all counted anew",
    "filing",
    "claim",
    "dispatch",
)
DUE = 3_000  # cases, each with what a report waits for
HANDLED = (("handling", 100.0),)


def _print(name: str, taken: list[tuple[float, int]]) -> None:
    shown = "".join(f"{cpu:>12,.1f}" for cpu, _asked in taken)
    ratio = taken[-1][0] / taken[0][0]
    asked = "/".join(f"{asked:,}" for _cpu, asked in taken)
    print(f"{name:28}{shown}{ratio:>8.2f}   {asked}", flush=True)


def _compare(desks: list[Desk], name: str) -> None:
    turns: list[list[Taken]] = [[desk.take(name) for desk in desks] for _ in range(RUNS + 1)][1:]
    _print(
        name,
        [
            (statistics.median(one.cpu for one in mine), mine[-1].statements)
            for mine in zip(*turns, strict=True)
        ],
    )


def _once(desks: list[Desk], name: str, do: Callable[[Desk], object]) -> None:
    """What changes what it finds cannot take turns."""
    taken = [desk.measured(lambda _, desk=desk: do(desk)) for desk in desks]
    _print(name, [(one.cpu, one.statements) for one in taken])


def _swept(desk: Desk) -> object:
    with desk.app.app_context():
        return sweep(now())


def _become_due(desk: Desk) -> None:
    with desk.app.app_context():
        cast = desk.cast
        fill(
            cast,
            DUE,
            now(),
            after=2 * desk.count,  # beyond those that were filed meanwhile
            shapes=HANDLED,
            age=lambda _: LATE,
            clocks=clocks_of(cast.estate, policy_of(in_force(cast.estate.id, now()))),
        )


def _summary(desk: Desk) -> object:
    with desk.app.app_context():
        at, estate = now(), desk.cast.estate
        return making.make(estate, last_ended(Kind.MONTHLY, local_date(at, estate.zone)), at=at)


def _stand(size: int) -> Desk:
    began = time.monotonic()
    desk = Desk("postgresql", size)
    print(f"{size:>12,} cases written in {time.monotonic() - began:,.0f} s", flush=True)
    return desk


def main() -> None:
    os.environ.setdefault(
        "TESTS_LIE_IN", os.environ.get("TMPDIR", "/tmp")
    )  # a million cases are too many for memory
    desks = [_stand(size) for size in SIZES]
    try:
        for desk in desks[1:]:
            desk.settle_down_to(desks[0])
        for desk in desks:
            desk.staff = desk.signed_in()  # the first has been idle while the last was written
        print(f"\nPostgreSQL, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f};")
        print(f"ms of processor, ours and the server's, median of {RUNS} turns; statements")
        print(f"{'cases':28}{''.join(f'{size:>12,}' for size in SIZES)}{'ratio':>8}")
        for name in ASKED:
            _compare(desks, name)
        _once(desks, "sweep, nothing due", _swept)
        for desk in desks:
            _become_due(desk)
        _once(desks, f"sweep, {DUE:,} due", _swept)
        _once(desks, "sweep, nothing due again", _swept)
        _once(desks, "monthly summary", _summary)
    finally:
        for desk in desks:
            desk.close()


if __name__ == "__main__":
    main()
