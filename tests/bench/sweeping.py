"""The sweep over 100,000 open cases with 300,000 deadlines, one in a hundred of them due: time, memory, rows touched.

`python -m tests.bench.sweeping`, and within `make bench`; BENCH_DATABASE=postgresql for the other engine.
"""

import gc
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import time_machine
from sqlalchemy import event, func, select

from shared.calendars.queries import calendar_of
from shared.clock import now
from shared.database import db
from shared.deadlines.engine import due_times
from shared.deadlines.models import Deadline
from shared.deadlines.story import CaseFacts, Fact
from shared.deadlines.sweep import sweep
from shared.escalation import climbing
from shared.escalation.models import Rung
from shared.identity.models import Estate
from shared.notifications.models import Message
from shared.policies.schema import Policy, parse
from tests import cast as company
from tests.bench.estate import Row, fill
from tests.databases import fresh
from wsgi import create_app

CASES = 100_000
ONE_IN = 100  # deadlines that are due: one clock each of three cases in a hundred
OPEN = (("handling", 60.0), ("dispatched", 20.0), ("claimed", 20.0))
HOURS = {"first_response": 24, "completion": 48, "outer": 240}
LATE, YOUNG = timedelta(hours=30), timedelta(hours=1)
SAME = [
    "round",
    "rule",
    "clause",
    "term",
    "owner_sees",
    "duty",
    "started_at",
    "due_at",
    "original_due_at",
    "near_at",
]
NEXT_MORNING = timedelta(hours=9)  # longer than anybody is waited for
CLOCK = """
[[clock]]
rule = "{rule}"
clause = "MS-3"
name = "{rule}"
start = "received"
stop = ["contact", "completion"]
hours = {hours}
owner_sees = true
duty = "first_responder"
"""
POLICY = """
title = "量度"
number = "LD"
interpreter = "客服中心"
revisit = { attempts = 3 }
reopen = { days = 30 }
ladder = { clause = "GZ-13", rungs = ["director", "general_manager"], beside = [], answer_within = 4 }
""" + "".join(CLOCK.format(rule=rule, hours=hours) for rule, hours in HOURS.items())


@dataclass
class Asked:
    """How often the database was asked, and how many rows that stood there were changed, by table."""

    statements: int = 0
    changed: Counter[str] = field(default_factory=Counter)


@contextmanager
def _asked() -> Iterator[Asked]:
    found = Asked()

    def note(_conn: Any, cursor: Any, statement: str, *_rest: Any) -> None:
        found.statements += 1
        words = statement.split(None, 3)
        if words[0] == "UPDATE":
            found.changed[words[1]] += max(cursor.rowcount, 0)

    event.listen(db.engine, "after_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(db.engine, "after_cursor_execute", note)


def _age(n: int) -> timedelta:
    """Three cases in a hundred are late; the others came within the last hour."""
    return LATE if n % ONE_IN < len(HOURS) else YOUNG


def clocks_of(estate: Estate, policy: Policy) -> Callable[[Row], list[Row]]:
    """As the policy derives them, so that deriving them again changes nothing but what is due."""
    calendar = calendar_of(estate)

    def clocks(case: Row) -> list[Row]:
        filing = Fact("filing", case["received_at"], 1, 1, {}, None, True)
        facts = CaseFacts(
            case["received_at"], case["kind"], case["category"], case["channel"], True, [filing]
        )
        dues = due_times(policy, facts, calendar)
        case["next_due_at"] = min(due.due_at for due in dues)
        return [
            {
                **{name: getattr(due, name) for name in SAME},
                "case_id": case["id"],
                "steps": list(due.steps),
            }
            for due in dues
        ]

    return clocks


def _memory(what: str) -> float:
    """What this process holds (VmRSS), or has held at most since `_forget_peak` (VmHWM), in MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(what):
            return int(line.split()[1]) / 1024
    raise LookupError(what)


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def measure(name: str, do: Callable[[], object]) -> None:
    """Print how long *do* takes, how much of the memory it asks for, and what it asks of the database."""
    gc.collect()
    before = _memory("VmRSS")
    _forget_peak()
    with _asked() as asked:
        began, worked = time.perf_counter(), time.process_time()
        result = do()
        took, worked = time.perf_counter() - began, time.process_time() - worked
    changed = ", ".join(f"{rows:,} {table}" for table, rows in sorted(asked.changed.items()))
    print(f"{name:22}{took:>9.2f} s, {worked:.2f} s of them ours  +{_memory('VmHWM') - before:>5.1f} MB")
    print(f"{'':22}{asked.statements:,} statements; {result}")
    print(f"{'':22}changed: {changed or 'no row'}")


def _count(of: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(of)) or 0


def _run(at: datetime) -> None:
    print(f"\n{db.engine.dialect.name}, {os.cpu_count()} cores, {_memory('VmRSS'):.0f} MB before")
    print(f"{CASES:,} open cases, {_count(Deadline):,} deadlines, one in {ONE_IN} due")
    measure("sweep, 1 % due", lambda: sweep(at))
    measure("sweep, nothing due", lambda: sweep(at))
    measure("ladder, nothing due", lambda: climbing.climb_due(at))
    with time_machine.travel(at + NEXT_MORNING, tick=True):
        measure("ladder, all unanswered", lambda: climbing.climb_due(now()))
    print(f"{_count(Rung):,} rungs, {_count(Message):,} messages")


def main(engine: str) -> None:
    with fresh(engine) as config:
        app = create_app(config)
        with app.app_context():
            at = now()
            cast = company.settle(body=POLICY)
            clocks = clocks_of(cast.estate, parse(POLICY, "bench"))
            fill(cast, CASES, at, shapes=OPEN, age=_age, clocks=clocks)
            _run(now())
            db.session.remove()
            db.engine.dispose()


if __name__ == "__main__":
    main(os.environ.get("BENCH_DATABASE", "sqlite"))
