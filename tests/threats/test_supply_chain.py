"""Nothing comes in unseen: libraries are locked with their digests, and no page asks another host (T43).

tests/threats/test_markup_in_a_browser.py counts every request of a browser that leaves the desk.
"""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = sorted(ROOT.glob("requirements*.txt"))
DIGEST = re.compile(r"--hash=sha256:[0-9a-f]{64}")
PINNED = re.compile(r"^[A-Za-z0-9._-]+(\[[a-z,]+\])?==[^\s;]+")
# What a browser would fetch by itself; a link that somebody taps is none.
FETCHED = re.compile(
    r"(?:src|srcset|data|poster|action)=[\"'](?:https?:)?//|<link[^>]*href=[\"'](?:https?:)?//"
    r"|url\(\s*[\"']?(?:https?:)?//|@import|(?:fetch|import|WebSocket|EventSource|importScripts)\([\"'](?:https?|wss?):"
)
OURS = ["portal/templates", "staff/templates", "shared", "static/css", "static/js"]


def packages_in(lock: str) -> list[str]:
    """Each package of a lock with all that is said of it, on one line."""
    return [
        line for line in lock.replace("\\\n", " ").splitlines() if line and not line.startswith(("#", "-"))
    ]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_each_library_is_locked_with_its_digests(lock: Path) -> None:
    """Without a digest pip would take whatever stands under that name today."""
    packages = packages_in(lock.read_text())
    assert packages
    assert [line for line in packages if not (PINNED.match(line) and DIGEST.search(line))] == []


@pytest.mark.parametrize("lock", ["package-lock.json", "tests/audit/package-lock.json"])
def test_each_library_of_the_browser_is_locked_with_its_digest(lock: str) -> None:
    packages = json.loads((ROOT / lock).read_text())["packages"]
    installed = {name: about for name, about in packages.items() if name and not about.get("link")}
    assert installed
    assert [
        name for name, about in installed.items() if not about.get("integrity", "").startswith("sha512-")
    ] == []


def test_what_is_installed_for_production_is_what_is_locked() -> None:
    """Every library that the product imports stands in the lock it is installed from."""
    locked = {
        re.split(r"[=\[]", line)[0].lower() for line in packages_in((ROOT / "requirements.txt").read_text())
    }
    wanted = re.search(r"^dependencies = \[(.*?)^\]", (ROOT / "pyproject.toml").read_text(), re.M | re.S)
    assert wanted
    names = {name.lower() for name in re.findall(r'"([A-Za-z0-9._-]+)', wanted[1])}
    assert names <= locked


def test_nothing_of_ours_is_fetched_from_another_host() -> None:
    found = []
    for folder in OURS:
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in (".html", ".css", ".js", ".svg") and "vendor" not in path.parts:
                found += [f"{path.relative_to(ROOT)}: {m[0]}" for m in FETCHED.finditer(path.read_text())]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        '<script src="https://cdn.example/htmx.js">',
        "<link rel=stylesheet href='//fonts.example/a.css'>",
        "@import 'x.css'",
        "background: url(https://evil.example/a.png)",
        'fetch("https://evil.example")',
    ],
)
def test_the_pattern_finds_what_it_is_for(line: str) -> None:
    assert FETCHED.search(line)
