"""`flask doctor`"""

import sys
from dataclasses import asdict

import click
from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from shared import clock
from shared.cli import printing
from shared.demo import people
from shared.operations.doctor.examining import examine
from shared.operations.doctor.findings import Finding, State, fail


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(as_json: bool) -> None:
    """Look through everything an operator is answerable for. Fails when something cannot stay so."""
    found = [*examine(clock.now()), *_demonstration()]
    if as_json:
        printing.as_json([asdict(finding) for finding in found])
    else:
        for finding in found:
            click.echo(_line(finding))
    sys.exit(1 if any(finding.state == State.FAIL for finding in found) else 0)


def _line(finding: Finding) -> str:
    line = f"{finding.state:<4}  {finding.check}: {finding.said}"
    return f"{line}. {finding.do}" if finding.do else line


def _demonstration() -> list[Finding]:
    """Everybody knows the demonstration's passwords."""
    if not current_app.extensions["shouwen"].is_production:
        return []
    try:
        known = [account.username for account in people.accounts(everybody=True)]
    except SQLAlchemyError:
        return []  # which the round has said
    if not known:
        return []
    return [
        fail(
            "accounts", f"{', '.join(known)} have the demonstration's password", "flask user deactivate them."
        )
    ]
