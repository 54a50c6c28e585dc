"""What the desk takes at 1,000 and at 100,000 cases, as ratios, on both engines. Prints; judges nothing.

Twice (docs/decisions/0027): with 4 % of all cases open, and with as many open cases behind both.
`make bench`; BENCH_DATABASE=sqlite (or postgresql) for one engine, BENCH_RUNS for fewer turns, `--desk` for no sweep.
"""

import os
import statistics
import sys

from tests.bench import sweeping
from tests.bench.desk import Desk, Taken

SMALL, LARGE = 1_000, 100_000
RUNS = int(os.environ.get("BENCH_RUNS", "15"))
ENGINES = os.environ.get("BENCH_DATABASE", "sqlite,postgresql").split(",")


def _compare(small: Desk, large: Desk, name: str) -> None:
    """They take turns, so that a busy minute of the machine falls on both; the first turn makes plans and caches."""
    turns = [(small.take(name), large.take(name)) for _ in range(RUNS + 1)][1:]
    taken: list[tuple[Taken, ...]] = list(zip(*turns, strict=True))
    few, many = (statistics.median(one.cpu for one in mine) for mine in taken)
    asked = "/".join(str(mine[-1].statements) for mine in taken)
    lines = "/".join(str(mine[-1].lines) for mine in taken)
    print(f"{name:38}{few:>9.1f}{many:>10.1f}{many / few:>8.2f}{asked:>9}{lines:>9}", flush=True)


def _print_all(small: Desk, large: Desk, title: str) -> None:
    print(f"\n{title}\n{'':38}{SMALL:>9,}{LARGE:>10,}{'ratio':>8}{'asked':>9}{'lines':>9}")
    for name in small.acts:
        _compare(small, large, name)


def bench(engine: str) -> None:
    print(
        f"\n{engine}, {os.cpu_count()} cores; ms of processor, ours and the server's, median of {RUNS} turns"
    )
    small, large = Desk(engine, SMALL), Desk(engine, LARGE)
    try:
        _print_all(small, large, "4 % of the cases open")
        large.settle_down_to(small)
        _print_all(small, large, "as many cases open behind both")
    finally:
        small.close()
        large.close()


if __name__ == "__main__":
    for engine in ENGINES:
        bench(engine)
    if "--desk" not in sys.argv:
        for engine in ENGINES:
            sweeping.main(engine)
