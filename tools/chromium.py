"""Finds the Chromium that the browser tests drive, or gets it, or says in one line how to get it.

Two of them, of one release: the browser whole, and its engine alone (Debian's chromium-headless-shell), which draws
no windows of its own and takes three fifths of the time. The engine has no notifications, so some need the whole.
"""

import os
import shutil
import subprocess

from tools import debian

WHOLE = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ENGINE = ("chromium-headless-shell", "chrome-headless-shell")
PACKAGES = ("chromium", "chromium-headless-shell")


def find(names: tuple[str, ...]) -> str | None:
    """The path of the first that starts (Ubuntu's stub does not). CHROMIUM names one outright."""
    for name in filter(None, (os.environ.get("CHROMIUM"), *names)):
        path = shutil.which(name)
        if (
            path
            and subprocess.run([path, "--version"], capture_output=True, stdin=subprocess.DEVNULL).returncode
            == 0
        ):
            return path
    return None


def whole() -> str:
    """The browser as people have it; ends the program where there is none."""
    path = find(WHOLE)
    if path is None:
        raise SystemExit(
            "The tests need Chromium: apt-get update && apt-get install -y chromium"
            " (or set CHROMIUM to the path of one)"
        )
    return path


def engine() -> str:
    """The engine alone; where it is not packaged, the whole browser does as well."""
    return find(ENGINE) or whole()


def install() -> None:
    """What is missing, as root on Debian; elsewhere the whole browser must be there already."""
    missing = [p for p, names in zip(PACKAGES, (WHOLE, ENGINE), strict=True) if find(names) is None]
    if missing and debian.may_install():
        debian.install("Chromium for the browser tests", *missing)
    whole()


if __name__ == "__main__":
    install()
    print(whole(), engine())
