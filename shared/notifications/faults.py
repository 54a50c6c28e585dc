"""Why a carrier did not take a message: stored as our code says it, shown in the reader's language."""

import re
from collections.abc import Callable

from flask_babel import gettext as _

_KNOWN: tuple[tuple[str, Callable[..., str]], ...] = (
    (
        r"the mail server refused the recipient \((.*)\)",
        lambda code: _("邮件服务器拒收（%(code)s）", code=code),
    ),
    (r"the mail server answered (\d+)", lambda code: _("邮件服务器回答 %(code)s", code=code)),
    (r"the mail server was not reached: \w+", lambda: _("连不上邮件服务器")),
    (r"the SMS gateway did not take it", lambda: _("短信网关没有收下")),
    (r"the SMS gateway cannot take this recipient", lambda: _("短信网关不收这个号码")),
    (
        r"the robot of \w+ answered (\d+), code (\S+)",
        lambda *codes: _("群机器人回答 %(code)s", code="/".join(codes)),
    ),
    (r"the robot of \w+ was not reached: \w+", lambda: _("连不上群机器人")),
    (r"the group's robot did not take it", lambda: _("群机器人没有收下")),
    (r"WeChat answered (-?\d+)", lambda code: _("微信回答 %(code)s", code=code)),
    (r"WeChat gave no access token: (-?\d+)", lambda code: _("微信没有给访问凭据（%(code)s）", code=code)),
    (r"WeChat was not reached: \w+", lambda: _("连不上微信")),
    (r"the push service answered (\d+)", lambda code: _("推送服务回答 %(code)s", code=code)),
    (r"the push service was not reached: \w+", lambda: _("连不上推送服务")),
    (r"no .* is configured", lambda: _("这个渠道已不在配置里")),
    (r"poison: (\d+) crashes", lambda n: _("程序中断了 %(n)s 次", n=n)),
)


def shown(error: str | None) -> str:
    """For a screen; what is none of ours is the name of an error, and stands as it is."""
    for pattern, said in _KNOWN:
        if found := re.fullmatch(pattern, error or ""):
            return said(*found.groups())
    return error or ""
