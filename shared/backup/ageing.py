"""Backups age out: what was erased from the desk must not stand on in them (T41)."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

NAME = re.compile(r"shouwen-(\d{8}T\d{6}Z)\.tar")


def made_at(path: Path) -> datetime | None:
    """When the backup of that name was made; None: not a name of ours."""
    found = NAME.fullmatch(path.name)
    return datetime.strptime(found[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) if found else None


def prune(folder: Path, older_than: timedelta, at: datetime) -> list[Path]:
    """Delete the backups in *folder* that are older, but never the last one; gives those deleted."""
    dated = sorted((made, path) for path in folder.iterdir() if (made := made_at(path)) is not None)
    old = [path for made, path in dated[:-1] if at - made > older_than]
    for path in old:
        path.unlink()
    return old
