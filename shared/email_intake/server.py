"""The mail server, over IMAP: what lies in the mailbox and was not taken yet, one mail at a time.

A mail that was taken is marked as answered, a flag that every server keeps; nothing is moved or deleted. Whoever
reads the mailbox in a mail program changes nothing by that, unless they answer a mail themselves.
"""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from imap_tools.consts import MailMessageFlags
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError
from imap_tools.mailbox import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted

from shared.config import Mailbox
from shared.email_intake.health import Trouble

PATIENCE = 20.0  # seconds for each answer of the server
LARGEST = 30 * 1024 * 1024  # bytes; of a larger mail only the beginning is read
BEGINNING = 1024 * 1024
LOOKED_BACK = timedelta(
    days=14
)  # a mailbox that has been in use for years must not become thousands of cases
_FETCHED = re.compile(
    rb'INTERNALDATE "([^"]+)".*?RFC822\.SIZE (\d+)|RFC822\.SIZE (\d+).*?INTERNALDATE "([^"]+)"'
)


class Away(Exception):
    """The server cannot be read from now; it will be asked again."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class Fetched:
    raw: bytes
    came_at: datetime
    is_cut: bool


@contextmanager
def opened(mailbox: Mailbox) -> Iterator["Session"]:
    """The mailbox, signed in. Raises Away, for whatever goes wrong in between as well."""
    try:
        box = _connected(mailbox)
        try:
            _sign_in(box, mailbox)
            yield Session(box)
        finally:
            with suppress(Exception):  # the connection may be the very thing that broke
                box.client.logout()
    except MailboxLoginError:
        raise Away(Trouble.LOGIN_REFUSED) from None
    except MailboxFolderSelectError:
        raise Away(Trouble.NO_FOLDER) from None
    except TimeoutError:
        raise Away(Trouble.SLOW) from None
    except ssl.SSLError:
        raise Away(Trouble.NOT_TRUSTED) from None
    except (OSError, imaplib.IMAP4.abort):
        raise Away(Trouble.NOT_REACHED) from None
    except (imaplib.IMAP4.error, ImapToolsError):
        raise Away(Trouble.NOT_UNDERSTOOD) from None


def _connected(mailbox: Mailbox) -> BaseMailBox:
    if mailbox.tls:
        return MailBox(mailbox.host, mailbox.port, timeout=PATIENCE, ssl_context=ssl.create_default_context())
    if mailbox.starttls:
        return MailBoxStartTls(
            mailbox.host, mailbox.port, timeout=PATIENCE, ssl_context=ssl.create_default_context()
        )
    return MailBoxUnencrypted(mailbox.host, mailbox.port, timeout=PATIENCE)


def _sign_in(box: BaseMailBox, mailbox: Mailbox) -> None:
    try:
        box.login(mailbox.user, mailbox.password, initial_folder=None)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        raise Away(Trouble.LOGIN_REFUSED) from None
    if "ID" in box.client.capabilities:
        # NetEase lets nobody open a folder who has not said what they are.
        box.client.xatom("ID", '("name" "shouwen" "version" "1" "vendor" "shouwen")')
    box.folder.set(mailbox.folder)


class Session:
    """A mailbox that is open."""

    def __init__(self, box: BaseMailBox) -> None:
        self._box = box

    def waiting(self, at: datetime) -> list[str]:
        """The mails of the last two weeks that were not taken yet, by uid, oldest first."""
        since = f"{at - LOOKED_BACK:%d}-{_MONTHS[(at - LOOKED_BACK).month - 1]}-{at - LOOKED_BACK:%Y}"
        return sorted(self._box.uids(f"UNANSWERED UNDELETED SINCE {since}", None), key=int)

    def fetch(self, uid: str) -> Fetched | None:
        """A mail, without marking it; None when it is gone."""
        said = self._box.client.uid("FETCH", uid, "(INTERNALDATE RFC822.SIZE)")[1]
        found = next((f for line in said if isinstance(line, bytes) and (f := _FETCHED.search(line))), None)
        if found is None:
            return None
        size = int(found[2] or found[3])
        wanted = "BODY.PEEK[]" if size <= LARGEST else f"BODY.PEEK[]<0.{BEGINNING}>"
        parts = self._box.client.uid("FETCH", uid, f"({wanted})")[1]
        raw = next((part[1] for part in parts if isinstance(part, tuple)), None)
        if raw is None:
            return None
        return Fetched(raw, _instant((found[1] or found[4]).decode()), is_cut=size > LARGEST)

    def mark_taken(self, uid: str) -> None:
        self._box.client.uid("STORE", uid, "+FLAGS.SILENT", f"({MailMessageFlags.ANSWERED})")


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _instant(text: str) -> datetime:
    """` 2-Mar-2026 10:00:00 +0800`, with English months whatever the machine's own language."""
    day, month, year = text.strip().split(" ")[0].split("-")
    time, offset = text.strip().split(" ")[1:]
    return datetime.strptime(
        f"{year}-{_MONTHS.index(month) + 1:02d}-{int(day):02d} {time} {offset}", "%Y-%m-%d %H:%M:%S %z"
    )
