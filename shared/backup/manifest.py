"""What a backup says of itself: from when and what it is, how much it holds, and what it should add up to."""

import hmac
import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from shared import sealing

FORMAT = 1


class Unusable(Exception):
    """This file cannot be used; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """*tables*: rows by table. *columns*: of each table, in the order of its lines; none where the database lies whole.

    *ends*: digest over the last timeline row of every case. *sums*: of the list of all parts' digests.
    *with_photos*: whether they are in the file; an object store may have backups of its own.
    *missing*, *damaged*: names of photos that were lost, or not as stored, when the backup was made. *gone*: those
    erased between the moment of the database and that at which they were to be read (T41).
    """

    made_at: datetime
    engine: str
    revision: str
    key: str
    tables: dict[str, int]
    columns: dict[str, list[str]]
    ends: str
    latest_root: dict[str, str] | None
    with_photos: bool
    files: int
    sums: str
    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    format: int = FORMAT

    @property
    def cases(self) -> int:
        return self.tables.get("cases", 0)


def written(manifest: Manifest) -> bytes:
    facts: dict[str, Any] = {**asdict(manifest), "made_at": manifest.made_at.isoformat()}
    return json.dumps(facts, ensure_ascii=False, indent=1).encode()


def read(text: bytes) -> Manifest:
    """Raises Unusable: of another format, or not ours."""
    try:
        facts = json.loads(text)
        if facts["format"] != FORMAT:
            raise Unusable(f"it is of format {facts['format']}; this release reads format {FORMAT}")
        return Manifest(**{**facts, "made_at": datetime.fromisoformat(facts["made_at"])})
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Unusable("its manifest cannot be read") from error


def seal(text: bytes) -> bytes:
    """Who has not FIELD_KEY can neither alter a backup nor make one (T37)."""
    return sealing.derive(sealing.digest(text), "backup manifest").hex().encode()


def check_seal(text: bytes, seal_found: bytes) -> Manifest:
    """The manifest, if it was written under this desk's key and is as it was written. Raises Unusable."""
    found = read(text)
    if found.key != sealing.key_id():
        raise Unusable(
            f"it was made under another FIELD_KEY (key id {found.key}; this desk's is {sealing.key_id()}). "
            "Set FIELD_KEY to the key of that desk: without it no name or telephone in it can be read"
        )
    if not hmac.compare_digest(seal(text), seal_found.strip()):
        raise Unusable("its manifest was altered")
    return found
