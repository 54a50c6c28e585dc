"""The words of the messages in `handovers`. Which cases and what was noted with them is read on the page."""

from collections.abc import Callable

from flask_babel import gettext as _
from sqlalchemy import func, select

from shared import addresses
from shared.cases.models import Case
from shared.database import db
from shared.identity.models import User
from shared.ownership.models import Handover, Transfer

Lines = tuple[str, list[str]]  # the subject, and what is to be said


def _count(handover: Handover, accepted: bool | None) -> int:
    """How many of its cases have that answer; None: all of them."""
    found = select(func.count()).select_from(Transfer).where(Transfer.handover_id == handover.id)
    if accepted is not None:
        found = found.where(Transfer.accepted.is_(accepted))
    return db.session.scalar(found) or 0


def _handover_offered(case: Case, detail: str | None) -> Lines | None:
    handover = db.session.get(Handover, int(detail or 0))
    if handover is None or handover.answered_at is not None:
        return None
    giver = handover.giver.name
    lines = [
        _(
            "%(giver)s下班前把 %(n)s 件诉求的首问责任交给您。您接班之前，责任仍在%(giver)s。",
            giver=giver,
            n=_count(handover, None),
        )
    ]
    if (link := addresses.staff_handover()).startswith("http"):
        lines.append(_("一起接班：%(link)s", link=link))
    return _("请您接班：%(giver)s", giver=giver), lines


def _handover_answered(case: Case, detail: str | None) -> Lines | None:
    handover = db.session.get(Handover, int(detail or 0))
    if handover is None or handover.answered_at is None:
        return None
    receiver = handover.receiver.name
    if not handover.accepted:
        said = _("%(receiver)s没有接班，这些诉求的首问责任仍在您。请另请人接班。", receiver=receiver)
        return _("没有接班：%(receiver)s", receiver=receiver), [said]
    taken, offered = _count(handover, True), _count(handover, None)
    lines = [_("%(receiver)s已经接班，%(n)s 件诉求的首问责任已移交。", receiver=receiver, n=taken)]
    if taken < offered:
        lines.append(_("另有 %(n)s 件没有移交，请打开工作台查看。", n=offered - taken))
    return _("已经接班：%(receiver)s", receiver=receiver), lines


def _succeeded(case: Case, detail: str | None) -> Lines | None:
    leaver = db.session.get(User, int(detail or 0))
    if leaver is None:
        return None
    return _("离职移交：%(number)s", number=case.archive_number), [
        _("%(name)s离职，这件诉求里由其负责的事现在由您负责。时限没有变，请打开查看。", name=leaver.name)
    ]


TO_STAFF: dict[str, Callable[[Case, str | None], Lines | None]] = {
    "handover_offered": _handover_offered,
    "handover_answered": _handover_answered,
    "succeeded": _succeeded,
}
