"""What a message is about, by what it goes and to whom, in the words of a screen."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared import words
from shared.escalation.holding import FIRST_RESPONDER
from shared.notifications.channels import groups
from shared.notifications.channels.settings import Robot
from shared.notifications.models import Message
from shared.words import Table

ABOUT: Table = {
    "received": _l("已收到诉求"),
    "mail_added": _l("已收到补充"),
    "dispatched": _l("已派单"),
    "informed": _l("有结果了，请评价"),
    "survey": _l("再请评价一次"),
    "reopened": _l("重新办理"),
    "closed": _l("已结案"),
    "proposed": _l("想约定时间"),
    "data_answered": _l("个人信息请求有答复"),
    "assigned": _l("派单"),
    "transfer_asked": _l("请接任首问责任人"),
    "handover_offered": _l("交接班"),
    "handover_answered": _l("交接班有答复"),
    "succeeded": _l("离职移交"),
    "return_asked": _l("有人申请退单"),
    "return_answered": _l("退单有答复"),
    "task_asked": _l("请协办"),
    "task_ended": _l("协办有结果"),
    "task_group": _l("专项小组"),
    "outstanding_given": _l("遗留事项"),
    "deadline_near": _l("时限将到"),
    "deadline_broken": _l("时限已超"),
    "deadline_unanswered": _l("超时无人回应"),
    "escalated": _l("上报"),
    "not_satisfied": _l("回访不满意"),
    "internal_report": _l("内部反映"),
    "many_opened": _l("大量查阅"),
    "urged": _l("催办"),
    "rated_low": _l("评价不满意"),
    "appealed": _l("申诉"),
    "data_asked": _l("个人信息请求"),
    "proposal_answered": _l("约定有答复"),
    "major": _l("重大诉求"),
    "major_progress": _l("重大诉求进展"),
    "review_wanted": _l("请审核方案"),
    "approval_wanted": _l("请批准方案"),
    "plan_answered": _l("方案有答复"),
    "special_report": _l("专题报告"),
    "designated": _l("总经理已指定办理"),
    "entry_proposed": _l("考核记录"),
    "entry_decided": _l("考核决定"),
    "entry_appealed": _l("考核申诉"),
}
CHANNELS: Table = {
    "mail": _l("邮件"),
    "sms": _l("短信"),
    "wechat": _l("微信"),
    "push": _l("浏览器提醒"),
    "group": _l("群消息"),
}
ROBOTS: Table = {
    "wecombot": _l("企业微信群"),
    "dingtalk": _l("钉钉群"),
    "feishu": _l("飞书群"),
    "lark": _l("飞书群"),
}


def about(message: Message) -> str:
    return str(ABOUT.get(message.about, message.about))


def channel(message: Message) -> str:
    """Of a group, of which messenger."""
    return carried(message.channel, _robot(message))


def carried(channel: str, robot: Robot | None) -> str:
    """What a channel is called; of a group, its messenger."""
    if robot:
        return str(ROBOTS.get(robot.kind, CHANNELS[groups.NAME]))
    return str(CHANNELS.get(channel, channel))


def _robot(message: Message) -> Robot | None:
    return groups.robot_of(message.to_role) if message.channel == groups.NAME else None


def whom(message: Message, name: str | None) -> str:
    """A member of staff by *name*, everybody else by what they are."""
    if name:
        return name
    return hearers(_robot(message)) if message.channel == groups.NAME else _("诉求人")


def hearers(robot: Robot | None) -> str:
    """The roles and departments that are in a group; all when it names none."""
    return words.listed(_role(name) for name in sorted(robot.audience if robot else ())) or _("全体")


def _role(name: str) -> str:
    """A department stands there by its own name."""
    if name == FIRST_RESPONDER:
        return _("首问责任人")
    return str(words.ROLES.get(name, name))
