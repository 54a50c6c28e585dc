"""Fills the values of one installation into the files of deploy/ (docs/operations.md).

`python3 -m tools.deployment /etc/shouwen/site.env /etc/shouwen/site`; runs on the machine's own Python.
"""

import re
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
PLACE = re.compile(r"@([A-Z][A-Z_]*)@")
PLAIN = {"site.env.example", "env.example"}  # filled in by hand


def values(text: str) -> dict[str, str]:
    """What stands in a file of `NAME=value` lines; `#` begins a comment of a whole line."""
    lines = [line.strip() for line in text.splitlines()]
    pairs = [line.partition("=") for line in lines if line and not line.startswith("#")]
    return {name.strip(): value.strip() for name, _equals, value in pairs}


def filled(text: str, given: Mapping[str, str]) -> str:
    """*text* with every `@NAME@` replaced. Raises KeyError for a name without a value."""
    return PLACE.sub(lambda found: given[found[1]], text)


def fill(given: Mapping[str, str], target: Path) -> list[Path]:
    """Write all of deploy/ with these values below *target*; two more follow from them and from it."""
    digits = re.sub(r"[^0-9+]", "", given["SERVICE_PHONE"])
    given = {**given, "SITE_DIR": str(target), "SERVICE_PHONE_DIGITS": digits}
    sources = sorted(path for path in DEPLOY.rglob("*") if path.is_file() and path.name not in PLAIN)
    texts = {target / path.relative_to(DEPLOY): filled(path.read_text(), given) for path in sources}
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return list(texts)


def main(words: list[str]) -> None:
    if len(words) != 2:
        raise SystemExit("Usage: python3 -m tools.deployment <file of values> <folder to write to>")
    try:
        written = fill(values(Path(words[0]).read_text()), Path(words[1]).absolute())
    except KeyError as error:
        raise SystemExit(
            f"{words[0]} has no value for {error.args[0]}; deploy/site.env.example has."
        ) from error
    print("\n".join(map(str, written)))


if __name__ == "__main__":
    main(sys.argv[1:])
