"""Everything that can be measured, in the form that Prometheus reads (T33): no name, no number, nobody's words.

What is counted is counted by each process and added up; what stands in the database is read when it is asked for, by
a handful of statements over few rows.
"""

import logging
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from flask import Flask, current_app
from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from shared import counting
from shared.attachments.storage import waiting_here
from shared.clock import now
from shared.config import Config
from shared.counting import What
from shared.database import db
from shared.heartbeats import beating
from shared.heartbeats.queries import everything, latest
from shared.operations import alarms, queries
from shared.operations.meters import METERS
from shared.operations.tallies import Tally, added_up

log = logging.getLogger(__name__)

FOLDER = "metrics"
TALLY = "tally"


def init_app(_app: Flask) -> None:
    """Keep count of what rooms below tell; a second application in the same process changes nothing."""
    counting.listen(_keep)


def _keep(what: What, labels: tuple[str, ...], amount: float) -> None:
    """Outside an application nobody asks for counts."""
    if current_app:
        tally = current_app.extensions.get(TALLY) or _begin_tally()
        tally.add(METERS[what], labels, amount)


def _begin_tally() -> Tally:
    config: Config = current_app.extensions["shouwen"]
    tally: Tally = current_app.extensions.setdefault(TALLY, Tally(config.data_dir / FOLDER, METERS.values()))
    return tally


class _Page(Collector):
    def collect(self) -> Iterator[Metric]:
        config: Config = current_app.extensions["shouwen"]
        yield from added_up(config.data_dir / FOLDER, METERS.values())
        yield from _of_machine(config)
        try:
            found = list(_of_database(config, now()))
        except (SQLAlchemyError, OSError) as error:
            log.warning("metrics without those of the database: %s", type(error).__name__)
            db.session.rollback()
            found = []
        yield _gauge("database_up", "Whether the database answered", bool(found))
        yield from found


def text() -> bytes:
    """The page. What cannot be read is left out, and `database_up` says so."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Page())
    return generate_latest(registry)


def _gauge(name: str, help: str, value: float) -> Metric:
    family = GaugeMetricFamily(name, help)
    family.add_metric([], value)
    return family


def _gauges(name: str, help: str, label: str, values: dict[str, float]) -> Metric:
    family = GaugeMetricFamily(name, help, labels=[label])
    for which, value in values.items():
        family.add_metric([which], value)
    return family


def _of_machine(config: Config) -> Iterator[Metric]:
    free = {mount: float(room.free) for mount, room in queries.room(config).items() if room}
    yield _gauges("disk_free_bytes", "Free room where this process writes", "mount", free)
    with suppress(OSError):  # the alarm of that name tells it
        yield _gauge("spool_files", "Files that wait on this machine for the object store", waiting_here()[0])
    size = queries.log_size()
    if size is not None:
        yield _gauge("wal_bytes", "The log of SQLite that is not yet in its file", size)


def _of_database(config: Config, at: datetime) -> Iterator[Metric]:
    owed, signs = queries.owed(at), everything()
    waited = (at - owed.oldest).total_seconds() if owed.oldest else 0.0
    yield _gauge("outbox_pending", "Rows that are still to be done", owed.pending)
    yield _gauge("outbox_oldest_seconds", "For how long the oldest that is due has waited", waited)
    yield _gauge("outbox_dead", "Rows that were given up, without reports from inside", owed.dead)
    yield _gauges("case_open", "Open cases, without reports from inside", "state", {**queries.open_cases()})
    seen = {board.label: (at - board.seen).total_seconds() for board in queries.boards(at)}
    yield _gauges("board_last_seen_seconds", "Since a screen last asked for news", "board", seen)
    if made := latest(signs, beating.BACKUP):
        yield _gauge("backup_last_success_timestamp", "When the last good backup was made", made.timestamp())
    ages = GaugeMetricFamily(
        "heartbeat_age_seconds", "Since each last gave a sign of life", labels=["kind", "name"]
    )
    for sign in signs:
        # One from the time to come is as old as one that is as long ago (F22).
        ages.add_metric([sign.kind, sign.name], abs(at - sign.at).total_seconds())
    yield ages
    told = alarms.told(signs, at, expected=config.is_production)
    yield _gauges("alarm", "1 for what is wrong", "name", {name: float(name in told) for name in alarms.Name})
