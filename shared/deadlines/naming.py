"""What clocks are called on screens: the name of each rule, its promise as a phrase, why it is parked."""

from dataclasses import dataclass
from functools import lru_cache

from babel.support import NullTranslations
from flask_babel.speaklater import LazyString

from shared.catalogues import catalogues, ngettext
from shared.catalogues import gettext as _
from shared.catalogues import lazy_gettext as _l
from shared.policies.schema import Unit


@dataclass(frozen=True, slots=True)
class Words:
    """*phrase* holds `%(limit)s`: within how long what will be done."""

    name: LazyString
    phrase: LazyString


WORDS: dict[str, Words] = {
    "first_response": Words(_l("首次联系"), _l("%(limit)s内首次联系")),
    "relay": Words(_l("转达"), _l("%(limit)s内转达")),
    "relay_urgent": Words(_l("紧急转达"), _l("%(limit)s内紧急转达")),
    "completion": Words(_l("办结"), _l("%(limit)s内办结")),
    "completion_complex": Words(_l("复杂事项办结"), _l("复杂事项 %(limit)s内办结")),
    "feedback": Words(_l("处理反馈"), _l("%(limit)s内处理并反馈")),
    "handling": Words(_l("办理或报进展"), _l("签收后 %(limit)s内办结或报进展")),
    "escalation": Words(_l("逐级上报"), _l("%(limit)s未办结即上报")),
    "whole": Words(_l("全程"), _l("%(limit)s内全程办完并答复")),
    "facility_restored": Words(_l("设施恢复"), _l("%(limit)s内恢复正常")),
    "report": Words(_l("反馈结果"), _l("%(limit)s内反馈结果")),
    "revisit": Words(_l("回访"), _l("%(limit)s内回访")),
    "revisit_major": Words(_l("重大诉求回访"), _l("重大诉求 %(limit)s内回访")),
    "revisit_valid": Words(_l("有效诉求回访"), _l("有效诉求 %(limit)s内回访")),
    "revisit_valid_major": Words(_l("有效重大诉求回访"), _l("有效重大诉求 %(limit)s内回访")),
    "urgent_response": Words(_l("紧急响应"), _l("%(limit)s内响应")),
    "entry": Words(_l("录入系统"), _l("%(limit)s内录入系统")),
    "investigation": Words(_l("着手调查"), _l("%(limit)s内着手调查")),
    "internal_progress": Words(_l("通报进度"), _l("每 %(limit)s向投诉专员通报")),
    "answer": Words(_l("答复"), _l("%(limit)s内定下办法并答复")),
    "keep_informed": Words(_l("告知进展"), _l("每 %(limit)s告知进展")),
    "stalled": Words(_l("跟踪"), _l("每 %(limit)s有进展")),
    "result_told": Words(_l("告知结果"), _l("%(limit)s内告知结果")),
    "record": Words(_l("补全记录"), _l("%(limit)s内补全记录")),
    "unresolved": Words(_l("久未解决"), _l("满 %(limit)s未解决")),
}


def name(rule: str) -> str:
    """What a clock is called, in the reader's language; a rule of an estate's own keeps its id."""
    return _name(rule, catalogues.get_translations())


def phrase(rule: str, term: str) -> str:
    """The promise itself: `48 小时内办结`. *term* as in `Deadline.term`."""
    return _phrase(rule, term, catalogues.get_translations())


# Rule books hold few rules, and a list says each of them fifty times.
@lru_cache(maxsize=500)
def _name(rule: str, _in: NullTranslations) -> str:
    words = WORDS.get(rule)
    return str(words.name) if words else rule


@lru_cache(maxsize=500)
def _phrase(rule: str, term: str, _in: NullTranslations) -> str:
    words = WORDS.get(rule)
    if words is None:
        return _("%(name)s，%(limit)s内", name=rule, limit=limit(term))
    return str(words.phrase) % {"limit": limit(term)}


def limit(term: str) -> str:
    """A limit as people say it: `48 小时`, `5 个工作日`, `值班时间 5 分钟`."""
    amount, _space, unit = term.partition(" ")
    n = int(amount)
    match Unit(unit):
        case Unit.MINUTES:
            return ngettext("%(num)s 分钟", "%(num)s 分钟", n)
        case Unit.HOURS:
            return ngettext("%(num)s 小时", "%(num)s 小时", n)
        case Unit.DAYS:
            return ngettext("%(num)s 天", "%(num)s 天", n)
        case Unit.MONTHS:
            return ngettext("%(num)s 个月", "%(num)s 个月", n)
        case Unit.WORKING_MINUTES:
            return ngettext("值班时间 %(num)s 分钟", "值班时间 %(num)s 分钟", n)
        case Unit.WORKING_HOURS:
            return ngettext("值班时间 %(num)s 小时", "值班时间 %(num)s 小时", n)
        case Unit.WORKING_DAYS:
            return ngettext("%(num)s 个工作日", "%(num)s 个工作日", n)


def parked(reason: str) -> str:
    """Why no clock could be derived, from the code in `Case.clocks_parked`."""
    kind, _colon, detail = reason.partition(":")
    if kind == "calendar":
        return _("缺少 %(year)s 年的工作日历", year=detail)
    if kind == "policy":
        return _("规则文件有误")
    return _("时限计算出错")
