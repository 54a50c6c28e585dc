"""Telling the queue which rows were written. It may fail: the schedule finds what the queue never heard."""

import logging
import time
from threading import Lock
from typing import NamedTuple

import redis
from flask import current_app
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

from shared.database import db
from shared.outbox.breaker import Breaker
from shared.outbox.rows import WRITTEN, Written

log = logging.getLogger(__name__)

QUEUE = "outbox"
FUNCTION = "shared.outbox.drain.run_row_job"
PATIENCE = 0.2  # seconds for connecting, and for each answer
SLOW = 0.15  # an answer later than this counts as a failure: filing must not wait for the queue
FORGOTTEN_AFTER = 600  # seconds; by then the schedule has done the row


class Line(NamedTuple):
    queue: Queue
    breaker: Breaker


_lines: dict[str, Line] = {}
_lock = Lock()


def nudge_pending() -> None:
    """Enqueue the rows that the last change wrote. Never raises, and never takes long; for `after_commit`."""
    written: list[Written] = db.session.info.pop(WRITTEN, [])
    url: str = current_app.extensions["shouwen"].redis_url
    if not written or not url:
        return
    try:
        line = _line(url)
        if line.breaker.allows():
            _tell(line, written)
    except Exception as error:  # a wrong REDIS_URL too: the change stands, and must not look as if it did not
        log.warning("the queue was not told: %s", type(error).__name__)


def state() -> str:
    """`ok`, `degraded` when the queue does not answer in time, `none` when there is none."""
    url: str = current_app.extensions["shouwen"].redis_url
    if not url:
        return "none"
    try:
        line = _line(url)
        return "ok" if not line.breaker.is_open and line.queue.connection.ping() else "degraded"
    except Exception:
        return "degraded"


def _tell(line: Line, written: list[Written]) -> None:
    began = time.monotonic()
    try:
        line.queue.enqueue_many(
            [
                Queue.prepare_data(
                    FUNCTION,
                    args=(row.id,),
                    timeout=row.seconds,
                    ttl=FORGOTTEN_AFTER,
                    result_ttl=0,
                    failure_ttl=FORGOTTEN_AFTER,
                )
                for row in written
            ]
        )
    except Exception:
        line.breaker.failed()
        raise
    if time.monotonic() - began > SLOW:
        line.breaker.failed()
    else:
        line.breaker.succeeded()


def _line(url: str) -> Line:
    with _lock:
        if url not in _lines:
            connection = redis.Redis.from_url(
                url,
                socket_connect_timeout=PATIENCE,
                socket_timeout=PATIENCE,
                retry=Retry(NoBackoff(), 0),  # by itself the client would try three times more
            )
            _lines[url] = Line(Queue(QUEUE, connection=connection, serializer=JSONSerializer), Breaker())
        return _lines[url]
