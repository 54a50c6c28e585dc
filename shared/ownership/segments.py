"""The stretches of time in which somebody had a case, what of them was waiting, and their sums. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class As(StrEnum):
    """As what somebody had it."""

    NOBODY = "nobody"  # nobody had claimed it
    FIRST_RESPONDER = "first_responder"
    HANDLER = "handler"
    TASK = "task"  # beside the one that leads


class On(StrEnum):
    """What was waited for."""

    ACCEPTANCE = "acceptance"  # the named handler had not signed
    OUTSIDE = "outside"  # a body outside our contracts had it (TR-9)
    RETURN = "return"  # whether a misdirected case goes back
    REVIEW = "review"
    APPROVAL = "approval"
    CONSENT = "consent"  # the owner's, to a time


@dataclass(frozen=True, slots=True)
class Wait:
    """*ends* is None while it lasts."""

    on: On
    begins: datetime
    ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """*user_id* (of *department_id*, where a department leads) had the case; *ends* is None while they have it."""

    user_id: int | None
    department_id: int | None
    as_what: As
    begins: datetime
    ends: datetime | None = None

    def lasted(self, now: datetime) -> timedelta:
        return max((self.ends or now) - self.begins, timedelta())


@dataclass(frozen=True, slots=True)
class Sum:
    """How long somebody had it altogether, and how much of that was waiting on others."""

    user_id: int | None
    department_id: int | None
    as_what: As
    lasted: timedelta
    waited: timedelta


@dataclass(frozen=True, slots=True)
class Holding:
    """*segments* follow one another without gap or overlap; *beside*: the tasks of other departments."""

    segments: tuple[Segment, ...]
    waits: tuple[Wait, ...]
    beside: tuple[Segment, ...] = ()

    def waited(self, segment: Segment, now: datetime) -> timedelta:
        """How much of *segment* was waiting on others, each instant once."""
        return _length(_cut(((w.begins, w.ends or now) for w in self.waits), segment, now))

    def sums(self, now: datetime) -> list[Sum]:
        """By person, department and what they were, in the order in which they first had it."""
        lasted: dict[tuple[int | None, int | None, As], timedelta] = defaultdict(timedelta)
        waited: dict[tuple[int | None, int | None, As], timedelta] = defaultdict(timedelta)
        for segment in (*self.segments, *self.beside):
            key = segment.user_id, segment.department_id, segment.as_what
            lasted[key] += segment.lasted(now)
            waited[key] += timedelta() if segment.as_what is As.TASK else self.waited(segment, now)
        return [Sum(*key, lasted[key], waited[key]) for key in lasted]

    def waits_by_kind(self, now: datetime) -> list[tuple[On, timedelta]]:
        """How long was waited on what, the kinds that there were."""
        found: dict[On, timedelta] = defaultdict(timedelta)
        for wait in self.waits:
            found[wait.on] += max((wait.ends or now) - wait.begins, timedelta())
        return list(found.items())

    def by_person(self, now: datetime) -> dict[int, timedelta]:
        """How long each had the case, tasks beside it left out."""
        found: dict[int, timedelta] = defaultdict(timedelta)
        for segment in self.segments:
            if segment.user_id is not None:
                found[segment.user_id] += segment.lasted(now)
        return dict(found)

    def by_department(self, now: datetime) -> dict[int, timedelta]:
        """How long each department led, tasks beside it left out."""
        found: dict[int, timedelta] = defaultdict(timedelta)
        for segment in self.segments:
            if segment.department_id is not None:
                found[segment.department_id] += segment.lasted(now)
        return dict(found)


def _cut(
    stretches: Iterable[tuple[datetime, datetime]], segment: Segment, now: datetime
) -> Iterator[tuple[datetime, datetime]]:
    until = segment.ends or now
    for begins, ends in stretches:
        begins, ends = max(begins, segment.begins), min(ends, until)
        if begins < ends:
            yield begins, ends


def _length(stretches: Iterable[tuple[datetime, datetime]]) -> timedelta:
    """Of their union."""
    total, reached = timedelta(), None
    for begins, ends in sorted(stretches):
        begins = begins if reached is None else max(begins, reached)
        if begins < ends:
            total, reached = total + (ends - begins), ends
    return total
