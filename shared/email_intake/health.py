"""Whether each mailbox could be read: noted by whoever reads it, for the operator's eyes.

In a file beside the database, not in it: the process that reads mail is not the one that shows pages, and a note
that is lost is made anew within a minute.
"""

import json
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from tempfile import NamedTemporaryFile

from shared.config import Mailbox


class Trouble(StrEnum):
    NOT_REACHED = "not_reached"
    SLOW = "slow"
    NOT_TRUSTED = "not_trusted"  # its certificate
    LOGIN_REFUSED = "login_refused"
    NO_FOLDER = "no_folder"
    NO_ESTATE = "no_estate"  # the setting names one that we do not have
    NOT_UNDERSTOOD = "not_understood"
    FAILED = "failed"  # some mail could not be taken; the log says why


# Servers shut accounts out that sign in wrongly every minute.
PAUSE = {Trouble.LOGIN_REFUSED: timedelta(minutes=15)}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a mailbox stood when it was last looked at. *since* when there has been trouble."""

    at: datetime
    trouble: Trouble | None = None
    since: datetime | None = None


def note(folder: Path, mailbox: Mailbox, at: datetime, trouble: Trouble | None) -> None:
    """Keep how it went; what lasts keeps its beginning."""
    before = standing(folder, mailbox)
    lasting = before.since if before and before.trouble and trouble else at
    facts = {
        "at": at.isoformat(),
        "trouble": trouble,
        "since": lasting.isoformat() if trouble and lasting else None,
    }
    # A name of its own each time: two that read one mailbox at once would take the other's note away.
    with NamedTemporaryFile("w", dir=folder, prefix=".mailbox-", delete=False) as fresh:
        json.dump(facts, fresh)
    os.replace(fresh.name, _file(folder, mailbox))


def standing(folder: Path, mailbox: Mailbox) -> Standing | None:
    """What was noted last; None when nobody has looked yet, or the note cannot be read."""
    try:
        facts = json.loads(_file(folder, mailbox).read_text())
        return Standing(
            datetime.fromisoformat(facts["at"]),
            Trouble(facts["trouble"]) if facts["trouble"] else None,
            datetime.fromisoformat(facts["since"]) if facts["since"] else None,
        )
    except (OSError, ValueError, TypeError, KeyError):
        return None


def is_pausing(folder: Path, mailbox: Mailbox, at: datetime) -> bool:
    """Whether it is too early to try again."""
    before = standing(folder, mailbox)
    pause = PAUSE.get(before.trouble) if before and before.trouble else None
    return bool(before and pause and before.at <= at < before.at + pause)


def _file(folder: Path, mailbox: Mailbox) -> Path:
    return folder / f"mailbox-{''.join(c for c in mailbox.estate if c.isalnum() or c in '-_')}.json"
