"""Brings a fresh machine to where `make run` or `make test` can start; does nothing when all is in place.

Runs on the machine's own Python (3.11 or newer) and needs nothing but its standard library.
Each step leaves a stamp that holds the digest of what it was made from, so that a second start takes no time
and a changed lock file is noticed even when its date is not newer.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tools import chromium, faketime, fonts, front_end, nginx

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / ".set-up"
TRANSLATIONS = ROOT / "shared" / "translations"
LOCKS = {
    "run": "requirements-embedded.txt",
    "test": "requirements-dev.txt",
    "production": "requirements.txt",
}


def say(text: str) -> None:
    """Progress goes to stderr: the output of `make flask ARGS='… --json'` must stay clean."""
    print(text, file=sys.stderr, flush=True)


def run(*command: str | Path) -> None:
    """Run one command with its output on stderr; end the set-up with its name if it fails."""
    words = [str(word) for word in command]
    ended = subprocess.run(words, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=sys.stderr)
    if ended.returncode != 0:
        raise SystemExit(f"Set-up stopped: this command failed: {' '.join(words)}")


def digest(paths: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for path in paths:
        total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def once(name: str, made_from: Iterable[Path], makes: Path, step: Callable[[], None]) -> None:
    """Do the step unless its stamp says it was done from the same inputs and its result is still there."""
    stamp, wanted = STAMPS / name, digest(made_from)
    if makes.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    step()
    stamp.write_text(wanted)


@contextmanager
def alone() -> Iterator[None]:
    """Two commands started together on a fresh clone must not install into a half-made environment."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def environment() -> None:
    if PYTHON.exists() and subprocess.run([PYTHON, "-c", "import pip"], capture_output=True).returncode == 0:
        return
    say("Making the environment .venv")
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], capture_output=True, text=True)
    if made.returncode != 0:
        say(made.stdout + made.stderr)
        raise SystemExit(
            "Set-up stopped: this Python cannot make environments. "
            "On Debian and Ubuntu: apt-get install -y python3-venv"
        )


def packages(lock: str) -> None:
    def install() -> None:
        say(f"Installing {lock}")
        # --no-deps: what the lock does not name must not come in.
        quietly = ["--quiet", "--disable-pip-version-check", "--root-user-action=ignore", "--no-input"]
        # The tests read half of what they install, and keep it compiled; production may not write there.
        quietly += ["--no-compile"] if lock == LOCKS["test"] else []
        run(PYTHON, "-m", "pip", "install", *quietly, "--no-deps", "--require-hashes", "-r", ROOT / lock)

    once(lock, [ROOT / lock], VENV, install)


def libraries() -> None:
    def install() -> None:
        npm = front_end.npm_of_the_machine()
        if npm is None:
            packages("requirements-node.txt")
            npm = front_end.npm_of_the_package(PYTHON)
        say("Installing the front-end libraries")
        front_end.install(npm, run)

    once("front-end", front_end.INPUTS, front_end.VENDOR, install)


def translations() -> None:
    catalogues = sorted(TRANSLATIONS.rglob("*.po"))
    if not catalogues:
        return

    def build() -> None:
        say("Compiling the translations")
        run(PYTHON, "-m", "babel.messages.frontend", "-q", "compile", "-d", TRANSLATIONS)

    once("translations", catalogues, catalogues[-1].with_suffix(".mo"), build)


@contextmanager
def beside(*steps: Callable[[], object]) -> Iterator[None]:
    """Do *steps*, one after the other, while what stands within is done. Raises what they raise."""
    with ThreadPoolExecutor(1) as other:
        begun = [other.submit(step) for step in steps]
        yield
    for step in begun:
        step.result()


# What the machine's own package manager brings, while ours installs: each of the two keeps one core busy.
PROGRAMS: dict[str, list[Callable[[], object]]] = {"test": [chromium.install, fonts.require, nginx.require]}


def main(purpose: str) -> None:
    with alone():
        environment()
        STAMPS.mkdir(exist_ok=True)
        with beside(*PROGRAMS.get(purpose, [])):
            packages(LOCKS[purpose])
            libraries()
            translations()
    if purpose == "test":
        faketime.require()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "run")
