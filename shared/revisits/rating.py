"""Rating (评价): the owner's own judgement of a round, by their own hand (MS-4). It replaces no revisit (settled 6)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from shared import events, sealing
from shared.cases import acting, ending, guards
from shared.cases.lifecycle import Act
from shared.cases.models import Case, Words
from shared.cases.vocabulary import Channel
from shared.cases.vocabulary import Rating as Level
from shared.database import db
from shared.revisits.events import RatedLow
from shared.revisits.models import Rating

LINK, CODE, TAIL = "link", "code", "tail"  # what opened the owner's page
# Filed by the owner's own hand: whoever knows the telephone then is the owner.
OWN_HAND = frozenset({Channel.PORTAL, Channel.PARTNER})
CHANGED_WITHIN = timedelta(days=7)
SAME_TAP = timedelta(minutes=10)  # a second tap or a reload within it says nothing new


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the owner says. Only the level is asked for; `reasons` are codes of `shared.words.REASONS`."""

    level: Level
    solved: bool | None = None
    timely: bool | None = None
    courteous: bool | None = None
    reasons: tuple[str, ...] = ()
    text: str = ""

    @property
    def is_detailed(self) -> bool:
        answers = (self.solved, self.timely, self.courteous)
        return bool(self.reasons or self.text) or any(answer is not None for answer in answers)


def may_rate_by(case: Case, door: str) -> bool:
    """Not with what staff know (T39): where we entered the case, the telephone's last four rate nothing."""
    return door in (LINK, CODE) or (door == TAIL and case.channel in OWN_HAND)


def of_round(case: Case, number: int | None = None) -> list[Rating]:
    """What was said of a round, the present one if not told, oldest first; what was changed is among it."""
    wanted = case.round if number is None else number
    return list(
        db.session.scalars(
            select(Rating).where(Rating.case_id == case.id, Rating.round == wanted).order_by(Rating.id)
        )
    )


def standing(ratings: list[Rating]) -> Rating | None:
    """The one that counts."""
    return next((rating for rating in reversed(ratings) if rating.replaced_at is None), None)


def is_told_more(rating: Rating) -> bool:
    """Whether something stands beside the word."""
    answers = (rating.solved, rating.timely, rating.courteous)
    return bool(rating.reasons or rating.words_id) or any(answer is not None for answer in answers)


def is_changeable(ratings: list[Rating], at: datetime) -> bool:
    """Whether the level may still be changed: once, within seven days of the first word."""
    levels = [rating.level for rating in ratings]
    changed = any(level != levels[0] for level in levels)
    return not levels or (not changed and at <= ratings[0].at + CHANGED_WITHIN)


def rate(case: Case, said: Judgement, *, door: str, at: datetime, seen: int | None = None) -> bool:
    """Record what the owner says of the round that has ended; dissatisfied opens the next at once (AH-3.3a, TR-14).

    Further words on the same level stand beside it; another level replaces it. *seen* is the round they had before
    them: nobody judges what they have not read of. False: a second tap, which changes nothing. A dissatisfied owner of
    a case closed too long ago is heard too, but opens no round. Raises Refused through a door that staff know (T39),
    before the result was told, and where the change has been used up.
    """
    acting.refuse_unless(
        may_rate_by(case, door), _("评价请用回执码打开，或从专属链接进入。这样才知道是您本人。")
    )
    if _is_again(case, said, at, seen):
        return False
    acting.refuse_unless(seen in (None, case.round), _("这件事有了新进展。请先看看，再评价。"))
    acting.refuse_unless(guards.allows(case, Act.RATING), _("现在还不能评价。办完告知您以后再请您评价。"))
    ratings = of_round(case)
    former = standing(ratings)
    if former is not None and former.level == said.level:
        if not said.is_detailed:
            return False
    else:
        acting.refuse_unless(is_changeable(ratings, at), _("评价在 7 天内可以改一次。现在不能再改了。"))
    if former is not None:
        former.replaced_at = at
    _record(case, said, door, at)
    if said.level is Level.DISSATISFIED:
        events.publish(RatedLow(case.id, case.round, case.lead_department_id))
        if may_reopen(case, at):
            ending.reopen(case, by=None, at=at, cause="rating", reason="")
    return True


def may_reopen(case: Case, at: datetime) -> bool:
    """Whether the next round may still begin: always before the closure, and for the policy's days after it."""
    until = ending.reopens_until(case)
    return until is None or at <= until


def _record(case: Case, said: Judgement, door: str, at: datetime) -> None:
    words_id, words = acting.write_words(case, said.text, public=True)
    answers = {
        "level": said.level.value,
        "solved": said.solved,
        "timely": said.timely,
        "courteous": said.courteous,
        "reasons": list(said.reasons),
        "door": door,
    }
    db.session.add(Rating(case_id=case.id, round=case.round, at=at, words_id=words_id, **answers))
    acting.perform(case, Act.RATING, by=None, at=at, public=True, data={**answers, **words})


def _is_again(case: Case, said: Judgement, at: datetime, seen: int | None) -> bool:
    """The same was said a moment ago, be it of a round that this has ended; on a page of the present one it is new."""
    last = db.session.scalar(
        select(Rating).where(Rating.case_id == case.id).order_by(Rating.id.desc()).limit(1)
    )
    if last is None or at >= last.at + SAME_TAP or last.level != said.level:
        return False
    if last.round != case.round:
        return seen != case.round
    return not said.is_detailed or (tuple(last.reasons) == said.reasons and _same_words(last, said.text))


def _same_words(rating: Rating, text: str) -> bool:
    kept = db.session.get(Words, rating.words_id) if rating.words_id else None
    return sealing.digest(kept.text if kept else "") == sealing.digest(text.strip())
