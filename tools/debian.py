"""What the machine's package manager brings for the tests, where it may be asked: as root on Debian and Ubuntu."""

import os
import shutil
import subprocess
import sys

APT = ("apt-get", "-qq", "-y")


def may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(what: str, *packages: str) -> None:
    """Get *packages* one by one, since not every release has each; *what* they are is told. Ask `may_install` first."""
    print(f"Installing {what}", file=sys.stderr, flush=True)
    settings = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], *(["install", "--no-install-recommends", package] for package in packages)):
        subprocess.run([*APT, *words], env=settings, stdin=subprocess.DEVNULL, stdout=sys.stderr)
