"""Contacts in whole (联系方式): whoever opens one stands in the register; nobody opens any number in a day (T28)."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, insert, select

from shared import events
from shared.audit.models import Access
from shared.cases.acting import refuse_unless
from shared.cases.events import ManyOpened
from shared.config import Config
from shared.database import db
from shared.identity.models import User

DAY = timedelta(days=1)
MANY = 200  # cases within a day: then supervision hears of it
WHOLE = frozenset({"phone", "email", "spot_check", "copy", "export_phone"})  # the others hold none, or masked


def register(case_ids: Iterable[int], what: str, *, by: User, at: datetime) -> None:
    """Enter that *by* opens *what* of these cases now, in the register of who saw what (AH-6.2, T40).

    Raises Refused for a contact beyond CONTACTS_PER_DAY; those of the day's cases may be looked at again.
    """
    wanted = list(dict.fromkeys(case_ids))
    if not wanted:
        return
    take_turn(by)
    day = _of_a_day(by, at)
    if what in WHOLE:
        _refuse_beyond_cap(set(wanted), day)
    # Whoever has opened many already is known for it: an export of a hundred thousand asks this fifty times.
    before = set(db.session.scalars(select(Access.case_id).where(*day).distinct().limit(MANY)))
    db.session.execute(
        insert(Access), [{"at": at, "user_id": by.id, "case_id": each, "what": what} for each in wanted]
    )
    number = len(before.union(wanted))
    if len(before) < MANY <= number:
        events.publish(ManyOpened(case_id=wanted[-1], user_id=by.id, number=number, at=at))


def take_turn(by: User) -> None:
    """What *by* opens at the same moment in another window waits for the end of this change, and is then counted.

    Before a case is locked: an export holds the person first, and a row of the register waits for the case.
    """
    db.session.execute(select(User.id).where(User.id == by.id).with_for_update(key_share=True))


def entered(what: Collection[str], by: User, at: datetime) -> int:
    """How many entries there are of *by* for *what* in the 24 hours before."""
    day = _of_a_day(by, at)
    return db.session.scalar(select(func.count(Access.id)).where(*day, Access.what.in_(what))) or 0


def _of_a_day(by: User, at: datetime) -> list[ColumnElement[bool]]:
    """Of 24 hours, since a day of the calendar would allow twice as much at midnight."""
    return [Access.user_id == by.id, Access.at > at - DAY]


def _refuse_beyond_cap(wanted: set[int], day: list[ColumnElement[bool]]) -> None:
    config: Config = current_app.extensions["shouwen"]
    if not config.contacts_per_day:
        return
    before = set(db.session.scalars(select(Access.case_id).where(*day, Access.what.in_(WHOLE))))
    after = before | wanted
    refuse_unless(
        after == before or len(after) <= config.contacts_per_day,
        _(
            "24 小时内最多查看或导出 %(most)s 件诉求的联系方式，您已打开 %(n)s 件。工作确实需要，请找系统管理员放宽。",
            most=config.contacts_per_day,
            n=len(before),
        ),
        "AH-6.2",
    )
