"""The matters of the demo, as written in `matters/*.toml` and `owners.toml`.

A story is a list of lines: `[+delay] [name:] act words | text | text`. Without a delay an act takes its usual
time, without a name its usual person does it; `+2d`, `+3h` and `+20m` count from the line before.
"""

import re
import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

OWN_HAND = ("portal", "partner", "internal")  # nobody of the desk types these in
FOLDER = Path(__file__).parent
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}
_LINE = re.compile(r"(?:\+(?P<delay>\w+) )?(?:(?P<name>[^\x00-\x7f]+): )?(?P<act>[a-z]+) ?(?P<words>[^|]*)")
_ON_A_DAY = re.compile(r"(\d+)d (\d\d):(\d\d)")


@dataclass(frozen=True, slots=True)
class Line:
    """One act of a story."""

    act: str
    words: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    delay: timedelta | None = None
    name: str | None = None

    @property
    def text(self) -> str:
        return self.texts[0] if self.texts else ""


@dataclass(frozen=True, slots=True)
class Owner:
    name: str
    phone: str
    unit: str
    email: str = ""
    type: str = "owner"
    locale: str = "zh_Hans"


@dataclass(frozen=True, slots=True)
class Filed:
    """When: so many days before the load at a wall time, or so long before the load."""

    days: int = 0
    wall: tuple[int, int] | None = None
    ago: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Matter:
    key: str
    filed: Filed
    category: str
    text: str
    story: tuple[Line, ...]
    kind: str = "complaint"
    topic: str | None = None
    channel: str = "portal"
    building: str | None = None
    spot: str = ""
    owner: Owner | None = None
    by: str | None = None  # who of the staff took it; None when it came over the portal
    demands: str = ""
    about: str = ""
    about_department: str | None = None
    wanted: timedelta | None = None
    urgent: bool = False
    call_me: bool = False
    visit: str = ""  # `1d 14:00 16:00`: when somebody is at home
    quiet: bool = False  # its handlers forget to report how far they are
    photos: tuple[str, ...] = ()
    result_photos: tuple[str, ...] = ()


def length(text: str) -> timedelta:
    """`2d`, `3h`, `2h10m`."""
    parts = re.findall(r"(\d+)([dhm])", text)
    if "".join(number + unit for number, unit in parts) != text or not text:
        raise ValueError(f"not a length of time: {text!r}")
    return sum((timedelta(**{_UNITS[unit]: int(number)}) for number, unit in parts), timedelta())


def _filed(text: str) -> Filed:
    if on_a_day := _ON_A_DAY.fullmatch(text):
        days, hour, minute = map(int, on_a_day.groups())
        return Filed(days=days, wall=(hour, minute))
    return Filed(ago=length(text.removesuffix(" ago")))


def _line(text: str) -> Line:
    found = _LINE.match(text)
    if found is None:
        raise ValueError(f"not a line of a story: {text!r}")
    texts = tuple(part.strip() for part in text[found.end() :].split("|")[1:])
    delay = length(found["delay"]) if found["delay"] else None
    return Line(found["act"], tuple(found["words"].split()), texts, delay, found["name"])


def _matter(table: dict[str, Any], owners: dict[str, Owner]) -> Matter:
    facts = dict(table)
    anonymous = facts.pop("anonymous", False)
    owner = None if anonymous else owners[facts.pop("owner")]
    story = tuple(_line(text) for text in facts.pop("story"))
    by = facts.pop("by", None)
    if facts.get("channel", "portal") not in OWN_HAND:
        by = by or "李敏"
        story = (Line("claim", delay=timedelta(), name=by), *story)
    return Matter(
        **{
            **facts,
            "filed": _filed(facts["filed"]),
            "wanted": length(facts["wanted"]) if "wanted" in facts else None,
            "photos": tuple(facts.get("photos", ())),
            "result_photos": tuple(facts.get("result_photos", ())),
        },
        owner=owner,
        by=by,
        story=story,
    )


@cache
def owners() -> dict[str, Owner]:
    """The invented owners by name."""
    tables = tomllib.loads((FOLDER / "owners.toml").read_text(encoding="utf-8"))
    return {name: Owner(name=name, **table) for name, table in tables.items()}


@cache
def matters() -> tuple[Matter, ...]:
    """Every matter, in the order of the files."""
    files = sorted((FOLDER / "matters").glob("*.toml"))
    tables = [table for file in files for table in tomllib.loads(file.read_text(encoding="utf-8"))["matter"]]
    plain = tomllib.loads((FOLDER / "earlier.toml").read_text(encoding="utf-8"))["matter"]
    return tuple(_matter(table, owners()) for table in (*tables, *map(_with_a_plain_story, plain)))


def _with_a_plain_story(table: dict[str, Any]) -> dict[str, Any]:
    """An earlier matter that went as most do: relayed, handled, the owner told and asked; a few twice."""
    facts = dict(table)
    handler, asked, result = facts.pop("handler"), facts.pop("asked"), facts.pop("result")
    took, said, still_wrong = facts.pop("took", ""), facts.pop("rated", ""), facts.pop("still_wrong", "")
    story = ["claim"] if facts.get("channel", "portal") in OWN_HAND else []
    if still_wrong:
        story += [*_round(handler, asked, result), f"revisit no | {still_wrong}"]
        handler, asked, result = facts.pop("again_by"), still_wrong, facts.pop("again")
    story += _round(handler, asked, result, took)
    story += [*([f"rate {said}"] if said else []), "revisit yes", "close"]
    return {**facts, "key": f"{facts['topic']}-{facts['filed']}", "story": story}


def _round(handler: str, asked: str, result: str, took: str = "") -> list[str]:
    wait = f"+{took} " if took else ""
    return [f"dispatch {handler} | {asked}", "accept", f"{wait}complete resolved | {result}", "inform"]
