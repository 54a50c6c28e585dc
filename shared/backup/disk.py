"""Making sure that what was renamed stays renamed when the power fails."""

import os
from pathlib import Path


def settle(folder: Path) -> None:
    """Have the names in *folder* on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
