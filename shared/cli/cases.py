"""`flask case …`"""

from collections.abc import Callable, Mapping

import click
from flask.cli import AppGroup
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from shared import clock
from shared.cases import references
from shared.cases.models import Case
from shared.cli import case_file, printing
from shared.database import db
from shared.register import filters, search

ZONE = "Asia/Shanghai"  # in which --from and --to are days

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


FILTERS = (
    "estate",
    "state",
    "kind",
    "category",
    "channel",
    "urgency",
    "validity",
    "handler",
    "first_responder",
    "from",
    "to",
)


def _with_filters(command: Callable[..., None]) -> Callable[..., None]:
    for name in reversed(FILTERS):
        command = click.option(f"--{name.replace('_', '-')}", name, help="As in the register.")(command)
    return command


def _matching(given: Mapping[str, str], words: str | None) -> list[ColumnElement[bool]]:
    """The register's own reading of what was asked; a slip is told, not ignored."""
    read = filters.parse(given)
    if read.unread:
        raise click.ClickException(f"Not understood: {', '.join(read.unread)}.")
    at = clock.now()
    wanted = filters.conditions(read, None, at, ZONE)
    sought = search.understand(words, at, ZONE) if words else None
    return [*wanted, sought.condition] if sought else wanted


@commands.command("list")
@_with_filters
@click.option("--q", "words", help="A number, a telephone or its last four, a name, or words.")
@click.option("--limit", default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_cases(words: str | None, limit: int, as_json: bool, **given: str | None) -> None:
    """Cases, the newest first; the filters are those of the register."""
    wanted = _matching({name: value for name, value in given.items() if value}, words)
    statement = (
        select(Case)
        .where(*wanted)
        .options(joinedload(Case.first_responder), joinedload(Case.handler), joinedload(Case.estate))
        .order_by(Case.filed_at.desc(), Case.id.desc())
        .limit(limit)
    )
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
        for case in db.session.scalars(statement)
    ]
    printing.as_json(rows) if as_json else printing.as_table(rows)
