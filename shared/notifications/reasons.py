"""Why a message was not sent: stored in Chinese as it stands here, shown in the reader's language."""

from flask_babel import gettext


def N_(text: str) -> str:
    """Marks *text* for the catalogue without translating it."""
    return text


NO_ADDRESS = N_("没有留邮箱")
ANONYMOUS = N_("匿名诉求，没有联系方式")
NOT_CONFIGURED = N_("未配置邮件")
UNUSABLE = N_("邮箱地址不能用")
MOOT = N_("发送之前事情已办，不再需要")
GIVEN_UP = N_("多次发送未成功，可以重发")


def shown(reason: str | None) -> str:
    """For a screen."""
    return gettext(reason) if reason else ""
