"""Where the bytes of photos lie: in a folder, or in an object store with a spool before it (STORAGE_URL)."""

from collections.abc import Callable
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flask import current_app

from shared.attachments import object_store
from shared.attachments.folder import Folder
from shared.attachments.port import NotStored, Storage, Unreachable, id_in, name_of, names_of
from shared.attachments.spool import Spooled
from shared.config import Bucket, Config

__all__ = [
    "NotStored",
    "Storage",
    "Unreachable",
    "current_storage",
    "id_in",
    "name_of",
    "names_of",
    "storage_of",
]

SPOOL = "spool"


def storage_of(config: Config) -> Storage:
    """The storage that these settings mean."""
    if config.bucket is not None:
        return _spooled(config.bucket, config.data_dir / SPOOL)
    return Folder(Path(unquote(urlsplit(config.storage_url).path)))


def current_storage() -> Storage:
    """The storage of this application."""
    return storage_of(current_app.extensions["shouwen"])


@cache
def _spooled(bucket: Bucket, spool: Path) -> Spooled:
    """One for a process's whole life: its connections, and what is known of a store that is down."""
    patient = cache(partial(object_store.ObjectStore, bucket, object_store.CARRYING))
    return Spooled(object_store.ObjectStore(bucket, object_store.WAITED_FOR), Folder(spool), patient)


def carry_spool(stopping: Callable[[], bool]) -> int:
    """For the schedule of each server: what waits there for the object store, carried over; how many files."""
    storage = current_storage()
    return storage.carry(stopping) if isinstance(storage, Spooled) else 0


def may_wait_elsewhere() -> bool:
    """Whether other servers have spools, of which this one cannot know what waits in them."""
    return isinstance(current_storage(), Spooled)


def waiting_here() -> tuple[int, datetime | None]:
    """How many files wait on this server for the object store, and since when the oldest does (F34)."""
    storage = current_storage()
    if not isinstance(storage, Spooled):
        return 0, None
    names = storage.waiting()
    return len(names), storage.waits_since(names)
