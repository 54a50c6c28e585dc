"""A pass over a mailbox: every mail in it is taken in a change of its own, and marked once that stands.

Whatever ends a pass in the middle, the next finds the same mails: one that was taken and not marked is known by its
digest and only marked.
"""

import logging
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from shared.clock import now
from shared.config import Mailbox
from shared.database import db, transaction
from shared.email_intake import health, parsing, photos, server, taking
from shared.email_intake.health import Trouble
from shared.email_intake.models import InboundMail
from shared.email_intake.parsing import Mail, Unreadable
from shared.email_intake.server import Away, Fetched, Session
from shared.email_intake.taking import Arrival
from shared.identity.models import Estate

log = logging.getLogger(__name__)

BATCH = 50  # mails of one pass; the rest is left to the next
MOST_FAILED = 500  # that one pass tries: so many that cannot be taken must not keep the others waiting


@dataclass(slots=True)
class Pass:
    """What came of it: how many mails by outcome, and what stood in the way."""

    outcomes: Counter[str] = field(default_factory=Counter)
    trouble: Trouble | None = None
    failed: int = 0

    @property
    def is_over(self) -> bool:
        return self.outcomes.total() >= BATCH or self.failed >= MOST_FAILED


def poll(mailbox: Mailbox, stopping: Callable[[], bool] = lambda: False) -> Pass:
    """Take what waits in *mailbox*. Never raises for what the mail server or a mail does."""
    done = Pass()
    try:
        estate_id = db.session.scalar(select(Estate.id).where(Estate.slug == mailbox.estate))
        db.session.rollback()  # no snapshot is held while a mail server thinks
        if estate_id is None:
            raise Away(Trouble.NO_ESTATE)
        with server.opened(mailbox) as session:
            for uid in session.waiting(now()):
                if done.is_over or stopping():
                    break
                _take_one(session, uid, mailbox, estate_id, done)
    except Away as away:
        log.warning("the mailbox of %s: %s", mailbox.estate, away.trouble.value)
        done.trouble = away.trouble
    health.note(_folder(), mailbox, now(), done.trouble)
    return done


def poll_unless_pausing(mailbox: Mailbox, stopping: Callable[[], bool]) -> None:
    """For the schedule, which comes by every minute."""
    if not health.is_pausing(_folder(), mailbox, now()):
        poll(mailbox, stopping)


def _folder() -> Path:
    folder: Path = current_app.extensions["shouwen"].data_dir
    return folder


def _take_one(session: Session, uid: str, mailbox: Mailbox, estate_id: int, done: Pass) -> None:
    """One mail that cannot be taken must not keep the others waiting."""
    fetched = session.fetch(uid)
    if fetched is None:
        return
    try:
        outcome = _taken(fetched, mailbox, estate_id)
    except Exception as error:  # a bug, or the database: what a mail says is not for the log
        db.session.rollback()
        where = traceback.extract_tb(error.__traceback__)[-1]
        told = (type(error).__qualname__, where.filename, where.lineno)
        log.error("a mail to %s could not be taken: %s at %s:%s", mailbox.estate, *told)
        done.trouble = Trouble.FAILED
        done.failed += 1
        return
    done.outcomes[outcome] += 1
    session.mark_taken(uid)


def _taken(fetched: Fetched, mailbox: Mailbox, estate_id: int) -> str:
    mail = _read(fetched.raw)
    digest = taking.digest_of(mailbox, fetched.raw, mail)
    if _is_known(digest):
        return "known"
    arrival = Arrival(digest, mail, fetched.came_at, _photos(mail, mailbox, fetched.is_cut))
    at = now()
    with transaction():
        row = taking.take(arrival, mailbox, db.session.get_one(Estate, estate_id), at)
        return row.outcome if row else "known"


def _read(raw: bytes) -> Mail | None:
    try:
        return parsing.read(raw)
    except Unreadable:
        return None


def _is_known(digest: bytes) -> bool:
    known = db.session.scalar(select(InboundMail.id).where(InboundMail.digest == digest)) is not None
    db.session.rollback()
    return known


def _photos(mail: Mail | None, mailbox: Mailbox, is_cut: bool) -> photos.Taken:
    """Nothing of a machine's mail is worth storing."""
    if mail is None or taking.why_machine(mail, mailbox) is not None:
        return photos.Taken()
    return photos.take(mail.files, is_cut=is_cut)
