"""`flask audit …`"""

import sys

import click
from flask.cli import AppGroup

from shared.audit import roots
from shared.cli import printing

commands = AppGroup("audit", help="Check that the record was not edited.")


@commands.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(as_json: bool) -> None:
    """Check every timeline and every daily root. Fails naming what does not fit."""
    rows, faults = roots.verify()
    if as_json:
        printing.as_json({"rows": rows, "faults": [{"where": f.where, "what": f.what} for f in faults]})
    else:
        for fault in faults:
            click.echo(f"{fault.where}: {fault.what}")
        click.echo(f"{rows} rows read, {len(faults)} faults")
    sys.exit(1 if faults else 0)
