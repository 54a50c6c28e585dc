"""A proposal is decided or waived, by somebody who neither proposed it nor is the person (GZ-5 to GZ-19)."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from shared import events
from shared.assessment import countering, doubling, guards
from shared.assessment.events import EntryDecided
from shared.assessment.models import Decision, Entry
from shared.assessment.reckoning import Reckoning, reckon
from shared.assessment.rulebook import rules_of
from shared.assessment.standing import DERIVED, Kind, Origin, State, Step
from shared.assessment.standings import standing_now
from shared.cases.acting import refuse_unless
from shared.database import db
from shared.errors import Refused
from shared.identity.models import User
from shared.outbox.rows import insert_once
from shared.policies.findings import FINE

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

    A reason is needed where the amount is not what the article sets by the record of now. Raises Refused; of two
    who decide at once one is told that the other was first.
    """
    _check(entry, by)
    hold(entry)
    refuse_unless(entry.person_id is not None or entry.origin == Origin.REWARD, _("请先写明是谁的责任。"))
    _check_basis(entry)
    found = reckon(entry, at)
    _check_choice(entry, choice, found)
    decision = take(entry, FIRST, Step.DECIDED, by=by, at=at, choice=choice, multiplier=found.multiplier)
    doubling.follow(entry, doubling.row_of(entry), choice.amount, at)
    if entry.origin == Origin.COUNTER and entry.about is not None:
        countering.undo_what_hangs_on(entry.about, at)
    return decision


def waive(entry: Entry, *, by: User, at: datetime, reason: str) -> Decision:
    """Nothing comes of it. Raises Refused without a reason."""
    _check(entry, by)
    refuse_unless(bool(reason.strip()), _("请写明为什么不处理。"))
    return take(entry, FIRST, Step.WAIVED, by=by, at=at, choice=Choice(reason=reason))


def _check(entry: Entry, by: User) -> None:
    state = standing_now(entry).state
    refuse_unless(guards.may_decide(by, entry.estate_id), _("考核由有权决定的人来处理。"))
    refuse_unless(state is not State.NAMED, _("责任人已经另行写明，请处理写明责任人的那一条。"))
    refuse_unless(state is not State.LAPSED, _("它所依据的那一条已经不成立，这一条不用处理了。"))
    refuse_unless(state is State.PROPOSED, _("这一条已经有人处理过了，请刷新查看。"))
    refuse_unless(
        not guards.is_party(by, entry), _("提出的人、当事人和其部门负责人不能处理这一条，请由其他人处理。")
    )
    refuse_unless(not guards.is_complained_of(by, entry), _("这件诉求涉及您，请由其他人处理。"), entry.clause)


def _check_basis(entry: Entry) -> None:
    """What doubles another entry, or takes it back, waits while that one is under appeal."""
    if entry.origin in DERIVED and entry.about is not None and not standing_now(entry.about).stands:
        raise Refused(_("它所依据的那一条正在申诉，复核以后再处理。"), entry.clause)


def _check_choice(entry: Entry, choice: Choice, found: Reckoning) -> None:
    if entry.origin == Origin.COUNTER:
        refuse_unless(choice.amount == entry.most, _("冲销的金额就是原来的金额。"), entry.clause)
        return
    check_grade(entry, choice)
    if choice.amount is not None:
        refuse_unless(0 <= choice.amount <= MOST, _("金额要是 0 到 1000000 的整数。"), entry.clause)
        refuse_unless(entry.kind != Kind.ADVICE, _("建议没有金额。"), entry.clause)
        without = entry.kind == Kind.NONE and choice.amount > 0
        refuse_unless(not without, _("这一条不涉及金额。"), entry.clause)
    if not found.fits(choice.amount):
        message = (
            _("金额和条款不一样，请写明理由。") if found.carries_amount else _("条款没有写金额，请写明理由。")
        )
        refuse_unless(bool(choice.reason.strip()), message, entry.clause)


def check_grade(entry: Entry, choice: Choice) -> None:
    """A graded outcome has one of the grades of its rule, and money only as a fine (AH-7.1). Raises Refused."""
    rules = rules_of(entry)
    rule = rules.finding(entry.rule) if rules and entry.rule else None
    if entry.kind == Kind.GRADED:
        refuse_unless(choice.grade in (rule.grades if rule else ()), _("请选一种处理。"), entry.clause)
        no_money = not choice.amount or choice.grade == FINE
        refuse_unless(no_money, _("只有罚款可以写金额。"), entry.clause)
    else:
        refuse_unless(choice.grade is None, _("这一条没有等次可选。"), entry.clause)


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
