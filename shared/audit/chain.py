"""The hash that ties a timeline row to the one before it. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

START = b""


def row_hash(
    before: bytes,
    *,
    case_id: int,
    seq: int,
    round: int,
    at: datetime,
    act: str,
    actor_id: int | None,
    public: bool,
    data: Mapping[str, Any],
) -> bytes:
    """SHA-256 over the previous hash and every field of the row, in a form that both databases give back alike."""
    content = json.dumps(
        [case_id, seq, round, at.astimezone(UTC).isoformat(), act, actor_id, public, data],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(before + content.encode()).digest()


def root_hash(ends: Iterable[tuple[int, int, bytes]]) -> bytes:
    """SHA-256 over (case id, seq, hash) of the last row of each case, in order of case."""
    digest = hashlib.sha256()
    for case_id, seq, end in ends:
        digest.update(f"{case_id}:{seq}:".encode() + end)
    return digest.digest()
