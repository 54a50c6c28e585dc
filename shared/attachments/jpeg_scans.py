"""How often a JPEG passes over its picture, which decides what decoding it costs. Pure."""

import re
from dataclasses import dataclass

START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
BARE = frozenset({0x01, 0xD8, *range(0xD0, 0xD8)})  # markers without a length
# In the picture's data FF is followed by 00 or a restart marker only; anything else ends the scan.
_AFTER_SCAN = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")


@dataclass(frozen=True, slots=True)
class Scans:
    """*whole*: the first scan holds every component, so that decoding goes line by line.

    Otherwise the decoder keeps all coefficients of the full size, up to six bytes for each pixel, however
    small the picture that is asked of it.
    """

    count: int
    whole: bool


def scans(data: bytes) -> Scans:
    """Walk the markers of *data*. What cannot be followed is left to the decoder to refuse."""
    place, count, components, in_first = 2, 0, 0, 0
    progressive = False
    while place + 4 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == END_OF_IMAGE:
            break
        if marker == 0xFF or marker in BARE:
            place += 1 if marker == 0xFF else 2
            continue
        length = int.from_bytes(data[place + 2 : place + 4])
        body = data[place + 4 : place + 2 + length]
        if marker in FRAMES:
            progressive = marker % 4 == 2
            components = body[5] if len(body) > 5 else 0
        place += 2 + length
        if marker == START_OF_SCAN:
            count += 1
            in_first = in_first or (body[0] if body else 0)
            found = _AFTER_SCAN.search(data, place)
            if found is None:
                break
            place = found.end() - 2
    return Scans(count, whole=not progressive and in_first >= components)
