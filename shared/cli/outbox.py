"""`flask outbox …` and `flask worker`"""

import click
from flask import current_app
from flask.cli import AppGroup

from shared import clock
from shared.cli import printing
from shared.database import transaction
from shared.outbox import queries, rows
from shared.outbox import worker as working

commands = AppGroup("outbox", help="What must still be done outside the database.")


@commands.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def status(as_json: bool) -> None:
    """Rows by state, and the age of the oldest that is due."""
    found = queries.status(clock.now())
    oldest = found.oldest_due.total_seconds() if found.oldest_due else None
    facts = {**found.counts, "oldest_due_seconds": oldest}
    printing.as_json(facts) if as_json else printing.as_table([facts])


@commands.command("retry")
def retry() -> None:
    """Make dead rows due again."""
    with transaction():
        count = rows.retry(clock.now())
    click.echo(f"{count} rows are due again.")


@click.command("worker")
def worker() -> None:
    """An RQ worker on the one queue; needs REDIS_URL."""
    if not current_app.extensions["shouwen"].redis_url:
        raise click.ClickException(
            "REDIS_URL is empty: the schedule runs due rows itself, no worker is needed."
        )
    working.run_worker(current_app._get_current_object())  # type: ignore[attr-defined]
