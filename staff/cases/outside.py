"""Outside orders as the case page shows them: their limits beside ours."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import gettext as _

from shared.cases import outside_orders
from shared.cases.models import Case, OutsideOrder
from shared.deadlines import outside
from shared.deadlines.promises import Promise
from shared.identity.models import User
from staff.cases import wording
from staff.cases.acts import ACTS
from staff.cases.outside_order import named


@dataclass(frozen=True, slots=True)
class Shown:
    """`promise` is None where they gave no limit; `standing` then says how it stands."""

    name: str
    promise: Promise | None
    standing: str
    answer_url: str


def of(case: Case, orders: Sequence[OutsideOrder], user: User, now: datetime) -> list[Shown]:
    """What is not answered first."""
    address = ACTS["outside_answer"].address(case) if outside_orders.can_answer(user, case) else ""
    shown = sorted(orders, key=lambda o: o.answered_at is not None)
    return [_shown(order, now, case.estate.zone, address) for order in shown]


def _shown(order: OutsideOrder, now: datetime, zone: str, address: str) -> Shown:
    name = named(order)
    drawn = outside.promise(order, now, zone)
    said = (
        _("已回复对方（%(time)s）", time=wording.when(order.answered_at, now, zone))
        if order.answered_at
        else _("没有期限，还没回复对方")
    )
    return Shown(
        name=name,
        promise=replace(drawn, name=name, clause="") if drawn else None,
        standing=said,
        answer_url=f"{address}?order={order.id}" if address and not order.answered_at else "",
    )
