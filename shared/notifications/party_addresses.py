"""Browsers and WeChat accounts that a party asked us to tell, each for one case (PIPL 13: only after they asked)."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, select, update

from shared.cases import acting
from shared.cases.models import Case, PrivateLink
from shared.database import db
from shared.notifications.models import PartyAddress

MOST = 5  # of one case and channel: a family's telephones


def _in_use(case_id: int, channel: str) -> ColumnElement[bool]:
    """Asked for since the private link was last changed: who had the old one is not told any more (T06)."""
    link = select(PrivateLink.made_at).where(PrivateLink.case_id == case_id, PrivateLink.ended_at.is_(None))
    return and_(
        PartyAddress.case_id == case_id,
        PartyAddress.channel == channel,
        PartyAddress.ended_at.is_(None),
        PartyAddress.made_at >= link.scalar_subquery(),
    )


def addresses(case_id: int, channel: str) -> list[str]:
    """Where the party wants to be told of the case now."""
    found = select(PartyAddress).where(_in_use(case_id, channel)).order_by(PartyAddress.id)
    return [row.address for row in db.session.scalars(found)]


def add(case: Case, channel: str, address: str, at: datetime) -> None:
    """Tell *address* too, from now on; the oldest gives way when there are too many. Entry point: the owner's page.

    Raises Refused for an anonymous case: nothing may lead from it to anybody (CO-M5).
    """
    acting.refuse_unless(
        not case.anonymous and case.party is not None, _("匿名诉求不能开通提醒。请用查询号查看。"), "CO-M5"
    )
    rows = list(
        db.session.scalars(select(PartyAddress).where(_in_use(case.id, channel)).order_by(PartyAddress.id))
    )
    if any(row.address == address for row in rows):
        return
    for row in rows[: max(0, len(rows) - MOST + 1)]:
        row.ended_at = at
    db.session.add(PartyAddress(case_id=case.id, channel=channel, address=address, made_at=at))


def end(case_id: int, channel: str, at: datetime) -> None:
    """Tell nobody of the case by *channel* any more."""
    db.session.execute(
        update(PartyAddress)
        .where(
            PartyAddress.case_id == case_id, PartyAddress.channel == channel, PartyAddress.ended_at.is_(None)
        )
        .values(ended_at=at)
    )


def end_one(case_id: int, channel: str, address: str, at: datetime) -> None:
    """The carrier says that nothing reaches *address* any more."""
    for row in db.session.scalars(select(PartyAddress).where(_in_use(case_id, channel))):
        if row.address == address:
            row.ended_at = at
