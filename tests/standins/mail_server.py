"""A mail server that keeps what it is given."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask

from tests.imap import free_port


class Mailbox:
    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"


@contextmanager
def mail_server(app: Flask) -> Iterator[Mailbox]:
    """*app* sends by it until the end of the story."""
    kept, before = Mailbox(), app.extensions["shouwen"]
    server = Controller(kept, hostname="127.0.0.1", port=free_port())
    server.start()
    url = f"smtp://127.0.0.1:{server.port}?from=desk@shouwen.example"
    app.extensions["shouwen"] = replace(before, mail_url=url)
    try:
        yield kept
    finally:
        app.extensions["shouwen"] = before
        server.stop()
