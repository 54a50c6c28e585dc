"""`flask policy …`"""

import sys

import click
from flask.cli import AppGroup

from shared import clock
from shared.cli import printing
from shared.database import transaction
from shared.identity.queries import estate_by_slug
from shared.policies import versions
from shared.policies.schema import PolicyError, parse

commands = AppGroup("policy", help="The rule book.")


@commands.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_presets(as_json: bool) -> None:
    """The policies that come with the product."""
    rows = [
        {
            "preset": name,
            "title": (policy := parse(versions.preset_text(name), name)).title,
            "clocks": len(policy.clocks),
        }
        for name in versions.presets()
    ]
    printing.as_json(rows) if as_json else printing.as_table(rows)


@commands.command("show")
@click.argument("preset")
def show(preset: str) -> None:
    """The text of PRESET, every rule with its clause."""
    try:
        click.echo(versions.preset_text(preset))
    except PolicyError as error:
        raise click.ClickException(str(error)) from error


@commands.command("check")
def check() -> None:
    """Read every preset strictly. Fails naming file, clause and what is wrong."""
    wrong = 0
    for name in versions.presets():
        try:
            parse(versions.preset_text(name), name)
            click.echo(f"{name}: good")
        except PolicyError as error:
            wrong += 1
            click.echo(str(error))
    sys.exit(1 if wrong else 0)


@commands.command("publish")
@click.argument("preset")
@click.option("--estate", required=True, help="Slug of the estate.")
def publish(preset: str, estate: str) -> None:
    """Put PRESET in force at an estate from now on; open cases keep the version they were filed under."""
    found = estate_by_slug(estate)
    if found is None:
        raise click.ClickException(f"There is no estate {estate}.")
    try:
        with transaction():
            version = versions.publish(found, preset, clock.now())
    except PolicyError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{preset} is in force at {estate} as version {version.version}.")
