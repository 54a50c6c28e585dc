"""Taking, attaching, adopting and removing photos. The caller opens the change, and authorises."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from flask_babel import gettext as _
from sqlalchemy import func, select

from shared import counting
from shared.attachments import images, papers, queries
from shared.attachments.models import Attachment
from shared.attachments.port import QUARANTINE, NotStored, Unreachable
from shared.attachments.serving import UNDER_WAY, is_under_way
from shared.attachments.storage import current_storage, names_of
from shared.clock import now
from shared.counting import What
from shared.database import db
from shared.errors import Refused
from shared.outbox import rows
from shared.outbox.tasks import task
from shared.sealing import digest

MOST = 6  # photos of one draft, and of one act
FILING = "filing"


@dataclass(frozen=True, slots=True)
class Received:
    """A photo whose files are written and which no row names yet; left so, it is swept away after an hour."""

    id: str
    width: int
    height: int
    size: int  # in bytes
    sha256: bytes


def receive(stream: BinaryIO | bytes) -> Received:
    """Check, encode anew and write to storage. Slow, so before a change is opened, never inside one.

    Raises images.Unfit or storage.NotStored; `refusals.sentence` has words for both.
    """
    with _refusals_counted():
        prepared = images.prepare(stream)
    thumb = images.thumbnail(prepared.jpeg)
    received = Received(
        id=secrets.token_hex(16),
        width=prepared.width,
        height=prepared.height,
        size=len(prepared.jpeg),
        sha256=digest(prepared.jpeg),
    )
    _put(dict(zip(names_of(received.id), (prepared.jpeg, thumb), strict=True)))
    return received


def _put(files: dict[str, bytes]) -> None:
    """All of them; where one finds no room, what is there of the others makes room again. Raises NotStored."""
    storage = current_storage()
    try:
        for name, content in files.items():
            storage.put(name, content)
    except NotStored:
        for name in files:
            with suppress(OSError, Unreachable):  # the sweep meets it then
                storage.delete(name)
        raise


def receive_paper(data: bytes, most: int) -> list[Received]:
    """The pages of a scanned letter, each as a photo. As `receive`; raises Unfit for more than *most* pages too."""
    with _refusals_counted():
        pages = papers.pages(data, most)
    return [receive(page) for page in pages]


@contextmanager
def _refusals_counted() -> Iterator[None]:
    try:
        yield
    except images.Unfit as unfit:
        counting.count(What.UPLOAD_REFUSED, unfit.reason)
        raise


def attach(
    received: Received,
    *,
    public: bool,
    at: datetime,
    draft_id: int | None = None,
    case_id: int | None = None,
    round: int | None = None,
    act: str | None = None,
) -> Attachment:
    """Make *received* part of a draft, or of the act on a case that happens at *at*.

    The caller holds the lock on that draft or case. Raises Refused when it has six already.
    """
    if (draft_id is None) == (case_id is None):
        raise ValueError("a photo belongs to a draft or to a case")
    if case_id is not None and (round is None or act is None):
        raise ValueError("a photo of a case comes with an act in a round")
    if _held(draft_id, case_id, act, at) >= MOST:
        raise Refused(_("一次最多 %(most)s 张照片。请先删去一张，再添加。", most=MOST))
    attachment = Attachment(
        id=received.id,
        draft_id=draft_id,
        case_id=case_id,
        round=round,
        act=act,
        public=public,
        width=received.width,
        height=received.height,
        size=received.size,
        sha256=received.sha256,
        stored_at=at,
    )
    db.session.add(attachment)
    db.session.flush()
    return attachment


def adopt(
    draft_id: int, case_id: int, ids: Sequence[str] | None = None, *, round: int = 1
) -> list[Attachment]:
    """Give the photos of a draft, or those of them in *ids*, to the case that it became.

    Raises Refused when one of *ids* is not in this draft: a photo of somebody else is not to be had so (T08).
    """
    held = queries.of_draft(draft_id)
    if ids is not None:
        if not set(ids) <= {attachment.id for attachment in held}:
            raise Refused(_("有照片已不在这份草稿里。请重新选择照片。"))
        held = [attachment for attachment in held if attachment.id in set(ids)]
    for attachment in held:
        attachment.draft_id, attachment.case_id = None, case_id
        attachment.round, attachment.act = round, FILING
    db.session.flush()
    return held


def remove(attachment: Attachment) -> None:
    """Forget the row now, and the files once that stands.

    What may wait in the spool of another server is carried over all the same, and deleted then.
    """
    payload, key = {"attachment": attachment.id}, f"delete_photo:{attachment.id}"
    rows.write("delete_photo", payload, key)
    if is_under_way(attachment.stored_at):
        rows.write("delete_photo", payload, f"{key}:carried", now() + UNDER_WAY)
    db.session.delete(attachment)
    db.session.flush()


@task("delete_photo")
def delete_files(payload: dict[str, str]) -> None:
    """Delete both files of a removed photo, swept aside or not; one that has a row again is left alone."""
    if db.session.get(Attachment, payload["attachment"]) is None:
        for name in names_of(payload["attachment"]):
            current_storage().delete(name)
            current_storage().delete(QUARANTINE + name)


def _held(draft_id: int | None, case_id: int | None, act: str | None, at: datetime) -> int:
    """How many the draft, or this act, has; one act is told from another of its kind by its instant."""
    if draft_id is not None:
        mine = [Attachment.draft_id == draft_id]
    else:
        mine = [Attachment.case_id == case_id, Attachment.act == act, Attachment.stored_at == at]
    return db.session.scalar(select(func.count()).select_from(Attachment).where(*mine)) or 0
