"""`flask deadlines …` and `flask schedule …`"""

import signal
import threading
from dataclasses import asdict

import click
from flask import current_app
from flask.cli import AppGroup

from shared import clock
from shared import schedule as timetable
from shared.cli import printing
from shared.deadlines import sweep as sweeping
from shared.escalation import climbing

deadlines = AppGroup("deadlines", help="The clocks.")
schedule = AppGroup("schedule", help="What runs when.")


@deadlines.command("sweep")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def sweep(as_json: bool) -> None:
    """One pass now: near, due, broken, notices. Safe to repeat."""
    at = clock.now()
    result = {**asdict(sweeping.sweep(at)), "climbed": climbing.climb_due(at)}
    printing.as_json(result) if as_json else printing.as_table([result])


@schedule.command("run")
def run() -> None:
    """Run the timetable until SIGTERM. Two at once do no harm."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    timetable.run(current_app._get_current_object(), stop)  # type: ignore[attr-defined]
