"""`flask policy …`"""

import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from flask.cli import AppGroup

from shared import clock
from shared.cli import printing
from shared.database import transaction
from shared.identity.models import Estate
from shared.identity.queries import estate_by_slug, estates
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
            "number": (policy := parse(versions.preset_text(name), name)).number,
            "title": policy.title,
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
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path | None) -> None:
    """Read FILE strictly, or every preset. Fails naming file, line, clause and what is wrong."""
    texts = {file.name: file.read_bytes()} if file else _presets()
    wrong = [said for name, text in texts.items() if (said := _complaint(text, name))]
    for said in wrong:
        click.echo(said, err=True)
    sys.exit(1 if wrong else 0)


def _presets() -> dict[str, bytes]:
    return {name: versions.preset_text(name).encode() for name in versions.presets()}


def _complaint(text: bytes, name: str) -> str | None:
    """What is wrong with a policy, or None, once said that it is good."""
    try:
        policy = parse(text.decode("utf-8"), name)
    except UnicodeDecodeError:
        return f"{name}: no TOML: not in UTF-8"
    except PolicyError as error:
        return str(error)
    click.echo(f"{name}: good, {len(policy.clocks)} clocks")
    return None


def estate_named(slug: str | None) -> Estate:
    """The estate of that slug, or the only one. Ends the command when there is none, or several to choose from."""
    if slug is None:
        found = estates()
        if len(found) == 1:
            return found[0]
        raise click.ClickException(
            f"Say which estate: {', '.join(e.slug for e in found) or 'there is none'}."
        )
    estate = estate_by_slug(slug)
    if estate is None:
        raise click.ClickException(f"There is no estate {slug}.")
    return estate


@commands.command("publish")
@click.argument("preset")
@click.option("--estate", help="Slug of the estate; not needed where there is one.")
@click.option(
    "--from",
    "effective",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]),
    help="From when on, as the estate's wall has it; left out, from now on.",
)
@click.option(
    "--file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The estate's own text, made from PRESET.",
)
def publish(preset: str, estate: str | None, effective: datetime | None, file: Path | None) -> None:
    """Put PRESET in force at an estate; open cases keep the version they were filed under."""
    here = estate_named(estate)
    at = effective.replace(tzinfo=ZoneInfo(here.zone)) if effective else clock.now()
    body = file.read_text(encoding="utf-8") if file else None
    try:
        with transaction():
            version = versions.publish(here, preset, at, body=body)
    except (PolicyError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{preset} is in force at {here.slug} as version {version.version} from {at:%Y-%m-%d %H:%M}.")
