"""The trade's words for the codes of measures."""

from flask_babel import lazy_gettext as _l

from shared.words import Table

KINDS: Table = {
    "corrective": _l("纠正措施"),
    "preventive": _l("预防措施"),
    "root_cause": _l("根因治理"),
    "action": _l("会议议定"),
}
ORIGINS: Table = {
    "case": _l("一件诉求"),
    "incident": _l("群诉"),
    "recurrence": _l("同一地方反复发生"),
    "revisits": _l("回访数据没有达标"),
    "meeting": _l("例会"),
    "training": _l("培训"),
}
EFFECTS: Table = {
    "effective": _l("有效"),
    "partly": _l("部分有效"),
    "ineffective": _l("无效"),
}
