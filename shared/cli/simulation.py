"""`flask policy simulate`: real cases under another rule book. Writes nothing."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from shared import clock
from shared.assessment.simulating import Comparison, Side, simulate
from shared.cli import printing
from shared.cli.policies import estate_named
from shared.identity.models import Estate
from shared.policies import versions
from shared.policies.schema import PolicyError, parse

DAY = click.DateTime(["%Y-%m-%d"])


@click.command("simulate")
@click.argument("preset")
@click.option("--since", type=DAY, required=True, help="First day of reception, as the estate's wall has it.")
@click.option("--until", type=DAY, help="The day after the last one; left out, now.")
@click.option("--estate", help="Slug of the estate; not needed where there is one.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def simulate_preset(
    preset: str, since: datetime, until: datetime | None, estate: str | None, as_json: bool
) -> None:
    """Replay the cases that are over under PRESET: breaches and would-be amounts, by clause."""
    here = estate_named(estate)
    try:
        policy = parse(versions.preset_text(preset), preset)
    except PolicyError as error:
        raise click.ClickException(str(error)) from error
    end = _instant(until, here) if until else clock.now()
    found = simulate(here, policy, since=_instant(since, here), until=end)
    if as_json:
        told = {"estate": here.slug, "preset": preset, "since": _instant(since, here), "until": end}
        printing.as_json({**told, **_counted(found), "clauses": [_line(found, c) for c in found.clauses]})
        return
    printing.as_table([_counted(found)])
    printing.as_table([_flat(found, clause) for clause in found.clauses])


def _instant(day: datetime, estate: Estate) -> datetime:
    return day.replace(tzinfo=ZoneInfo(estate.zone)).astimezone(UTC)


def _counted(found: Comparison) -> dict[str, Any]:
    return {"cases": found.cases, "left_out": found.left_out}


def _line(found: Comparison, clause: str) -> dict[str, Any]:
    return {
        "clause": clause,
        "actual": _side(found.actual.get(clause) or Side()),
        "other": _side(found.other.get(clause) or Side()),
    }


def _side(side: Side) -> dict[str, Any]:
    return {
        "applied": side.applied,
        "breaches": side.breaches,
        "fine": [side.fine_least, side.fine_most],
        "wage": [side.wage_least, side.wage_most],
        "unit": side.unit,
        "cases": side.cases,
    }


def _flat(found: Comparison, clause: str) -> dict[str, Any]:
    flat: dict[str, Any] = {"clause": clause}
    for name, sides in (("actual", found.actual), ("other", found.other)):
        side = sides.get(clause) or Side()
        flat |= {
            f"{name}_applied": side.applied,
            f"{name}_breaches": side.breaches,
            f"{name}_fine": _range(side.fine_least, side.fine_most),
            f"{name}_wage": _range(side.wage_least, side.wage_most),
        }
    return flat


def _range(least: int, most: int) -> str | None:
    """In the unit of the rule book; nothing where no amount is set."""
    if not most:
        return None
    return str(most) if least == most else f"{least}-{most}"
