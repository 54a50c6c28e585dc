"""Commands of the operator (`flask --app wsgi …`). Those that report take --json."""

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
