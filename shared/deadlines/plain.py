"""A rule book in plain words: what owners read, and staff compare, is made from the rules that the machine obeys."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared import words
from shared.calendars.working_time import Calendar
from shared.deadlines import naming
from shared.policies.schema import Clock, Criterion, Major, Pattern, Policy
from shared.policies.targets import Target
from shared.policies.terms import RECEIVED, REPORTED, Conditions

CASES: Mapping[str, Mapping[Any, LazyString]] = {
    "kind": words.KINDS,
    "category": words.CATEGORIES,
    "channel": words.CHANNELS,
    "urgency": {"normal": _l("一般的事"), "urgent": _l("紧急的事")},
    "severity": {"ordinary": _l("普通诉求"), "major": _l("重大诉求")},
    "complexity": {"ordinary": _l("一般事项"), "complex": _l("复杂事项")},
    "validity": {"undecided": _l("有效性未定的"), "valid": _l("有效诉求"), "invalid": _l("无效诉求")},
    "fault": {"presumed": _l("责任待查明的"), "ours": _l("我方责任"), "not_ours": _l("非我方责任")},
    "facility_failure": {True: _l("设施突发故障"), False: _l("不是设施故障的")},
    "paperless": {True: _l("紧急处置、记录后补的"), False: _l("当时就有记录的")},
    "contactable": {True: _l("留了联系方式的"), False: _l("没有留联系方式的")},
    "round": {"first": _l("第一轮"), "later": _l("重新办理的")},
}
CRITERIA: Mapping[str, LazyString] = {
    "owners": _l("同一事项有 %(n)s 位以上业主反映"),
    "reports": _l("同一事项累计反映 %(n)s 次以上"),
    "people": _l("%(n)s 人以上集体反映"),
    "loss": _l("损失 %(n)s 元以上"),
    "injury": _l("有人受伤"),
    "facility_failure": _l("设施突发故障，%(limit)s没有恢复"),
    "litigation": _l("已经引起诉讼"),
    "media": _l("已被媒体报道"),
    "unresolved": _l("%(limit)s没有解决"),
}
CONSEQUENCES: Mapping[str, LazyString] = {
    "tell": _l("立即告知%(who)s"),
    "report_progress": _l("进展报告%(who)s"),
    "task_group": _l("成立专门小组"),
    "special_plan": _l("制定专项方案"),
    "approval": _l("处理措施由%(who)s批准"),
}

EVERYBODY = 100  # percent: more there is not
WEEKDAYS = (_l("周一"), _l("周二"), _l("周三"), _l("周四"), _l("周五"), _l("周六"), _l("周日"))


@dataclass(frozen=True, slots=True)
class Line:
    """One rule: the article it rests on, what it says, and for which cases or from when."""

    key: str  # what it is called in the file; the same rule of two books has the same key
    clause: str
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    title: str
    lines: Sequence[Line]


def sections(policy: Policy) -> list[Section]:
    """The whole rule book, in the order in which people ask; what it does not hold is left out."""
    duties = [clock for clock in policy.clocks if clock.is_duty]
    found = (
        Section("owners", _("对您的承诺"), [_clock(c) for c in duties if c.owner_sees]),
        Section("change", _("时限什么时候会变"), list(_changes(policy))),
        Section("late", _("超时了怎么办"), list(_ladder(policy))),
        Section("again", _("满意与否，您说了算"), list(_again(policy))),
        Section("major", _("什么算重大诉求"), [_criterion(policy, c) for c in policy.criteria]),
        Section("grave", _("重大诉求怎么办"), [_consequence(m) for m in policy.major]),
        Section("inside", _("我们内部的时限"), [_clock(c) for c in duties if not c.owner_sees]),
        Section("handling", _("我们怎么办理"), list(_handling(policy))),
        Section("targets", _("我们给自己定的目标"), [_target(t) for t in policy.targets]),
    )
    return [section for section in found if section.lines]


def people(roles: Sequence[str]) -> str:
    """`部门负责人、服务中心主任`"""
    return _("、").join(str(words.ROLES[role]) for role in roles)


def _clock(clock: Clock) -> Line:
    text = naming.phrase(clock.rule, str(clock.limit))
    if clock.outside:
        text = _(
            "%(promise)s；工作时间以外收到的，%(limit)s内",
            promise=text,
            limit=naming.limit(str(clock.outside)),
        )
    return Line(clock.rule, clock.clause, text, _("；").join(_notes(clock)))


def _notes(clock: Clock) -> Iterator[str]:
    """For which cases, from when, and what counts as done."""
    if clock.when:
        yield _("适用：%(cases)s", cases=cases(clock.when))
    if clock.repeats:
        yield _("每次做到后重新计时")
    else:
        yield since(clock)
    done = dict.fromkeys(_act(pattern) for pattern in clock.stop)
    yield _("做到：%(acts)s", acts=_("、").join(done))


def since(clock: Clock) -> str:
    """From when a clock counts."""
    if clock.start in (RECEIVED, REPORTED):
        return _("从收到时算起")
    return _("从“%(act)s”时算起", act=words.ACTS.get(clock.start, clock.start))


def cases(conditions: Conditions) -> str:
    """Which cases a rule is for: `紧急的事、重大诉求`."""
    return _("、").join(
        _("或").join(str(CASES[key][value]) for value in sorted(values, key=str))
        for key, values in conditions
    )


def _act(pattern: Pattern) -> str:
    """An act that counts, with the conditions that people can check."""
    act = str(words.ACTS.get(pattern.act, pattern.act))
    asked = dict(pattern.where)
    details = [
        said
        for key, wanted, said in (
            ("reached", True, _("联系上")),
            ("method", "door", _("上门")),
            ("method", "telephone", _("电话")),
            ("documented", True, _("有书面记录或回执")),
            ("accompanied", True, _("两人同去")),
            ("public", True, _("告诉业主")),
            ("told", True, _("告诉业主")),
            ("by", "handler", _("由处理人")),
        )
        if wanted in asked.get(key, ())
    ]
    return _("%(act)s（%(details)s）", act=act, details=_("，").join(details)) if details else act


def _changes(policy: Policy) -> Iterator[Line]:
    for act, clause, said in (
        ("agreement", "GZ-12", _l("与您书面约定了时间的，按约定的时间算")),
        ("extension", "AH-3.2", _l("确实办不完的可以延期，理由会告诉您")),
    ):
        moved = [naming.name(clock.rule) for clock in policy.clocks if act in clock.moves]
        if moved:
            note = _("适用：%(cases)s。原来的时限照样记录", cases=_("、").join(dict.fromkeys(moved)))
            yield Line(act, clause, str(said), note)
    if policy.referral and policy.referral.pauses:
        text = _("转给合同以外的单位办理期间，时限暂停；我们签约的单位办理，时限照常计")
        yield Line("referral", policy.referral.clause, text)


def _ladder(policy: Policy) -> Iterator[Line]:
    if policy.ladder is None:
        return
    text = _("逐级告知：%(who)s", who=_(" → ").join(str(words.ROLES[role]) for role in policy.ladder.rungs))
    note = _("上一级 %(n)s 小时内没有答复，就告知下一级", n=policy.ladder.answer_within)
    if policy.ladder.beside:
        note = _("%(note)s；同时告知%(who)s", note=note, who=people(policy.ladder.beside))
    yield Line("ladder", policy.ladder.clause, text, note)


def _again(policy: Policy) -> Iterator[Line]:
    yield Line(
        "revisit",
        policy.revisit.clause,
        _(
            "办完会回访。%(n)s 次联系不上，才按联系不上处理。您不满意，就进入下一轮。",
            n=policy.revisit.attempts,
        ),
    )
    yield Line(
        "reopen", policy.reopen.clause, _("结案后 %(n)s 天内，可以要求重新办理。", n=policy.reopen.days)
    )
    if policy.repeats:
        text = _(
            "%(days)s 天内第 %(n)s 次反映同一个问题，专题报告总经理，由总经理指定部门或人员办理",
            days=policy.repeats.window_days,
            n=policy.repeats.report_at,
        )
        yield Line("repeat", policy.repeats.clause, text)


def _criterion(policy: Policy, criterion: Criterion) -> Line:
    clock = policy.clock(criterion.clock) if criterion.clock else None
    limit = naming.limit(str(clock.limit)) if clock else ""
    text = str(CRITERIA[criterion.of]) % {"n": criterion.at_least, "limit": limit}
    note = _("查明不是我方责任的除外") if criterion.needs_fault else _("不论是谁的责任")
    return Line(f"{criterion.of} {criterion.clause}", criterion.clause, text, note)


def _consequence(major: Major) -> Line:
    text = str(CONSEQUENCES[major.does]) % {"who": people(major.roles)}
    return Line(f"{major.does} {major.clause}", major.clause, text)


def _handling(policy: Policy) -> Iterator[Line]:
    if policy.routing and policy.routing.automatic:
        text = _("收到后按类别和地点自动分到部门，再由人转达")
        yield Line("routing", policy.routing.clause, text)
    if policy.review:
        text = _("处理措施先由%(who)s审核", who=words.ROLES[policy.review.role])
        note = _("适用：%(cases)s", cases=cases(policy.review.when)) if policy.review.when else ""
        yield Line("review", policy.review.clause, text, note)


def _target(target: Target) -> Line:
    """`受理及时率不低于 90%`; what is to fall below what it was says by how much."""
    said = _l("%(name)s不高于 %(n)s%(unit)s") if target.at_most else _l("%(name)s不低于 %(n)s%(unit)s")
    if target.figure == EVERYBODY:
        said = _l("%(name)s达到 %(n)s%(unit)s")
    elif target.at_most and target.figure < 0:
        said = _l("%(name)s，减少 %(n)s%(unit)s 以上")
    unit = _(" 小时") if target.of == "cycle" else "%"
    text = str(said) % {"name": words.INDICATORS[target.of], "n": abs(target.figure), "unit": unit}
    note = "" if target.towards is None else _("再到 %(n)s%(unit)s", n=target.towards, unit=unit)
    return Line(f"target {target.of}", target.clause, text, note)


def opening_hours(calendar: Calendar) -> list[tuple[str, str]]:
    """When the desk is staffed, weekdays with the same hours together: `周一至周五`, `08:00–12:00、14:00–18:00`."""
    runs: list[tuple[list[int], str]] = []
    for weekday in range(7):
        hours = _("、").join(
            f"{wall_time(opens)}–{wall_time(closes)}" for opens, closes in calendar.hours.get(weekday, ())
        )
        if runs and runs[-1][1] == hours:
            runs[-1][0].append(weekday)
        else:
            runs.append(([weekday], hours))
    return [(_days(days), hours or _("不值班")) for days, hours in runs]


def _days(days: Sequence[int]) -> str:
    first, last = str(WEEKDAYS[days[0]]), str(WEEKDAYS[days[-1]])
    if len(days) == len(WEEKDAYS):
        return _("每天")
    return first if len(days) == 1 else _("%(first)s至%(last)s", first=first, last=last)


def wall_time(minutes: int) -> str:
    """`08:00` of so many minutes since midnight; the day ends at 24:00."""
    return f"{minutes // 60:02}:{minutes % 60:02}"
