"""Contacts in whole (联系方式): whoever opens one stands in the register; nobody opens any number in a day (T28)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import insert, select

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
    opened = of_a_day(by, at)
    _refuse_beyond_cap(set(wanted) if what in WHOLE else set(), opened)
    db.session.execute(
        insert(Access), [{"at": at, "user_id": by.id, "case_id": each, "what": what} for each in wanted]
    )
    before = {case_id for case_id, _what in opened}
    after = before.union(wanted)
    if len(before) < MANY <= len(after):
        events.publish(ManyOpened(case_id=wanted[-1], user_id=by.id, number=len(after), at=at))


def take_turn(by: User) -> None:
    """What *by* opens at the same moment in another window waits for the end of this change, and is then counted."""
    db.session.execute(select(User.id).where(User.id == by.id).with_for_update(key_share=True))


def of_a_day(by: User, at: datetime) -> set[tuple[int, str]]:
    """Of which cases *by* has opened what in 24 hours: a day of the calendar would allow twice as much at midnight."""
    # The register grows for ever and has no index by time, but its ids rise with it: found from its end.
    last_before = db.session.scalar(
        select(Access.id).where(Access.at <= at - DAY).order_by(Access.id.desc()).limit(1)
    )
    found = db.session.execute(
        select(Access.case_id, Access.what).where(Access.id > (last_before or 0), Access.user_id == by.id)
    )
    return {(case_id, what) for case_id, what in found}


def _refuse_beyond_cap(wanted: set[int], opened: set[tuple[int, str]]) -> None:
    config: Config = current_app.extensions["shouwen"]
    before = {case_id for case_id, what in opened if what in WHOLE}
    after = before | wanted
    refuse_unless(
        not config.contacts_per_day or after == before or len(after) <= config.contacts_per_day,
        _(
            "24 小时内最多查看或导出 %(most)s 件诉求的联系方式，您已打开 %(n)s 件。工作确实需要，请找系统管理员放宽。",
            most=config.contacts_per_day,
            n=len(before),
        ),
        "AH-6.2",
    )
