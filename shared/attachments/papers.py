"""A scanned letter (PDF) becomes the pictures of its pages, so that nothing of the sender's bytes survives (T13)."""

import struct
from pathlib import Path
from threading import Lock

from shared.attachments import apart, rendering
from shared.attachments.images import LARGEST_FILE, Reason, Unfit, turn
from shared.attachments.rendering import LENGTH

_PATIENCE = 2 * rendering.SECONDS  # on the clock: another may have the processor
_SAID = {rendering.LOCKED: Reason.LOCKED, rendering.TOO_MANY: Reason.TOO_MANY_PAGES}
_one_at_a_time = Lock()


def is_paper(head: bytes) -> bool:
    """By how it begins: scanners put a line or two before it."""
    return b"%PDF-" in head[:1024]


def pages(data: bytes, most: int) -> list[bytes]:
    """A JPEG of each page, in their order, to be checked like any photo. Raises Unfit, also for more than *most*."""
    if len(data) > LARGEST_FILE:
        raise Unfit(Reason.TOO_LARGE)
    with turn(_one_at_a_time, _PATIENCE):
        code, said = apart.run(["-I", str(Path(rendering.__file__)), str(most)], data, _PATIENCE)
    if code:
        raise Unfit(_SAID.get(code, Reason.BROKEN))
    return _cut(said)


def _cut(stream: bytes) -> list[bytes]:
    """The pages behind their lengths; of a program that was made to say something else nothing is taken."""
    found, start = [], 0
    try:
        while start < len(stream):
            (length,) = LENGTH.unpack_from(stream, start)
            start += LENGTH.size
            found.append(stream[start : start + length])
            start += length
    except struct.error:
        raise Unfit(Reason.BROKEN) from None
    if start > len(stream):
        raise Unfit(Reason.BROKEN)
    return found
