"""The queue's worker: one queue, one function, and nothing from Redis is believed but a row's id (T34)."""

import logging
import socket
import time
from typing import Any

import redis
from flask import Flask
from rq import Queue, Worker
from rq.job import Job
from rq.serializers import JSONSerializer
from sqlalchemy.exc import SQLAlchemyError

from shared.clock import now
from shared.config import Config, Misconfigured
from shared.database import db, transaction
from shared.heartbeats import beating
from shared.outbox import drain
from shared.outbox.nudge import FUNCTION, QUEUE

log = logging.getLogger(__name__)

# RQ's own recovery is never relied on; short intervals only keep its books tidy.
WORKER_TTL = 30
MAINTENANCE = 30
MONITORING = 5
BEAT = 60.0  # seconds between two signs of life


class NotAllowed(Exception):
    """Somebody who can write to Redis asked for something else."""


class OutboxJob(Job):
    """A job that can only be "run this row"; whatever else its hash names is never imported nor called."""

    success_callback = failure_callback = stopped_callback = None

    def restore(self, raw_data: Any) -> Any:
        restored = super().restore(raw_data)
        self.webhooks = []
        return restored

    def _execute(self) -> None:
        drain.run_row_job(self._row_id())

    def _row_id(self) -> int:
        asked = (self.func_name, self.instance, self.kwargs)
        match self.args:
            case [int(row_id)] if asked == (FUNCTION, None, {}):
                return row_id
        log.error("the queue asked for something that is not allowed: job %s", self.id)
        raise NotAllowed


class OutboxQueue(Queue):
    job_class = OutboxJob


class OutboxWorker(Worker):
    """Forks for each job, so that a job which kills its process does not end the worker."""

    job_class = OutboxJob
    queue_class = OutboxQueue
    max_connection_wait_time = 5.0
    _beat_at = float("-inf")

    def heartbeat(self, *args: Any, **more: Any) -> None:
        """RQ tells Redis every few seconds that it lives, at work and idle; we tell the database once a minute."""
        if time.monotonic() - self._beat_at >= BEAT:
            self._beat_at = time.monotonic()
            self._beat()
        super().heartbeat(*args, **more)

    def _beat(self) -> None:
        """A database that is away must not end the worker. No connection stays open: the next job is a fork."""
        try:
            with transaction():
                beating.beat(beating.WORKER, socket.gethostname(), now())
        except (SQLAlchemyError, OSError) as error:  # and nothing else: RQ ends an idle worker by raising
            log.warning("the worker could not tell that it lives: %s", type(error).__name__)
        finally:
            db.session.remove()
            db.engine.dispose()

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        db.engine.dispose(close=False)  # connections of the parent must not be used by two processes
        super().main_work_horse(job, queue)

    def clean_group_registries(self) -> None:
        """We have no groups, and RQ would read planted ones with pickle."""

    def subscribe(self) -> None:
        """No commands over publish and subscribe either: whoever reaches Redis could stop jobs with them."""

    def unsubscribe(self) -> None: ...


def run_worker(app: Flask, *, burst: bool = False) -> None:
    """Serve the queue until SIGTERM or SIGINT (with *burst*: until it is empty). Raises Misconfigured."""
    config: Config = app.extensions["shouwen"]
    if not config.redis_url:
        raise Misconfigured("REDIS_URL is empty, so there is no queue; the schedule does the work by itself.")
    connection = redis.Redis.from_url(config.redis_url)
    queue = OutboxQueue(QUEUE, connection=connection, serializer=JSONSerializer)
    worker = OutboxWorker(
        [queue],  # exactly one: only then does RQ take jobs without a moment in which they can vanish
        connection=connection,
        serializer=JSONSerializer,
        worker_ttl=WORKER_TTL,
        maintenance_interval=MAINTENANCE,
        job_monitoring_interval=MONITORING,
        log_job_description=False,
    )
    with app.app_context():
        worker.work(burst=burst, logging_level="WARNING")
