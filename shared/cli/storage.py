"""`flask storage …`"""

import sys
from dataclasses import asdict

import click
from flask.cli import AppGroup

from shared import clock
from shared.attachments import check as checking
from shared.attachments.port import Unreachable
from shared.attachments.storage import carry_spool, waiting_here
from shared.cli import printing

commands = AppGroup("storage", help="The photos' files.")


@commands.command("check")
@click.option("--quick", is_flag=True, help="Compare names only; read no photo.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(quick: bool, as_json: bool) -> None:
    """Rows without files, photos that are not as they were stored, files without rows.

    Fails (1) when something is lost or altered, (2) when the place where they lie cannot be asked.
    """
    try:
        findings = checking.examine(clock.now(), contents=not quick)
    except Unreachable as error:
        click.echo(f"The object store cannot be asked: {error}. Try again when /readyz is ok.", err=True)
        sys.exit(2)
    except OSError as error:
        click.echo(f"{error.filename} cannot be read: {error.strerror}.", err=True)
        sys.exit(2)
    facts = asdict(findings)
    if as_json:
        printing.as_json(facts)
    else:
        printing.as_table([{k: len(v) if isinstance(v, list) else v for k, v in facts.items()}])
        for name in (*findings.rows_without_files, *findings.altered):
            click.echo(name)
    sys.exit(1 if findings.missing or findings.altered else 0)


@commands.command("carry")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def carry(as_json: bool) -> None:
    """Put what waits on this server into the object store now; the schedule does so each minute."""
    facts = {"carried": carry_spool(lambda: False), "waiting": waiting_here()[0]}
    printing.as_json(facts) if as_json else printing.as_table([facts])
    sys.exit(1 if facts["waiting"] else 0)


@commands.command("release")
def release() -> None:
    """After a restore: files without rows have been looked at, and the hourly sweep may set them aside again."""
    checking.release()
    click.echo("Files without rows go into quarantine from now on, and are removed 30 days later.")
