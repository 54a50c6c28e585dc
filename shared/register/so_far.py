"""The week and the month so far, beside the weeks before (MS-T): of the days that are over what is kept, today's live.

Whatever is done or falls due today shows at once; what is done today about an earlier day, within two minutes
(decision 0038).
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from shared.cases.models import Case
from shared.cases.participation import ordinary
from shared.clock import YEARS
from shared.database import db
from shared.deadlines.models import Deadline
from shared.identity.models import Estate
from shared.register import accuracy
from shared.register.figures import (
    ENOUGH,
    Rate,
    Rules,
    Span,
    closed_in,
    counted,
    day_start,
    decided_each,
    filed_in,
    month_start,
    satisfied_in,
    week_start,
)
from shared.register.keeping import kept
from shared.register.views import IS_OPEN

KEPT = timedelta(
    minutes=2
)  # what is older the wall itself calls old: four polls of 30 s (static/js/board.js)
WEEKS = 6  # of the trend, this one included
WEEK = timedelta(days=7)
# What was due before that and is finished this week is left out of the mean.
LONGEST_LATE = timedelta(days=60)

_BEGINNING, _END = (datetime(year, 1, 1, tzinfo=UTC) for year in (YEARS.start, YEARS.stop))


@dataclass(frozen=True, slots=True)
class Week:
    """The completion promises that were decided in a week: kept in it, or broken in it."""

    begins: datetime
    rate: Rate

    @property
    def broken(self) -> int:
        return self.rate.of - self.rate.good


@dataclass(frozen=True, slots=True)
class Lengths:
    """So many, and how long they took in all."""

    of: int
    total: timedelta

    def __add__(self, other: "Lengths") -> "Lengths":
        return Lengths(self.of + other.of, self.total + other.total)

    @property
    def mean(self) -> timedelta | None:
        """None of too few."""
        return self.total / self.of if self.of >= ENOUGH else None


@dataclass(frozen=True, slots=True)
class Sums:
    """What was counted of some days; that of other days can be added."""

    filed: int
    filed_before: int
    closed: int
    closed_before: int
    took: Lengths  # from reception to completion, of this week's completions
    weeks: tuple[Rate, ...]  # the oldest first
    intake: Rate
    on_time: Rate
    satisfied: Rate
    classified: Rate

    def __add__(self, other: "Sums") -> "Sums":
        both = {each.name: (getattr(self, each.name), getattr(other, each.name)) for each in fields(self)}
        weeks = tuple(a + b for a, b in zip(*both.pop("weeks"), strict=True))
        return Sums(**{name: a + b for name, (a, b) in both.items()}, weeks=weeks)


@dataclass(frozen=True, slots=True)
class Figures:
    """Where an estate stands now, its week so far beside the same days of the week before, and its month so far."""

    open: int
    overdue: int
    filed: int
    filed_before: int
    closed: int
    closed_before: int
    took: timedelta | None
    weeks: tuple[Week, ...]
    intake: Rate
    on_time: Rate
    satisfied: Rate
    classified: Rate


def read(estate: Estate, rules: Rules, at: datetime) -> Figures:
    """The figures as they are at that instant."""
    today = day_start(at, estate.zone)
    past = kept(
        ("so far", estate.id, today),
        at,
        KEPT,
        lambda: sums(estate, rules, Span(_BEGINNING, today), at),
    )
    whole = past + sums(estate, rules, Span(today, _END), at)
    still_open, overdue = db.session.execute(
        select(
            counted(Case.estate_id == estate.id, IS_OPEN),
            counted(Case.estate_id == estate.id, Case.next_due_at <= at, Case.clocks_parked.is_(None)),
        )
    ).one()
    return Figures(
        open=still_open,
        overdue=overdue,
        filed=whole.filed,
        filed_before=whole.filed_before,
        closed=whole.closed,
        closed_before=whole.closed_before,
        took=whole.took.mean,
        weeks=tuple(map(Week, _week_starts(estate, at), whole.weeks)),
        intake=whole.intake,
        on_time=whole.on_time,
        satisfied=whole.satisfied,
        classified=whole.classified,
    )


def sums(estate: Estate, rules: Rules, days: Span, at: datetime) -> Sums:
    """What of the week and the month so far lies in those *days*."""
    starts = _week_starts(estate, at)
    now = at + timedelta(microseconds=1)  # what happened at this very instant has happened
    month = Span(month_start(at, estate.zone), now).within(days)
    so_far = Span(starts[-1], now).within(days)
    before = Span(so_far.begins - WEEK, so_far.ends - WEEK)
    weeks = [Span(start, min(start + WEEK, now)).within(days) for start in starts]
    filed, filed_before, closed, closed_before = db.session.execute(
        select(*(count(estate.id, span) for count in (filed_in, closed_in) for span in (so_far, before)))
    ).one()
    asked = [(rules.intake, month), *((rules.completion, span) for span in (month, *weeks))]
    intake, on_time, *by_week = decided_each(estate.id, asked, at)
    return Sums(
        filed=filed,
        filed_before=filed_before,
        closed=closed,
        closed_before=closed_before,
        took=_took(estate.id, rules.completion, weeks[-1], starts[-1] - LONGEST_LATE),
        weeks=tuple(by_week),
        intake=intake,
        on_time=on_time,
        satisfied=satisfied_in(estate.id, month),
        classified=accuracy.classification(estate.id, month.begins, month.ends).all,
    )


def _week_starts(estate: Estate, at: datetime) -> list[datetime]:
    monday = week_start(at, estate.zone)
    return [monday - n * WEEK for n in reversed(range(WEEKS))]


def _took(estate_id: int, rules: Sequence[str], span: Span, since: datetime) -> Lengths:
    """From reception to completion, of what was completed in that time and had fallen due since that instant."""
    found = db.session.execute(
        select(Deadline.due_at, Deadline.met_at, Case.received_at)
        .join(Case, Case.id == Deadline.case_id)
        .where(
            Case.changed_at >= span.begins,  # completing it has changed it: no other index finds it so soon
            Case.estate_id == estate_id,
            ordinary(),
            Deadline.met_at >= span.begins,
            Deadline.met_at < span.ends,
            Deadline.rule.in_(rules),
            Deadline.superseded_by.is_(None),
        )
    )
    # Not asked of the database: it would begin with all that fell due in those months.
    took = [met_at - received_at for due_at, met_at, received_at in found if met_at and due_at >= since]
    return Lengths(len(took), sum(took, timedelta()))
