"""Assessment by a policy: its unit, what counts as in a row, and what people may find of people. Pure.

The strict reading of `[assessment]`, `[in_a_row]` and `[[finding]]`. Amounts are proposals, decided by a person.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.policies.citing import clause_of
from shared.policies.reading import Table
from shared.policies.terms import CIRCUMSTANCES, ROLES, YES_OR_NO, Conditions, Value

RULE = re.compile(r"[a-z][a-z_]{1,29}")
UNITS: frozenset[Value] = frozenset({"yuan", "points"})
CURRENT, ORIGINAL = "current", "original"
JUDGED_BY: frozenset[Value] = frozenset({CURRENT, ORIGINAL})
FINE, WAGE, REWARD, GRADED = "fine", "wage", "reward", "graded"
DEDUCTIONS: frozenset[Value] = frozenset({FINE, WAGE})
PERSON, DEPARTMENT_HEAD, LEADER = "person", "department_head", "leader"
WHO: frozenset[Value] = frozenset({PERSON, DEPARTMENT_HEAD, LEADER})
OUTCOMES: frozenset[Value] = frozenset({"deduction", REWARD, GRADED})
GRADES: frozenset[Value] = frozenset({"criticism", "warning", "fine", "demotion", "dismissal"})
# What raises the amount of a finding: what clocks know too, and what only the finding itself can say.
FLAGS: Mapping[str, frozenset[Value]] = {
    **{name: CIRCUMSTANCES[name] for name in ("strong_complaint", "serious_consequences", "repeated")},
    "caused_complaint": YES_OR_NO,  # somebody complained of just this (GZ-5)
    "misled": YES_OR_NO,  # handling became late or wrong by it (GZ-6, GZ-10)
    "harmed_reputation": YES_OR_NO,  # a misunderstanding that harms the company's name (GZ-7)
}


@dataclass(frozen=True, slots=True)
class Assessment:
    """What amounts are counted in, and which due time is judged where it was moved (T38)."""

    clause: str
    unit: str  # yuan | points: wage deductions are not lawful everywhere
    judged_by: str  # current: as agreed or extended | original: as the limit alone gives it
    capped: bool  # fines are paid from the bonus of the month until it is used up (GZ-20)


@dataclass(frozen=True, slots=True)
class InARow:
    """Violations of a person that follow each other within `days` (GZ-19)."""

    clause: str
    days: int
    double_at: int  # from the how-manieth on the person and the department head pay double
    advise_at: int  # at the how-manieth it is recommended to part with the person


@dataclass(frozen=True, slots=True)
class Amount:
    """What the article sets, for whom: the person, their department head, or the leader above both (GZ-14)."""

    kind: str  # fine | wage
    least: int
    most: int
    who: str
    when: Conditions = ()


@dataclass(frozen=True, slots=True)
class FindingRule:
    """Something that a person finds of another's work: courtesy, the telephone, methods, or what was done well."""

    rule: str
    clause: str
    name: str
    outcome: str  # deduction | reward | graded
    whose: tuple[str, ...]  # roles it can be found of; none: everybody
    amounts: tuple[Amount, ...]
    grades: tuple[str, ...]  # by gravity, of a graded outcome (AH-7.1)
    report_when: Conditions  # then a special report is written of it (GZ-14)

    @property
    def flags(self) -> tuple[str, ...]:
        """What whoever finds it has to say of it, since an amount hangs on it; in the order of the article."""
        asked = [key for amount in self.amounts for key, _values in amount.when]
        return tuple(dict.fromkeys([*asked, *(key for key, _values in self.report_when)]))


def assessment(table: Table) -> Assessment:
    return Assessment(
        clause=clause_of(table),
        unit=table.one_of("unit", UNITS, "unit of amounts"),
        judged_by=table.one_of("judged_by", JUDGED_BY, "due time", CURRENT),
        capped=table.take("capped", bool, False),
    )


def in_a_row(table: Table) -> InARow:
    row = InARow(
        clause=clause_of(table),
        days=table.number("days"),
        double_at=table.number("double_at", 2),
        advise_at=table.number("advise_at", 2),
    )
    if row.advise_at < row.double_at:
        raise table.fail("advises before anything is doubled", "advise_at")
    return row


def finding(table: Table) -> FindingRule:
    clause, rule = clause_of(table), table.text("rule")
    if not RULE.fullmatch(rule):
        raise table.fail(f"rule {rule!r} must be 2 to 30 small letters and underscores", "rule")
    outcome = table.one_of("outcome", OUTCOMES, "outcome", "deduction")
    found = FindingRule(
        rule=rule,
        clause=clause,
        name=table.text("name"),
        outcome=outcome,
        whose=table.some_of("whose", ROLES, "role", []),
        amounts=_amounts(table),
        grades=table.some_of("grades", GRADES, "grade", []),
        report_when=table.conditions("report_when", FLAGS),
    )
    if bool(found.amounts) != (outcome == "deduction"):
        raise table.fail("a deduction has amounts, and nothing else has", "outcome")
    if bool(found.grades) != (outcome == GRADED):
        raise table.fail("a graded outcome has grades, and nothing else has", "outcome")
    if found.amounts and not any(amount.who == PERSON for amount in found.amounts):
        raise table.fail("names no amount for the person it is found of")
    return found


def _amounts(table: Table) -> tuple[Amount, ...]:
    found = []
    for place, entry in enumerate(table.take("penalty", list, [])):
        line = table.source.line_of("finding.penalty", place, after=table.line)
        found.append(_amount(Table(entry, table.source, line, f"{table.name}, penalty {place + 1}")))
    return tuple(found)


def _amount(inner: Table) -> Amount:
    least = inner.number("least") if "least" in inner.left else inner.number("amount")
    most = inner.number("most", least) if "most" in inner.left else least
    amount = Amount(
        kind=inner.one_of("kind", DEDUCTIONS, "kind of deduction"),
        least=least,
        most=most,
        who=inner.one_of("who", WHO, "one of those who pay", PERSON),
        when=inner.conditions("when", FLAGS),
    )
    inner.finish()
    return amount


def amounts_for(rule: FindingRule, flags: Mapping[str, Any]) -> dict[str, Amount]:
    """Who pays, and the heaviest amount for each whose conditions hold under *flags*."""
    found: dict[str, Amount] = {}
    for amount in rule.amounts:
        if all(flags.get(key, False) in allowed for key, allowed in amount.when):
            heaviest = found.get(amount.who)
            if heaviest is None or (amount.most, amount.least) > (heaviest.most, heaviest.least):
                found[amount.who] = amount
    return found
