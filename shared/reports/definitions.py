"""How each figure of a report is counted, in words; frozen with the figures, so that a later reader knows (GZ-3).

Whoever changes how something is counted changes its words, or the version: a comparison then says so.
"""

from datetime import datetime
from typing import Any

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from shared.policies import versions
from shared.reports import indicators
from shared.words import Table

# 2: what was said after a period's end, or stood still meanwhile, no longer counts in it.
VERSION = 2
SOURCE = "zh_Hans"  # what is frozen stands in the language of the rules

WORDS: Table = {
    "received": _l("受理时间在本期内的诉求，内部反映不计。事后补录的，按受理时间算。"),
    "completed": _l("本期内办结、到期末没有退回重办的轮次。"),
    "open": _l("期末还没有结案、撤回或归档的诉求，不论哪一期受理。"),
    "by": _l("本期受理的诉求：类型、类别、渠道、楼栋按统计时的记录，部门和状态按期末的记录。"),
    "handling": _l("本期办结的轮次，从受理（后续轮次从重新办理）到办结；中位数，和九成不超过的时长。"),
    "broken": _l("到期时刻在本期内、没有按时做到的职责，每个时限一次。后来补做或改期也照计。"),
    "revisits": _l("本期内的回访；各项满意只算回答了那一项的人。"),
    "outcomes": _l("本期办结的轮次，按办结时写明的结果。"),
    "grounds": _l("本期结案的轮次，按结案依据。"),
    "incidents": _l("本期内发生、了结的已确认群诉，和本期受理的诉求里并入群诉的。"),
    "causes": _l("本期内写明的原因，每轮一次。"),
    "measures": _l("本期内提出、完成的纠正和预防措施；到期是期末已过期限、没有完成也没有取消的。"),
    "repeats": _l("本期内用同一个电话提过两件以上的诉求人数，和他们的件数。"),
    "trend": _l("本期和前几期，各期都按同样的算法重新统计。"),
    "public": _l("业主看到的数字：按登记时间分月，件数太少的类别合在一起。"),
    "quality": _l("期末还欠着的、缺项的、前后不一的记录；每项最多列 200 件。"),
    "departments": _l(
        "期末前最后派到该部门的诉求；超时只算处理人和部门负责人的职责；考核是本期提出的违规记录条数，不论后来怎么处理。"
    ),
}


def of(estate_id: int, at: datetime) -> dict[str, Any]:
    """What figures are counted by when they are counted *at* that instant."""
    with force_locale(SOURCE):
        words = {name: str(text) for name, text in WORDS.items()}
        defined = {each.key: indicators.definition(each.key) for each in indicators.INDICATORS}
    return {
        "version": VERSION,
        "words": words,
        "indicators": defined,
        "policies": _policies(estate_id, at),
    }


def told(name: str, text: str) -> str:
    """The words as they were frozen; in the reader's language as long as nobody has changed them since."""
    with force_locale(SOURCE):
        is_same = name in WORDS and str(WORDS[name]) == text
    return str(WORDS[name]) if is_same else text


def _policies(estate_id: int, at: datetime) -> list[int]:
    """The versions of the rules whose clocks are counted: all that were in force until then, the oldest first."""
    found = versions.versions_of(estate_id)
    return sorted(version.version for version in found if version.effective_at <= at)
