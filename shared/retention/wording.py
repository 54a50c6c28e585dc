"""Words for what the register of accesses and the data requests hold."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from shared.words import Table

WHAT: Table = {
    "phone": _l("看电话"),
    "email": _l("看邮箱"),
    "archive": _l("打开封存的档案"),
    "copy": _l("打印个人信息副本"),
    "export": _l("导出台账"),
    "export_phone": _l("导出台账和电话"),
    "sheet": _l("取归档单"),
    "spot_check": _l("抽查时看电话"),
}
REQUESTS: Table = {"copy": _l("查看和复制"), "deletion": _l("删除")}


def span(days: int) -> str:
    """`180 天`, `3 年`."""
    return ngettext("%(num)s 天", "%(num)s 天", days) if days % 365 else _("%(n)s 年", n=days // 365)


def what(code: str) -> str:
    """In the reader's language; a code that an earlier release wrote stays as it is."""
    return str(WHAT.get(code, code))
