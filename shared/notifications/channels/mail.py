"""E-mail over SMTP, as CHANNEL_URLS or MAIL_URL says: `smtp://user:password@host:port?from=address`.

`smtps://` speaks TLS from the first byte, `?starttls=1` turns to it.
"""

import smtplib
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import parse_qs, unquote, urlsplit

from flask import current_app

from shared.cases.models import Party
from shared.clock import now
from shared.config import Misconfigured
from shared.identity import mail_addresses
from shared.identity.models import User
from shared.notifications.channels import Letter
from shared.outbox.tasks import Undone

NAME = "mail"
PATIENCE = 20.0  # seconds for a whole delivery: less than the lease of an outbox row
_PORTS = {"smtp": 25, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Server:
    host: str
    port: int
    sender: str
    user: str
    password: str
    tls: bool
    starttls: bool

    @property
    def domain(self) -> str:
        return self.sender.rpartition("@")[2]


def server_at(url: str) -> Server:
    """What the address of a mail server means. Raises Misconfigured."""
    try:
        parts, port = urlsplit(url), urlsplit(url).port
    except ValueError:
        parts, port = urlsplit(""), None
    options = parse_qs(parts.query)
    sender = options.get("from", [""])[0]
    if parts.scheme not in _PORTS or not parts.hostname or not mail_addresses.is_plain(sender):
        raise Misconfigured(
            "The mail server in CHANNEL_URLS or MAIL_URL cannot be used. "
            "Write smtp://user:password@host:port?from=desk@example.com"
        )
    return Server(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        sender=sender,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=parts.scheme == "smtps",
        starttls=options.get("starttls", ["0"])[0] == "1",
    )


def is_configured() -> bool:
    return bool(current_app.extensions["shouwen"].mail_url)


def addresses_of(person: User | Party) -> list[str]:
    address = (person.email or "").strip()
    return [address] if address else []


def is_usable(address: str) -> bool:
    return mail_addresses.is_plain(address)


def send(letter: Letter) -> None:
    """Hand *letter* to the server. Raises Undone."""
    try:
        server = server_at(current_app.extensions["shouwen"].mail_url)
    except Misconfigured as error:
        raise Undone(str(error)) from None
    end = time.monotonic() + PATIENCE
    try:
        with _talking(server, end) as talk:
            talk.send_message(_built(letter, server), server.sender, [letter.to])
    except smtplib.SMTPRecipientsRefused as error:
        codes = ", ".join(str(code) for code, _text in error.recipients.values())
        raise Undone(f"the mail server refused the recipient ({codes})") from None
    except smtplib.SMTPResponseException as error:
        raise Undone(f"the mail server answered {error.smtp_code}") from None
    except (smtplib.SMTPException, OSError) as error:
        raise Undone(f"the mail server was not reached: {type(error).__name__}") from None


@contextmanager
def _talking(server: Server, end: float) -> Iterator[smtplib.SMTP]:
    kind = smtplib.SMTP_SSL if server.tls else smtplib.SMTP
    # Without a name of our own, smtplib asks the resolver for one, which can take longer than the mail.
    talk = kind(server.host, server.port, local_hostname=server.domain, timeout=PATIENCE)
    try:
        if server.starttls:
            _hurry(talk, end)
            talk.starttls(context=ssl.create_default_context())
        if server.user:
            _hurry(talk, end)
            talk.login(server.user, server.password)
        _hurry(talk, end)
        yield talk
    finally:
        talk.close()


def _hurry(talk: smtplib.SMTP, end: float) -> None:
    """What is left of the patience is for every step that follows."""
    left = end - time.monotonic()
    if left <= 0 or talk.sock is None:
        raise TimeoutError
    talk.sock.settimeout(left)


def _built(letter: Letter, server: Server) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = server.sender
    mail["To"] = letter.to
    mail["Subject"] = letter.subject
    if letter.reply_to:
        mail["Reply-To"] = letter.reply_to
    mail["Date"] = format_datetime(now().astimezone(UTC))
    mail["Message-ID"] = f"<{letter.mark}@{server.domain}>"
    mail["Auto-Submitted"] = "auto-generated"  # so that holiday replies do not answer it
    mail.set_content(letter.text, charset="utf-8", cte="base64")
    return mail
