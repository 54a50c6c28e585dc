"""What the owner is asked on their page now, and what they may do of their own accord."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from portal import wording
from portal.tracking.doors import Door
from shared import words
from shared.cases import guards, urging
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.cases.vocabulary import Rating as Level
from shared.deadlines import proposing
from shared.revisits import appeal, rating


@dataclass(frozen=True, slots=True)
class Proposed:
    """A time that we propose. `may_answer`: this door is the owner's alone."""

    id: int
    until: str
    reason: str
    by: str
    may_answer: bool


@dataclass(frozen=True, slots=True)
class Rated:
    """Where the rating of the present round stands."""

    level: str  # empty: not rated yet
    word: str
    when: str
    may_rate: bool
    may_change: bool
    may_tell_more: bool
    may_appeal: bool


@dataclass(frozen=True, slots=True)
class Urging:
    may_now: bool
    told: str  # how often already, and from when on again


def proposal(case: Case, door: Door, said: dict[int, str], at: datetime) -> Proposed | None:
    """What waits for their yes or no; *said* are the words that the owner reads."""
    asked = proposing.pending(case, at)
    if asked is None:
        return None
    until = wording.moment(asked.until, case.estate.zone)
    reason = said.get(asked.words_id or 0, "")
    return Proposed(asked.id, until, reason, asked.by.name, door.may_consent)


def rated(case: Case, door: Door, at: datetime) -> Rated | None:
    """None before the result was told, and once the case is archived."""
    if not guards.allows(case, Act.RATING):
        return None
    given = rating.of_round(case)
    standing = rating.standing(given)
    may_rate = rating.may_rate_by(case, door.by.value)
    changeable = may_rate and rating.is_changeable(given, at)
    level = standing.level if standing else ""
    return Rated(
        level=level,
        word=str(words.RATINGS[level]) if level else "",
        when=wording.moment(standing.at, case.estate.zone) if standing else "",
        may_rate=may_rate,
        may_change=changeable and bool(level),
        may_tell_more=may_rate and standing is not None and not rating.is_told_more(standing),
        may_appeal=bool(level) and level != Level.DISSATISFIED and appeal.can_appeal(case, at),
    )


def urge(case: Case, at: datetime) -> Urging | None:
    """None where there is nobody to hurry."""
    if not urging.can_urge(case):
        return None
    again, times = urging.next_urge(case), urging.times(case)
    told = [ngettext("您已催办 %(num)s 次。", "您已催办 %(num)s 次。", times)] if times else []
    if again is not None and again > at:
        told.append(_("%(when)s 后可以再催。", when=wording.moment(again, case.estate.zone)))
    return Urging(again is None or again <= at, wording.sentences(*told))
