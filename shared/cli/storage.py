"""`flask storage …`"""

import sys
from dataclasses import asdict

import click
from flask.cli import AppGroup

from shared import clock
from shared.attachments import check as checking
from shared.cli import printing

commands = AppGroup("storage", help="The photos' files.")


@commands.command("check")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(as_json: bool) -> None:
    """Rows without files, files without rows. Fails when a row's file is missing."""
    findings = checking.examine(clock.now())
    facts = asdict(findings)
    printing.as_json(facts) if as_json else printing.as_table(
        [{k: len(v) if isinstance(v, list | tuple) else v for k, v in facts.items()}]
    )
    sys.exit(1 if findings.missing else 0)
