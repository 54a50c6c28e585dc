"""The ledger in the words of the trade."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared.assessment.models import Entry
from shared.assessment.rulebook import rules_of
from shared.deadlines import naming
from shared.policies.findings import FindingRule
from shared.words import Table

ORIGINS: Table = {
    "breach": _l("超时"),
    "finding": _l("检查发现"),
    "duty": _l("周期任务未完成"),
    "doubling": _l("负责人连带加倍"),
    "advice": _l("劝退建议"),
    "reward": _l("奖励"),
    "counter": _l("冲销"),
}
KINDS: Table = {
    "fine": _l("扣罚"),
    "wage": _l("当月工资下浮"),
    "reward": _l("奖励"),
    "graded": _l("分等处理"),
    "advice": _l("建议"),
    "none": _l("不涉及金额"),
}
STATES: Table = {
    "proposed": _l("待处理"),
    "decided": _l("已决定"),
    "waived": _l("不处理"),
    "appealed": _l("申诉中"),
    "upheld": _l("复核维持"),
    "changed": _l("复核变更"),
    "annulled": _l("复核撤销"),
    "countered": _l("已冲销"),
    "named": _l("已写明责任人"),
    "lapsed": _l("已失去依据"),
}
STEPS: Table = {
    "decided": _l("决定处理"),
    "waived": _l("决定不处理"),
    "appealed": _l("提出考核申诉"),
    "upheld": _l("复核：维持"),
    "changed": _l("复核：变更"),
    "annulled": _l("复核：撤销"),
}
GRADES: Table = {
    "criticism": _l("批评"),
    "warning": _l("警告"),
    "fine": _l("罚款"),
    "demotion": _l("降职"),
    "dismissal": _l("辞退"),
}
FLAGS: Table = {
    "undone": _l("一直没有做"),
    "repeated": _l("业主为此再次投诉"),
    "strong_complaint": _l("强烈投诉"),
    "serious_consequences": _l("造成严重后果"),
    "undocumented": _l("上门没有书面记录"),
    "caused_complaint": _l("因此引起投诉"),
    "misled": _l("因此延误或办错"),
    "harmed_reputation": _l("引起误解，影响公司声誉"),
}
WHO: Table = {
    "person": _l("本人"),
    "department_head": _l("部门负责人"),
    "leader": _l("分管领导"),
}
FINDINGS: Table = {
    "reception": _l("接待来访失礼"),
    "record_incomplete": _l("登记不全"),
    "telephone": _l("电话礼仪或解释不周"),
    "dispatching": _l("派工不当或交代不清"),
    "disobedience": _l("态度恶劣、拒不服从派工"),
    "not_calmed": _l("未安抚、未解释"),
    "methods": _l("处理方法不当、解释不足"),
    "first_responsibility": _l("首问不负责，致使未处理"),
    "summary_false": _l("月度汇总漏报、错报、瞒报"),
    "supervision_missing": _l("督导未按规定抽查"),
    "department_unchecked": _l("部门自查或处理率未达标"),
    "work_error": _l("工作失误"),
    "poor_attitude": _l("态度恶劣"),
    "deliberate_delay": _l("故意拖延"),
    "outstanding_handling": _l("处理出色"),
    "loss_recovered": _l("挽回损失"),
    "solved_well": _l("妥善解决投诉"),
}
UNITS: Table = {"yuan": _l("元"), "points": _l("分")}


def amount(number: int | None, unit: str) -> str:
    """`50 元`; a dash where there is none."""
    if number is None:
        return "—"
    return _("%(n)s 分", n=number) if unit == "points" else _("%(n)s 元", n=number)


def range_of(least: int | None, most: int | None, unit: str) -> str:
    """`50 元`, `50–200 元`; a dash where the article names no amount."""
    if least is None or most is None or least == most:
        return amount(most, unit)
    return f"{least}–{amount(most, unit)}"


def rule_name(entry: Entry) -> str:
    """What was broken or found, as the rule book calls it; that is asked only for a rule of an estate's own."""
    if not entry.rule:
        return str(ORIGINS.get(entry.origin, entry.origin))
    if entry.rule in FINDINGS:
        return str(FINDINGS[entry.rule])
    if entry.rule in naming.WORDS:
        return naming.name(entry.rule)
    rules = rules_of(entry)
    found = (rules.finding(entry.rule) or rules.clock(entry.rule)) if rules else None
    return found.name if found else entry.rule


def finding_name(rule: FindingRule) -> str:
    """In the reader's language; a rule of an estate's own keeps the name it was given."""
    return str(FINDINGS.get(rule.rule, rule.name))
