"""The reception checklist (接待要点): what to mind while somebody complains, ticked by who minds it (TR-5, VK-5.3)."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared import words

# As one says it to oneself while listening; the codes stand in the record of the filing.
POINTS: words.Table = {
    "heard_out": _l("请到合适的地方，先请坐，先听完，不打断，不争辩。"),
    "apologised": _l("道歉并感谢：“给您添麻烦了，谢谢您告诉我们。”"),
    "blamed_nobody": _l("不推给别的部门，不评论同事。"),
    "promised_nothing": _l("没有授权的事不承诺；说清接下来谁办、什么时候答复。"),
    "apart": _l("情绪激动或多人到场：请到单独的房间，马上叫值班负责人。"),
    "repeated": _l("复述一遍，核对地点、电话和诉求，告诉查询号和回执码。"),
}
NAMES: words.Table = {
    "heard_out": _l("先听完"),
    "apologised": _l("道歉并感谢"),
    "blamed_nobody": _l("不推诿"),
    "promised_nothing": _l("不乱承诺"),
    "apart": _l("单独接待并报告"),
    "repeated": _l("复述核对"),
}


def told(filing: Mapping[str, Any]) -> str:
    """`先听完、道歉并感谢`: what was ticked when the case was taken."""
    return _("、").join(str(NAMES[code]) for code in filing.get("reception", ()) if code in NAMES)
