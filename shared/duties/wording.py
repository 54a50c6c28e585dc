"""What periodic duties are called, and what counts as having done them."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared.policies.duties import Counted, Duty, Every
from shared.words import Table

NAMES: Table = {
    "summary": _l("月度汇总签发，送督导"),
    "spot_checks": _l("督导抽查"),
    "department_checks": _l("部门负责人自查"),
    "weekly_trend": _l("每周趋势报告"),
    "review_meeting": _l("月度评审例会"),
    "trend_report": _l("季度分析报告签发"),
    "owner_forum": _l("业主恳谈会"),
    "trainings": _l("投诉处理培训"),
    "annual_report": _l("年度报告公开"),
}
DONE_BY: Table = {
    Counted.REPORT: _l("报告由服务中心签发"),
    Counted.REPORT_MADE: _l("报告已生成，可以看"),
    Counted.PUBLICATION: _l("年度报告已公开"),
    Counted.SPOT_CHECK: _l("每次抽 3 件以上（不足 3 件的全抽），抽到的每件都核对过"),
    Counted.DEPARTMENT_CHECK: _l("每个部门的负责人都抽查过本部门，每次 3 件以上（不足 3 件的全抽）"),
    Counted.TRAINING: _l("培训办过，签到已核定"),
    Counted.MEETING: _l("例会开过，纪要已定稿"),
    Counted.OWNER_FORUM: _l("有业主代表参加的会开过，纪要已定稿"),
}
EVERY: Table = {
    Every.WEEK: _l("每周"),
    Every.MONTH: _l("每月"),
    Every.SUMMARY_MONTH: _l("每月（到 25 日）"),
    Every.QUARTER: _l("每季度"),
    Every.YEAR: _l("每年"),
}
STATES: Table = {
    "kept": _l("做到了"),
    "broken": _l("没有做到"),
    "near": _l("快到期"),
    "running": _l("进行中"),
}


def name_of(duty: Duty) -> str:
    """As the rule book calls it; ours in the language of the page."""
    return str(NAMES.get(duty.rule, duty.name))


def due_of(duty: Duty) -> str:
    """When it is due, counted from the last day of the period."""
    if duty.within == 0:
        return _("期末当天为止")
    return _("期末后 %(n)s 天内", n=duty.within)
