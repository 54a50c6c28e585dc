"""`flask mailbox …`"""

import sys

import click
from flask import current_app
from flask.cli import AppGroup

from shared.cli import printing
from shared.email_intake import polling

commands = AppGroup("mailbox", help="Mail to the desk.")


@commands.command("poll")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def poll(as_json: bool) -> None:
    """Read every mailbox of MAILBOX_URL now; safe to repeat. Fails when one cannot be read."""
    boxes = current_app.extensions["shouwen"].mailboxes
    if not boxes:
        raise click.ClickException("MAILBOX_URL is not set: there is no mailbox to read.")
    facts = []
    for mailbox in boxes:
        done = polling.poll(mailbox)
        facts.append({"estate": mailbox.estate, **done.outcomes, "trouble": done.trouble})
    printing.as_json(facts) if as_json else printing.as_table(facts)
    sys.exit(1 if any(row["trouble"] for row in facts) else 0)
