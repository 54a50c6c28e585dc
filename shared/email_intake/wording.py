"""What the operator reads of a mailbox that cannot be read, and what to do."""

from flask_babel import lazy_gettext as _l

from shared.email_intake.health import Trouble

TROUBLES = {
    Trouble.NOT_REACHED: _l("连不上邮件服务器。请检查网络和 MAILBOX_URL 里的地址、端口。"),
    Trouble.SLOW: _l("邮件服务器没有及时回应，会继续重试。"),
    Trouble.NOT_TRUSTED: _l("邮件服务器的证书不可信，没有登录。"),
    Trouble.LOGIN_REFUSED: _l(
        "邮件服务器拒绝登录。请核对用户名和授权码，并在邮箱里开通 IMAP。15 分钟后再试。"
    ),
    Trouble.NO_FOLDER: _l("邮箱里没有 MAILBOX_URL 所写的文件夹。"),
    Trouble.NO_ESTATE: _l("MAILBOX_URL 所写的小区不存在。"),
    Trouble.NOT_UNDERSTOOD: _l("邮件服务器的回应看不懂。"),
    Trouble.FAILED: _l("有邮件没有登记成功，留在邮箱里，会继续重试。原因见日志。"),
}
