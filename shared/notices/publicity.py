"""What of a case may hang in the lobby is a decision recorded on the case: one person writes, another approves.

Without a decision the estate's rule holds: the columns of `shared.register.board` and no others.
"""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from shared.audit.models import TimelineRow
from shared.cases import guards as case_guards
from shared.cases import telltales
from shared.cases.acting import perform, refuse_unless, write_words
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.cases.vocabulary import Channel
from shared.database import db
from shared.errors import Refused
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.notices.models import Publicity

LONGEST = 20  # characters of a line: what is read in passing (experience.md, B2.3)
CLAUSE = "MS-8"


def standing(case_id: int) -> Publicity | None:
    """The decision in force for a case, if there is one."""
    return db.session.scalar(
        select(Publicity).where(Publicity.case_id == case_id, Publicity.replaced_at.is_(None))
    )


def can_decide(user: User, case: Case) -> bool:
    """Whoever writes the estate's notices; what staff report internally is never public (CO-M5)."""
    return case.channel != Channel.INTERNAL and case_guards.may(
        user, case, Act.PUBLICITY, Permission.NOTICE_WRITE
    )


def can_approve(user: User, case: Case) -> bool:
    """Another person than the writer, among those who approve notices."""
    if not case_guards.may(user, case, Act.PUBLICITY, Permission.NOTICE_APPROVE):
        return False
    found = standing(case.id)
    return found is not None and _waits(found) and found.by_id != user.id


def _waits(decision: Publicity) -> bool:
    return bool(decision.shown and decision.line and decision.approved_at is None)


def decide(case: Case, *, by: User, at: datetime, shown: bool, line: str, reason: str) -> TimelineRow:
    """Keep *case* off the board, with a reason, or on it, with a line of at most 20 characters or none.

    The caller has locked the case. A line waits for `approve`; a decision takes the place of the one before it,
    its approval included. Raises Refused.
    """
    refuse_unless(can_decide(by, case), _("您不能决定这件诉求的公示内容。"), CLAUSE)
    said = " ".join(line.split()) if shown else ""
    refuse_unless(bool(shown or reason.strip()), _("不公示要写明理由。"), CLAUSE)
    _refuse_telling(case, said)
    before = standing(case.id)
    if before is not None:
        before.replaced_at = at
    decision = Publicity(case_id=case.id, at=at, by_id=by.id, shown=shown, line=said)
    db.session.add(decision)
    db.session.flush()
    _words_id, kept = write_words(case, reason, public=False)
    data: dict[str, Any] = {"publicity": decision.id, "shown": shown, "line": bool(said), **kept}
    return perform(case, Act.PUBLICITY, by=by, at=at, public=False, data=data)


def approve(case: Case, *, by: User, at: datetime, read: int) -> TimelineRow:
    """Another person stands for the line; from now on it shows. *read* is the decision they had before them."""
    decision = _waiting(case, by, read)
    decision.approved_at, decision.approved_by_id = at, by.id
    data = {"publicity": decision.id, "approved": True}
    return perform(case, Act.PUBLICITY, by=by, at=at, public=False, data=data)


def reject(case: Case, *, by: User, at: datetime, read: int, text: str) -> TimelineRow:
    """The line is taken away before anybody saw it; the case stays on the board."""
    decision = _waiting(case, by, read)
    decision.replaced_at = at
    db.session.add(Publicity(case_id=case.id, at=at, by_id=by.id, shown=True, line=""))
    _words_id, kept = write_words(case, text, public=False)
    data = {"publicity": decision.id, "approved": False, **kept}
    return perform(case, Act.PUBLICITY, by=by, at=at, public=False, data=data)


def _waiting(case: Case, by: User, read: int) -> Publicity:
    """The line that waits, if *by* may judge it and has read this very one. Raises Refused."""
    refuse_unless(can_approve(by, case), _("公示说明要由写的人以外、能批准公告的人批准。"), CLAUSE)
    decision = standing(case.id)
    if decision is None or decision.id != read:
        raise Refused(_("公示说明刚刚改过，请重新看一遍再批准。"), CLAUSE)
    return decision


def _refuse_telling(case: Case, line: str) -> None:
    """Refuse a line that is too long, or that would say whose case it is or where (decision 18)."""
    refuse_unless(len(line) <= LONGEST, _("公示说明最多 %(n)s 个字。", n=LONGEST), CLAUSE)
    refuse_unless(
        not (telltales.party_in(case, line) or telltales.figures_in(line)),
        _("公示说明里不能有称呼、房号、电话或车牌，请改写。"),
        CLAUSE,
    )
    refuse_unless(
        not telltales.building_in(case, line),
        _("公示说明里不要写楼栋：件数少的楼栋在公示屏上不点名。"),
        CLAUSE,
    )
