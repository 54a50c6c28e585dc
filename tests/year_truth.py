"""What is true of a drawn year, told from its acts alone: plain Python that has never heard of the tables.

The limits stand here by hand; only what a working day is, and when the desk is staffed, is asked of the calendar.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.calendars import working_time
from shared.calendars.working_time import Calendar
from tests.year import AT, DESK, HOUR, LIMIT, MINUTE, Event, Story

WINDOW = timedelta(days=90)
MOVES = ("agreement", "extension")
Parts = dict[str, list[int]]  # the numbers of the stories; one that counts twice stands there twice


@dataclass(frozen=True)
class Book:
    """What the rule book of an estate asks for, as far as it is measured."""

    relays: bool
    contacts: bool
    pauses: bool
    moves: bool
    entry_of: Callable[[Story], bool]


STANDARD = Book(True, True, True, True, lambda story: story.channel in DESK)
MEASURES = Book(False, False, False, False, lambda story: True)


@dataclass(frozen=True)
class Decision:
    """What came of a limit: kept when it was met, or broken when it ran out."""

    at: datetime
    late: bool


class Truth:
    """The stories of one estate, those from inside left out."""

    def __init__(self, stories: Sequence[Story], estate: int, book: Book, calendar: Calendar) -> None:
        self.told = {story.n: story for story in stories}
        self.stories = [s for s in stories if s.estate == estate and s.channel != "internal"]
        self.book, self.calendar = book, calendar
        self.rounds = [(s, number, list(of_round)) for s in self.stories for number, of_round in _rounds(s)]
        self._completions = [
            (story, *self._completion(story, number, acts)) for story, number, acts in self.rounds
        ]
        self._intakes = [(story, self._intake(story, n, acts)) for story, n, acts in self.rounds]
        self._contacts = [(story, self._first_contact(story, n, acts)) for story, n, acts in self.rounds]

    def parts(self, key: str, begins: datetime, ends: datetime) -> Parts:
        found: Parts = defaultdict(list)
        for n, part in getattr(self, f"_{key}_parts")(lambda at: begins <= at < ends):
            found[part].append(n)
        return dict(found)

    def hours(self, begins: datetime, ends: datetime) -> list[float]:
        """How long each round took that was completed in that time."""
        return [
            (done - _opened(story, number)) / HOUR
            for story, number, acts in self.rounds
            if (done := _completed(acts)) is not None and begins <= done < ends
        ]

    # Limits

    def _completion(
        self, story: Story, number: int, acts: list[Event]
    ) -> tuple[list[Decision], list[Decision]]:
        """By the limit as it stands now, and as it was set."""
        start = _opened(story, number)
        is_complex = _judged(story, number, "complexity", "ordinary") == "complex"
        due = working_time.add_days(self.calendar, start, 5)[0] if is_complex else start + LIMIT
        met = next(
            (e.at for e in acts if e.act in ("completion", "informing") and not _undone(e, acts)), None
        )
        ended = next((e.at for e in acts if e.act == "withdrawal"), None)
        until = met or ended or AT
        as_set = [Decision(due, True)] if until > due else [Decision(met, False)] if met else []
        return self._run(acts, due, met, ended, of_completion=True), as_set

    def _intake(self, story: Story, number: int, acts: list[Event]) -> list[Decision]:
        start, found = _opened(story, number), list[Decision]()
        ended = next((e.at for e in acts if e.act == "withdrawal"), None)
        if self.book.relays:
            by = ("dispatch", "acceptance", "referral", "informing")
            staffed = working_time.add(self.calendar, start, 5)[0]
            due = start + 3 * MINUTE if story.urgency == "urgent" else staffed
            found += self._run(acts, due, next((e.at for e in acts if e.act in by), None), ended)
        if number == 1 and self.book.entry_of(story):
            found += self._run([], start + 15 * MINUTE, story.filed_at, None)
        return found

    def _first_contact(self, story: Story, number: int, acts: list[Event]) -> list[Decision]:
        if story.anonymous or not self.book.contacts:
            return []
        met = next(
            (e.at for e in acts if e.act == "informing" or (e.act == "contact" and e.data["reached"])),
            None,
        )
        ended = next((e.at for e in acts if e.act == "withdrawal"), None)
        return self._run(acts, _opened(story, number) + 24 * HOUR, met, ended)

    def _run(
        self,
        acts: list[Event],
        due: datetime,
        met: datetime | None,
        ended: datetime | None,
        *,
        of_completion: bool = False,
    ) -> list[Decision]:
        """Act by act until it was met or fell away: how long nobody of ours had it; a completion may be moved, too."""
        until, away = met or ended or AT, None
        for event in (event for event in acts if event.at <= until):
            if away is None and event.at > due:
                return [Decision(due, True)]
            if event.act in MOVES and of_completion and self.book.moves:
                due = datetime.fromisoformat(event.data["until"])
            elif (event.act == "referral" and self.book.pauses) or (of_completion and _undone(event, acts)):
                away = event.at
            elif event.act in ("recall", "redo") and away is not None:
                due, away = due + (event.at - away), None
        if away is not None and until == AT:
            return []  # it stands still
        if until > due:
            return [Decision(due, True)]
        return [Decision(met, False)] if met else []

    # Parts

    def _intake_parts(self, within: Callable[[datetime], bool]) -> Iterator[tuple[int, str]]:
        return _decided(self._intakes, within, "no", "yes")

    def _first_contact_parts(self, within: Callable[[datetime], bool]) -> Iterator[tuple[int, str]]:
        return _decided(self._contacts, within, "no", "yes")

    def _overdue_parts(self, within: Callable[[datetime], bool]) -> Iterator[tuple[int, str]]:
        return _decided([(story, now) for story, now, _set in self._completions], within, "yes", "no")

    def _overdue_original_parts(self, within: Callable[[datetime], bool]) -> Iterator[tuple[int, str]]:
        return _decided([(story, as_set) for story, _now, as_set in self._completions], within, "yes", "no")

    def _cycle_parts(self, within: Callable[[datetime], bool]) -> Iterator[tuple[int, str]]:
        for story, _number, acts in self.rounds:
            done = _completed(acts)
            if done is not None and within(done):
                yield story.n, "yes"

    def _classification_parts(self, within: Callable[[datetime], bool]) -> Iterator[tuple[int, str]]:
        for story in self.stories:
            if within(story.filed_at) and any(e.act in ("triage", "dispatch") for e in story.events):
                kept = _judged(story, 99, "category", story.category) == story.category
                yield story.n, "yes" if kept else "no"

    def _responsibility_parts(self, within: Callable[[datetime], bool]) -> Iterator[tuple[int, str]]:
        for story in self._filed(within):
            acts = {event.act for event in story.events}
            if "acceptance" in acts:
                yield story.n, "yes"
            elif _judged(story, 99, "validity", "") != "invalid" and not (
                "referral" in acts and "dispatch" not in acts
            ):
                yield story.n, "no"

    def _response_parts(self, within: Callable[[datetime], bool]) -> Iterator[tuple[int, str]]:
        for story in self._filed(within):
            if not story.anonymous:
                spoken = any(
                    e.act == "informing" or (e.act == "contact" and e.data["reached"]) for e in story.events
                )
                yield story.n, "yes" if spoken else "no"

    def _repeat_parts(self, within: Callable[[datetime], bool]) -> Iterator[tuple[int, str]]:
        for story in self._filed(within):
            earlier = self.told.get(story.repeats or 0)
            again = (
                earlier is not None
                and not _is_withdrawn(earlier)
                and story.received_at - earlier.received_at <= WINDOW
            )
            yield story.n, "yes" if again else "no"

    def _openness_parts(self, within: Callable[[datetime], bool]) -> Iterator[tuple[int, str]]:
        for story in self._filed(within):
            decided = [e.data["shown"] for e in story.events if e.act == "publicity"]
            yield story.n, "no" if decided and not decided[-1] else "yes"

    def _survey_parts(self, within: Callable[[datetime], bool]) -> Iterator[tuple[int, str]]:
        for story, _number, acts in self._informed(within):
            if not story.anonymous:
                yield story.n, "yes" if any(e.act == "rating" for e in acts) else "silent"

    def _satisfied_parts(self, within: Callable[[datetime], bool]) -> Iterator[tuple[int, str]]:
        for story, _number, acts in self._informed(within):
            yield story.n, _word(acts)

    _satisfaction_parts = _satisfied_parts

    def _solved_parts(self, within: Callable[[datetime], bool]) -> Iterator[tuple[int, str]]:
        for story, _number, acts in self._informed(within):
            rated = [e.data["solved"] for e in acts if e.act == "rating" and e.data["solved"] is not None]
            asked = [e.data["satisfied"] for e in acts if e.act == "revisit" and e.data["reached"]]
            said = {*rated[-1:], *asked[-1:]}
            yield story.n, "silent" if not said else "no" if False in said else "yes"

    def _revisited_parts(self, within: Callable[[datetime], bool]) -> Iterator[tuple[int, str]]:
        for story, _number, acts in self.rounds:
            done = _completed(acts)
            untold = all(e.act != "informing" for e in acts)
            if done is not None and within(done) and untold and not story.anonymous:
                yield story.n, "no"
        for story, number, acts in self._informed(within):
            asked = any(e.act == "revisit" and e.data["reached"] for e in acts)
            ground = next((e.data["ground"] for e in acts if e.act == "closure"), "")
            if story.anonymous:
                continue
            if asked:
                yield story.n, "yes"
            elif number == story.events[-1].round and ground != "no_contact":
                yield story.n, "silent" if ground == "unreachable" else "no"

    def _low_solved_parts(self, within: Callable[[datetime], bool]) -> Iterator[tuple[int, str]]:
        by_round = {(story.n, number): acts for story, number, acts in self.rounds}
        for story, number, acts in self.rounds:
            ratings = [e for e in acts if e.act == "rating"][-1:]
            low = [e for e in ratings if e.data["level"] == "dissatisfied"]
            low += [e for e in acts if e.act == "revisit" and e.data["satisfied"] is False]
            if not any(within(e.at) for e in low):
                continue
            following = by_round.get((story.n, number + 1))
            if following is None:
                yield story.n, "no"
                continue
            word, last = _word(following), story.events[-1].round == number + 1
            ended = any(e.act in ("closure", "withdrawal") for e in following)
            yield story.n, word if word != "silent" else "waiting" if last and not ended else "silent"

    def _filed(self, within: Callable[[datetime], bool]) -> Iterator[Story]:
        return (s for s in self.stories if within(s.filed_at) and not _is_withdrawn(s))

    def _informed(self, within: Callable[[datetime], bool]) -> Iterator[tuple[Story, int, list[Event]]]:
        for story, number, acts in self.rounds:
            if any(e.act == "informing" and within(e.at) for e in acts):
                yield story, number, acts


def _rounds(story: Story) -> Iterator[tuple[int, list[Event]]]:
    for number in range(1, story.events[-1].round + 1):
        yield number, [event for event in story.events if event.round == number]


def _opened(story: Story, number: int) -> datetime:
    if number == 1:
        return story.received_at
    return next(e.at for e in story.events if e.act == "reopening" and e.round == number)


def _completed(acts: list[Event]) -> datetime | None:
    done = [event for event in acts if event.act == "completion"]
    sent_back = [event for event in acts if event.act == "redo"]
    return done[-1].at if len(done) > len(sent_back) else None


def _undone(event: Event, acts: list[Event]) -> bool:
    later = acts[acts.index(event) + 1 :] if event in acts else []
    return event.act == "completion" and any(e.act == "redo" for e in later)


def _judged(story: Story, number: int, what: str, first: str) -> str:
    """How it was judged by the end of that round."""
    said = [e.data[what] for e in story.events if e.act == "triage" and e.round <= number]
    return str(said[-1]) if said else first


def _is_withdrawn(story: Story) -> bool:
    return any(event.act == "withdrawal" for event in story.events)


def _word(acts: list[Event]) -> str:
    """What the owner said of a round, by hand or when asked; dissatisfied once is dissatisfied."""
    rated = [e.data["level"] != "dissatisfied" for e in acts if e.act == "rating"][-1:]
    asked = [e.data["satisfied"] for e in acts if e.act == "revisit" and e.data["reached"]]
    said = {*rated, *asked}
    return "silent" if not said else "no" if False in said else "yes"


def _decided(
    rounds: Sequence[tuple[Story, list[Decision]]],
    within: Callable[[datetime], bool],
    late: str,
    kept: str,
) -> Iterator[tuple[int, str]]:
    for story, decisions in rounds:
        found = [decision.late for decision in decisions if within(decision.at)]
        if found:
            yield story.n, late if any(found) else kept
