"""Finds the Chromium that the browser tests drive, or gets it, or says in one line how to get it."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """The path of a Chromium that starts (Ubuntu's stub does not). CHROMIUM names one outright."""
    for name in filter(None, (os.environ.get("CHROMIUM"), *NAMES)):
        path = shutil.which(name)
        if (
            path
            and subprocess.run([path, "--version"], capture_output=True, stdin=subprocess.DEVNULL).returncode
            == 0
        ):
            return path
    return None


def require() -> str:
    """Find it; as root on Debian install it; otherwise end with the command that does."""
    path = find()
    if path is None and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium for the browser tests", file=sys.stderr, flush=True)
        settings = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
            subprocess.run(["apt-get", *words], env=settings, stdin=subprocess.DEVNULL, stdout=sys.stderr)
        path = find()
    if path is None:
        raise SystemExit(
            "The tests need Chromium: apt-get update && apt-get install -y chromium"
            " (or set CHROMIUM to the path of one)"
        )
    return path


if __name__ == "__main__":
    print(require())
