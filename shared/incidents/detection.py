"""Which reports are one matter: proposed by place, topic, time and words, each with its reasons. Pure.

Reasons are codes for screens, each `kind:parameter`:
place  same_flat, same_floor, same_unit, same_building, same_gate, same_level, same_garage, estate, unknown; against
       it other_building, other_unit, other_floor, other_flat, other_gate, other_level, other_zone, other_place
topic  a code of the lexicon; unclear when a report says too little; other when both are clear and differ
category  the forms agree (asked for when the topic is unclear; a clear topic knows better than the form)
text   likeness of the words in per cent
time   minutes between the two
not    ended (put right before the later report), again (the later report says so), late (too long between them)
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import combinations

from rapidfuzz import fuzz

from shared.incidents import places, topics, wording
from shared.incidents.gathering import Pair, gathered
from shared.incidents.sameness import closeness

THRESHOLD = 0.68
# What the evidence weighs. A clear common topic at a sure place suffices; anything less needs words or time as well.
_TOPIC, _PLACE, _TEXT, _TIME = 0.50, 0.25, 0.15, 0.10
_WORDS_ALONE = 0.75  # what words weigh when a topic is unclear
_SAME_SPOT = 0.25  # what a telling spot adds to them
_UNCLEAR_HOURS = 72
_SINCE_REPAIR = timedelta(hours=12)  # "mended, and broken again": older reports were of what was mended
# Not 修了又漏: what a repair did not mend is still the old matter.
_AGAIN = re.compile(
    r"(修好|修完|刚修|才修|刚换|换好|恢复|弄好|处理好|清完|清理完|修了才好)[^，]{0,8}，?.{0,6}(又|再次|再度)"
)
_REMEMBERED = 8192  # reports read once


@dataclass(frozen=True, slots=True)
class Sighting:
    """One report as detection sees it: no names, no telephones."""

    id: int
    at: datetime  # received, UTC
    building: str
    spot: str
    category: str
    kind: str
    text: str
    ended_at: datetime | None = None  # when the matter was put right: a later report is a repeat (settled 4)


@dataclass(frozen=True, slots=True)
class Likeness:
    """From 0 to 1, and why."""

    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a report's place and words come to."""

    place: places.Place
    subject: topics.Subject
    spot: str  # when it tells anything: 班车, 大堂, not 3楼
    words: str
    pairs: frozenset[str]  # of neighbouring characters
    again: bool


@dataclass(frozen=True, slots=True)
class _Common:
    """What two reports have in common by their topics."""

    value: float | None  # None: at least one is unclear
    code: str
    scope: str
    hours: int


_UNCLEAR = _Common(None, "unclear", "unit", _UNCLEAR_HOURS)
_OTHER = _Common(0.0, "other", "estate", 0)


def likeness(a: Sighting, b: Sighting) -> Likeness:
    """How much speaks for one matter (TR-3, VK-5.4); 0 when place or time exclude it."""
    first, second = _read(a), _read(b)
    common = _common(first.subject, second.subject)
    if common is _OTHER:
        return Likeness(0.0, ("topic:other",))
    near = closeness(first.place, second.place, common.scope)
    minutes = int(abs(a.at - b.at).total_seconds() // 60)
    alike = fuzz.ratio(first.words, second.words) / 100
    reasons: tuple[str, ...] = (
        f"place:{near.code}",
        f"topic:{common.code}",
        f"text:{alike * 100:.0f}",
        f"time:{minutes}",
    )
    against = _against(a, b, first, second) or ("late" if minutes > common.hours * 60 else "")
    if common.scope == "person" and near.code != "same_flat":
        common = replace(
            common, value=None
        )  # two owners may each have such a matter: only the same words are one
    if near.apart or against:
        return Likeness(0.0, (f"not:{against}", *reasons) if against else reasons)
    soon = 1 - minutes / (common.hours * 60)
    around = _PLACE * near.value + _TIME * soon
    if common.value is not None:
        score = _TOPIC * common.value + _TEXT * alike + around
    elif a.category == b.category:
        score = min(1.0, _WORDS_ALONE * _alike_without_topic(first, second, alike) + around)
        reasons += (f"category:{a.category}",)
    else:
        score = 0.0
    return Likeness(round(score, 4), reasons)


def candidates(new: Sighting, others: Sequence[Sighting]) -> list[tuple[int, Likeness]]:
    """Which of the others may be the same matter as the new one, the likeliest first."""
    judged = ((other.id, likeness(new, other)) for other in others if other.id != new.id)
    return sorted((j for j in judged if j[1].score >= THRESHOLD), key=lambda j: (-j[1].score, j[0]))


def fits(new: Sighting, members: Sequence[Sighting]) -> Likeness | None:
    """How well a report stands with all who report one matter, by the mean of what says anything; None: it does not.

    The reasons are those of the likeliest of them.
    """
    found = [likeness(new, member) for member in members]
    telling = [one for one in found if one.score > 0]
    if not telling or any(one.score == 0 and one.reasons[0] != "not:late" for one in found):
        return None
    mean = sum(one.score for one in telling) / len(telling)
    best = max(telling, key=lambda one: one.score)
    return Likeness(round(mean, 4), best.reasons) if mean >= THRESHOLD else None


def longest() -> timedelta:
    """Further apart than this no two reports are one matter, whatever they are about."""
    return timedelta(hours=max(topic.hours for topic in topics.lexicon().values()))


def groups(sightings: Sequence[Sighting]) -> list[list[int]]:
    """The ids of each matter that several report, oldest report first, oldest matter first."""
    ordered = sorted(sightings, key=lambda s: (s.at, s.id))
    scores: dict[Pair, float] = {}
    beyond: set[Pair] = set()
    for (i, a), (j, b) in combinations(enumerate(ordered), 2):
        found = likeness(a, b)
        if found.score > 0:
            scores[i, j] = found.score
        elif found.reasons[0] == "not:late":
            beyond.add((i, j))
    found_groups = gathered(range(len(ordered)), scores, frozenset(beyond), THRESHOLD)
    return [[ordered[i].id for i in sorted(group)] for group in sorted(found_groups, key=min)]


def _read(sighting: Sighting) -> _Reading:
    return _reading(sighting.building, sighting.spot, sighting.text)


@lru_cache(maxsize=_REMEMBERED)
def _reading(building: str, spot: str, text: str) -> _Reading:
    building, spot, text = wording.plain(building), wording.plain(spot), wording.plain(text)
    words = wording.bare(places.without_places(text))
    return _Reading(
        place=places.place(building, spot, text),
        subject=topics.subject(spot, text),
        spot=places.telling(spot),
        words=words,
        pairs=frozenset(words[i : i + 2] for i in range(len(words) - 1)),
        again=_AGAIN.search(text) is not None,
    )


def _common(a: topics.Subject, b: topics.Subject) -> _Common:
    if not (a.mains and b.mains):
        return _UNCLEAR
    if shared := a.mains & b.mains:
        covered = a.mains <= b.mains or b.mains <= a.mains
        return _of_topic(min(shared), 1.0 if covered else 0.85)
    lexicon = topics.lexicon()
    for one, other in ((a, b), (b, a)):
        for code in sorted(one.mains):
            if lexicon[code].kin & other.mains:
                return _of_topic(code, 0.82)
    if crossing := (a.mains & b.asides) | (b.mains & a.asides):
        return _of_topic(min(crossing), 0.7)
    return _OTHER


def _of_topic(code: str, value: float) -> _Common:
    topic = topics.lexicon()[code]
    return _Common(value, code, topic.scope, topic.hours)


def _against(a: Sighting, b: Sighting, first: _Reading, second: _Reading) -> str:
    """Why the later report is a repeat and not the same matter; empty when nothing says so."""
    earlier, later, said = (a, b, second.again) if a.at <= b.at else (b, a, first.again)
    if earlier.ended_at is not None and later.at > earlier.ended_at:
        return "ended"
    return "again" if said and later.at - earlier.at > _SINCE_REPAIR else ""


def _alike_without_topic(a: _Reading, b: _Reading, alike: float) -> float:
    """Where no topic can be told, words in another order count as well, and a telling spot."""
    return max(alike, _overlap(a.pairs, b.pairs)) + (_SAME_SPOT if a.spot and a.spot == b.spot else 0.0)


def _overlap(a: frozenset[str], b: frozenset[str]) -> float:
    """Of the shorter report's pairs of characters, how many the other has; three at least, or they say nothing."""
    shorter = min(len(a), len(b))
    return len(a & b) / shorter if shorter >= 3 else 0.0
