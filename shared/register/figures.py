"""The figures of the month, beside their targets (MS-T). What is too few to say anything is said to be too few."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from shared.cases.models import Case, Closure
from shared.clock import local
from shared.database import db
from shared.deadlines.models import Deadline
from shared.identity.models import Estate
from shared.policies.models import PolicyVersion
from shared.policies.versions import policy_of
from shared.register.views import IS_OPEN
from shared.revisits.models import Revisit

ENOUGH = 5  # a rate of fewer than this says more about chance than about us
ON_TIME_TARGET = 95  # MS-T, MS-3: overdue ≤ 5 %
SATISFIED_TARGET = 75  # MS-T: satisfaction from 75 upwards

_case = aliased(Case)


@dataclass(frozen=True, slots=True)
class Rate:
    """*good* of *of*; `percent` is None where there are too few, and never rounded up."""

    good: int
    of: int

    @property
    def percent(self) -> int | None:
        return self.good * 100 // self.of if self.of >= ENOUGH else None


@dataclass(frozen=True, slots=True)
class Figures:
    """An estate's month so far, and where it stands now."""

    filed: int
    closed: int
    open: int
    overdue: int
    on_time: Rate
    satisfied: Rate


def month_start(at: datetime, zone: str) -> datetime:
    """The first instant of the month on the wall of *zone*."""
    wall = local(at, zone)
    return datetime(wall.year, wall.month, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def completion_rules(estate_id: int) -> list[str]:
    """The clocks of an estate's policies that a completion meets, whatever a policy calls them (MS-3)."""
    versions = db.session.scalars(select(PolicyVersion).where(PolicyVersion.estate_id == estate_id))
    return sorted(
        {
            clock.rule
            for version in versions
            for clock in policy_of(version).clocks
            if clock.owner_sees and clock.is_duty and not clock.repeats
            if any(pattern.act == "completion" for pattern in clock.stop)
        }
    )


def _counted(*conditions: ColumnElement[bool]) -> ScalarSelect[Any]:
    return select(func.count()).select_from(Case).where(*conditions).scalar_subquery()


def _at_estate(case_id: InstrumentedAttribute[int], estate_id: int) -> ColumnElement[bool]:
    """The case is of that estate. Asked per row of the month: a join would tempt SQLite to begin with every case."""
    return select(_case.id).where(_case.id == case_id, _case.estate_id == estate_id).exists()


def _on_time(estate_id: int, rules: list[str], since: datetime, at: datetime) -> Rate:
    """Of the completion clocks decided since then: kept when met in time, broken at the instant they fell due."""
    missed = Deadline.breached_at.is_not(
        None
    )  # before a later time was agreed on: what was missed stays missed
    kept = and_(Deadline.met_at >= since, Deadline.met_at <= Deadline.due_at, ~missed)
    late = or_(Deadline.met_at.is_(None), Deadline.met_at > Deadline.due_at)
    idle = or_(
        Deadline.paused_at.is_not(None),
        func.coalesce(and_(Deadline.ended_at.is_not(None), Deadline.ended_at <= Deadline.due_at), False),
    )
    broken = or_(missed, and_(Deadline.due_at < at, late, ~idle))
    found = db.session.execute(
        select(func.sum(case((kept, 1), else_=0)), func.sum(case((or_(kept, broken), 1), else_=0)))
        # Whatever was kept since then also falls due after it: one range of the index finds both.
        .where(Deadline.due_at >= since, Deadline.rule.in_(rules), _at_estate(Deadline.case_id, estate_id))
    ).one()
    return Rate(found[0] or 0, found[1] or 0)


def _satisfied(estate_id: int, since: datetime) -> Rate:
    """Of the owners reached by a revisit since then: those who were satisfied."""
    found = db.session.execute(
        select(func.sum(case((Revisit.satisfied.is_(True), 1), else_=0)), func.count()).where(
            Revisit.at >= since, Revisit.satisfied.is_not(None), _at_estate(Revisit.case_id, estate_id)
        )
    ).one()
    return Rate(found[0] or 0, found[1] or 0)


def of_month(estate: Estate, rules: list[str], at: datetime) -> Figures:
    """The figures as they are at that instant; *rules* are the completion clocks."""
    since = month_start(at, estate.zone)
    here = Case.estate_id == estate.id
    closed = (
        select(func.count())
        .select_from(Closure)
        .where(Closure.at >= since, _at_estate(Closure.case_id, estate.id))
        .scalar_subquery()
    )
    filed, ended, still_open, overdue = db.session.execute(
        select(
            _counted(here, Case.filed_at >= since),
            closed,
            _counted(here, IS_OPEN),
            _counted(here, Case.next_due_at <= at, Case.clocks_parked.is_(None)),
        )
    ).one()
    on_time = _on_time(estate.id, rules, since, at)
    return Figures(filed, ended, still_open, overdue, on_time, _satisfied(estate.id, since))
