"""A small disk that can be filled: a tmpfs of our own where we may mount one, else a folder that can only be used."""

import os
import subprocess
from pathlib import Path


class Disk:
    """The folder in which a desk keeps everything. `can_fill`: it is a disk of its own."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._ballast = folder / "ballast"
        options = f"size={megabytes}m,mode=0755"
        words = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
        self.can_fill = os.geteuid() == 0 and subprocess.run(words, capture_output=True).returncode == 0

    def fill(self) -> None:
        """To the last block."""
        with open(self._ballast, "wb", buffering=0) as file:
            for size in (1 << 20, 1 << 12):
                try:
                    while True:
                        file.write(bytes(size))
                except OSError:
                    continue

    def free(self) -> None:
        self._ballast.unlink(missing_ok=True)

    def leave(self) -> None:
        if self.can_fill:
            subprocess.run(["umount", "--lazy", str(self.folder)], check=True)
