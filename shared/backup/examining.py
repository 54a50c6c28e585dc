"""Whether a backup is whole: its file, its database, its record, its photos; found out in a place of its own."""

import gzip
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from alembic.script import ScriptDirectory
from flask_migrate import upgrade
from sqlalchemy import func, inspect, select, table, text

from shared.attachments.models import Attachment
from shared.attachments.storage import names_of
from shared.audit import roots
from shared.backup import loading, scratch, snapshots
from shared.backup.archive import DATABASE, FILES, Counted, Reader
from shared.backup.manifest import Manifest, Unusable
from shared.database import MIGRATIONS, db

CHUNK = 1 << 20
SOME = 1_000
# What parts that do not fit the manifest raise. Not every OSError: a full disk is no fault of theirs.
INCOMPLETE = (FileNotFoundError, gzip.BadGzipFile, EOFError, ValueError, KeyError)


@dataclass(frozen=True, slots=True)
class Findings:
    """*faults* came with the desk that was backed up: the file is as it was written, and can be restored."""

    manifest: Manifest
    timeline_rows: int
    faults: list[str] = field(default_factory=list)


def verify(path: Path) -> Findings:
    """Read the file alone and try everything in it. Raises Unusable, which says what is wrong, and OSError."""
    with tempfile.TemporaryDirectory(prefix="shouwen-verify-") as folder:
        place = Path(folder)
        tar = Reader(path)
        parts = unpacked(tar, place)
        with scratch.opened(scratch.address_in(place)):
            return fill_and_examine(tar, parts)


def unpacked(tar: Reader, place: Path) -> Path:
    """The parts of the database, in *place*; the rest is read and compared. Raises Unusable."""
    _check_release(tar.manifest)
    parts = place / "parts"
    parts.mkdir(mode=0o700)

    def sort(name: str, file: Counted) -> None:
        if name.startswith(DATABASE) and "/" not in name.removeprefix(DATABASE):
            with (parts / name.removeprefix(DATABASE)).open("wb") as kept:
                shutil.copyfileobj(file, kept, CHUNK)
        while file.read(CHUNK):
            pass

    tar.read(sort)
    return parts


def fill_and_examine(tar: Reader, parts: Path) -> Findings:
    """Make the current app's empty database the backup's, brought to this release, and look through it.

    Raises Unusable: it does not hold what the manifest says; and OSError.
    """
    try:
        return _filled_and_examined(tar, parts)
    except (*snapshots.UNREADABLE, *INCOMPLETE) as error:
        raise Unusable(f"its database cannot be read: {type(error).__name__}") from error


def _filled_and_examined(tar: Reader, parts: Path) -> Findings:
    manifest = tar.manifest
    on_sqlite = db.engine.dialect.name == "sqlite"
    if on_sqlite and manifest.engine == "sqlite":
        loading.unpack(parts, Path(db.engine.url.database or ""))
    else:
        loading.load(manifest, parts)
    shutil.rmtree(parts)
    _check_rows(manifest)
    upgrade()
    if on_sqlite:
        _check_pages()
    rows, broken = roots.verify()
    faults = [f"{fault.where}: {fault.what}" for fault in broken]
    if manifest.with_photos:
        faults += _photo_faults(tar)
    return Findings(manifest, rows, faults)


def _check_release(manifest: Manifest) -> None:
    known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    if manifest.revision not in known:
        raise Unusable(
            f"its database is of migration {manifest.revision}, which this release does not know: it was made by a "
            "newer one. Install that release first"
        )


def _check_rows(manifest: Manifest) -> None:
    with db.engine.connect() as connection:
        standing = set(inspect(connection).get_table_names())
        for name, rows in manifest.tables.items():
            counted = name in standing and connection.scalar(select(func.count()).select_from(table(name)))
            if counted is False or counted != rows:
                raise Unusable(f"its table {name} holds {counted or 0} rows instead of {rows}")
    if snapshots.ends_here() != manifest.ends:
        raise Unusable("its timelines do not end where they ended when it was made")


def _check_pages() -> None:
    with db.engine.connect() as connection:
        found = connection.execute(text("PRAGMA integrity_check")).scalars().all()
        broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    if found != ["ok"] or broken:
        raise Unusable(f"its database is damaged: {(found if found != ['ok'] else broken)[:3]}")


def _photo_faults(tar: Reader) -> Iterator[str]:
    """Each photo that a row names, with its thumbnail, beside what is in the file; both in order of their ids."""
    packed = ((name.removeprefix(FILES), digest) for name, digest in tar.sums() if name.startswith(FILES))
    name, digest = next(packed, ("", ""))
    gone = set(tar.manifest.gone)
    rows = select(Attachment.id, Attachment.sha256).order_by(Attachment.id).execution_options(yield_per=SOME)
    for photo, expected in db.session.execute(rows):
        for wanted in names_of(photo):
            if name != wanted:
                if wanted not in gone:
                    yield f"photo {wanted}: was missing when the backup was made"
                continue
            if wanted == names_of(photo)[0] and digest != bytes(expected).hex():
                yield f"photo {wanted}: was not as it had been stored when the backup was made"
            name, digest = next(packed, ("", ""))
