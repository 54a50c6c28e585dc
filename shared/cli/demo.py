"""`flask demo …`"""

from dataclasses import asdict

import click
from flask import current_app
from flask.cli import AppGroup

from shared import clock
from shared.cli import printing
from shared.demo import estate, people
from shared.demo.load import NotHere
from shared.demo.load import load as load_demo

commands = AppGroup("demo", help="The demo estate 锦绣花园; never in production.")


def _refuse_in_production() -> None:
    if current_app.extensions["shouwen"].is_production:
        raise click.ClickException(
            "The demo is for trying the desk out; it is refused when APP_ENV=production."
        )


@commands.command("load")
def load() -> None:
    """Make the demo estate with its people and eight weeks of cases. A second time changes nothing."""
    _refuse_in_production()
    try:
        done = load_demo(clock.now())
    except NotHere as error:
        raise click.ClickException(f"The demo was not loaded: {error}.") from error
    if done.new:
        click.echo(f"锦绣花园 (jinxiu) stands: {done.cases} cases, {done.acts} acts.")
        click.echo("`flask demo accounts` lists the sign-ins.")
    else:
        click.echo(f"锦绣花园 (jinxiu) stands already, with {done.cases} cases; nothing was changed.")


@commands.command("accounts")
@click.option("--all", "everybody", is_flag=True, help="Everybody of the demo, not one per role.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def accounts(everybody: bool, as_json: bool) -> None:
    """Who can sign in to the demo estate, one per role. The password is this desk's own."""
    _refuse_in_production()
    if estate.find() is None:
        raise click.ClickException("The demo is not loaded. `flask demo load` does it.")
    rows = [asdict(account) for account in people.accounts(everybody=everybody)]
    printing.as_json(rows) if as_json else printing.as_table(rows)
