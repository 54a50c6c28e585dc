"""The whole round, in the order in which a thing that is wrong explains those after it."""

from collections.abc import Iterator
from datetime import datetime

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from shared.config import Config
from shared.operations.doctor import databases, estates, files, queues, running, settings
from shared.operations.doctor.findings import Finding, State, fail


def examine(at: datetime) -> Iterator[Finding]:
    """Everything; what rests on the database only while that stands at this release. Changes nothing."""
    config: Config = current_app.extensions["shouwen"]
    yield from settings.examine(config)
    stands = True
    for finding in databases.examine():
        stands = stands and not (
            finding.state == State.FAIL and finding.check in ("database", "migrations", "integrity")
        )
        yield finding
    yield from queues.examine(config)
    if not stands:
        return
    try:
        yield from files.examine(config)
        yield from running.examine(at)
        yield from estates.examine(config, at)
    except SQLAlchemyError as error:
        yield fail("database", f"it went away meanwhile ({type(error).__name__})", "Run this again.")
