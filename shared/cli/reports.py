"""`flask reports …`"""

import sys
from datetime import datetime
from typing import Any

import click
from flask.cli import AppGroup

from shared import clock
from shared.cli import printing
from shared.cli.policies import estate_named
from shared.database import db
from shared.deadlines import sweep
from shared.reports import comparing, making, naming, queries
from shared.reports.models import Report
from shared.reports.periods import Kind, containing, last_ended

commands = AppGroup("reports", help="The figures of a period, frozen.")
_ESTATE = click.option("--estate", help="Slug of the estate; not needed where there is one.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_KIND = click.argument("kind", type=click.Choice([kind.value for kind in Kind]))


@commands.command("list")
@_ESTATE
@_JSON
def list_reports(estate: str | None, as_json: bool) -> None:
    """The reports of an estate, the latest first."""
    rows = [_row(report) for report in queries.of_estate(estate_named(estate).id)]
    printing.as_json(rows) if as_json else printing.as_table(rows)


@commands.command("make")
@_KIND
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="A day of the period; left out, the last period that is over.",
)
@_ESTATE
def make(kind: str, on: datetime | None, estate: str | None) -> None:
    """Make the report of one period that is over. Where there is one already, it stays as it is."""
    here, at = estate_named(estate), clock.now()
    today = clock.local_date(at, here.zone)
    period = containing(Kind(kind), on.date()) if on else last_ended(Kind(kind), today)
    if period.ends_on >= today:
        raise click.ClickException(f"{period.ends_on} is not over yet.")
    sweep.sweep(at)  # what a schedule that stands still has not found broken
    report_id = making.make(here, period, at=at)
    if report_id is None:
        raise click.ClickException(f"There is a report of {period.starts_on} to {period.ends_on} already.")
    click.echo(f"report {report_id}: {kind}, {period.starts_on} to {period.ends_on}")


@commands.command("show")
@click.argument("report_id", type=int)
@_JSON
def show(report_id: int, as_json: bool) -> None:
    """The frozen figures of a report, with the definitions they were counted by."""
    report = _named(report_id)
    if as_json:
        printing.as_json(
            {
                **_row(report),
                "figures": report.figures,
                "definitions": report.definitions,
                "digest": report.digest,
            }
        )
        return
    printing.as_table([{**_row(report), "intact": making.is_intact(report)}])
    for name, value in report.figures.items():
        click.echo(f"{name}: {value}")


@commands.command("compare")
@click.argument("report_id", type=int)
@_JSON
def compare(report_id: int, as_json: bool) -> None:
    """Count the period of a report again: what differs, and why. Changes nothing; fails where nothing explains it."""
    found = comparing.compare(_named(report_id), clock.now())
    lines = [
        {"figure": "/".join(each.path), "frozen": each.frozen, "now": each.now} for each in found.differences
    ]
    why = {
        "entered_late": found.late,
        "decided_later": found.decided,
        "definitions": found.definitions,
        "policies": found.policies,
    }
    if as_json:
        printing.as_json({"differences": lines, **why})
    else:
        printing.as_table(lines)
        for name, what in why.items():
            click.echo(f"{name}: {', '.join(map(str, what)) or 'none'}")
    sys.exit(0 if found.is_explained else 1)


def _named(report_id: int) -> Report:
    report = db.session.get(Report, report_id)
    if report is None:
        raise click.ClickException(f"There is no report {report_id}.")
    return report


def _row(report: Report) -> dict[str, Any]:
    return {
        "id": report.id,
        "kind": report.kind,
        "title": naming.days(report),
        "made_at": report.made_at,
        "signed_at": report.signed_at,
        "received_at": report.received_at,
    }
