"""The files of a mail, through the same checks as every photo. What is not taken is counted, and told."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from shared.attachments import verbs
from shared.attachments.images import Reason, Unfit
from shared.attachments.storage import NotStored
from shared.attachments.verbs import MOST, Received
from shared.email_intake.parsing import File

TOO_MANY, NOT_STORED = "too_many", "not_stored"


@dataclass(frozen=True, slots=True)
class Taken:
    """Photos that are stored, and how many were left out, by reason."""

    photos: tuple[Received, ...] = ()
    left_out: Counter[str] = field(default_factory=Counter)


def take(files: Iterable[File], *, is_cut: bool = False) -> Taken:
    """Store what is a photo; one is decoded at a time. Slow: never inside a change.

    *is_cut*: of a mail that was too large only the beginning was read, so what breaks off is what was too large.
    """
    photos: list[Received] = []
    left_out: Counter[str] = Counter()
    for file in files:
        if len(photos) >= MOST:
            left_out[TOO_MANY] += 1
            continue
        try:
            photos.append(verbs.receive(file.content))
        except Unfit as error:
            broken = error.reason in (Reason.BROKEN, Reason.EMPTY, Reason.NOT_AN_IMAGE)
            left_out[Reason.TOO_LARGE if is_cut and broken else error.reason.value] += 1
        except NotStored:
            left_out[NOT_STORED] += 1
    return Taken(tuple(photos), left_out)
