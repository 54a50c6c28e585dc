"""The person appeals once (考核申诉), and somebody who had no part in it hears them (复核)."""

from datetime import datetime

from flask_babel import gettext as _

from shared import events
from shared.assessment import countering, guards
from shared.assessment.deciding import MOST, Choice, check_grade, take
from shared.assessment.events import EntryAppealed
from shared.assessment.models import Decision, Entry
from shared.assessment.reckoning import reckon
from shared.assessment.rulebook import rules_of
from shared.assessment.standing import Kind, Standing, State, Step
from shared.assessment.standings import standing_now
from shared.cases.acting import refuse_unless
from shared.identity.models import User

SECOND, THIRD = 2, 3


def appeal(entry: Entry, *, by: User, at: datetime, reason: str) -> Decision:
    """Of what was decided against *by*, once, with a reason. Nothing is paid until it is heard. Raises Refused."""
    standing = standing_now(entry)
    refuse_unless(by.id == entry.person_id, _("考核申诉由本人提出。"), entry.clause)
    refuse_unless(guards.can_appeal(by, entry, standing.state), _("这一条现在不能申诉。"), entry.clause)
    refuse_unless(bool(reason.strip()), _("请写明为什么不同意。"), entry.clause)
    decision = take(entry, SECOND, Step.APPEALED, by=by, at=at, choice=Choice(reason=reason))
    events.publish(EntryAppealed(entry.id, at))
    return decision


def hear(entry: Entry, *, by: User, at: datetime, outcome: Step, choice: Choice) -> Decision:
    """Upheld, changed or annulled, with a reason, by another than who decided it. Nobody comes off worse for it.

    Raises Refused.
    """
    standing = standing_now(entry)
    refuse_unless(standing.state is State.APPEALED, _("这一条没有待复核的申诉。"), entry.clause)
    refuse_unless(
        guards.can_hear(by, entry, standing.state, entry.decisions),
        _("复核由没有参与提出和处理的人来做。"),
        entry.clause,
    )
    refuse_unless(not guards.is_complained_of(by, entry), _("这件诉求涉及您，请由其他人处理。"), entry.clause)
    refuse_unless(outcome in (Step.UPHELD, Step.CHANGED, Step.ANNULLED), _("请选复核结果。"), entry.clause)
    refuse_unless(bool(choice.reason.strip()), _("请写明复核的理由。"), entry.clause)
    if outcome is Step.CHANGED:
        multiplier = min(standing.multiplier, reckon(entry, at).multiplier)
        _check_change(entry, standing, choice, multiplier)
        changed = take(entry, THIRD, outcome, by=by, at=at, choice=choice, multiplier=multiplier)
        if multiplier < standing.multiplier:  # not in a row any more: nobody pays or goes for that
            countering.undo_what_hangs_on(entry, at)
        return changed
    decision = take(entry, THIRD, outcome, by=by, at=at, choice=Choice(reason=choice.reason))
    if outcome is Step.ANNULLED:
        countering.undo_what_hangs_on(entry, at)
    return decision


def _check_change(entry: Entry, standing: Standing, choice: Choice, multiplier: int) -> None:
    """What was the second in a row is doubled no longer, once the first has fallen (GZ-19): that is a change too."""
    if entry.kind == Kind.GRADED:
        check_grade(entry, choice)
    refuse_unless(0 <= (choice.amount or 0) <= MOST, _("金额要是 0 到 1000000 的整数。"), entry.clause)
    refuse_unless(not _is_harder(entry, choice, standing), _("复核不能加重。"), entry.clause)
    before = (standing.amount, standing.grade, standing.multiplier)
    same = (choice.amount, choice.grade, multiplier) == before
    refuse_unless(not same, _("没有改变，请选“维持”。"), entry.clause)


def _is_harder(entry: Entry, choice: Choice, before: Standing) -> bool:
    """More money; of another grade a graver one, by the order of gravity in which the rule names them (AH-7.1).

    A fine is milder than dismissal, though dismissal has no amount.
    """
    rules = rules_of(entry)
    rule = rules.finding(entry.rule) if rules and entry.rule else None
    grades = rule.grades if rule else ()
    if choice.grade != before.grade and choice.grade in grades and before.grade in grades:
        return grades.index(choice.grade) > grades.index(before.grade)
    return (choice.amount or 0) > (before.amount or 0)
