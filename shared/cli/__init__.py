"""Commands of the operator (`flask --app wsgi …`). Those that report take --json."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask

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
    """Whoever gave a command reads which setting is wrong, and nothing of where that was found."""
    try:
        yield
    except Misconfigured as error:
        if click.get_current_context(silent=True) is None:
            raise
        raise click.ClickException(str(error)) from None


def init_app(app: Flask) -> None:
    for group in (
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
    ):
        app.cli.add_command(group)
    app.cli.add_command(clauses.clauses)
    app.cli.add_command(doctor.doctor)
    policies.commands.add_command(simulation.simulate_preset)
    app.cli.add_command(outbox.worker)
    app.cli.add_command(people.init)
