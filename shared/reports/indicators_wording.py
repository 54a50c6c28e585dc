"""What each indicator counts, and what its parts are called, in words that anybody can check."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from shared.reports.indicators_parts import BEFORE, NO, SILENT, WAITING, YES

DEFINITIONS: Mapping[str, LazyString] = {
    "intake": _l(
        "本期内按时做到的、或到了时限没做到的录入和转达，每件每轮算一次。都按时的算及时，有一个超时就算不及时。"
    ),
    "classification": _l(
        "本期登记、已有人研判或派单的诉求里，现在的类别与登记时相同的占多少。改了又改回来的，算没有改。"
    ),
    "responsibility": _l(
        "本期登记的诉求里，责任部门有人签收的占多少。判为无效的、没派单就转外单位的、撤回的不算。"
    ),
    "first_contact": _l(
        "本期内按时联系到的、或到了时限没联系到的，每件每轮算一次，按时联系到本人的占多少。匿名的没有这个时限。"
    ),
    "overdue": _l(
        "本期内按时办结的、或到了时限没办结的，每件每轮算一次，超时的占多少。按现在的时限算：约定、延期和暂停都算进去；在改期以前已经超时的仍算超时。"
    ),
    "overdue_original": _l(
        "同上，按规则原定的时限算：约定、延期和暂停都不算。两个数一起看，改期改掉了多少就看得见。"
    ),
    "cycle": _l("本期办结的，从收到（或重新办理）到办结平均用了几小时。退回重办的算到最后一次办结。"),
    "cycle_change": _l("本期的平均办理用时，与去年同期相比增减多少。去年同期不足 5 件的不比。"),
    "survey": _l("本期告知过结果的（匿名的不算），业主自己评价了的占多少。"),
    "satisfaction": _l(
        "本期告知过结果、业主在评价或回访里说过满意不满意的，满意和基本满意的占多少。一处说不满意就算不满意。没有答复的另列。"
    ),
    "low_solved": _l(
        "本期业主表示不满意的，下一轮办完后业主满意的占多少。没有再办的算没解决；下一轮没有问到的另列；还在办的不算。"
    ),
    "revisited": _l(
        "本期告知过结果的，回访到本人的占多少；办结了一直没有告知的，也算没回访到。多次联系不上的另列，也算在总数里。匿名、没有联系方式的不算；还没回访业主就要求重办的，看下一轮。"
    ),
    "repeat": _l(
        "本期登记的诉求里，同一个人在 90 天内反映过同一问题（同一事件，或类别和地点相同）的占多少。撤回的不算。"
    ),
    "openness": _l("本期登记的诉求里，公示屏和公开数据能看到进展的占多少。决定不公示的算没有公开。"),
    "response": _l("本期登记、留了联系方式的诉求里，已经联系到本人或告知了结果的占多少，不论早晚。"),
    "solved": _l(
        "本期告知过结果的里，业主自己说解决了、或回访时对结果满意的占多少。处理人说的不算。一处说没解决就算没解决。没有答复的另列，也算在总数里。"
    ),
    "satisfied": _l(
        "本期告知过结果的里，业主在评价或回访里说满意、基本满意的占多少。没有答复的另列，也算在总数里。"
    ),
}
_USUAL: Mapping[str, LazyString] = {
    YES: _l("是"),
    NO: _l("不是"),
    SILENT: _l("没有答复"),
    WAITING: _l("还在办理"),
    BEFORE: _l("去年同期办结"),
}
_PARTS: Mapping[str, Mapping[str, LazyString]] = {
    "intake": {YES: _l("及时"), NO: _l("不及时")},
    "classification": {YES: _l("没有改"), NO: _l("改了类别")},
    "responsibility": {YES: _l("有人签收"), NO: _l("没人签收")},
    "first_contact": {YES: _l("按时联系"), NO: _l("没按时联系")},
    "overdue": {YES: _l("超时"), NO: _l("按时")},
    "overdue_original": {YES: _l("超时"), NO: _l("按时")},
    "cycle": {YES: _l("本期办结")},
    "cycle_change": {YES: _l("本期办结")},
    "survey": {YES: _l("评价了")},
    "satisfaction": {YES: _l("满意"), NO: _l("不满意")},
    "low_solved": {YES: _l("再办后满意"), NO: _l("仍不满意"), SILENT: _l("没有问到")},
    "revisited": {YES: _l("回访到"), NO: _l("还没回访到"), SILENT: _l("多次联系不上")},
    "repeat": {YES: _l("重复反映"), NO: _l("第一次反映")},
    "openness": {YES: _l("公开"), NO: _l("不公示")},
    "response": {YES: _l("联系到"), NO: _l("还没联系到")},
    "solved": {YES: _l("解决了"), NO: _l("没解决")},
    "satisfied": {YES: _l("满意"), NO: _l("不满意")},
}


def definition(key: str) -> str:
    return str(DEFINITIONS[key])


def part_name(key: str, part: str) -> str:
    return str(_PARTS[key].get(part, _USUAL[part]))
