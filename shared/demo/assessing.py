"""The demo's assessment ledger (考核台账): what was found of a few people, in every state, and two months' bonuses."""

from datetime import datetime, timedelta
from itertools import islice

from shared.assessment import appealing, bonuses, countering, deciding, finding, queries
from shared.assessment.deciding import Choice
from shared.assessment.finding import Found
from shared.assessment.models import Entry
from shared.assessment.months import before, month_of
from shared.assessment.reckoning import reckon
from shared.assessment.standing import Step
from shared.demo import people
from shared.identity.models import Department, Estate

DAY = timedelta(days=1)
BONUS = {"王强": 800, "赵磊": 800, "孙丽": 700, "李敏": 900, "周琪": 900}
FINDER, DECIDER, HEARER = "唐文", "何建英", "许飞"
DECIDED = 3  # clocks that were broken, and of which somebody has decided already


def fill(estate: Estate, began: datetime, now: datetime) -> None:
    """In the change that is open; everything by the verbs that people use. Clocks were swept at *now*."""
    _set_bonuses(estate, began)
    _decide_breaches(estate, now)
    _find(estate, "周琪", "telephone", "来电时催业主快说，业主当场不满", began - 9 * DAY)  # waits
    _waived(estate, began - 12 * DAY)
    _appealed(estate, began - 13 * DAY)
    _countered(estate, began - 16 * DAY)
    _graded(estate, began - 18 * DAY)
    _rewarded(estate, began - 20 * DAY)


def _set_bonuses(estate: Estate, began: datetime) -> None:
    now = month_of(began, estate.zone)
    for month in (before(now), now):
        for name, amount in BONUS.items():
            bonuses.set_bonus(estate, people.user(name), month, amount, by=people.user(DECIDER), at=began)


def _decide_breaches(estate: Estate, at: datetime) -> None:
    """The oldest that the director may decide, as the article sets it."""
    director = people.user(DECIDER)
    waiting = (line.entry for line in queries.to_decide(director, estate.id))
    sums = ((entry, reckon(entry, at)) for entry in waiting if entry.person_id is not None)
    for entry, found in islice((each for each in sums if each[1].carries_amount), DECIDED):
        deciding.decide(entry, by=director, at=at, choice=Choice(found.least))


def _find(estate: Estate, name: str, rule: str, note: str, at: datetime) -> Entry:
    found = Found(rule, at, note)
    (entry,) = finding.propose_finding(estate, people.user(name), found, by=people.user(FINDER), at=at)
    return entry


def _decide(entry: Entry, at: datetime, amount: int | None = None, **more: str) -> None:
    deciding.decide(entry, by=people.user(DECIDER), at=at, choice=Choice(amount, **more))


def _waived(estate: Estate, at: datetime) -> None:
    entry = _find(estate, "李敏", "reception", "来访登记时没有起身接待", at)
    deciding.waive(entry, by=people.user(DECIDER), at=at + DAY, reason="当时正在接紧急电话，有录音")


def _appealed(estate: Estate, at: datetime) -> None:
    """One waits for its hearing; the others were upheld, changed and annulled."""
    told = (
        ("王强", "disobedience", 200, None, ""),
        ("吴芳", "not_calmed", 50, Step.UPHELD, "核对了录音，业主确实没有得到解释"),
        ("孙丽", "disobedience", 200, Step.CHANGED, "接单确实慢，但有在岗记录，减半"),
        ("马涛", "not_calmed", 50, Step.ANNULLED, "业主说的是另一班的人"),
    )
    for name, rule, amount, outcome, why in told:
        entry = _find(estate, name, rule, "业主反映，现场核实", at)
        _decide(entry, at + DAY, amount)
        reason = "当时在另一处抢修，已用对讲机说明"
        appealing.appeal(entry, by=people.user(name), at=at + 2 * DAY, reason=reason)
        if outcome is not None:
            lighter = Choice(amount // 2 if outcome is Step.CHANGED else None, reason=why)
            hearer = people.user(HEARER)
            appealing.hear(entry, by=hearer, at=at + 3 * DAY, outcome=outcome, choice=lighter)


def _countered(estate: Estate, at: datetime) -> None:
    entry = _find(estate, "郑国庆", "not_calmed", "保洁后没有告知业主", at)
    _decide(entry, at + DAY, 50)
    wrong = "当天是吴芳当班，记错了人"
    counter = countering.propose_counter(entry, by=people.user(FINDER), at=at + 2 * DAY, note=wrong)
    choice = Choice(counter.most)
    deciding.decide(counter, by=people.user(HEARER), at=at + 3 * DAY, choice=choice)


def _graded(estate: Estate, at: datetime) -> None:
    entry = _find(estate, "沈岚", "work_error", "停车费多收一个月，业主来了两次才退", at)
    _decide(entry, at + DAY, grade="criticism", reason="初次，已当面道歉")


def _rewarded(estate: Estate, at: datetime) -> None:
    whom = people.user("赵磊")
    found = Found("outstanding_handling", at, "暴雨夜两小时排完地库积水，业主送来锦旗")
    reward = finding.propose_reward(estate, whom, found, by=people.user(FINDER), at=at)
    _decide(reward, at + DAY, 500, reason="按公司惯例")
    team = Found("solved_well", at, "电梯连续故障，整个部门轮班守了一周")
    finding.propose_reward(estate, _department(estate, "工程部"), team, by=people.user(FINDER), at=at)


def _department(estate: Estate, name: str) -> Department:
    return next(department for department in estate.departments if department.name == name)
