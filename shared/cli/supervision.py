"""`flask supervision …`"""

import sys

import click
from flask.cli import AppGroup

from shared.cli import printing
from shared.database import db
from shared.supervision import drawing
from shared.supervision.models import SpotCheck

commands = AppGroup("supervision", help="Spot checks, drawn by lot.")


@commands.command("redraw")
@click.argument("check_id", type=int)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def redraw(check_id: int, as_json: bool) -> None:
    """Draw a spot check again from its seed and the record of today; fails where another sample comes out."""
    check = db.session.get(SpotCheck, check_id)
    if check is None:
        raise click.ClickException(f"There is no spot check {check_id}.")
    _members, again = drawing.redraw(check)
    lines = [
        {
            "position": item.position,
            "case": item.case.archive_number,
            "round": item.round,
            "drawn_again": len(again) >= item.position
            and (again[item.position - 1].case_id, again[item.position - 1].round)
            == (item.case_id, item.round),
        }
        for item in check.items
    ]
    same = drawing.is_reproduced(check)
    if as_json:
        facts = {"seed": check.seed, "population": check.population, "digest": check.digest.hex()}
        printing.as_json({**facts, "reproduced": same, "items": lines})
    else:
        printing.as_table(lines)
        click.echo(f"seed {check.seed}, {check.population} to draw from, digest {check.digest.hex()}")
        click.echo("the same sample" if same else "another sample: the record has changed since the draw")
    sys.exit(0 if same else 1)
