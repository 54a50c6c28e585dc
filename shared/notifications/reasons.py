"""Why a message was not sent: stored in Chinese as it stands here, shown in the reader's language."""

from flask_babel import gettext


def N_(text: str) -> str:
    """Marks *text* for the catalogue without translating it."""
    return text


NO_ADDRESS = N_("没有留邮箱")
NO_MOBILE = N_("没有留手机号")
NOT_ASKED = N_("诉求人没有要求这样提醒")
ANONYMOUS = N_("匿名诉求，没有联系方式")
NOT_CONFIGURED = N_("未配置邮件")
NO_GATEWAY = N_("未配置短信")
NO_CARRIER = N_("未配置这种提醒")
NO_GROUP = N_("群机器人已不在配置里")
UNUSABLE = N_("邮箱地址不能用")
NOT_A_MOBILE = N_("不是手机号，收不到短信")
OUTDATED = N_("收消息的地址已失效")
NOT_FOLLOWING = N_("对方没有关注公众号")
REFUSED_BY_THEM = N_("对方拒收")
PUSH_ENDED = N_("对方的浏览器已关闭推送")
REPORTED_FAILED = N_("微信报告没有送到")
MOOT = N_("发送之前事情已办，不再需要")
GIVEN_UP = N_("多次发送未成功，可以重发")

MISSING = {"mail": NO_ADDRESS, "sms": NO_MOBILE}
UNSET = {"mail": NOT_CONFIGURED, "sms": NO_GATEWAY}
UNFIT = {"mail": UNUSABLE, "sms": NOT_A_MOBILE}


def missing(channel: str) -> str:
    """Nobody has an address for that channel."""
    return MISSING.get(channel, NOT_ASKED)


def unset(channel: str) -> str:
    """The settings know no carrier for it."""
    return UNSET.get(channel, NO_CARRIER)


def unfit(channel: str) -> str:
    """The address is none that the channel could write to."""
    return UNFIT.get(channel, OUTDATED)


def shown(reason: str | None) -> str:
    """For a screen."""
    return gettext(reason) if reason else ""
