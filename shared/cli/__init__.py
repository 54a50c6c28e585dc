"""Commands of the operator (`flask --app wsgi …`). Those that report take --json."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask
from sqlalchemy.exc import OperationalError

from shared.cli import (
    api_keys,
    audit,
    backup,
    cases,
    clauses,
    clocks,
    demo,
    doctor,
    imports,
    incidents,
    mailbox,
    outbox,
    people,
    policies,
    privacy,
    reports,
    simulation,
    storage,
    supervision,
)
from shared.config import Misconfigured


@contextmanager
def said_plainly() -> Iterator[None]:
    """Whoever gave a command reads what is wrong with a setting or the database, and nothing of where it was found."""
    try:
        yield
    except (Misconfigured, OperationalError) as error:
        if click.get_current_context(silent=True) is None:
            raise
        raise click.ClickException(_sentence(error)) from None


def _sentence(error: Misconfigured | OperationalError) -> str:
    if isinstance(error, Misconfigured):
        return str(error)
    said = str(error.orig).strip().splitlines()
    return f"The database does not answer: {said[0]}. See flask doctor."


def _speak_plainly(command: click.Command) -> None:
    if isinstance(command, click.Group):
        for each in command.commands.values():
            _speak_plainly(each)
    elif command.callback:
        command.callback = said_plainly()(command.callback)


COMMANDS = (
    api_keys.commands,
    audit.commands,
    backup.commands,
    cases.commands,
    clocks.deadlines,
    clocks.schedule,
    demo.commands,
    imports.commands,
    incidents.commands,
    mailbox.commands,
    outbox.commands,
    people.commands,
    policies.commands,
    privacy.commands,
    reports.commands,
    storage.commands,
    supervision.commands,
    clauses.clauses,
    doctor.doctor,
    outbox.worker,
    people.init,
)
policies.commands.add_command(simulation.simulate_preset)
for _each in COMMANDS:
    _speak_plainly(_each)


def init_app(app: Flask) -> None:
    for command in COMMANDS:
        app.cli.add_command(command)
