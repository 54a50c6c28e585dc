"""The rule book article by article (规则条款): what makes each happen, in the words of the desk, and its tests."""

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import groupby
from typing import Any

from flask import request, url_for
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared import words
from shared.deadlines import naming
from shared.identity.permissions import Permission
from shared.policies import proofs, versions
from shared.policies.clauses import Row, Rule, Status, known_clauses, rows
from shared.web import pages
from shared.web.language import chosen
from staff import blueprint
from staff.access import requires

Table = Mapping[str, LazyString]

STATUSES: Table = {
    Status.ENFORCED: _l("系统执行"),
    Status.RECORDED: _l("记录在案"),
    Status.SHOWN: _l("页面展示"),
    Status.OPEN: _l("尚未完成"),
}
CHIPS = {Status.ENFORCED: "kept", Status.RECORDED: "running", Status.SHOWN: "running", Status.OPEN: "parked"}
PRESETS: Table = {
    "standard": _l("标准"),
    "guangzhou": _l("广州"),
    "vanke": _l("万科"),
    "measures": _l("措施"),
    "handbook": _l("手册"),
    "aid": _l("求助"),
    "company": _l("公司"),
}
# What a rule that is no clock is about.
RULES: Table = {
    "assessment": _l("考核的单位和判定"),
    "criterion": _l("重大的认定"),
    "duty": _l("周期任务"),
    "finding": _l("检查发现的考核"),
    "in_a_row": _l("连续违规加倍"),
    "ladder": _l("逐级上报"),
    "major": _l("重大诉求的办法"),
    "referral": _l("转外时暂停"),
    "reopen": _l("重新办理"),
    "repeat": _l("重复诉求"),
    "review": _l("方案审核"),
    "revisit": _l("回访次数"),
    "routing": _l("自动分派"),
    "target": _l("指标目标"),
}
PAGES: Table = {
    "portal.file": _l("网上提交"),
    "portal.internal": _l("内部反映"),
    "portal.notices": _l("公告"),
    "portal.openness": _l("办得怎么样"),
    "portal.openness_cases": _l("结案表格"),
    "portal.openness_year": _l("年度报告"),
    "portal.policy": _l("我们的承诺"),
    "portal.track": _l("查询进度"),
    "staff.archive": _l("档案"),
    "staff.case_follow_up": _l("意见跟进记录表"),
    "staff.case_record_sheet": _l("投诉处理记录表"),
    "staff.improvement": _l("措施"),
    "staff.improvement_lessons": _l("案例库"),
    "staff.improvement_trainings": _l("培训"),
    "staff.intake": _l("登记"),
    "staff.notices": _l("公告管理"),
    "staff.register": _l("台账"),
    "staff.relay": _l("转达"),
    "staff.reports": _l("报告"),
    "staff.reports_indicators": _l("指标"),
    "staff.reports_pictures": _l("图表分析"),
    "staff.revisits_statistics": _l("回访统计分析"),
    "staff.supervision": _l("督导"),
}
# The parts of the product by their packages.
PARTS: Table = {
    "audit": _l("办理记录"),
    "cases": _l("诉求件"),
    "deadlines": _l("时限"),
    "escalation": _l("逐级上报"),
    "exports": _l("表单和导出"),
    "improvement": _l("改进"),
    "incidents": _l("群诉事件"),
    "ownership": _l("派单与方案"),
    "policies": _l("规则版本"),
    "register": _l("月度数字"),
    "reports": _l("统计和报告"),
    "revisits": _l("回访"),
    "severity": _l("严重程度"),
    "supervision": _l("督导"),
}


@cache
def _all_rows() -> list[Row]:
    """Neither table nor presets change while the product runs."""
    return rows({name: versions.preset_text(name) for name in versions.presets()})


@cache
def _tests() -> Mapping[str, list[str]]:
    return proofs.by_clause(known_clauses())


@blueprint.get("/settings/clauses")
@requires(Permission.SETTINGS_VIEW)
def settings_clauses() -> Any:
    asked = request.args.get("status", "")
    found = [row for row in _all_rows() if asked not in STATUSES or row.status == asked]
    return pages.render(
        "staff/settings/clauses.html",
        views=_views(asked if asked in STATUSES else ""),
        regulations=[_regulation(list(group)) for _prefix, group in groupby(found, _prefix_of)],
        counts_tests=bool(_tests()),
    )


def _prefix_of(row: Row) -> str:
    return row.clause.regulation.prefix


def _views(asked: str) -> list[dict[str, Any]]:
    counts = {status: sum(row.status is status for row in _all_rows()) for status in Status}
    every = {
        "label": _("全部"),
        "url": url_for("staff.settings_clauses"),
        "count": sum(counts.values()),
        "current": not asked,
    }
    return [
        every,
        *(
            {
                "label": str(STATUSES[status]),
                "url": url_for("staff.settings_clauses", status=status.value),
                "count": counts[status],
                "current": status == asked,
            }
            for status in Status
        ),
    ]


def _regulation(found: list[Row]) -> dict[str, Any]:
    regulation = found[0].clause.regulation
    return {
        "id": regulation.prefix,
        "title": regulation.titles[chosen()],
        "rows": [_line(row) for row in found],
    }


def _line(row: Row) -> dict[str, Any]:
    clause = row.clause
    return {
        "id": clause.id,
        "title": clause.titles[chosen()],
        "article": clause.article.get(chosen(), ""),
        "status": str(STATUSES[row.status]),
        "chip": CHIPS[row.status],
        "where": _where(row),
        "tests": len(_tests().get(clause.id, ())),
    }


def _where(row: Row) -> list[tuple[str, str]]:
    """What kind of thing makes it happen, and which ones."""
    if not row.stands:
        return []
    clocks = _named(rule for rule in row.rules if rule.section == "clock")
    others = _named(rule for rule in row.rules if rule.section != "clock")
    acts = [str(words.ACTS.get(act, act)) for act in row.clause.acts]
    shown = [str(PAGES.get(page, page)) for page in row.clause.pages]
    code = dict.fromkeys(path.split(".")[1] for path in row.clause.code)
    parts = [str(PARTS.get(part, part)) for part in code]
    kinds = (
        (_("时限"), clocks),
        (_("规则"), others),
        (_("动作"), acts),
        (_("页面"), shown),
        (_("模块"), parts),
    )
    return [(kind, _("、").join(names)) for kind, names in kinds if names]


def _named(rules: Iterable[Rule]) -> list[str]:
    """`转达（标准、广州）`: each name once, with the presets that have it."""
    found: dict[str, list[str]] = {}
    for rule in rules:
        name = (
            naming.name(rule.name) if rule.section == "clock" else str(RULES.get(rule.section, rule.section))
        )
        preset = str(PRESETS.get(rule.preset, rule.preset))
        if preset not in found.setdefault(name, []):
            found[name].append(preset)
    return [
        _("%(name)s（%(presets)s）", name=name, presets=_("、").join(presets))
        for name, presets in found.items()
    ]
