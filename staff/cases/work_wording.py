"""What a timeline row says of the work on a case beside its act: to whom it went, how it was judged, until when."""

from datetime import datetime

from flask_babel import gettext as _

from shared import words
from shared.cases.vocabulary import Channel
from shared.severity import wording as severity
from staff.cases import wording
from staff.cases.queries import Names
from staff.cases.wording import Data, Tells


def _dispatch(data: Data, names: Names) -> str:
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


def _judged(key: str) -> str:
    """What a judgement is about."""
    return {
        "kind": _("性质"),
        "category": _("类别"),
        "urgency": _("紧急程度"),
        "severity": _("严重程度"),
        "complexity": _("复杂程度"),
        "validity": _("有效性"),
    }[key]


def _triage(data: Data, names: Names) -> str:
    if "about" in data:
        return _("登记涉及的员工")
    before = data.get("before", {})
    changed = [
        _(
            "%(name)s%(old)s改为%(new)s",
            name=_judged(key),
            old=table[before[key]],
            new=table[data[key]],
        )
        for key, table in JUDGED.items()
        if key in before and data.get(key) != before[key]
    ]
    return _("，").join(changed) or _("没有改变")


def _completion(data: Data, names: Names) -> str:
    return str(words.OUTCOMES.get(data.get("outcome", ""), ""))


def _to_person(data: Data, names: Names) -> str:
    return names.name(data.get("to"))


def _transfer(data: Data, names: Names) -> str:
    if "handler" in data:
        return _dispatch(data, names)
    name = names.name(data.get("to"))
    return _("%(name)s，交接班", name=name) if data.get("handover") else name


def _takeover(data: Data, names: Names) -> str:
    if data.get("forced"):
        return _("由%(by)s指定接手，原为%(name)s", by=names.name(data["by"]), name=names.name(data["from"]))
    if data.get("withdrawn"):
        return _("已收回")
    if data.get("accepted"):
        return _("接手，原为%(name)s", name=names.name(data.get("from")))
    return _("没有接手")


def _outstanding_date(data: Data, names: Names) -> str:
    """Another date; of a leaver's work another person, and the date that holds."""
    if data.get("forced"):
        return _("改由%(name)s负责，%(until)s", name=names.name(data.get("to")), until=_until(data, names))
    return _until(data, names)


def _department(data: Data, names: Names) -> str:
    return names.department(data.get("department"))


def _task_group(data: Data, names: Names) -> str:
    group = words.listed(filter(None, map(names.name, data.get("group", ()))))
    return _("组长%(leader)s，成员%(names)s", leader=names.name(data.get("to")), names=group)


def _return_refusal(data: Data, names: Names) -> str:
    return _("不能再退") if data.get("final") else ""


def _until(data: Data, names: Names) -> str:
    """`到 11 月 24 日 18:00`; of an agreement, on what evidence."""
    until = datetime.fromisoformat(data["until"])
    time = _("到 %(when)s", when=wording.day_and_time(until, names.zone))
    evidence = words.EVIDENCE.get(data.get("evidence", ""))
    return _("%(time)s，凭%(evidence)s", time=time, evidence=evidence) if evidence else time


def _referral(data: Data, names: Names) -> str:
    return _("合同外单位，时限暂停") if data.get("outside") else _("签约单位，时限照常计")


def _special_report(data: Data, names: Names) -> str:
    return _("第 %(n)s 次，报总经理（%(clause)s）", n=data.get("nth"), clause=data.get("clause"))


def _finding(data: Data, names: Names) -> str:
    found = [str(words.FAULTS[data["fault"]])]
    if data.get("loss"):
        found.append(_("损失 %(n)s 元", n=data["loss"]))
    if data.get("people"):
        found.append(_("一起反映的 %(n)s 人", n=data["people"]))
    return _("，").join([*found, *(str(called) for name, called in wording.FOUND.items() if data.get(name))])


def _grading(data: Data, names: Names) -> str:
    called = str(words.SEVERITIES[data["severity"]])
    reasons = data.get("reasons") or []
    return (
        _("%(called)s。%(why)s", called=called, why=severity.summary(reasons))
        if reasons and data["severity"] == "major"
        else called
    )


def _plan(data: Data, names: Names) -> str:
    told = [_("专项")] if data.get("special") else []
    if data.get("told"):
        told.append(_("诉求人知道"))
    if group := words.listed(filter(None, map(names.name, data.get("group", ())))):
        told.append(_("专项小组 %(names)s", names=group))
    return _("，").join(told)


def _opinion(data: Data, names: Names) -> str:
    if not data.get("complete_by"):
        return wording.opinion(data["passed"])
    time = wording.day_and_time(datetime.fromisoformat(data["complete_by"]), names.zone)
    return wording.opinion(data["passed"]) + _("，%(when)s 前办完", when=time)


def _outside_order(data: Data, names: Names) -> str:
    if data.get("issuer") == Channel.FORUM:
        return _("已在原网站答复") if data.get("answered") else _("网上原帖")
    order = f"{words.CHANNELS.get(data.get('issuer', ''), '')} {data.get('number', '')}".strip()
    if data.get("answered"):
        return _("%(order)s，已回复对方", order=order)
    if not data.get("due_at"):
        return order
    time = wording.day_and_time(datetime.fromisoformat(data["due_at"]), names.zone)
    return _("%(order)s，对方要求 %(time)s 前", order=order, time=time)


def _outstanding(data: Data, names: Names) -> str:
    """`工程部 王强，到 11 月 24 日 18:00`"""
    return _("%(who)s，%(until)s", who=_whose(data, names), until=_until(data, names))


def _whose(data: Data, names: Names) -> str:
    """`工程部 王强`; of a task that somebody took for themselves the department alone."""
    return f"{names.department(data.get('department'))} {names.name(data.get('to'))}".strip()


def _outstanding_end(data: Data, names: Names) -> str:
    return _("做完了") if data.get("done") else _("不做了")


TELLS: Tells = {
    "dispatch": _dispatch,
    "routing": _department,
    "finding": _finding,
    "grading": _grading,
    "plan": _plan,
    "review": _opinion,
    "approval": _opinion,
    "triage": _triage,
    "completion": _completion,
    "transfer": _transfer,
    "escalation": _to_person,
    "agreement": _until,
    "extension": _until,
    "referral": _referral,
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
    "outside_order": _outside_order,
    "outstanding": _outstanding,
    "outstanding_date": _outstanding_date,
    "outstanding_end": _outstanding_end,
}
