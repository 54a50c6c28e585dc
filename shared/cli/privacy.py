"""`flask privacy …`"""

import sys
from dataclasses import asdict
from datetime import UTC, datetime

import click
from flask.cli import AppGroup

from shared import clock
from shared.cli import printing
from shared.retention import holdings, purge, viewings

commands = AppGroup("privacy", help="Personal data: what is held, who read it, and when it goes.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@commands.command("purge")
@click.option("--dry-run", is_flag=True, help="Only list what would be sealed and erased.")
@_JSON
def purge_now(dry_run: bool, as_json: bool) -> None:
    """Seal and erase whatever has reached its term. Safe to repeat. Fails when a case resists."""
    at = clock.now()
    if dry_run:
        planned = holdings.named(purge.plan(at))
        printing.as_json(planned) if as_json else printing.as_table(
            [{"what": what, **case} for what, cases in planned.items() for case in cases]
        )
        return
    done = purge.run(at)
    printing.as_json(asdict(done)) if as_json else printing.as_table([asdict(done)])
    if done.traces:
        click.echo("The write-ahead log is in use and was not emptied; run this again.", err=True)
    sys.exit(1 if done.failed else 0)


@commands.command("report")
@_JSON
def report(as_json: bool) -> None:
    """What is held of whom, since when, what goes next, and who read it (PIPL 54)."""
    found = [asdict(one) for one in holdings.report(clock.now())]
    if as_json:
        printing.as_json(found)
        return
    for estate in found:
        readers = estate.pop("read_by")
        requests = estate.pop("requests")
        for name, value in estate.items():
            click.echo(f"{name}: {value}")
        for reader in readers:
            printing.as_table([{"read by": reader["username"], **reader}])
        printing.as_table(requests)


@commands.command("affected")
@click.option("--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]), required=True, help="UTC.")
@click.option("--actor", help="Only what this person read (a username).")
@_JSON
def affected(since: datetime, actor: str | None, as_json: bool) -> None:
    """Whose data was read since an instant: whom to notify after a leak (PIPL 57, docs/INCIDENT.md)."""
    try:
        found = viewings.affected(since.replace(tzinfo=UTC), actor)
    except LookupError as error:
        raise click.ClickException(str(error)) from None
    if as_json:
        printing.as_json(asdict(found))
        return
    printing.as_table([asdict(case) for case in found.cases])
    click.echo(f"{len(found.cases)} cases; {found.could_see} more could have been seen.")
