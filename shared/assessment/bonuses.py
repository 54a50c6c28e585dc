"""What a person's bonus of a month is (GZ-20): fines come from it. A correction is a row too, and the newest holds."""

from collections.abc import Collection
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from shared.assessment.models import Bonus
from shared.cases.acting import refuse_unless
from shared.database import db
from shared.identity.models import Estate, User
from shared.identity.permissions import Permission

MOST = 1_000_000


def set_bonus(estate: Estate, user: User, month: int, amount: int, *, by: User, at: datetime) -> Bonus:
    """Nobody sets their own. Raises Refused."""
    refuse_unless(by.can(Permission.BONUS_SET, estate.id), _("奖金由有权的人来填写。"), "GZ-20")
    refuse_unless(by.id != user.id, _("自己的奖金请由别人填写。"), "GZ-20")
    refuse_unless(0 <= amount <= MOST, _("奖金要是 0 到 1000000 的整数。"), "GZ-20")
    refuse_unless(any(a.estate_id == estate.id for a in user.appointments), _("这个人不在本项目。"), "GZ-20")
    refuse_unless(1 <= month % 100 <= 12 and 2000 <= month // 100 <= 2999, _("请选一个月份。"), "GZ-20")
    bonus = Bonus(estate_id=estate.id, user_id=user.id, month=month, amount=amount, by_id=by.id, at=at)
    db.session.add(bonus)
    db.session.flush()
    return bonus


def bonuses_of(estate_id: int, month: int, user_ids: Collection[int]) -> dict[int, Bonus]:
    """The newest of each of these people; nobody for whom none was set."""
    rows = db.session.scalars(
        select(Bonus)
        .where(Bonus.estate_id == estate_id, Bonus.month == month, Bonus.user_id.in_(user_ids))
        .order_by(Bonus.id)
    )
    return {row.user_id: row for row in rows}
