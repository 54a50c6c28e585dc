"""Photos on their way in: taken before the change is opened, refused one by one in plain words."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from shared.attachments.images import Unfit
from shared.attachments.models import Attachment
from shared.attachments.refusals import sentence
from shared.attachments.storage import NotStored
from shared.attachments.verbs import MOST, Received, attach, receive
from shared.cases.models import Draft

NAME_SHOWN = 24


@dataclass(slots=True)
class Taken:
    """What came of the files of one form."""

    photos: list[Received] = field(default_factory=list)
    unfit: list[str] = field(default_factory=list)  # why; another photo would do
    unstored: list[str] = field(
        default_factory=list
    )  # storage is full: nothing the sender does would help (F19)

    @property
    def refusals(self) -> list[str]:
        return self.unfit + self.unstored


def shown_name(name: str | None) -> str:
    """The sender's file name, short and harmless enough to be said back (T12)."""
    clean = "".join(c for c in (name or "") if c.isprintable() and c not in "\u202e\u200b").strip()
    clean = clean.replace("\\", "/").rpartition("/")[2]
    return f"{clean[:NAME_SHOWN]}…" if len(clean) > NAME_SHOWN else clean


def take(files: Iterable[FileStorage], room: int = MOST) -> Taken:
    """Check and store each file, at most *room*. Slow: never inside a change."""
    taken = Taken()
    for file in files:
        if not file.filename:
            continue  # a file field left empty
        if len(taken.photos) >= room:
            taken.unfit.append(too_many())
            break
        try:
            taken.photos.append(receive(file.stream))  # type: ignore[arg-type]
        except Unfit as error:
            taken.unfit.append(_("%(name)s：%(why)s", name=shown_name(file.filename), why=sentence(error)))
        except NotStored as error:
            taken.unstored.append(sentence(error))
    return taken


def keep(
    draft: Draft,
    before: Iterable[Attachment],
    photos: Iterable[Received],
    at: datetime,
    *,
    sent_again: bool = False,
) -> tuple[list[Attachment], bool]:
    """Add *photos* to those *before* in a draft that the caller holds: gives its photos then, and if all found room.

    *sent_again*: an answer was lost on the way, so that a photo which is there already stays one (F30).
    """
    held, is_room = list(before), True
    for photo in photos:
        if sent_again and any(photo.sha256 == one.sha256 for one in held):
            continue
        if len(held) >= MOST:
            is_room = False
            break
        held.append(attach(photo, public=True, at=at, draft_id=draft.id))
    return held, is_room


def too_many() -> str:
    return _("最多 %(most)s 张照片，多的没有收下。", most=MOST)
