"""Whether SQLite's log can be trusted to a folder (F17), and that what was renamed in one stays so.

Its readers and writers meet in shared memory and by POSIX locks. Over a network, and on some file systems in user
space, those are promised and not kept: two processes then write over each other, and the database is lost.
"""

import fcntl
import mmap
import os
import tempfile
from pathlib import Path

# Types as /proc/self/mountinfo names them, where another machine may hold the same file.
SHARED = frozenset(
    {
        "9p",
        "afs",
        "ceph",
        "cifs",
        "fuse.ceph",
        "fuse.glusterfs",
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.sshfs",
        "glusterfs",
        "lustre",
        "nfs",
        "nfs4",
        "smb3",
        "smbfs",
    }
)
MOUNTS = Path("/proc/self/mountinfo")
_SIGN = b"shared"


def trouble(folder: Path) -> str | None:
    """Why SQLite must not be used in *folder*, or None. What cannot be written to at all says so by itself."""
    kind = kind_of(folder)
    if kind in SHARED:
        return f"{folder} is on a network file system ({kind})"
    try:
        return _tried(folder)
    except PermissionError:
        return None


def kind_of(folder: Path, mounts: str | None = None) -> str:
    """The type of the file system that *folder* is on; empty where nobody says."""
    if mounts is None:
        try:
            mounts = MOUNTS.read_text()
        except OSError:
            return ""
    best, kind = "", ""
    path = str(folder.resolve())
    for line in mounts.splitlines():
        before, _dash, after = line.partition(" - ")
        place = before.split()[4].encode().decode("unicode_escape")
        within = path == place or path.startswith(place.rstrip("/") + "/")
        if within and len(place) >= len(best):  # of two mounted in one place the later counts
            best, kind = place, after.split()[0]
    return kind


def _tried(folder: Path) -> str | None:
    """Write through one mapping and read through another, then lock, as SQLite does with its `-shm` file."""
    try:
        handle, name = tempfile.mkstemp(prefix=".probe-", dir=folder)
    except OSError:  # missing, full or read-only: SQLite itself will say so
        return None
    try:
        os.ftruncate(handle, mmap.PAGESIZE)
        other = os.open(name, os.O_RDWR)
        try:
            with mmap.mmap(handle, mmap.PAGESIZE) as one, mmap.mmap(other, mmap.PAGESIZE) as two:
                one[: len(_SIGN)] = _SIGN
                if two[: len(_SIGN)] != _SIGN:
                    return f"memory is not shared between processes in {folder}"
            fcntl.lockf(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        finally:
            os.close(other)
    except OSError as error:
        return f"files in {folder} cannot be shared or locked ({error.strerror})"
    finally:
        os.close(handle)
        os.unlink(name)
    return None


def settle(folder: Path) -> None:
    """Have the names in *folder* on the disk: a rename is else forgotten when the power fails."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
