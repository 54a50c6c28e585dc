"""What can be changed in a rule book, one thing at a time: a rule taken out, a figure moved, an act forgotten."""

import tomllib
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from shared.policies.terms import ATTRIBUTES, RECEIVED, REPORTED

Path = tuple[str | int, ...]
SECTIONS = ("revisit", "reopen", "referral", "routing", "ladder", "repeat", "review")
LISTS = ("clock", "criterion", "major")
# Guarded on paper, by stories that ask for amounts and need no desk.
OF_THE_LEDGER = (("assessment", "in_a_row"), ("finding",))
# What names a rule, or only says how soon one is warned; it is no duty of anybody.
NAMES = {"rule", "name", "of", "does", "clock", "near", "role"}
ELSEWHERE = "CO-9"  # an article no clock can rest on


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of a rule book: where it stands in the text, and the article it rests on."""

    preset: str
    path: Path
    clause: str
    name: str

    @property
    def is_amount(self) -> bool:
        return "penalty" in self.path

    def belongs_to(self, other: "Rule") -> bool:
        """Is it *other*, or an amount of it?"""
        return self.preset == other.preset and self.path[: len(other.path)] == other.path


@dataclass(frozen=True, slots=True)
class Mutation:
    """The whole text with one thing of *rule* changed, and what that is."""

    rule: Rule
    what: str
    text: str


def rules(
    preset: str, text: str, sections: Sequence[str] = SECTIONS, lists: Sequence[str] = LISTS
) -> list[Rule]:
    """Every rule of *text*; the amounts for a breach are rules of their own."""
    content, found = tomllib.loads(text), []
    for section in sections:
        if section in content:
            found.append(Rule(preset, (section,), content[section]["clause"], f"{section} section"))
    for section in lists:
        for place, entry in enumerate(content.get(section, [])):
            name = entry.get("rule") or f"{entry.get('of') or entry.get('does')} {section}"
            found.append(Rule(preset, (section, place), entry["clause"], name))
            for number, penalty in enumerate(entry.get("penalty", [])):
                where = (section, place, "penalty", number)
                clause = penalty.get("clause", entry["clause"])
                found.append(Rule(preset, where, clause, f"{name} penalty {number + 1}"))
    return found


def mutations(text: str, rule: Rule) -> Iterator[Mutation]:
    """Every way in which *rule* is changed; the first takes it out."""
    content = tomllib.loads(text)
    entry = _at(content, rule.path)
    yield _changed(content, rule, "is taken out", (), None)
    for key, value in entry.items():
        if key not in NAMES and key != "penalty":
            for what, path, new in _changes(key, value, entry):
                yield _changed(content, rule, what, path, new)


Change = tuple[str, Path, Any]  # what; where within the rule; the new value, None: nothing


def _changes(key: str, value: Any, entry: dict[str, Any]) -> Iterator[Change]:
    match key, value:
        case "clause", _:
            yield f"rests on {ELSEWHERE}", (key,), ELSEWHERE
        case "kind", _:
            yield "is of the other kind", (key,), "wage" if value == "fine" else "fine"
        case "duty", _:
            other = "supervisor" if value != "supervisor" else "director"
            yield f"is the duty of the {other}", (key,), other
        case "start", _:
            # In the first round both are the same.
            once = entry.get("when", {}).get("round") == "first"
            other = "claim" if once else REPORTED if value == RECEIVED else RECEIVED
            yield f"begins with {other}", (key,), other
        case (("when" | "outside" | "defer"), dict()):
            yield f"has no {key}", (key,), None
            yield from _inner(key, value)
        case "stop", list():
            yield from _without_each(key, value)
            for place, pattern in enumerate(value):
                if isinstance(pattern, dict):
                    yield from _looser(pattern, place)
        case _, bool():
            yield f"{key} is {not value}".lower(), (key,), not value
        case _, int():
            yield f"{key} is {value + 1}", (key,), value + 1
            yield f"{key} is {value - 1}", (key,), value - 1
        case _, list():
            yield from _without_each(key, value)
        case _:
            yield f"has no {key}", (key,), None


def _without_each(key: str, value: list[Any], before: Path = ()) -> Iterator[Change]:
    for place, item in enumerate(value):
        yield f"{key} lacks {item}", (*before, key), [v for n, v in enumerate(value) if n != place]


def _looser(pattern: dict[str, Any], place: int) -> Iterator[Change]:
    """The act counts whatever its record says of one thing; and of several words for it, one is forgotten."""
    for key, wanted in pattern.items():
        if key == "act":
            continue
        rest = {k: v for k, v in pattern.items() if k != key}
        yield f"{pattern['act']} counts whatever its {key}", ("stop", place), rest
        if isinstance(wanted, list):
            yield from _without_each(key, wanted, ("stop", place))


def _inner(key: str, value: dict[str, Any]) -> Iterator[Change]:
    for name, wanted in value.items():
        if key == "when":
            wanted = wanted if isinstance(wanted, list) else [wanted]
            known = ATTRIBUTES.get(name, frozenset({True, False}))
            others = sorted((v for v in known if v not in wanted), key=str)
            yield f"holds when {name} is {others}", (key, name), others
            if len(value) > 1:
                yield f"holds whatever the {name}", (key, name), None
            if len(wanted) > 1:
                yield from _without_each(name, wanted, (key,))
        elif isinstance(wanted, int):
            yield f"{key} {name} is {wanted + 1}", (key, name), wanted + 1
            yield f"{key} {name} is {wanted - 1}", (key, name), wanted - 1
        elif isinstance(wanted, list):
            yield from _without_each(name, wanted, (key,))


def _at(content: Any, path: Path) -> Any:
    for step in path:
        content = content[step]
    return content


def _changed(content: dict[str, Any], rule: Rule, what: str, path: Path, new: Any) -> Mutation:
    copy = deepcopy(content)
    *above, last = (*rule.path, *path)
    holder = _at(copy, tuple(above))
    if new is None:
        del holder[last]
    else:
        holder[last] = new
    return Mutation(rule, what, written(copy))


def written(content: dict[str, Any]) -> str:
    """*content* as TOML, as far as a rule book needs it."""
    tables = {key: value for key, value in content.items() if isinstance(value, dict | list)}
    lines = [f"{key} = {_word(value)}" for key, value in content.items() if key not in tables]
    for key, value in tables.items():
        for entry in value if isinstance(value, list) else [value]:
            lines.append(f"[[{key}]]" if isinstance(value, list) else f"[{key}]")
            lines += [f"{name} = {_word(inner)}" for name, inner in entry.items()]
    return "\n".join(lines) + "\n"


def _word(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"'
        case list():
            return f"[{', '.join(map(_word, value))}]"
        case dict():
            return "{ " + ", ".join(f"{key} = {_word(inner)}" for key, inner in value.items()) + " }"
        case _:
            return str(value)
