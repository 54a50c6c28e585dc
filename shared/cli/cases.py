"""`flask case …`"""

import click
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from shared.cases import references
from shared.cases.lifecycle import State
from shared.cases.models import Case
from shared.cli import case_file, printing
from shared.database import db
from shared.identity.models import Estate

commands = AppGroup("case", help="Look at cases.")


def _find(number: str) -> Case:
    reading = references.read(number)
    case = db.session.scalar(
        select(Case).where(
            (Case.archive_number == number.upper()) | (Case.reference == (reading.reference or ""))
        )
    )
    if case is None:
        raise click.ClickException(f"There is no case {number}.")
    return case


@commands.command("show")
@click.argument("number")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(number: str, as_json: bool) -> None:
    """Everything about the case with that reference or archive NUMBER."""
    file = case_file.of(_find(number))
    if as_json:
        printing.as_json(file)
        return
    for key, value in file.items():
        if not isinstance(value, list):
            click.echo(f"{key}: {value}")
            continue
        click.echo(f"{key}:")
        for row in value:
            click.echo(f"  {row}")


@commands.command("list")
@click.option("--estate", help="Slug of an estate.")
@click.option("--state", type=click.Choice([s.value for s in State]))
@click.option("--limit", default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_cases(estate: str | None, state: str | None, limit: int, as_json: bool) -> None:
    """Cases, the newest first."""
    statement = select(Case).options(
        joinedload(Case.first_responder), joinedload(Case.handler), joinedload(Case.estate)
    )
    if estate:
        statement = statement.join(Estate).where(Estate.slug == estate)
    if state:
        statement = statement.where(Case.state == state)
    rows = [
        {
            "archive_number": case.archive_number,
            "reference": case.shown_reference,
            "estate": case.estate.slug,
            "kind": case.kind,
            "category": case.category,
            "state": case.state,
            "round": case.round,
            "filed_at": case.filed_at,
            "next_due_at": case.next_due_at,
            "first_responder": case.first_responder.username if case.first_responder else None,
            "handler": case.handler.username if case.handler else None,
        }
        for case in db.session.scalars(statement.order_by(Case.filed_at.desc(), Case.id.desc()).limit(limit))
    ]
    printing.as_json(rows) if as_json else printing.as_table(rows)
