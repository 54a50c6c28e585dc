"""Five minutes of chaos on each engine, and one table. Exits with 1 where anything was lost, doubled or left behind.

`make chaos`; CHAOS_DATABASE=sqlite (or postgresql) for one engine, CHAOS_SECONDS for another length, CHAOS_SEED to have
the same dice again. The ledger and the desk's log stay in CHAOS_FOLDER, where one is named.
"""

import os
import signal
import sys
import tempfile
from pathlib import Path

from tests.chaos.checking import LONGEST, Verdict
from tests.chaos.ledger import FAIL, OK, UNKNOWN
from tests.chaos.ordeal import ordeal

ENGINES = os.environ.get("CHAOS_DATABASE", "sqlite,postgresql").split(",")
SECONDS = float(os.environ.get("CHAOS_SECONDS", "300"))
SEED = int(os.environ.get("CHAOS_SEED", "20260302"))
PER_SECOND = 5_000 / 300  # acts; a machine that has less to give takes longer
PEOPLE, WORKERS = 8, 2
SHOWN = 40  # findings
COLUMNS = ("ok", "fail", "unknown", "lost", "doubled", "orphans", "amiss", "recovered", "slowest", "message")


def suffer(engine: str, folder: Path) -> Verdict:
    with ordeal(folder, engine, seed=SEED, size=PEOPLE, workers=WORKERS) as desk:
        desk.haunted(SECONDS, round(SECONDS * PER_SECOND))
        desk.falls_quiet()
        verdict = desk.verdict()
        if not desk.plant.disk.can_fill:
            print(f"{engine}: no disk of its own could be mounted, so none was filled", flush=True)
    return verdict


def _line(engine: str, verdict: Verdict) -> str:
    found = (verdict.lost, verdict.doubled, verdict.orphans, verdict.amiss)
    numbers = [verdict.counts[outcome] for outcome in (OK, FAIL, UNKNOWN)] + [len(each) for each in found]
    return (
        f"{engine:12}"
        + "".join(f"{n:>10,}" for n in [*numbers, verdict.recovered])
        + "".join(f"{seconds:>8.1f} s" for seconds in (verdict.slowest, verdict.latest))
    )


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_what: sys.exit(143))  # not without ending the desk
    verdicts = {}
    for engine in ENGINES:
        folder = os.environ.get("CHAOS_FOLDER")
        with tempfile.TemporaryDirectory(prefix="shouwen-chaos-") as scratch:
            kept = Path(folder) / engine if folder else Path(scratch)
            kept.mkdir(parents=True, exist_ok=True)
            verdicts[engine] = suffer(engine, kept)
        for finding in verdicts[engine].findings[:SHOWN]:
            print(f"{engine}: {finding}", flush=True)
    print(f"\n{'':12}{''.join(f'{name:>10}' for name in COLUMNS)}")
    for engine, verdict in verdicts.items():
        print(_line(engine, verdict))
    if late := [
        engine for engine, verdict in verdicts.items() if max(verdict.slowest, verdict.latest) > LONGEST
    ]:
        print(f"slower than {LONGEST:.0f} s: {', '.join(late)}")
    return 0 if all(verdict.is_good for verdict in verdicts.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
