"""Making a backup while the desk works: the database first, then the photos that it names.

A photo is on the disk before a row names it and never changes; so the photos that a moment's rows name can be read at
leisure afterwards, but those that are erased meanwhile, which the manifest names. The other way round, rows would come
to name photos that were not there yet when the photos were read.
"""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from shared import sealing
from shared.attachments.models import Attachment
from shared.attachments.storage import current_storage, id_in, names_of
from shared.backup import snapshots
from shared.backup.archive import DATABASE, FILES, Writer, writing
from shared.backup.manifest import Manifest
from shared.backup.snapshots import Snapshot
from shared.database import db
from shared.file_systems import settle

SUFFIX = ".tar"
UNFINISHED = ".unfinished-"
SOME = 500
ABANDONED = timedelta(days=1)


def create(folder: Path, at: datetime, name: str = "", *, with_photos: bool = True) -> tuple[Path, Manifest]:
    """Write a backup of this desk into *folder*, by *name* or by that of its time. Opens no change; nobody waits.

    Whatever has that name stays until the new one is whole. Raises OSError, Unreachable.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _clear(folder, at)
    scratch = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=folder))
    try:
        draft = scratch / "backup"
        with writing(draft, scratch) as tar:
            manifest = _write(tar, snapshots.take(scratch), at, with_photos)
        path = folder / (name or f"shouwen-{at:%Y%m%dT%H%M%SZ}{SUFFIX}")
        draft.rename(path)
        settle(folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return path, manifest


def _clear(folder: Path, at: datetime) -> None:
    """Away with what backups that were killed have left; one that takes longer than a day is none."""
    for leftover in folder.glob(f"{UNFINISHED}*"):
        if at.timestamp() - leftover.stat().st_mtime > ABANDONED.total_seconds():
            shutil.rmtree(leftover, ignore_errors=True)


def _write(tar: Writer, taken: Snapshot, at: datetime, with_photos: bool) -> Manifest:
    for name, path in taken.parts.items():
        tar.add_file(DATABASE + name, path)
        path.unlink()
    files, absent, damaged = _write_photos(tar, taken.photos) if with_photos else (0, [], [])
    missing = _still_named(absent)
    manifest = Manifest(
        made_at=at,
        engine=taken.engine,
        revision=taken.revision,
        key=sealing.key_id(),
        tables=taken.tables,
        columns=taken.columns,
        ends=taken.ends,
        latest_root=taken.latest_root,
        with_photos=with_photos,
        files=files,
        sums=tar.sums(),
        missing=missing,
        damaged=damaged,
        gone=[name for name in absent if name not in missing],
    )
    tar.finish(manifest)
    return manifest


def _write_photos(tar: Writer, listed: Path) -> tuple[int, list[str], list[str]]:
    """How many files there were, then which were not there and which not as they were stored (F35)."""
    storage = current_storage()
    files, absent, damaged = 0, list[str](), list[str]()
    for photo, digest in read_photos(listed):
        for name in names_of(photo):
            try:
                with storage.open(name) as file:
                    content = file.read()
            except FileNotFoundError:
                absent.append(name)
                continue
            found = tar.add(FILES + name, content)
            files += 1
            if name == names_of(photo)[0] and found != digest:
                damaged.append(name)
    return files, absent, damaged


def read_photos(listed: Path) -> Iterator[tuple[str, str]]:
    with listed.open() as lines:
        for line in lines:
            photo, digest = line.split()
            yield photo, digest


def _still_named(absent: list[str]) -> list[str]:
    """Without those whose case was erased, or draft deleted, since the moment of the database."""
    ids = sorted({id_in(name) for name in absent})
    named: set[str] = set()
    for some in (ids[start : start + SOME] for start in range(0, len(ids), SOME)):
        named.update(db.session.scalars(select(Attachment.id).where(Attachment.id.in_(some))))
    return [name for name in absent if id_in(name) in named]
