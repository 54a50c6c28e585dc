"""A proposal is decided or waived, by somebody who neither proposed it nor is the person (GZ-5 to GZ-19)."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from shared import events
from shared.assessment import doubling, guards
from shared.assessment.events import EntryDecided
from shared.assessment.models import Decision, Entry
from shared.assessment.rulebook import rules_of
from shared.assessment.standing import Kind, Origin, Standing, State, Step
from shared.assessment.standings import standing_now
from shared.cases.acting import refuse_unless
from shared.database import db
from shared.errors import Refused
from shared.identity.models import User
from shared.outbox.rows import insert_once

FIRST = 1
MOST = 1_000_000  # beyond that somebody has mistyped


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody decides: an amount, a grade (AH-7.1), both or neither, and why."""

    amount: int | None = None
    grade: str | None = None
    reason: str = ""


def decide(entry: Entry, *, by: User, at: datetime, choice: Choice) -> Decision:
    """It stands. What follows from violations in a row is worked out by the machine, whoever decides (GZ-19).

    A reason is needed where the amount is not what the article sets. Raises Refused; of two who decide at once
    one is told that the other was first.
    """
    standing = _check(entry, by)
    hold(entry)
    refuse_unless(entry.person_id is not None or entry.origin == Origin.REWARD, _("请先写明是谁的责任。"))
    _check_basis(entry)
    _check_choice(entry, choice)
    row = doubling.row_of(entry)
    multiplier = doubling.multiplier_of_share(entry) if entry.origin == Origin.DOUBLING else row.multiplier
    decision = take(entry, FIRST, Step.DECIDED, by=by, at=at, choice=choice, multiplier=multiplier)
    if standing.state is State.PROPOSED:
        doubling.follow(entry, row, choice.amount, at)
    return decision


def waive(entry: Entry, *, by: User, at: datetime, reason: str) -> Decision:
    """Nothing comes of it. Raises Refused without a reason."""
    _check(entry, by)
    refuse_unless(bool(reason.strip()), _("请写明为什么不处理。"))
    return take(entry, FIRST, Step.WAIVED, by=by, at=at, choice=Choice(reason=reason))


def _check(entry: Entry, by: User) -> Standing:
    standing = standing_now(entry)
    refuse_unless(guards.may_decide(by, entry.estate_id), _("考核由有权决定的人来处理。"))
    refuse_unless(standing.state is State.PROPOSED, _("这一条已经有人处理过了，请刷新查看。"))
    refuse_unless(
        not guards.is_party(by, entry), _("提出的人、当事人和其部门负责人不能处理这一条，请由其他人处理。")
    )
    return standing


def _check_basis(entry: Entry) -> None:
    """What doubles another entry, or takes it back, falls with it."""
    if entry.about is not None and not standing_now(entry.about).stands:
        raise Refused(_("它所依据的那一条已经不成立，或正在申诉，现在不能处理。"), entry.clause)


def _check_choice(entry: Entry, choice: Choice) -> None:
    rules = rules_of(entry)
    rule = rules.finding(entry.rule) if rules and entry.rule else None
    if entry.kind == Kind.GRADED:
        grades = rule.grades if rule else ()
        refuse_unless(choice.grade in grades, _("请选一种处理。"), entry.clause)
    else:
        refuse_unless(choice.grade is None, _("这一条没有等次可选。"), entry.clause)
    if entry.origin == Origin.COUNTER:
        refuse_unless(choice.amount == entry.most, _("冲销的金额就是原来的金额。"), entry.clause)
        return
    if choice.amount is not None:
        refuse_unless(0 <= choice.amount <= MOST, _("金额要是 0 到 1000000 的整数。"), entry.clause)
        refuse_unless(entry.kind != Kind.ADVICE, _("建议没有金额。"), entry.clause)
    if not is_as_set(entry, choice.amount):
        refuse_unless(bool(choice.reason.strip()), _("金额和条款不一样，请写明理由。"), entry.clause)


def is_as_set(entry: Entry, amount: int | None) -> bool:
    """Whether *amount* lies within what was proposed."""
    if entry.least is None or entry.most is None:
        return not amount
    return amount is not None and entry.least <= amount <= entry.most


def hold(entry: Entry) -> None:
    """No two entries of one person are decided at the same moment: each would miss the other in the row (GZ-19)."""
    if entry.person_id is not None:
        db.session.execute(select(User.id).where(User.id == entry.person_id).with_for_update())


def take(
    entry: Entry,
    number: int,
    step: Step,
    *,
    by: User,
    at: datetime,
    choice: Choice,
    multiplier: int = 1,
) -> Decision:
    """Write step *number* of *entry*, which is taken once. Raises Refused to whoever comes second."""
    decision_id = insert_once(
        Decision,
        ("entry_id", "step"),
        {
            "entry_id": entry.id,
            "step": number,
            "kind": step,
            "amount": choice.amount,
            "multiplier": multiplier,
            "grade": choice.grade,
            "by_id": by.id,
            "at": at,
            "reason": choice.reason.strip(),
        },
    )
    if decision_id is None:
        raise Refused(_("这一条刚刚有别人处理过了，请刷新查看。"))
    db.session.expire(entry, ["decisions"])
    if step is not Step.APPEALED:
        events.publish(EntryDecided(entry.id, decision_id, at))
    return db.session.get_one(Decision, decision_id)
