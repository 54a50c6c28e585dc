"""The end of a shift (交接班): first responsibilities offered together, taken with one acceptance (GZ-15).

No clock stops, and until somebody accepts each is still the giver's.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from shared import events
from shared.cases import acting, participation, scope
from shared.cases.lifecycle import OPEN
from shared.cases.models import Case
from shared.database import db
from shared.errors import NotFound
from shared.identity import leaves, people, queries, roster
from shared.identity.models import Estate, User
from shared.identity.permissions import Permission
from shared.ownership import guards, transferring
from shared.ownership.events import HandoverAnswered, HandoverOffered
from shared.ownership.models import Handover, Transfer

LONGEST_NOTE = 2_000
MOST = 100  # of one handover: more takes longer than a person waits for an answer
AHEAD = timedelta(days=3)  # how far ahead the roster is asked who comes next


@dataclass(frozen=True, slots=True)
class Outcome:
    """Which cases went, by archive number, and which were left out because they changed meanwhile."""

    went: list[str]
    left_out: list[str]


# Reading


def _to_give(user: User, estate_id: int) -> Select[Case]:
    """Open, first theirs, and not asked of anybody yet. A report from inside is handed on by itself (CO-M5)."""
    asked = select(Transfer.id).where(Transfer.case_id == Case.id, Transfer.answered_at.is_(None))
    return select(Case).where(
        Case.first_responder_id == user.id,
        Case.estate_id == estate_id,
        Case.state.in_(sorted(OPEN)),
        participation.ordinary(),
        participation.visible_to(user),
        ~asked.exists(),
    )


def to_give(user: User, estate_id: int) -> Sequence[int]:
    """Ids of the cases that *user* could offer now, the nearest clock first."""
    return db.session.scalars(
        _to_give(user, estate_id)
        .with_only_columns(Case.id)
        .order_by(Case.next_due_at.is_(None), Case.next_due_at, Case.id)
    ).all()


def receivers(user: User, estate_id: int, at: datetime) -> list[User]:
    """Who could take them: whoever comes next by the roster first, then everybody who is here, by name."""
    able = [p for p in queries.people_who_may(Permission.CASE_CLAIM, estate_id) if p.id != user.id]
    coming = next_on_duty(user, estate_id, at)
    away = leaves.away([person.id for person in able], at)
    here = [p for p in able if p.id not in away or p is coming]
    return sorted(here, key=lambda person: person is not coming)


def next_on_duty(user: User, estate_id: int, at: datetime) -> User | None:
    """Who has the shift after the one that *user* stands in now, or whoever stands in for them."""
    shifts = roster.shifts(estate_id, at, at + AHEAD)
    ends = max((s.ends_at for s in shifts if s.user_id == user.id and s.starts_at <= at), default=at)
    for shift in shifts:
        if shift.user_id == user.id or shift.ends_at <= ends:
            continue
        person = leaves.stand_in(shift.user, max(shift.starts_at, at))
        if person is not None and person.id != user.id and person.can(Permission.CASE_CLAIM, estate_id):
            return person
    return None


def _waiting() -> Select[Handover]:
    """Unanswered, and something of it still the giver's to give."""
    open_item = (
        select(Transfer.id)
        .join(Case, Case.id == Transfer.case_id)
        .where(
            Transfer.handover_id == Handover.id,
            Transfer.answered_at.is_(None),
            Case.first_responder_id == Handover.giver_id,
        )
    )
    return (
        select(Handover)
        .where(Handover.answered_at.is_(None), open_item.exists())
        .options(joinedload(Handover.giver), joinedload(Handover.receiver))
        .order_by(Handover.id)
    )


def offered_to(user: User) -> Sequence[Handover]:
    """What waits for *user*'s answer."""
    return db.session.scalars(_waiting().where(Handover.receiver_id == user.id)).all()


def offered_by(user: User) -> Sequence[Handover]:
    """What *user* has offered and nobody has answered."""
    return db.session.scalars(_waiting().where(Handover.giver_id == user.id)).all()


def cases_of(handovers: Collection[Handover]) -> dict[int, list[int]]:
    """The ids of the cases in each of them that still wait, by id of the handover; in one query."""
    found: dict[int, list[int]] = {handover.id: [] for handover in handovers}
    rows = db.session.execute(
        select(Transfer.handover_id, Transfer.case_id)
        .where(Transfer.handover_id.in_(found), Transfer.answered_at.is_(None))
        .order_by(Transfer.case_id)
    )
    for handover_id, case_id in rows:
        if handover_id is not None:
            found[handover_id].append(case_id)
    return found


# Verbs


def offer(
    estate: Estate,
    *,
    by: User,
    to: User,
    at: datetime,
    case_ids: Collection[int] | None = None,
    note: str = "",
) -> tuple[Handover, Outcome]:
    """Offer *to* those of *by*'s first responsibilities, or all of them; what is not theirs any more is left out.

    Raises Refused where *to* cannot take any, or nothing is left to offer.
    """
    acting.refuse_unless(
        to.id != by.id and to.is_active and to.can(Permission.CASE_CLAIM, estate.id),
        _("%(name)s不能接班，请另选。", name=to.name),
        "GZ-15",
    )
    wanted = set(case_ids) if case_ids is not None else None
    mine = sorted(to_give(by, estate.id))
    count = len(mine if wanted is None else wanted)
    acting.refuse_unless(count <= MOST, _("一次最多交接 %(n)s 件，请分几次。", n=MOST), "GZ-15")
    # Cases before whatever names a person: who leaves is waited for in that order everywhere.
    held = [scope.lock_by_id(case_id) for case_id in mine if wanted is None or case_id in wanted]
    going = [case for case in held if _is_offerable(case, by, to)]
    acting.refuse_unless(bool(going), _("没有可以移交的诉求，请重新勾选。"), "GZ-15")
    handover = Handover(
        estate_id=estate.id, giver_id=by.id, receiver_id=to.id, asked_at=at, note=note.strip()[:LONGEST_NOTE]
    )
    db.session.add(handover)
    people.refuse_if_gone(to)
    for case in going:
        transferring.offer(case, by=by, to=to, at=at, handover_id=handover.id, data={"handover": handover.id})
    events.publish(HandoverOffered(going[0].id, handover.id))
    left = [case.archive_number for case in held if case not in going]
    left += _numbers_of((wanted or set()) - set(mine), by)
    return handover, Outcome([case.archive_number for case in going], sorted(left))


def _is_offerable(case: Case, by: User, to: User) -> bool:
    return (
        case.first_responder_id == by.id
        and guards.can_transfer(by, case)
        and transferring.pending(case) is None
        and transferring.can_receive(to, case)
    )


def _numbers_of(case_ids: Collection[int], user: User) -> list[str]:
    """The archive numbers of these cases, as far as *user* may see them."""
    statement = select(Case.archive_number).where(Case.id.in_(case_ids), participation.visible_to(user))
    return list(db.session.scalars(statement)) if case_ids else []


def accept(handover_id: int, *, by: User, at: datetime) -> Outcome:
    """*by* is first responder of all in it that are still open and still the giver's, from this instant.

    Raises NotFound for whom it was not offered to, Refused where it was answered before.
    """
    handover = _hold(handover_id, at, receiver=by)
    went, left = [], set()
    for transfer, case in _items(handover):
        if guards.can_answer_transfer(by, case, transfer) and _is_takable(case, transfer, by):
            data = {"handover": handover.id}
            transferring.settle(case, transfer, by=by, at=at, accepted=True, data=data)
            went.append(case.archive_number)
        elif transfer.accepted is None:
            transfer.answered_at = transfer.answered_at or at
            left.add(case.id)
    _answer(handover, at, accepted=True)
    return Outcome(went, sorted(_numbers_of(left, by)))


def _is_takable(case: Case, transfer: Transfer, by: User) -> bool:
    return case.first_responder_id == transfer.giver_id and transferring.can_receive(by, case)


def decline(handover_id: int, *, by: User, at: datetime, reason: str) -> Outcome:
    """Nothing moves: each is still the giver's, who is told why not. Raises as `accept`."""
    acting.refuse_unless(bool(reason.strip()), _("请写明为什么不接手。"), "GZ-15")
    handover = _hold(handover_id, at, receiver=by)
    went = []
    for transfer, case in _items(handover):
        if guards.can_answer_transfer(by, case, transfer):
            _id, words = acting.write_words(case, reason, public=False)
            data = {"handover": handover.id, **words}
            transferring.settle(case, transfer, by=by, at=at, accepted=False, data=data)
            went.append(case.archive_number)
        transfer.answered_at = transfer.answered_at or at
    _answer(handover, at, accepted=False)
    return Outcome(went, [])


def take_back(handover_id: int, *, by: User, at: datetime) -> None:
    """The giver asks somebody else, or stays. Raises as `accept`."""
    handover = _hold(handover_id, at, giver=by)
    for transfer, case in _items(handover):
        if transfer.answered_at is None and guards.can_transfer(by, case):
            data = {"handover": handover.id, "withdrawn": True}
            transferring.settle(case, transfer, by=by, at=at, accepted=False, data=data)
        transfer.answered_at = transfer.answered_at or at
    handover.answered_at = at


def _hold(
    handover_id: int, at: datetime, *, receiver: User | None = None, giver: User | None = None
) -> Handover:
    """The handover, held until the change ends. Always before its cases, and these by their ids: no ring of waiting."""
    handover = db.session.scalar(
        select(Handover)
        .where(Handover.id == handover_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    allowed = handover is not None and (
        (receiver is not None and handover.receiver_id == receiver.id)
        or (giver is not None and handover.giver_id == giver.id)
    )
    if handover is None or not allowed:
        raise NotFound
    acting.refuse_unless(handover.answered_at is None, _("这次交接已经有了答复。"), "GZ-15")
    return handover


def _items(handover: Handover) -> list[tuple[Transfer, Case]]:
    """All that was offered in it, answered by itself or not, each case held and read afresh."""
    found = db.session.execute(
        select(Transfer.id, Transfer.case_id)
        .where(Transfer.handover_id == handover.id)
        .order_by(Transfer.case_id)
    ).all()
    items = []
    for transfer_id, case_id in found:
        case = scope.lock_by_id(case_id)
        transfer = db.session.get_one(Transfer, transfer_id, populate_existing=True)
        items.append((transfer, case))
    return items


def _answer(handover: Handover, at: datetime, *, accepted: bool) -> None:
    handover.answered_at, handover.accepted = at, accepted
    first = db.session.scalar(
        select(Transfer.case_id)
        .where(Transfer.handover_id == handover.id)
        .order_by(Transfer.case_id)
        .limit(1)
    )
    if first is not None:
        events.publish(HandoverAnswered(first, handover.id))
