"""The file of a backup: a tar with the parts, the list of their digests, then the manifest and its seal.

The manifest comes last: a file that ends before it was never finished. Read and written front to back, so that
memory does not grow with what is in it.
"""

import hashlib
import io
import os
import re
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedRandom
from pathlib import Path
from typing import IO

from shared.attachments.port import NAME
from shared.backup import manifest as manifests
from shared.backup.manifest import Manifest, Unusable

DATABASE = "database/"
FILES = "files/"
SUMS, MANIFEST, SEAL = "SHA256SUMS", "manifest.json", "manifest.seal"
PART = re.compile(
    rf"{DATABASE}\w[\w.]{{0,99}}|{FILES}{NAME.pattern}|{SUMS}|{re.escape(MANIFEST)}|{re.escape(SEAL)}"
)
CHUNK = 1 << 20


class Writer:
    """Writes the parts of a tar. Whoever finds no manifest in it knows that it was not finished."""

    def __init__(self, file: IO[bytes], tar: tarfile.TarFile, sums: BufferedRandom) -> None:
        self._file, self._tar, self._sums = file, tar, sums

    def add(self, name: str, content: bytes) -> str:
        """Add a part; gives its SHA-256."""
        digest = hashlib.sha256(content).hexdigest()
        self._add(name, io.BytesIO(content), len(content))
        self._sums.write(f"{digest}  {name}\n".encode())
        return digest

    def add_file(self, name: str, path: Path) -> None:
        """Add what lies at *path*."""
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            file.seek(0)
            self._add(name, file, path.stat().st_size)
        self._sums.write(f"{digest}  {name}\n".encode())

    def sums(self) -> str:
        """Add the list of digests; gives its own."""
        self._sums.seek(0)
        digest = hashlib.file_digest(self._sums, "sha256").hexdigest()
        size = self._sums.tell()
        self._sums.seek(0)
        self._add(SUMS, self._sums, size)
        return digest

    def finish(self, manifest: Manifest) -> None:
        """Add the manifest; the file is complete, and on the disk."""
        text = manifests.written(manifest)
        for name, content in ((MANIFEST, text), (SEAL, manifests.seal(text))):
            self._add(name, io.BytesIO(content), len(content))
        self._tar.close()
        self._file.flush()
        os.fsync(self._file.fileno())

    def _add(self, name: str, file: IO[bytes], size: int) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        self._tar.addfile(info, file)
        _forget(self._tar)


@contextmanager
def writing(path: Path, scratch: Path) -> Iterator[Writer]:
    """A writer of a new file at *path*, readable by nobody else."""
    with (
        open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file,
        tarfile.open(fileobj=file, mode="w|", bufsize=CHUNK) as tar,
        (scratch / SUMS).open("wb+") as sums,
    ):
        yield Writer(file, tar, sums)


def _forget(tar: tarfile.TarFile) -> None:
    """It would remember every photo."""
    vars(tar)["members"].clear()


Sink = Callable[[str, "Counted"], None]


class Reader:
    """A backup at *path*. Raises Unusable: unfinished, altered, of another key."""

    def __init__(self, path: Path) -> None:
        self.path = path
        tail = {name: file.read() for name, file in self._parts() if name in (MANIFEST, SEAL)}
        if set(tail) != {MANIFEST, SEAL}:
            raise Unusable("it holds no manifest: it was never finished, or was cut short")
        self.manifest = manifests.check_seal(tail[MANIFEST], tail[SEAL])

    def sums(self) -> Iterator[tuple[str, str]]:
        """Name and digest of each part, in their order."""
        for name, file in self._parts():
            if name == SUMS:
                for line in file:
                    digest, _space, part = line.decode(errors="replace").rstrip("\n").partition("  ")
                    yield part, digest

    def read(self, sink: Sink) -> None:
        """Give every part to *sink*, which must read it to its end. Raises Unusable: not as it was written."""
        expected, listed = self.sums(), False
        for name, file in self._parts():
            counted = Counted(file)
            if name == SUMS:
                while counted.read(CHUNK):
                    pass
                listed = counted.digest == self.manifest.sums
            elif name not in (MANIFEST, SEAL):
                sink(name, counted)
                if next(expected, None) != (name, counted.digest):
                    raise Unusable(f"{name} in it is not as it was written")
        if not listed or next(expected, None) is not None:
            raise Unusable("its list of parts is not as it was written")

    def _parts(self) -> Iterator[tuple[str, IO[bytes]]]:
        try:
            with tarfile.open(self.path, "r:") as tar:
                while (info := tar.next()) is not None:
                    _forget(tar)
                    yield info.name, _part(tar, info)
        except (tarfile.TarError, EOFError) as error:
            raise Unusable(f"it cannot be read: {error}") from error
        except OSError as error:
            raise Unusable(f"it cannot be read: {error.strerror or error}") from error


def _part(tar: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    """What lies in it under a name that we give. Raises Unusable: a link, a device, a way out of the folder (T37)."""
    file = tar.extractfile(info) if info.isreg() and PART.fullmatch(info.name) else None
    if file is None:
        raise Unusable(f"it holds {info.name!r}, which is no part of a backup")
    return file


class Counted(io.RawIOBase):
    """A part that is hashed as it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._hash = file, hashlib.sha256()

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        found = self._file.read(-1 if size is None else size)
        self._hash.update(found)
        return found

    def readinto(self, buffer: "bytearray | memoryview", /) -> int:  # type: ignore[override]
        found = self.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)
