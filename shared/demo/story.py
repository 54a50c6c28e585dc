"""When each act of each matter happens: believable hours, in the order of time, over by the load. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from shared.demo import reporting
from shared.demo.estate import CLOSES, OPENS, ZONE
from shared.demo.matters import Line, Matter

FILING = Line("file")
BEFORE_LOAD = timedelta(seconds=30)  # the last act of a story is at least so old
DAY = timedelta(days=1)
WAKES = 6  # owners do not write before, unless it is urgent

# How long an act usually takes after the one before it, in seconds.
PACE = {
    "claim": (25, 90),
    "dispatch": (40, 150),
    "triage": (60, 240),
    "find": (600, 2400),
    "grade": (300, 900),
    "plan": (900, 2700),
    "review": (600, 1800),
    "approve": (600, 2400),
    "accept": (180, 1500),
    "contact": (600, 2400),
    "progress": (3600, 9000),
    "complete": (10_000, 30_000),
    "report": (900, 3600),
    "inform": (900, 5400),
    "revisit": (90_000, 180_000),
    "close": (1800, 14_400),
    "archive": (170_000, 300_000),
    "objection": (600, 1800),
    "escalate": (3600, 7200),
    "refer": (1200, 5400),
    "transfer": (1800, 7200),
    "takeover": (600, 2400),
    "appeal": (86_400, 172_800),
    "redo": (900, 3600),
    "add": (3600, 10_800),
    "withdraw": (1800, 7200),
    "urge": (3600, 10_800),
    "rate": (1800, 14_400),
    "agree": (1200, 7200),
    "decline": (1200, 7200),
    "ask": (3600, 10_800),
    "propose": (1800, 5400),
    "order": (5, 40),
    "reply": (900, 3600),
    "hide": (600, 3600),
    "line": (1800, 7200),
    "allow": (900, 5400),
    "answer": (86_400, 172_800),
    "sendback": (600, 1800),
    "takeback": (300, 900),
    "task": (600, 1800),
    "taketask": (900, 2700),
    "endtask": (5400, 10_800),
    "offtask": (3600, 7200),
    "group": (600, 1800),
    "leftover": (300, 900),
    "redate": (345_600, 432_000),
    "endwork": (259_200, 345_600),
}
FROM_HOME = {
    "add",
    "appeal",
    "withdraw",
    "report",
    "urge",
    "rate",
    "agree",
    "decline",
    "ask",
}  # by telephone, the desk being open or not
FIRST_THING = {"claim", "dispatch", "triage"}
AT_ANY_HOUR = {"claim", "dispatch", "accept", "contact", "triage", "progress", "complete", "objection"}
AT_ANY_HOUR |= {"find", "grade", "plan", "approve"}


@dataclass(frozen=True, slots=True)
class Step:
    """One act, at its instant. `number` counts within its matter; 0 is the filing."""

    at: datetime
    matter: Matter
    number: int
    line: Line


def steps(matters: Sequence[Matter], load: datetime) -> list[Step]:
    """All acts in the order of time, so that archive numbers ascend with it."""
    found = []
    for matter in matters:
        acts = list(zip(_instants(matter, load), [FILING, *matter.story], strict=True))
        reported = reporting.with_reports(matter, acts, load - BEFORE_LOAD)
        found += [Step(at, matter, number, line) for number, (at, line) in enumerate(reported)]
    return sorted(found, key=lambda step: step.at)


def _instants(matter: Matter, load: datetime) -> list[datetime]:
    """When each act happens; a story that would not be over by the load begins earlier."""
    start = _filed_at(matter, load)
    while True:
        start = _sensible_start(matter, start)
        found = _played_from(matter, start)
        late = found[-1] - (load - BEFORE_LOAD)
        if late <= timedelta():
            return found
        start -= max(late, timedelta(minutes=5))


def _filed_at(matter: Matter, load: datetime) -> datetime:
    filed = matter.filed
    second = Random(matter.key).randrange(5, 55)
    if filed.wall is None:
        return (load - filed.ago).replace(microsecond=0)
    day = _wall(load).date() - filed.days * DAY
    return _on(datetime.combine(day, time(*filed.wall, second)))


def _sensible_start(matter: Matter, at: datetime) -> datetime:
    """The desk takes reports while it is open; owners sleep at night."""
    wall = _wall(at)
    evening = time(19 if matter.by else 21, Random(matter.key).randrange(5, 50), wall.second)
    opens, closes = (OPENS, CLOSES) if matter.by else (WAKES, 24)
    if (matter.urgent and not matter.by) or opens <= wall.hour < closes:
        return at
    day = wall.date() - DAY if wall.hour < opens else wall.date()
    return _on(datetime.combine(day, evening))


def _played_from(matter: Matter, start: datetime) -> list[datetime]:
    chance = Random(matter.key)
    found = [start]
    for line in matter.story:
        at = found[-1] + _delay(line, chance)
        anytime = line.act in FROM_HOME or (matter.urgent and line.act in AT_ANY_HOUR)
        found.append(at if anytime else _staffed(at, line.act, chance))
    return found


def _delay(line: Line, chance: Random) -> timedelta:
    if line.delay is None:
        return timedelta(seconds=chance.randint(*PACE[line.act]))
    blur = min(line.delay / 12, timedelta(minutes=25))  # nobody acts exactly an hour later
    return line.delay + timedelta(seconds=chance.randint(0, int(blur.total_seconds())))


def _staffed(at: datetime, act: str, chance: Random) -> datetime:
    """The same instant while the desk is open, else after it opens: what waits to be relayed goes first."""
    wall = _wall(at)
    if OPENS <= wall.hour < CLOSES:
        return at
    day = wall.date() if wall.hour < OPENS else wall.date() + DAY
    wait = chance.randint(15, 59) if act in FIRST_THING else chance.randint(300, 6000)
    return _on(datetime.combine(day, time(OPENS))) + timedelta(seconds=wait)


def _wall(instant: datetime) -> datetime:
    return instant.astimezone(ZoneInfo(ZONE))


def _on(wall: datetime) -> datetime:
    return wall.replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
