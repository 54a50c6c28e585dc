"""A year of cases, drawn from a seed: who did what when, as plain values. `tests.year_rows` writes them down.

Nothing is smooth in it: late entries, kinds and categories changed and changed back, limits moved before and after
they broke, completions sent back, several rounds, owners who never answer, who change their mind or are heard too
late, cases that nobody goes on with, anonymous, withdrawn and internal ones, two estates in two zones, acts at the
very midnight of a month.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

FIRST, LAST = date(2026, 1, 3), date(2027, 1, 31)  # thirteen months: the last has one of a year before
AT = datetime(2027, 2, 6, 4, 0, tzinfo=UTC)  # when the year is looked at
SECOND, MINUTE, HOUR, DAY = (
    timedelta(seconds=1),
    timedelta(minutes=1),
    timedelta(hours=1),
    timedelta(days=1),
)
LIMIT = 48 * HOUR
CATEGORIES = ("facilities", "security", "environment", "attitude", "other")
KINDS = ("complaint", "repair", "help")
DESK = ("hotline", "walk_in", "city_hotline")  # entered by one of us
REOPENED_WITHIN = 30 * DAY
ATTEMPTS = 3
MOST_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Event:
    """One act: *by* is a username, None for the owner and the machine; *data* is what the record holds of it."""

    act: str
    at: datetime
    round: int
    by: str | None
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Story:
    """A case as it was reported, and what happened to it, in order."""

    n: int
    estate: int  # 0 or 1
    zone: str
    kind: str
    category: str
    channel: str
    urgency: str
    received_at: datetime
    phone: str  # empty: anonymous
    building: int  # 0–11
    spot: str
    repeats: int | None  # the story whose party comes back with the same problem
    events: tuple[Event, ...]

    @property
    def anonymous(self) -> bool:
        return not self.phone

    @property
    def filed_at(self) -> datetime:
        return self.events[0].at


def draw(
    count: int, seed: int = 20, zones: tuple[str, str] = ("Asia/Shanghai", "Asia/Urumqi")
) -> list[Story]:
    """*count* stories; a third of them in the second estate."""
    dice = random.Random(seed)
    found: list[Story] = []
    alone = [list[Story](), list[Story]()]  # who may come back, by estate
    while len(found) < count:
        n, estate = len(found) + 1, int(dice.random() < 1 / 3)
        comes_back = _once(dice, 0.06) and alone[estate]
        back = alone[estate].pop(dice.randrange(len(alone[estate]))) if comes_back else None
        story = _story(n, estate, zones[estate], back, dice)
        if not story.events:
            continue  # it would have been told after the year
        found.append(story)
        if back is None and story.phone and story.channel != "internal" and not _is_recategorised(story):
            alone[estate].append(story)
    return found


def _story(n: int, estate: int, zone: str, back: Story | None, dice: random.Random) -> Story:
    if back is None:
        received = _some_time(zone, dice)
        channel = dice.choices(("portal", *DESK, "internal"), (55, 25, 8, 8, 4))[0]
        category, building, spot = (
            dice.choice(CATEGORIES),
            dice.randrange(12),
            dice.choice(("", "电梯", "Lift")),
        )
    else:
        # 90 days is the same problem, a second more is another.
        received = back.received_at + dice.choice((DAY, 30 * DAY, 90 * DAY, 90 * DAY + SECOND, 120 * DAY))
        channel, category, building = dice.choice(("portal", "hotline")), back.category, back.building
        spot = back.spot.upper() if back.spot.isascii() else back.spot
    filed = received + dice.choice((0, 4, 15, 16, 45)) * MINUTE if channel in DESK else received
    anonymous = back is None and channel not in DESK and _once(dice, 0.12)
    story = Story(
        n=n,
        estate=estate,
        zone=zone,
        kind=dice.choices(KINDS, (8, 1, 1))[0],
        category=category,
        channel=channel,
        urgency="urgent" if _once(dice, 0.08) else "normal",
        received_at=received,
        phone="" if anonymous else back.phone if back else f"139{n:08d}",
        building=building,
        spot=spot,
        repeats=back.n if back else None,
        events=(),
    )
    events = _Course(story, filed, back is not None, dice).events
    drawn = replace(story, events=tuple(_left_undone(events, dice) if _once(dice, 0.05) else events))
    shifted = _at_midnight(drawn, dice) if back is None and _once(dice, 0.06) else drawn
    return replace(shifted, events=tuple(event for event in shifted.events if event.at <= AT))


def _some_time(zone: str, dice: random.Random) -> datetime:
    day = FIRST + dice.randrange((LAST - FIRST).days + 1) * DAY
    wall = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)) + dice.randrange(86_400) * SECOND
    return wall.astimezone(UTC)


def _left_undone(events: list[Event], dice: random.Random) -> list[Event]:
    """Nobody goes on with it after some act; a round that an owner's no has opened is open."""
    last = dice.randrange(len(events))
    return (
        events[: last + 2]
        if [e.act for e in events[last + 1 : last + 2]] == ["reopening"]
        else events[: last + 1]
    )


def _once(dice: random.Random, chance: float) -> bool:
    return dice.random() < chance


def _is_recategorised(story: Story) -> bool:
    return any(event.data.get("category", story.category) != story.category for event in story.events)


def _at_midnight(story: Story, dice: random.Random) -> Story:
    """The same story so much later that one of its acts falls on the first instant of a month, or the last second."""
    event = dice.choice(story.events)
    wall = event.at.astimezone(ZoneInfo(story.zone))
    first = (wall.date().replace(day=1) + 32 * DAY).replace(day=1)
    midnight = datetime(first.year, first.month, first.day, tzinfo=ZoneInfo(story.zone)).astimezone(UTC)
    later = midnight - dice.choice((0, 0, 1)) * SECOND - event.at
    moved = tuple(replace(e, at=e.at + later, data=_moved(e.data, later)) for e in story.events)
    return replace(story, received_at=story.received_at + later, events=moved)


def _moved(data: dict[str, Any], later: timedelta) -> dict[str, Any]:
    if "until" not in data:
        return data
    return {**data, "until": (datetime.fromisoformat(data["until"]) + later).isoformat()}


class _Course:
    """What happens to one case, act by act, each later than the one before."""

    def __init__(self, story: Story, filed_at: datetime, is_repeat: bool, dice: random.Random) -> None:
        self.dice, self.story, self.at, self.round = dice, story, filed_at, 1
        self.category, self.kind = story.category, story.kind
        self.urgency, self.complexity, self.validity = story.urgency, "ordinary", "undecided"
        self.may_change = not is_repeat
        self.events: list[Event] = []
        self.opened_at, self.handlers = story.received_at, ["wangqiang", "zhaolei"]
        by = "limin" if story.channel in DESK else None
        self._do(
            "filing", by, kind=self.kind, category=self.category, urgency=self.urgency, channel=story.channel
        )
        self._go()

    def _do(self, act: str, by: str | None, after: timedelta = timedelta(), **data: Any) -> None:
        self.at += after
        self.events.append(Event(act, self.at, self.round, by, data))

    def _once(self, chance: float) -> bool:
        return self.dice.random() < chance

    def _some(self, least: int, most: int, unit: timedelta = MINUTE) -> timedelta:
        return self.dice.randint(least, most) * unit + self.dice.choice((0, 0, 17)) * SECOND

    def _go(self) -> None:
        if self.story.channel == "internal":
            self._do("claim", "tangwen", self._some(1, 600))
            return
        if self._once(0.05):
            self._withdraw()
            return
        while True:
            self._take()
            if self.validity != "invalid":
                self._handle()
            self._do("informing", "limin", self._some(1, 300), method="telephone", validity=self.validity)
            if not self._hear():
                return

    def _withdraw(self) -> None:
        self._do("withdrawal", None, self._some(1, 300))
        if self._once(0.4):
            self._do("archiving", "chenjing", self._some(1, 20, DAY))

    # One round, up to the result

    def _take(self) -> None:
        """Claimed, judged, contacted, perhaps away for a while; dispatched and signed for."""
        if self.round == 1:
            self._do("claim", "limin", self._some(1, 2) if self._once(0.8) else self._some(3, 400))
        if self._once(0.3):
            self._judge(self.round == 1 and self._once(0.2))
        if self.validity == "invalid":
            return
        if self.complexity == "ordinary" and self._once(0.05):
            self._do("referral", "limin", self._some(1, 30), outside=True)
            self._do("recall", "limin", self._some(2, 30, HOUR))
        self._dispatch(self._some(0, 2) if self._once(0.8) else self._some(1, 90))
        if self._once(0.06):
            self._dispatch(self._some(10, 120))
        self._do("acceptance", self.handlers[0], self._some(2, 300))
        if self._once(0.6):
            self._contact()

    def _dispatch(self, after: timedelta) -> None:
        self.handlers.reverse()
        self._do("dispatch", "limin", after, handler=self.handlers[0])

    def _judge(self, ends_it: bool) -> None:
        before = self._judgement()
        if ends_it:
            self.validity = "invalid"
        elif self.validity == "undecided":
            self.validity = "valid"
        if self.may_change and self._once(0.25):
            self.category = self.dice.choice(CATEGORIES)
        if self._once(0.1):
            self.kind = self.dice.choice(KINDS)
        if self.complexity == "ordinary" and self._once(0.25):
            self.complexity = "complex"
        self._triage(before, self._some(0, 20))
        if self.category != before["category"] and self._once(0.3):
            now, self.category = self._judgement(), before["category"]
            self._triage(now, self._some(1, 9))

    def _triage(self, before: dict[str, str], after: timedelta) -> None:
        judged: dict[str, Any] = {**self._judgement(), "before": before}
        self._do("triage", "limin", after, **judged)

    def _judgement(self) -> dict[str, str]:
        return {
            "kind": self.kind,
            "category": self.category,
            "urgency": self.urgency,
            "complexity": self.complexity,
            "validity": self.validity,
        }

    def _contact(self) -> None:
        for reached in self.dice.choice(([True], [False, True], [False])):
            self._do("contact", "limin", self._some(1, 900), method="telephone", reached=reached)

    def _handle(self) -> None:
        """Completed, in time or not; the limit moved now and then, before it breaks or after."""
        if self._once(0.2):
            self._do("progress", self.handlers[0], self._some(5, 300))
        due = self.opened_at + LIMIT
        if self._once(0.12):
            self._move(due)
        self._complete(due)
        if self.complexity == "ordinary" and self._once(0.07):
            self._do("redo", "limin", self._some(5, 300))
            self._do("completion", self.handlers[0], self._some(1, 40, HOUR), outcome="resolved")
        if self._once(0.5):
            self._do("report", self.handlers[0], self._some(1, 900))

    def _move(self, due: datetime) -> None:
        """Extended, or agreed on, an earlier time too; one in five only once it is broken."""
        self.at = max(self.at, due + HOUR if self._once(0.2) else self.at + 5 * MINUTE)
        agreed = self._once(0.4)
        farther = self.dice.choice((24, 72)) * HOUR
        # A working week may end later than what is asked for: an extension goes beyond either.
        until = self.at + farther if agreed else max(due, self.at) + farther + 10 * DAY
        data: dict[str, Any] = {"until": until.isoformat()} | ({"evidence": "message"} if agreed else {})
        self._do("agreement" if agreed else "extension", "limin", **data)

    def _complete(self, due: datetime) -> None:
        soonest = self.at + MINUTE
        way = self.dice.random()
        if way < 0.75 and soonest < due:
            self.at = soonest + (due - soonest) * self.dice.random() ** 2
        elif way < 0.85 and soonest < due:
            self.at = due
        else:
            self.at = max(soonest, due) + self._some(1, 160, HOUR)
        self.at = self.at.replace(microsecond=0)
        outcome = self.dice.choices(("resolved", "partly", "cannot"), (8, 1, 1))[0]
        self._do("completion", self.handlers[0], outcome=outcome)

    # What the owner says of it; True: another round follows

    def _hear(self) -> bool:
        if self._once(0.45) and self._rate():
            return True
        if self._once(0.9):
            return self._revisit()
        return False

    def _rate(self, level: str = "") -> bool:
        least = self.round == MOST_ROUNDS
        level = (
            level
            or self.dice.choices(("satisfied", "basically", "dissatisfied"), (6, 2, 0 if least else 2))[0]
        )
        solved = self.dice.choice((None, True, True, level != "dissatisfied"))
        self._do("rating", None, self._some(1, 2000), **self._rated(level, solved))
        if level == "dissatisfied":
            return self._reopen(None, "rating")
        if self._once(0.1):
            other = "basically" if level == "satisfied" else "satisfied"
            self._do("rating", None, self._some(20, 900), **self._rated(other, None))
        return False

    def _rated(self, level: str, solved: bool | None) -> dict[str, Any]:
        return {
            "level": level,
            "solved": solved,
            "timely": None,
            "courteous": None,
            "reasons": [],
            "door": "link",
        }

    def _reopen(self, by: str | None, cause: str, after: timedelta = timedelta()) -> bool:
        self.round += 1
        self._do("reopening", by, after, cause=cause)
        self.opened_at = self.at
        return True

    def _revisit(self) -> bool:
        """Attempts until somebody answers, or enough are made; then the round ends, or the next begins."""
        for _ in range(self.dice.choice((0, 0, 0, 1, 2, ATTEMPTS))):
            self._do("revisit", "liujie", self._some(100, 3000), **self._asked(None))
        if (
            sum(e.act == "revisit" and e.round == self.round for e in self.events) < ATTEMPTS
            and not self.story.anonymous
        ):
            satisfied = self.round == MOST_ROUNDS or not self._once(0.1)
            self._do("revisit", "liujie", self._some(100, 9000), **self._asked(satisfied))
            if not satisfied:
                return self._reopen("liujie", "revisit")
        return self._close()

    def _asked(self, satisfied: bool | None) -> dict[str, Any]:
        return {
            "method": "telephone",
            "reached": satisfied is not None,
            "satisfied": satisfied,
            "documented": False,
            "accompanied": False,
        }

    def _close(self) -> bool:
        asked = [e.data["satisfied"] for e in self.events if e.act == "revisit" and e.round == self.round]
        ground = "satisfied" if True in asked else "no_contact" if self.story.anonymous else "unreachable"
        self._do("closure", "chenjing", self._some(10, 2000), ground=ground)
        closed_at = self.at
        way = self.dice.random()
        if way < 0.05 and self.round < MOST_ROUNDS:
            return self._reopen("chenjing", "reopening", self._some(1, 20, DAY))
        if way < 0.08 and self.round < MOST_ROUNDS and not self._has_rated():
            return self._rate("dissatisfied")
        if way < 0.11 and not self._has_rated():
            self.at = closed_at + REOPENED_WITHIN + HOUR  # heard, but too late for another round
            self._do("rating", None, **self._rated("dissatisfied", solved=False))
        elif way < 0.6:
            self._do("archiving", "chenjing", self._some(1, 25, DAY))
        if self._once(0.1):
            self._do("publicity", "limin", self._some(1, 5, DAY), shown=self._once(0.3))
        return False

    def _has_rated(self) -> bool:
        return any(e.act == "rating" and e.round == self.round for e in self.events)


def months() -> Iterator[tuple[date, date]]:
    """The first and the last day of every month that is told of."""
    first = FIRST.replace(day=1)
    while first <= LAST:
        following = (first + 32 * DAY).replace(day=1)
        yield first, following - DAY
        first = following
