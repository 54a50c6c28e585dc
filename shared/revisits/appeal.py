"""Appeal (申诉): the owner asks for another person, once for each round that ended; the next round follows."""

from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from shared import events
from shared.cases import acting, ending, guards
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.database import db
from shared.revisits import rating
from shared.revisits.events import Appealed
from shared.revisits.models import Appeal

SAME_TAP = timedelta(minutes=10)  # a second tap or a reload within it appeals against nothing further


def last_of(case: Case) -> Appeal | None:
    return db.session.scalar(
        select(Appeal).where(Appeal.case_id == case.id).order_by(Appeal.id.desc()).limit(1)
    )


def can_appeal(case: Case, at: datetime) -> bool:
    """The round has ended, nobody has appealed against it, and it is not too late (T36)."""
    if not guards.allows(case, Act.APPEAL):
        return False
    last, until = last_of(case), ending.reopens_until(case)
    return (last is None or last.round != case.round) and (until is None or at <= until)


def may_appeal_by(case: Case, door: str) -> bool:
    """By the doors that a rating goes through: either can begin the next round, and is the owner's own word (T39)."""
    return rating.may_rate_by(case, door)


def appeal(
    case: Case,
    *,
    door: str,
    at: datetime,
    reasons: tuple[str, ...] = (),
    text: str = "",
    seen: int | None = None,
) -> bool:
    """Both heads hear of it, and the next round begins with another handler (AH-3.3a, TR-14).

    *seen* is the round of the page that they had before them: one left open does not appeal against a later one.
    False: a second tap, which changes nothing. Raises Refused through a door that staff know (T39), without a word of
    why, and where `can_appeal` says no.
    """
    acting.refuse_unless(
        may_appeal_by(case, door), _("申诉请用回执码打开，或从专属链接进入。也可以打服务电话。")
    )
    last = last_of(case)
    if last is not None and at < last.at + SAME_TAP and (seen != case.round or last.round == case.round):
        return False
    acting.refuse_unless(seen in (None, case.round), _("这件事有了新进展。请先看看，再申诉。"))
    acting.refuse_unless(
        can_appeal(case, at), _("现在不能申诉。办完告知您以后，或结案后的期限内可以。"), "AH-3.3a"
    )
    acting.refuse_unless(bool(reasons or text.strip()), _("请选一个原因，或写几句。"), "AH-3.3a")
    words_id, words = acting.write_words(case, text, public=True)
    db.session.add(Appeal(case_id=case.id, round=case.round, at=at, reasons=list(reasons), words_id=words_id))
    said = {"reasons": list(reasons), "door": door, **words}
    acting.perform(case, Act.APPEAL, by=None, at=at, public=True, data=said)
    events.publish(Appealed(case.id, case.round, case.lead_department_id))
    ending.reopen(case, by=None, at=at, cause="appeal", reason="")
    return True
