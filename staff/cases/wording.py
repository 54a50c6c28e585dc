"""A timeline row in words: what happened, by whom, when."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared import words
from shared.audit.models import TimelineRow
from shared.cases.lifecycle import OF_THE_MACHINE
from shared.cases.vocabulary import Channel
from shared.clock import local
from shared.retention import wording as retention
from shared.severity import wording as severity
from staff.cases.queries import Names

JUST_NOW = timedelta(minutes=2)
DAY = timedelta(days=1)


def when(at: datetime, now: datetime, zone: str) -> str:
    """An instant as people say it: 今天 10:02, 昨天 14:00, 11 月 21 日 10:02; the year only when it is another."""
    wall, today = local(at, zone), local(now, zone).date()
    time = f"{wall:%H:%M}"
    if wall.date() == today:
        return _("今天 %(time)s", time=time)
    if wall.date() == today - DAY:
        return _("昨天 %(time)s", time=time)
    if wall.year == today.year:
        return _("%(month)s 月 %(day)s 日 %(time)s", month=wall.month, day=wall.day, time=time)
    return _(
        "%(year)s 年 %(month)s 月 %(day)s 日 %(time)s",
        year=wall.year,
        month=wall.month,
        day=wall.day,
        time=time,
    )


def day(at: datetime, zone: str) -> str:
    wall = local(at, zone)
    return _("%(month)s 月 %(day)s 日", month=wall.month, day=wall.day)


def what(row: TimelineRow, names: Names) -> str:
    """The act, and what it came to."""
    act = _called(row)
    tell = _TELLS.get(row.act)
    told = tell(row.data, names) if tell else ""
    return _("%(act)s：%(told)s", act=act, told=told) if told else act


def _called(row: TimelineRow) -> str:
    """The act by its name; two are called by what they are about."""
    if row.act == "transfer" and "handler" in row.data:
        return _("移交办理")
    if row.data.get("issuer") == Channel.FORUM:
        return str(words.CHANNELS[Channel.FORUM])
    return words.act_name(row.act)


def who(row: TimelineRow, names: Names) -> str:
    if row.actor_id:
        return names.name(row.actor_id)
    return _("系统") if row.act in OF_THE_MACHINE else _("诉求人")


def last_changed(row: TimelineRow, names: Names, now: datetime, zone: str) -> str:
    """For somebody whose page is too old: `李敏刚刚派给张强。`"""
    person = who(row, names)
    time = _("刚刚") if now - row.at < JUST_NOW else _("于 %(time)s ", time=when(row.at, now, zone))
    if row.act == "dispatch":
        return _("%(who)s%(when)s派给%(to)s。", who=person, when=time, to=names.name(row.data.get("handler")))
    return _("%(who)s%(when)s做了“%(what)s”。", who=person, when=time, what=what(row, names))


def _filing(data: Mapping[str, Any], names: Names) -> str:
    return str(words.CHANNELS.get(data.get("channel", ""), ""))


def _dispatch(data: Mapping[str, Any], names: Names) -> str:
    to = f"{names.department(data.get('department'))} {names.name(data.get('handler'))}".strip()
    before = names.name(data.get("previous"))
    return _("%(to)s（原为%(before)s）", to=to, before=before) if before else to


JUDGED: dict[str, words.Table] = {
    "kind": words.KINDS,
    "category": words.CATEGORIES,
    "urgency": words.URGENCIES,
    "severity": words.SEVERITIES,
    "complexity": words.COMPLEXITIES,
    "validity": words.VALIDITIES,
}


def _triage(data: Mapping[str, Any], names: Names) -> str:
    if "about" in data:
        return _("登记涉及的员工")
    before = data.get("before", {})
    changed = [
        _("%(name)s%(old)s改为%(new)s", name=judged(key), old=table[before[key]], new=table[data[key]])
        for key, table in JUDGED.items()
        if key in before and data.get(key) != before[key]
    ]
    return "，".join(changed) or _("没有改变")


def judged(key: str) -> str:
    """What a judgement is about."""
    return {
        "kind": _("性质"),
        "category": _("类别"),
        "urgency": _("紧急程度"),
        "severity": _("严重程度"),
        "complexity": _("复杂程度"),
        "validity": _("有效性"),
    }[key]


def _contact(data: Mapping[str, Any], names: Names) -> str:
    method = words.METHODS.get(data.get("method", ""), "")
    return f"{method}，{_('联系上了') if data.get('reached') else _('没联系上')}"


def _completion(data: Mapping[str, Any], names: Names) -> str:
    return str(words.OUTCOMES.get(data.get("outcome", ""), ""))


def _informing(data: Mapping[str, Any], names: Names) -> str:
    method = str(words.METHODS.get(data.get("method", ""), ""))
    return f"{method}，{_('认定无效并说明')}" if data.get("validity") == "invalid" else method


def _revisit(data: Mapping[str, Any], names: Names) -> str:
    method = words.METHODS.get(data.get("method", ""), "")
    if not data.get("reached"):
        why = words.HINDRANCES.get(data.get("hindrance", ""), _("没联系上"))
        if not data.get("again_at"):
            return f"{method}，{why}"
        again = datetime.fromisoformat(data["again_at"])
        time = f"{day(again, names.zone)} {local(again, names.zone):%H:%M}"
        return _("%(method)s，%(why)s，%(when)s 再联系", method=method, why=why, when=time)
    told = [str(method), _("满意") if data.get("satisfied") else _("不满意")]
    if data.get("accompanied"):
        told.append(_("两人同去"))
    if data.get("documented"):
        told.append(_("有书面记录"))
    return _("，").join(told)


def _closure(data: Mapping[str, Any], names: Names) -> str:
    return str(words.GROUNDS.get(data.get("ground", ""), ""))


def cause_of_round(cause: str) -> str:
    return {
        "revisit": _("回访不满意"),
        "rating": _("评价不满意"),
        "appeal": _("诉求人申诉"),
        "reopening": _("重新办理"),
        "filing": _("首次提出"),
    }.get(cause, cause)


def _reopening(data: Mapping[str, Any], names: Names) -> str:
    return cause_of_round(data["cause"]) if data.get("cause") in ("revisit", "rating", "appeal") else ""


def _to_person(data: Mapping[str, Any], names: Names) -> str:
    return names.name(data.get("to"))


def _transfer(data: Mapping[str, Any], names: Names) -> str:
    if "handler" in data:
        return _dispatch(data, names)
    name = names.name(data.get("to"))
    return _("%(name)s，交接班", name=name) if data.get("handover") else name


def _takeover(data: Mapping[str, Any], names: Names) -> str:
    if data.get("forced"):
        return _("由%(by)s指定接手，原为%(name)s", by=names.name(data["by"]), name=names.name(data["from"]))
    if data.get("withdrawn"):
        return _("已收回")
    if data.get("accepted"):
        return _("接手，原为%(name)s", name=names.name(data.get("from")))
    return _("没有接手")


def _outstanding_date(data: Mapping[str, Any], names: Names) -> str:
    """Another date; of a leaver's work another person, and the date that holds."""
    if data.get("forced"):
        return _("改由%(name)s负责，%(until)s", name=names.name(data.get("to")), until=_until(data, names))
    return _until(data, names)


def _department(data: Mapping[str, Any], names: Names) -> str:
    return names.department(data.get("department"))


def _task_group(data: Mapping[str, Any], names: Names) -> str:
    group = "、".join(filter(None, map(names.name, data.get("group", ()))))
    return _("组长%(leader)s，成员%(names)s", leader=names.name(data.get("to")), names=group)


def _return_refusal(data: Mapping[str, Any], names: Names) -> str:
    return _("不能再退") if data.get("final") else ""


def _until(data: Mapping[str, Any], names: Names) -> str:
    """`到 11 月 24 日 18:00`; of an agreement, on what evidence."""
    until = datetime.fromisoformat(data["until"])
    time = _("到 %(day)s %(time)s", day=day(until, names.zone), time=f"{local(until, names.zone):%H:%M}")
    evidence = words.EVIDENCE.get(data.get("evidence", ""))
    return _("%(time)s，凭%(evidence)s", time=time, evidence=evidence) if evidence else time


def _referral(data: Mapping[str, Any], names: Names) -> str:
    return _("合同外单位，时限暂停") if data.get("outside") else _("签约单位，时限照常计")


def _supplement(data: Mapping[str, Any], names: Names) -> str:
    called = {
        "description": _("情况"),
        "demands": _("希望怎么解决"),
        "name": _("称呼"),
        "phone": _("电话"),
        "unit": _("房号"),
    }
    return "、".join(called[name] for name in data.get("given", ()) if name in called)


def _special_report(data: Mapping[str, Any], names: Names) -> str:
    return _("第 %(n)s 次，报总经理（%(clause)s）", n=data.get("nth"), clause=data.get("clause"))


FOUND: words.Table = {
    "injury": _l("有人受伤"),
    "facility_failure": _l("设施突发故障"),
    "litigation": _l("已进入诉讼"),
    "media": _l("被媒体曝光"),
    "strong_complaint": _l("强烈投诉"),
    "serious_consequences": _l("后果严重"),
}


def _finding(data: Mapping[str, Any], names: Names) -> str:
    found = [str(words.FAULTS[data["fault"]])]
    if data.get("loss"):
        found.append(_("损失 %(n)s 元", n=data["loss"]))
    if data.get("people"):
        found.append(_("一起反映的 %(n)s 人", n=data["people"]))
    return "，".join([*found, *(str(called) for name, called in FOUND.items() if data.get(name))])


def _grading(data: Mapping[str, Any], names: Names) -> str:
    called = str(words.SEVERITIES[data["severity"]])
    reasons = data.get("reasons") or []
    return f"{called}。{severity.summary(reasons)}" if reasons and data["severity"] == "major" else called


def _plan(data: Mapping[str, Any], names: Names) -> str:
    told = [_("专项")] if data.get("special") else []
    if data.get("told"):
        told.append(_("诉求人知道"))
    if group := "、".join(filter(None, map(names.name, data.get("group", ())))):
        told.append(_("专项小组 %(names)s", names=group))
    return "，".join(told)


def opinion(passed: bool) -> str:
    """What was said of a plan."""
    return _("通过") if passed else _("退回修改")


def _opinion(data: Mapping[str, Any], names: Names) -> str:
    if not data.get("complete_by"):
        return opinion(data["passed"])
    until = datetime.fromisoformat(data["complete_by"])
    time = f"{day(until, names.zone)} {local(until, names.zone):%H:%M}"
    return opinion(data["passed"]) + _("，%(when)s 前办完", when=time)


def _outside_order(data: Mapping[str, Any], names: Names) -> str:
    if data.get("issuer") == Channel.FORUM:
        return _("已在原网站答复") if data.get("answered") else _("网上原帖")
    order = f"{words.CHANNELS.get(data.get('issuer', ''), '')} {data.get('number', '')}".strip()
    if data.get("answered"):
        return _("%(order)s，已回复对方", order=order)
    if not data.get("due_at"):
        return order
    until = datetime.fromisoformat(data["due_at"])
    time = f"{day(until, names.zone)} {local(until, names.zone):%H:%M}"
    return _("%(order)s，对方要求 %(time)s 前", order=order, time=time)


def _outstanding(data: Mapping[str, Any], names: Names) -> str:
    """`工程部 王强，到 11 月 24 日 18:00`"""
    return _("%(who)s，%(until)s", who=_whose(data, names), until=_until(data, names))


def _whose(data: Mapping[str, Any], names: Names) -> str:
    """`工程部 王强`; of a task that somebody took for themselves the department alone."""
    return f"{names.department(data.get('department'))} {names.name(data.get('to'))}".strip()


def _outstanding_end(data: Mapping[str, Any], names: Names) -> str:
    return _("做完了") if data.get("done") else _("不做了")


def _addition(data: Mapping[str, Any], names: Names) -> str:
    """Of an answer by mail whether it came from the address on record: a sender is easily forged (T18)."""
    if "mail" not in data:
        return ""
    if data.get("known_sender"):
        return _("邮件，发件人是登记的邮箱")
    return _("邮件，发件人不是登记的邮箱")


def _data_request(data: Mapping[str, Any], names: Names) -> str:
    return str(retention.REQUESTS.get(data.get("kind", ""), ""))


def _data_answer(data: Mapping[str, Any], names: Names) -> str:
    said = _("同意") if data.get("granted") else _("不同意")
    return _("%(what)s，%(said)s", what=_data_request(data, names), said=said)


def _publicity(data: Mapping[str, Any], names: Names) -> str:
    if "approved" in data:
        return _("批准处理说明") if data["approved"] else _("没有批准处理说明")
    if not data.get("shown"):
        return _("不公示")
    return _("处理说明待批准") if data.get("line") else _("没有处理说明")


def _urge(data: Mapping[str, Any], names: Names) -> str:
    return _("第 %(n)s 次", n=data.get("nth", 1))


def _rating(data: Mapping[str, Any], names: Names) -> str:
    """`不满意，没解决、太慢`; of what stands beside the word, only what was answered no."""
    denied = {"solved": _("没有解决"), "timely": _("不及时"), "courteous": _("态度不好")}
    told = [str(words.RATINGS.get(data.get("level", ""), ""))]
    told += [called for key, called in denied.items() if data.get(key) is False]
    return _("，").join(filter(None, [*told, _reasons(data, names)]))


def _reasons(data: Mapping[str, Any], names: Names) -> str:
    return _("、").join(str(words.REASONS[code]) for code in data.get("reasons", ()) if code in words.REASONS)


def _spot_check(data: Mapping[str, Any], names: Names) -> str:
    return str(words.CHECKED.get(data.get("finding", ""), ""))


_TELLS: dict[str, Callable[[Mapping[str, Any], Names], str]] = {
    "filing": _filing,
    "dispatch": _dispatch,
    "routing": _department,
    "finding": _finding,
    "grading": _grading,
    "plan": _plan,
    "review": _opinion,
    "approval": _opinion,
    "triage": _triage,
    "contact": _contact,
    "completion": _completion,
    "informing": _informing,
    "revisit": _revisit,
    "closure": _closure,
    "reopening": _reopening,
    "transfer": _transfer,
    "escalation": _to_person,
    "agreement": _until,
    "extension": _until,
    "referral": _referral,
    "supplement": _supplement,
    "special_report": _special_report,
    "designation": _dispatch,
    "takeover": _takeover,
    "return_request": _dispatch,
    "returning": _dispatch,
    "return_refusal": _return_refusal,
    "task": _department,
    "task_taking": _whose,
    "task_done": _department,
    "task_calling_off": _department,
    "task_group": _task_group,
    "proposal": _until,
    "urge": _urge,
    "rating": _rating,
    "appeal": _reasons,
    "publicity": _publicity,
    "data_request": _data_request,
    "data_answer": _data_answer,
    "outside_order": _outside_order,
    "spot_check": _spot_check,
    "outstanding": _outstanding,
    "outstanding_date": _outstanding_date,
    "outstanding_end": _outstanding_end,
    "addition": _addition,
}
