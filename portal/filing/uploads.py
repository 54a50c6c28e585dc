"""Photos on their way in: taken before the change is opened, refused one by one in plain words."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from shared.attachments.images import Unfit
from shared.attachments.refusals import sentence
from shared.attachments.storage import NotStored
from shared.attachments.verbs import MOST, Received, receive

NAME_SHOWN = 24


@dataclass(slots=True)
class Taken:
    """What came of the files of one form."""

    photos: list[Received] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


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
            taken.refusals.append(too_many())
            break
        try:
            taken.photos.append(receive(file.stream))  # type: ignore[arg-type]
        except (Unfit, NotStored) as error:
            taken.refusals.append(f"{shown_name(file.filename)}：{sentence(error)}")
    return taken


def too_many() -> str:
    return _("最多 %(most)s 张照片，多的没有收下。", most=MOST)
