"""Letters to colleagues that are of no case: one shape for all of them, and the outbox alone carries them."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from shared import sealing
from shared.database import db
from shared.identity.models import Estate, User
from shared.notifications import quiet
from shared.notifications.channels import Letter, mail
from shared.outbox import rows


@dataclass(frozen=True, slots=True)
class Said:
    """What a letter says, a paragraph each; *below* stands under the *link*, where that can be shown.

    *mark* and *purpose* are the same whenever the same letter is sent again, so that it is known as one.
    """

    subject: str
    lines: Sequence[str]
    link: str
    mark: str
    purpose: str
    below: str = ""


def owe(task: str, payload: dict[str, Any], key: str, estate: Estate, at: datetime) -> None:
    """Have *task* write one, not before the quiet hours of *estate* end; once for each *key*."""
    rows.write(task, payload, key, quiet.ends_at(estate, at))


def in_our_language() -> AbstractContextManager[None]:
    """Staff are written to in the language of the house, whatever page somebody has before them."""
    return force_locale(current_app.config["BABEL_DEFAULT_LOCALE"])


def to(person: User, said: Said, sender: str = "") -> Letter | None:
    """None for somebody who has left, or has no address. To be called `in_our_language`."""
    given = mail.addresses_of(person)
    if not given or not person.is_active:
        return None
    shown = said.link if said.link.startswith("http") else ""
    told = [_("%(name)s，您好，", name=person.name), *said.lines]
    if shown:
        told += filter(None, [_("打开：%(link)s", link=shown), said.below])
    return Letter(
        to=given[0],
        subject=said.subject,
        text="\n\n".join(told) + "\n",
        mark=sealing.token(said.mark.encode(), said.purpose),
        sender=sender,
        link=shown,
    )


def send(letter: Letter | None) -> None:
    """Nothing where there is none, or no mail can be sent. May send twice, under the same mark. Raises Undone."""
    db.session.rollback()  # no snapshot is held while the server thinks
    if letter is not None and mail.is_configured() and mail.is_usable(letter.to):
        mail.send(letter)
