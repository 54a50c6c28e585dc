"""Where long exports lie until they are fetched: a folder of DATA_DIR that nobody else reads, and what is in it."""

import os
import re
import secrets
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from flask import current_app

NAME = re.compile(r"(?P<key>[0-9a-f]{32})\.(cases|\d{7}|xlsx|csv)")
UNFINISHED = ".unfinished"
IDS = "q"  # eight bytes for each case


def new_key() -> str:
    """What the files of one export begin with."""
    return secrets.token_hex(16)


def write_ids(key: str, ids: Sequence[int]) -> None:
    """Keep which cases it will be, in their order, so that what changes meanwhile shifts nothing."""
    with writing(f"{key}.cases") as file:
        file.write(array(IDS, ids).tobytes())


def ids_of(key: str, start: int, most: int) -> list[int]:
    """Some of them. Raises FileNotFoundError."""
    found = array(IDS)
    with opened(f"{key}.cases") as file:
        file.seek(start * found.itemsize)
        found.frombytes(file.read(most * found.itemsize))
    return found.tolist()


def part_of(key: str, begins: int) -> str:
    return f"{key}.{begins:07}"


def parts(key: str) -> Iterator[BinaryIO]:
    """What has been written, in order, each opened while it is read."""
    for name in sorted(name for name in names() if re.fullmatch(rf"{key}\.\d{{7}}", name)):
        with opened(name) as file:
            yield file


def opened(name: str) -> BinaryIO:
    """Raises FileNotFoundError."""
    return _path(name).open("rb")


def size_of(name: str) -> int:
    return _path(name).stat().st_size


@contextmanager
def writing(name: str) -> Iterator[BinaryIO]:
    """The file stands under its name once it is whole, in place of what stood there."""
    path = _path(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{secrets.token_hex(16)}{UNFINISHED}")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)


def empty(key: str, but: str = "") -> None:
    """Delete all files of that export, *but* the one named."""
    for name in names():
        if name.startswith(key) and name != but:
            _path(name).unlink(missing_ok=True)


def names() -> list[str]:
    return [name for name in _listed() if NAME.fullmatch(name)]


def keys_before(instant: datetime) -> set[str]:
    """Of the exports of which a file is older than that."""
    return {name[:32] for name in names() if _written_at(name) < instant}


def discard_unfinished(before: datetime) -> None:
    """What a process that died left half-written."""
    for name in _listed():
        if name.endswith(UNFINISHED) and _written_at(name) < before:
            (_folder() / name).unlink(missing_ok=True)


def _written_at(name: str) -> datetime:
    try:
        return datetime.fromtimestamp((_folder() / name).stat().st_mtime, UTC)
    except FileNotFoundError:  # another was quicker
        return datetime.max.replace(tzinfo=UTC)


def _listed() -> list[str]:
    try:
        return os.listdir(_folder())
    except FileNotFoundError:
        return []


def _folder() -> Path:
    folder: Path = current_app.extensions["shouwen"].data_dir / "exports"
    return folder


def _path(name: str) -> Path:
    if not NAME.fullmatch(name):
        raise ValueError("not a name of ours")
    return _folder() / name
