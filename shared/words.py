"""The trade's words (glossary) for the codes that records hold, in the reader's language."""

from collections.abc import Iterable, Mapping

from flask_babel import LazyString

from shared.catalogues import gettext as _
from shared.catalogues import lazy_gettext as _l
from shared.errors import Refused

Table = Mapping[str, LazyString]

STATES: Table = {
    "received": _l("待受理"),
    "claimed": _l("已受理"),
    "dispatched": _l("已派单"),
    "handling": _l("办理中"),
    "referred": _l("已转外"),
    "completed": _l("已办结"),
    "informed": _l("待回访"),
    "closed": _l("已结案"),
    "withdrawn": _l("已撤回"),
    "archived": _l("已归档"),
}
# The same stages as an owner thinks of them (experience.md, B2.1).
STAGES_FOR_OWNERS: Table = {
    "received": _l("已收到"),
    "claimed": _l("已受理"),
    "dispatched": _l("已派单"),
    "handling": _l("处理中"),
    "referred": _l("已转有关单位"),
    "completed": _l("已处理，等待告知"),
    "informed": _l("待您确认"),
    "closed": _l("已结案"),
    "withdrawn": _l("已撤回"),
    "archived": _l("已结案"),
}
ACTS: Table = {
    "filing": _l("登记"),
    "routing": _l("分派建议"),
    "claim": _l("领取"),
    "triage": _l("研判"),
    "finding": _l("查明情况"),
    "grading": _l("定级"),
    "designation": _l("指定办理"),
    "special_report": _l("专题报告"),
    "joining": _l("并入群诉"),
    "parting": _l("移出群诉"),
    "supplement": _l("补录"),
    "dispatch": _l("派单"),
    "acceptance": _l("签收"),
    "objection": _l("提出异议"),
    "return_request": _l("申请退单"),
    "returning": _l("退单"),
    "return_refusal": _l("不同意退单"),
    "task": _l("请协办"),
    "task_taking": _l("领取协办"),
    "task_done": _l("协办办完"),
    "task_calling_off": _l("取消协办"),
    "task_group": _l("专项小组"),
    "contact": _l("联系诉求人"),
    "progress": _l("进展"),
    "plan": _l("方案"),
    "review": _l("审核"),
    "approval": _l("批准"),
    "proposal": _l("征求约定"),
    "decline": _l("诉求人不同意约定"),
    "agreement": _l("约定时限"),
    "extension": _l("延期"),
    "escalation": _l("上报"),
    "referral": _l("转外"),
    "recall": _l("收回转外"),
    "completion": _l("办结"),
    "outstanding": _l("遗留事项"),
    "outstanding_date": _l("遗留事项改期"),
    "outstanding_end": _l("遗留事项了结"),
    "redo": _l("退回重办"),
    "report": _l("反馈结果"),
    "informing": _l("告知结果"),
    "revisit": _l("回访"),
    "closure": _l("结案"),
    "reopening": _l("重新办理"),
    "transfer": _l("移交首问责任"),
    "takeover": _l("答复首问移交"),
    "addition": _l("补充"),
    "urge": _l("催办"),
    "rating": _l("评价"),
    "appeal": _l("申诉"),
    "data_request": _l("个人信息请求"),
    "data_answer": _l("答复个人信息请求"),
    "publicity": _l("公示决定"),
    "outside_order": _l("外部工单"),
    "spot_check": _l("抽查"),
    "sealing": _l("封存"),
    "erasure": _l("到期删除"),
    "withdrawal": _l("撤回"),
    "archiving": _l("归档"),
}
# What has happened, as the owner reads it on the progress page.
ACTS_FOR_OWNERS: Table = {
    "filing": _l("收到您的诉求"),
    "claim": _l("有人受理，并对您负责到底"),
    "dispatch": _l("已派给负责部门"),
    "acceptance": _l("处理人已签收"),
    "returning": _l("改派负责部门"),
    "contact": _l("与您联系"),
    "progress": _l("进展"),
    "proposal": _l("想与您约定时间"),
    "decline": _l("您没有同意约定"),
    "agreement": _l("与您约定了时间"),
    "extension": _l("延期，并说明理由"),
    "referral": _l("已转有关单位"),
    "recall": _l("由我们继续处理"),
    "completion": _l("处理完成"),
    "outstanding": _l("还有事没做完，定了日期"),
    "outstanding_date": _l("没做完的事改了日期"),
    "outstanding_end": _l("没做完的事有了结果"),
    "redo": _l("退回重新处理"),
    "informing": _l("告知处理结果"),
    "revisit": _l("回访"),
    "closure": _l("结案"),
    "reopening": _l("重新办理"),
    "takeover": _l("首问责任人变更"),
    "addition": _l("您的补充"),
    "urge": _l("您催办了"),
    "rating": _l("您的评价"),
    "appeal": _l("您的申诉"),
    "data_request": _l("您对个人信息的请求"),
    "data_answer": _l("答复您的个人信息请求"),
    "sealing": _l("联系方式和照片已封存"),
    "erasure": _l("个人信息已到期删除"),
    "withdrawal": _l("您已撤回"),
}
# Why a further round was opened.
CAUSES_FOR_OWNERS: Table = {
    "revisit": _l("您不满意，换人处理"),
    "rating": _l("您不满意，换人处理"),
    "appeal": _l("您申诉了，换人处理"),
    "reopening": _l("重新办理，换人处理"),
}
KINDS: Table = {"complaint": _l("投诉"), "repair": _l("报修"), "help": _l("求助")}
CATEGORIES: Table = {
    "facilities": _l("设施设备"),
    "security": _l("安全秩序"),
    "environment": _l("环境卫生"),
    "attitude": _l("服务态度"),
    "other": _l("其他"),
}
TOPICS: Table = {
    "lift": _l("电梯"),
    "water_power": _l("水电"),
    "cleaning": _l("保洁垃圾"),
    "noise": _l("噪音扰民"),
    "parking": _l("停车"),
    "gate": _l("门禁保安"),
    "public": _l("公共设施"),
    "attitude": _l("服务态度"),
    "fees": _l("收费"),
    "home": _l("家里要修"),
    "errand": _l("请帮个忙"),
    "other": _l("其他、说不清"),
}
CHANNELS: Table = {
    "portal": _l("网上"),
    "hotline": _l("热线电话"),
    "walk_in": _l("来访"),
    "letter": _l("来信"),
    "email": _l("电子邮件"),
    "forum": _l("网络论坛"),
    "city_hotline": _l("12345 热线"),
    "street_office": _l("街道办"),
    "relay": _l("员工转达"),
    "partner": _l("合作应用"),
    "internal": _l("内部反映"),
}
URGENCIES: Table = {"normal": _l("一般"), "urgent": _l("紧急")}
EVIDENCE: Table = {
    "message": _l("短信或微信"),
    "email": _l("电子邮件"),
    "letter": _l("书面约定"),
    "signature": _l("签名"),
    "portal": _l("诉求人在网上同意"),
}
FAULTS: Table = {"presumed": _l("待查明"), "ours": _l("我方责任"), "not_ours": _l("非我方责任")}
SEVERITIES: Table = {"ordinary": _l("普通"), "major": _l("重大")}
COMPLEXITIES: Table = {"ordinary": _l("一般"), "complex": _l("复杂")}
VALIDITIES: Table = {"undecided": _l("未认定"), "valid": _l("有效"), "invalid": _l("无效")}
PARTY_TYPES: Table = {
    "owner": _l("业主"),
    "tenant": _l("租户"),
    "visitor": _l("访客"),
    "buyer": _l("意向购房人"),
    "staff": _l("员工"),
    "other": _l("其他人"),
}
RATINGS: Table = {
    "satisfied": _l("满意"),
    "basically": _l("基本满意"),
    "dissatisfied": _l("不满意"),
}
# What supervision found of a case that was drawn.
CHECKED: Table = {
    "agrees": _l("与记录一致"),
    "differs": _l("与记录不符"),
    "unreached": _l("没联系上"),
}
# What is measured, as reports and rule books call it (MS-T).
INDICATORS: Table = {
    "intake": _l("受理及时率"),
    "classification": _l("分类准确率"),
    "responsibility": _l("责任落实率"),
    "first_contact": _l("首次联系及时率"),
    "overdue": _l("办结超时率"),
    "overdue_original": _l("办结超时率（按原定时限）"),
    "cycle": _l("平均办理用时"),
    "cycle_change": _l("办理用时比去年同期"),
    "survey": _l("评价率"),
    "satisfaction": _l("满意率（答复了的）"),
    "low_solved": _l("不满意再办后满意率"),
    "revisited": _l("回访率"),
    "repeat": _l("重复反映率"),
    "openness": _l("公开率"),
    "response": _l("响应率"),
    "solved": _l("解决率"),
    "satisfied": _l("满意率（告知了的）"),
}
# Why an owner is not satisfied.
REASONS: Table = {
    "unsolved": _l("没解决"),
    "slow": _l("太慢"),
    "attitude": _l("态度"),
    "no_reply": _l("没回复"),
}
OUTCOMES: Table = {
    "resolved": _l("已解决"),
    "partly": _l("部分解决"),
    "cannot": _l("无法解决"),
    "not_ours": _l("不属我方"),
}
METHODS: Table = {
    "telephone": _l("电话"),
    "door": _l("上门"),
    "email": _l("电子邮件"),
    "letter": _l("信函"),
    "message": _l("短信微信"),
    "questionnaire": _l("问卷"),
}
# Why a revisit did not come to an answer.
HINDRANCES: Table = {
    "no_answer": _l("没人接"),
    "wrong_number": _l("号码不对"),
    "away": _l("不在家或不方便"),
    "refused": _l("不愿接受回访"),
}
GROUNDS: Table = {
    "satisfied": _l("回访满意"),
    "unreachable": _l("多次联系不上"),
    "no_contact": _l("匿名，无法回访"),
    "dissatisfied": _l("两轮后仍不满意，说明理由结案"),
    "former": _l("在原台账已办结"),
}
ROLES: Table = {
    "administrator": _l("系统管理员"),
    "assistant": _l("物业助理"),
    "department_head": _l("部门负责人"),
    "deputy_manager": _l("副总经理"),
    "director": _l("服务中心主任"),
    "dispatcher": _l("调度员"),
    "general_manager": _l("总经理"),
    "handler": _l("处理人"),
    "specialist": _l("投诉专员"),
    "supervisor": _l("督导专员"),
}


def state_name(code: str) -> str:
    return str(STATES[code])


def act_name(code: str) -> str:
    return str(ACTS[code])


def listed(parts: Iterable[object]) -> str:
    """`工程部、客服部`"""
    return _("、").join(map(str, parts))


def remarked(text: object, remark: object) -> str:
    """`王强（工程部）`; the text alone where there is nothing to remark."""
    return _("%(text)s（%(remark)s）", text=text, remark=remark) if remark else str(text)


def refusal(error: Refused) -> str:
    """Why not, and the clause that says so."""
    return remarked(error.message, error.clause)
