"""When a handler of the demo who will not be done today writes how far it is, as most do before going home. Pure."""

from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from shared.demo.estate import CLOSES, OPENS, ZONE
from shared.demo.matters import Line, Matter

HALF_A_DAY = timedelta(hours=12)  # GZ-9 from the report, GZ-12 from the acceptance
SOON = timedelta(minutes=6)
# Until one of these the matter is with whoever has signed for it.
ANSWERED = {"progress", "complete", "inform", "refer", "withdraw"}
HANDED_ON = {"dispatch", "redo"}
ROUND_BEGINS = {"file", "rate", "revisit", "appeal"}
SAID = {
    "facilities": (
        "已到现场看过，原因找到了，正在备料，备齐就接着修",
        "已到现场检查，先做了临时处理，还要接着修",
        "师傅已上门看过，正在处理，修好马上告诉您",
    ),
    "security": (
        "已到现场看过，正在核对监控和登记",
        "已找到相关的人说明情况，还在跟进",
    ),
    "environment": (
        "已到现场看过，正在安排人手",
        "今天先做了一部分，还要接着做完",
    ),
    "attitude": ("已调出当时的记录，正在向在场的人了解情况",),
    "other": ("资料已调出来，正在一笔一笔核对",),
}

Acts = list[tuple[datetime, Line]]


def with_reports(matter: Matter, acts: Acts, until: datetime) -> Acts:
    """*acts* and, after each acceptance that nothing would follow for half a day, a report of progress in time."""
    if matter.quiet:
        return acts
    chance = Random(f"{matter.key} reports")
    told: Acts = []
    began = acts[0][0]
    for number, (at, line) in enumerate(acts):
        if line.act in ROUND_BEGINS:
            began = at
        if line.act == "accept":
            due = (began if began + HALF_A_DAY > at + SOON else at) + HALF_A_DAY
            wish = _before_going_home(at, at + timedelta(minutes=chance.randint(50, 200)), due, chance)
            if wish and wish < until and _is_silent(acts[number + 1 :], wish, due):
                told.append((wish, Line("progress", ("public",), (chance.choice(SAID[matter.category]),))))
    return sorted([*acts, *told], key=lambda act: act[0])


def _is_silent(after: Acts, wish: datetime, due: datetime) -> bool:
    """Whether the matter stays with its handler and nobody would say anything in time."""
    for at, line in after:
        if line.act in HANDED_ON and at <= wish:
            return False
        if line.act in ANSWERED:
            return at > due
    return True


def _before_going_home(accepted: datetime, wish: datetime, due: datetime, chance: Random) -> datetime | None:
    """The wished instant while the desk is open, and before it is due; None where that cannot be."""
    at = min(wish, due - timedelta(minutes=chance.randint(8, 30)))
    wall = at.astimezone(ZoneInfo(ZONE))
    if not OPENS <= wall.hour < CLOSES:
        evening = accepted.astimezone(ZoneInfo(ZONE)).replace(hour=CLOSES - 1, minute=chance.randint(35, 55))
        at = evening.astimezone(accepted.tzinfo)
    return at if accepted + SOON <= at < due else None
