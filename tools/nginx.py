"""Finds the nginx that the tests of deploy/ start, or gets it, or says in one line how to get it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Unpacked, not installed: an installed one would start by itself and take port 80 of whoever runs the tests.
UNPACKED = ROOT / ".venv" / "nginx"
OWN = UNPACKED / "usr" / "sbin" / "nginx"


def find() -> str | None:
    """The path of one that starts. NGINX names one outright."""
    for name in filter(None, (os.environ.get("NGINX"), "nginx", "/usr/sbin/nginx", str(OWN))):
        path = shutil.which(name)
        if path and _starts(path):
            return path
    return None


def _starts(path: str) -> bool:
    return subprocess.run([path, "-v"], capture_output=True, stdin=subprocess.DEVNULL).returncode == 0


def require() -> str:
    """Find it; on Debian unpack it beside the environment; otherwise end with the command that installs it."""
    path = find()
    if path is None and shutil.which("apt-get") and shutil.which("dpkg-deb"):
        print("Getting nginx for the tests of deploy/", file=sys.stderr, flush=True)
        _unpack()
        path = find()
    if path is None:
        raise SystemExit(
            "The tests need nginx: apt-get update && apt-get install -y nginx (or set NGINX to the path of one)"
        )
    return path


def _unpack() -> None:
    UNPACKED.mkdir(parents=True, exist_ok=True)
    steps = [["apt-get", "-qq", "update"]] if os.geteuid() == 0 else []
    for words in (*steps, ["apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", "nginx"]):
        subprocess.run(words, cwd=UNPACKED, stdin=subprocess.DEVNULL, stdout=sys.stderr)
    for package in sorted(UNPACKED.glob("nginx_*.deb")):
        subprocess.run(["dpkg-deb", "-x", package, UNPACKED], stdout=sys.stderr)
        package.unlink()


if __name__ == "__main__":
    print(require())
