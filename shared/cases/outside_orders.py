"""The order by which 12345 or the street office passed a matter to us: their number and their limit, beside ours.

Their limit is theirs: it moves no clock of ours, and ours moves none of theirs (CO-1, AH-2.1).
"""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, bindparam, select

from shared.cases import acting, guards
from shared.cases.lifecycle import Act
from shared.cases.models import Case, OutsideOrder
from shared.cases.vocabulary import Channel
from shared.database import db
from shared.identity.models import User
from shared.identity.permissions import Permission

ISSUERS = (Channel.CITY_HOTLINE, Channel.STREET_OFFICE)
FORMER = "former"  # the register that the estate kept before; its numbers are found, and wait for no answer
LONGEST = 40
_WRITTEN = re.compile(r"[A-Z0-9][A-Z0-9\-_/.]*")


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody typed in of an order, not yet looked at."""

    issuer: Channel
    number: str
    due_at: datetime | None = None


def can_record(user: User, case: Case) -> bool:
    return guards.may(user, case, Act.OUTSIDE_ORDER, Permission.CASE_REGISTER)


def can_answer(user: User, case: Case) -> bool:
    """Whoever may tell the owner may tell those who passed the matter on."""
    return guards.may(user, case, Act.OUTSIDE_ORDER, Permission.CASE_INFORM)


def as_written(number: str) -> str:
    """Full width narrow, in capitals, without spaces; empty when it is longer than any number."""
    written = "".join(unicodedata.normalize("NFKC", number).upper().split())
    return written if len(written) <= LONGEST else ""


def normalised(number: str) -> str:
    """As it is kept and sought; empty when it is no number that 12345 or a street office gives."""
    written = as_written(number)
    return written if _WRITTEN.fullmatch(written) else ""


def enter(case: Case, given: Order, *, by: User, at: datetime) -> OutsideOrder:
    """Keep an order; the same number once more changes its limit. Raises Refused when there is nothing new.

    Called alone at the desk's intake, where the record of the filing names it; anywhere else by `record`.
    """
    acting.refuse_unless(given.issuer in ISSUERS, _("请选择是谁的工单。"))
    written = normalised(given.number)
    acting.refuse_unless(bool(written), _("工单编号只有字母、数字和横线，最多 40 个。"))
    order = next((o for o in of_case(case.id) if (o.issuer, o.number) == (given.issuer, written)), None)
    acting.refuse_unless(order is None or order.due_at != given.due_at, _("这张工单已经登记过了。"))
    if order is None:
        order = OutsideOrder(case_id=case.id, issuer=given.issuer, number=written, by_id=by.id, at=at)
        db.session.add(order)
    order.due_at = given.due_at
    db.session.flush()
    return order


def record(case: Case, given: Order, *, by: User, at: datetime) -> OutsideOrder:
    """The act on a case that is there already (CO-1, AH-2.1)."""
    acting.refuse_unless(can_record(by, case), _("外部工单由接报的岗位来登记。"), "AH-2.1")
    order = enter(case, given, by=by, at=at)
    # The number may stand in the record: it is an address in their register, not a word about a person.
    data = {
        "order": order.id,
        "issuer": order.issuer,
        "number": order.number,
        "due_at": order.due_at.isoformat() if order.due_at else None,
    }
    acting.perform(case, Act.OUTSIDE_ORDER, by=by, at=at, public=False, data=data)
    return order


def answer(case: Case, order: OutsideOrder, *, by: User, at: datetime) -> None:
    """Our answer went back to whoever sent the order."""
    acting.refuse_unless(can_answer(by, case), _("回复外部工单由负责告知诉求人的岗位来登记。"), "AH-2.1")
    acting.refuse_unless(order.case_id == case.id and order.answered_at is None, _("这张工单已经回复过了。"))
    order.answered_at, order.answered_by_id = at, by.id
    data = {"order": order.id, "issuer": order.issuer, "number": order.number, "answered": True}
    acting.perform(case, Act.OUTSIDE_ORDER, by=by, at=at, public=False, data=data)


# Built once: pages of a case, and lists, ask them.
_OF_CASE = (
    select(OutsideOrder)
    .where(OutsideOrder.case_id == bindparam("case_id"), OutsideOrder.issuer.in_(ISSUERS))
    .order_by(OutsideOrder.id)
)
_WAITING = (
    select(OutsideOrder)
    .where(
        OutsideOrder.case_id.in_(bindparam("case_ids", expanding=True)),
        OutsideOrder.answered_at.is_(None),
        OutsideOrder.due_at.is_not(None),
    )
    .order_by(OutsideOrder.due_at.desc())
)


def of_case(case_id: int) -> Sequence[OutsideOrder]:
    """In the order in which they came."""
    return db.session.scalars(_OF_CASE, {"case_id": case_id}).all()


def unanswered(case: Case) -> list[OutsideOrder]:
    return [order for order in of_case(case.id) if order.answered_at is None]


def nearest_of(case_ids: Collection[int]) -> dict[int, OutsideOrder]:
    """Of each case the unanswered order that falls due first; one query, for a list."""
    if not case_ids:
        return {}
    found = db.session.scalars(_WAITING, {"case_ids": [*case_ids]})
    return {order.case_id: order for order in found}


def numbered(typed: str) -> ColumnElement[bool] | None:
    """The cases under an order of that number, or that had it in an earlier register; None when it cannot be one."""
    written = as_written(typed)
    if not written or not any(c.isdigit() for c in written):
        return None
    is_it = OutsideOrder.number == written
    # Shorter ones are serials of our own; what an earlier register called 12 is found beside them.
    if len(written) < 6 or not normalised(typed):
        is_it = and_(is_it, OutsideOrder.issuer == FORMER)
    return Case.id.in_(select(OutsideOrder.case_id).where(is_it))
