"""What a report is about, by the lexicon beside this file. Pure."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from shared.incidents import sounds

_LEXICON = Path(__file__).parent / "lexicon.toml"
_NEAR = 14  # characters between two parts of a rule: about two clauses of a short report
_WORD = re.compile(r"[\u4e00-\u9fff]{2,4}")


@dataclass(frozen=True, slots=True)
class Rule:
    """All parts near the first, and nothing of `without` there."""

    first: re.Pattern[str]
    others: tuple[re.Pattern[str], ...]
    without: re.Pattern[str] | None
    begins: frozenset[str]  # characters of which the text must have one; empty: cannot be told

    def at(self, text: str) -> int | None:
        """Where in the text it first holds."""
        found = self.first.search(text)
        while found is not None:
            if self._holds_around(text, found):
                return found.start()
            found = self.first.search(text, found.end())
        return None

    def _holds_around(self, text: str, found: re.Match[str]) -> bool:
        start, end = max(0, found.start() - _NEAR), found.end() + _NEAR
        if self.without is not None and self.without.search(text, start, end):
            return False
        before, after = text[start : found.start()], text[found.end() : end]
        return all(part.search(after) or part.search(before) for part in self.others)


@dataclass(frozen=True, slots=True)
class Topic:
    code: str
    scope: str
    hours: int
    says: tuple[Rule, ...]
    hints: tuple[Rule, ...]
    over: frozenset[str]
    kin: frozenset[str]
    aside: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """What one report is about, and what it mentions on the way."""

    mains: frozenset[str]
    asides: frozenset[str]


def _options(alternation: str) -> Iterator[str]:
    """What stands between its outermost bars."""
    depth, start = 0, 0
    for at, sign in enumerate(alternation):
        depth += (sign in "([") - (sign in ")]")
        if sign == "|" and depth == 0:
            yield alternation[start:at]
            start = at + 1
    yield alternation[start:]


def _begins(alternation: str) -> frozenset[str]:
    """Its options' first characters, when every option begins with a certain one."""
    options = list(_options(alternation))
    certain = all(re.match(r"\w(?![?*{])", option) for option in options)
    return frozenset(option[0] for option in options) if certain else frozenset()


def _rule(written: str) -> Rule:
    positive, _, negative = written.partition(" ! ")
    parts = positive.split(" & ")
    return Rule(
        first=re.compile(parts[0]),
        others=tuple(re.compile(part) for part in parts[1:]),
        without=re.compile(negative) if negative else None,
        begins=_begins(parts[0]),
    )


@cache
def lexicon() -> Mapping[str, Topic]:
    written = tomllib.loads(_LEXICON.read_text(encoding="utf-8"))
    return {
        code: Topic(
            code=code,
            scope=table["scope"],
            hours=table["hours"],
            says=tuple(_rule(line) for line in table["says"]),
            hints=tuple(_rule(line) for line in table.get("hints", ())),
            over=frozenset(table.get("over", ())),
            kin=frozenset(table.get("kin", ())),
            aside=table.get("aside", False),
        )
        for code, table in written.items()
    }


@cache
def _spelling() -> sounds.Spelling:
    return sounds.spelling(
        word for topic in lexicon().values() for rule in topic.says for word in _words(rule)
    )


def _words(rule: Rule) -> Iterator[str]:
    """What it names; what is said of that is too common to be sought by sound."""
    yield from (option for option in rule.first.pattern.split("|") if _WORD.fullmatch(option))


Sieve = dict[str, list[tuple[str, Rule]]]


@cache
def _sieve(hints: bool) -> Sieve:
    """The rules by the characters they can begin with ("" for any): most of them need not be tried on a text."""
    sieve: Sieve = {}
    for topic in lexicon().values():
        for rule in topic.hints if hints else topic.says:
            for letter in rule.begins or {""}:
                sieve.setdefault(letter, []).append((topic.code, rule))
    return sieve


def _found(text: str, *, hints: bool = False) -> dict[str, int]:
    """The topics of the text, and where each begins."""
    sieve = _sieve(hints)
    # By identity: hashing a rule takes longer than trying it.
    tried = {id(entry[1]): entry for letter in {"", *text} for entry in sieve.get(letter, ())}
    found: dict[str, int] = {}
    for code, rule in tried.values():
        at = rule.at(text)
        if at is not None:
            found[code] = min(at, found.get(code, at))
    return found


def subject(spot: str, text: str) -> Subject:
    """Of plain writing. Misspelt words are tried only when it says nothing clear as written."""
    topics = lexicon()
    everything = f"{spot}，{text}"
    found = _found(everything)
    if all(topics[code].aside for code in found):
        found |= _found(sounds.respelt(everything, _spelling()))
    if not found:
        # Not of the spot: what lies in a lift need not be about the lift.
        found = _found(sounds.respelt(text, _spelling()), hints=True)
    return _weighed(found, len(spot))


def _weighed(found: Mapping[str, int], spot: int) -> Subject:
    """People begin with what it is about, the rest is said on the way; the spot, so long, only says where."""
    topics = lexicon()
    covered = {other for code in found for other in topics[code].over}
    kept = found.keys() - covered or found.keys()  # two that each pass over the other: both stay
    meant = sorted((at < spot, at, code) for code, at in found.items() if code in kept)
    first = [code for *_, code in meant if not topics[code].aside][:1]
    mains = frozenset(first or (code for *_, code in meant))
    return Subject(mains, frozenset(code for *_, code in meant) - mains)
