"""What a rule book says of assessment, in plain words for staff: made from the rules that the ledger obeys."""

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _

from shared.assessment import wording
from shared.deadlines import naming
from shared.deadlines.plain import CASES, Line, Section, people
from shared.policies.findings import ORIGINAL, PERSON, Amount, FindingRule
from shared.policies.schema import Clock, Penalty, Policy
from shared.policies.terms import Conditions


def sections(policy: Policy) -> list[Section]:
    """Nothing under a rule book that assesses nothing."""
    if policy.assessment is None:
        return []
    unit = policy.assessment.unit
    by_outcome: dict[str, list[FindingRule]] = {"deduction": [], "graded": [], "reward": []}
    for rule in policy.findings:
        by_outcome[rule.outcome].append(rule)
    found = (
        Section("assessment", _("考核怎么算"), list(_counted(policy))),
        Section("amounts", _("超时的考核"), [_clock(c, unit) for c in policy.clocks if c.penalties]),
        Section("findings", _("检查发现的考核"), [_finding(r, unit) for r in by_outcome["deduction"]]),
        Section("graded", _("分等处理"), [_graded(r) for r in by_outcome["graded"]]),
        Section("rewards", _("奖励"), [_reward(r) for r in by_outcome["reward"]]),
    )
    return [section for section in found if section.lines]


def _counted(policy: Policy) -> Iterator[Line]:
    rule = policy.assessment
    if rule is None:
        return
    text = _("金额以%(unit)s计，都是建议，由没有提出也不是当事人的人决定", unit=wording.UNITS[rule.unit])
    due = _("按原来的时限算") if rule.judged_by == ORIGINAL else _("按约定或延期后的时限算")
    yield Line("assessment", rule.clause, text, _("改过时限的，%(due)s；两个时限都记录", due=due))
    if rule.capped:
        yield Line("capped", rule.clause, _("扣罚从本人当月奖金里扣，扣完为止"), _("当月工资下浮不受此限"))
    if row := policy.in_a_row:
        text = _(
            "连续第 %(double)s 次，本人和部门负责人加倍；连续第 %(advise)s 次，另建议劝退",
            double=row.double_at,
            advise=row.advise_at,
        )
        note = _(
            "同一个人前后两次相隔 %(days)s 天以内算连续，不论违反哪一条；不处理、撤销和冲销的不算",
            days=row.days,
        )
        yield Line("in_a_row", row.clause, text, note)


def _clock(clock: Clock, unit: str) -> Line:
    said = [_penalty(penalty, unit) for penalty in clock.penalties]
    return Line(
        f"amount {clock.rule}",
        clock.clause,
        _("%(name)s：", name=naming.name(clock.rule)) + _("；").join(said),
    )


def _finding(rule: FindingRule, unit: str) -> Line:
    said = [_amount(amount, unit) for amount in rule.amounts]
    text = _("%(name)s：", name=wording.finding_name(rule)) + _("；").join(said)
    if rule.report_when:
        text += _("；%(when)s的，另写专题报告", when=_conditions(rule.report_when))
    return Line(f"finding {rule.rule}", rule.clause, text, _whose(rule.whose))


def _graded(rule: FindingRule) -> Line:
    grades = _("、").join(str(wording.GRADES[grade]) for grade in rule.grades)
    text = _("%(name)s：", name=wording.finding_name(rule)) + _("视轻重给予%(grades)s", grades=grades)
    return Line(f"finding {rule.rule}", rule.clause, text, _whose(rule.whose))


def _reward(rule: FindingRule) -> Line:
    return Line(f"finding {rule.rule}", rule.clause, wording.finding_name(rule), _whose(rule.whose))


def _whose(roles: Sequence[str]) -> str:
    return _("适用：%(cases)s", cases=people(roles) if roles else _("所有人"))


def _penalty(penalty: Penalty, unit: str) -> str:
    return _said(penalty.when, "", penalty.kind, penalty.least, penalty.most, unit)


def _amount(amount: Amount, unit: str) -> str:
    who = "" if amount.who == PERSON else str(wording.WHO[amount.who])
    return _said(amount.when, who, amount.kind, amount.least, amount.most, unit)


def _said(when: Conditions, who: str, kind: str, least: int, most: int, unit: str) -> str:
    """`强烈投诉的，部门负责人扣罚 100 元`"""
    cost = f"{who}{wording.KINDS[kind]} {wording.range_of(least, most, unit)}"
    return _("%(when)s的，%(cost)s", when=_conditions(when), cost=cost) if when else cost


def _conditions(conditions: Conditions) -> str:
    return _("、").join(
        _condition(key, value) for key, values in conditions for value in sorted(values, key=str)
    )


def _condition(key: str, value: str | bool) -> str:
    if key in wording.FLAGS:
        said = str(wording.FLAGS[key])
        return said if value else _("没有%(flag)s", flag=said)
    return str(CASES[key][value])
