"""What is owed each week, month, quarter or year (周期任务): `[[duty]]` of a policy file, read strictly. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from shared.policies.citing import clause_of
from shared.policies.findings import RULE
from shared.policies.reading import Table
from shared.policies.terms import ROLES


class Counted(StrEnum):
    """What counts as having done it."""

    REPORT = "report"  # the report of the period, signed by the service centre (GZ-3, VK-4l)
    REPORT_MADE = "report_made"  # there to be read: nobody signs that of a week (MS-6)
    PUBLICATION = "publication"  # the report of the year, published (CO-M8)
    SPOT_CHECK = "spot_check"  # of supervision, drawn in the period and looked through (GZ-17B)
    DEPARTMENT_CHECK = "department_check"  # of their own department by each head (GZ-18)
    TRAINING = "training"  # held in the period, its attendance complete (MS-5)
    MEETING = "meeting"  # held in the period, its minutes complete (MS-7)
    OWNER_FORUM = "owner_forum"  # such a meeting with representatives of the owners (MS-10)


class Every(StrEnum):
    """The period: a week from Monday, a month of the calendar or to the 25th (GZ-3), a quarter, a year."""

    WEEK = "week"
    MONTH = "month"
    SUMMARY_MONTH = "summary_month"
    QUARTER = "quarter"
    YEAR = "year"


COUNTED, EVERY = frozenset(Counted), frozenset(Every)
REPORTED: Mapping[Every, str] = {  # whose reports there are, by their kind
    Every.WEEK: "weekly",
    Every.SUMMARY_MONTH: "monthly",
    Every.QUARTER: "quarterly",
    Every.YEAR: "annual",
}
OF_REPORTS = (Counted.REPORT, Counted.REPORT_MADE)
LONGEST = 92  # days after the period within which it is due, or before that in which one is reminded


@dataclass(frozen=True, slots=True)
class Duty:
    """*at_least* so many in each period, due so many days after its last; *whose* it is are reminded before."""

    rule: str
    clause: str
    name: str
    counts: Counted
    every: Every
    at_least: int  # of the checks of departments: each head's
    within: int  # days after the last of the period; 0: on that day
    remind: int  # days before it is due
    whose: tuple[str, ...]  # roles
    missed: str | None  # the finding whose amounts are proposed when it is missed (GZ-17B, GZ-18)


def read(table: Table) -> Duty:
    """One `[[duty]]`. Raises PolicyError."""
    rule = table.text("rule")
    if not RULE.fullmatch(rule):
        raise table.fail(f"rule {rule!r} must be 2 to 30 small letters and underscores", "rule")
    duty = Duty(
        rule=rule,
        clause=clause_of(table),
        name=table.text("name"),
        counts=Counted(table.one_of("counts", COUNTED, "thing that is counted")),
        every=Every(table.one_of("every", EVERY, "period")),
        at_least=table.number("at_least"),
        within=_days(table, "within"),
        remind=_days(table, "remind"),
        whose=table.some_of("whose", ROLES, "role"),
        missed=table.take("missed", str, "") or None,
    )
    if not duty.whose:
        raise table.fail("whose names nobody", "whose")
    if duty.counts in OF_REPORTS and (duty.every not in REPORTED or duty.at_least != 1):
        raise table.fail("there is one report of each week, summary month, quarter and year", "every")
    if duty.counts is Counted.REPORT and duty.every is Every.WEEK:
        raise table.fail("nobody signs the report of a week", "counts")
    if duty.counts is Counted.PUBLICATION and (duty.every, duty.at_least) != (Every.YEAR, 1):
        raise table.fail("one report is published each year", "every")
    if duty.counts is Counted.DEPARTMENT_CHECK and "department_head" not in duty.whose:
        raise table.fail("a department is checked by its head", "whose")
    return duty


def _days(table: Table, name: str) -> int:
    days = table.number(name, 0)
    if days > LONGEST:
        raise table.fail(f"{name} must be at most {LONGEST} days, not {days}", name)
    return days
