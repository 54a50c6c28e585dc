"""The form of a policy file: a strict reading of its TOML into frozen values. Pure.

A misspelt word in a policy would silently switch a clock off, so what is not understood is an error.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from shared.policies import consistency, duties, findings, targets
from shared.policies.citing import clause_of as _clause
from shared.policies.duties import Duty
from shared.policies.findings import RULE, Assessment, FindingRule, InARow
from shared.policies.reading import PolicyError, Source, Table, read_conditions
from shared.policies.targets import Target
from shared.policies.terms import (
    ACTS,
    ATTRIBUTES,
    CIRCUMSTANCES,
    COUNTED,
    CRITERIA,
    DUTIES,
    FOR_MAJOR,
    MOVERS,
    NOBODY,
    OF_EVERY_ACT,
    OF_THE_MACHINE,
    RECEIVED,
    RECORDED,
    REPORTED,
    ROLES,
    TIMED,
    WITH_ROLES,
    Conditions,
)

__all__ = ["PolicyError", "holds", "parse"]

NEAR = 0.75
T = TypeVar("T")


class Unit(StrEnum):
    """The units of limits. Working days are the law's, working minutes those of the desk's opening hours."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    MONTHS = "months"
    WORKING_MINUTES = "working_minutes"
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"


# About ten years of each. Beyond that somebody has mistyped, and dates run out.
MOST: Mapping[Unit, int] = {
    Unit.MINUTES: 5_256_000,
    Unit.HOURS: 87_600,
    Unit.DAYS: 3_650,
    Unit.MONTHS: 120,
    Unit.WORKING_MINUTES: 1_752_000,
    Unit.WORKING_HOURS: 29_200,
    Unit.WORKING_DAYS: 2_500,
}


class LateStart(StrEnum):
    """From when a clock counts whose conditions come true only after its start."""

    START = "start"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a clock runs."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}"


@dataclass(frozen=True, slots=True)
class Pattern:
    """Acts that count: of one name, and only where their record, or the case at that time, says so."""

    act: str
    where: Conditions = ()


@dataclass(frozen=True, slots=True)
class Deferral:
    """*acts* done in time put a clock off until that of rule *to* runs out (GZ-13 beside MS-3)."""

    acts: tuple[str, ...]
    to: str


@dataclass(frozen=True, slots=True)
class Penalty:
    """What the article sets for the breach: a fine (扣罚) or a lowering of the month's wage (当月工资下浮), in yuan."""

    clause: str
    kind: str  # fine | wage
    least: int
    most: int
    when: Conditions = ()


@dataclass(frozen=True, slots=True)
class Clock:
    """One duty: what starts it, which acts of a person meet it, within what limit, for which cases."""

    rule: str
    clause: str
    name: str
    start: str
    stop: tuple[Pattern, ...]
    ends: tuple[str, ...]
    limit: Limit
    outside: Limit | None  # the limit of what arrives outside working time (VK-4f)
    when: Conditions
    near: float  # fraction of the limit after which it counts as near
    replaces: str | None  # the clock of the same duty that does not apply where this one does
    late_start: LateStart
    owner_sees: bool
    duty: str  # whose it is; "nobody": a threshold, not a duty
    repeats: bool  # begins anew whenever it is met, until the round ends (CO-5, AH-3.2b)
    moves: tuple[str, ...]  # acts that put a time of their own in place of the limit (GZ-12, AH-3.2)
    defer: Deferral | None
    penalties: tuple[Penalty, ...]

    @property
    def is_duty(self) -> bool:
        return self.duty != NOBODY


@dataclass(frozen=True, slots=True)
class Revisits:
    clause: str
    attempts: int  # after so many in vain an owner counts as unreachable


@dataclass(frozen=True, slots=True)
class Reopening:
    clause: str
    days: int  # after closure in which the owner may appeal


@dataclass(frozen=True, slots=True)
class Referral:
    """Whether clocks stand still while a matter is with a body outside our contracts (TR-9)."""

    clause: str
    pauses: bool


@dataclass(frozen=True, slots=True)
class Routing:
    """Whether the department is filled in at filing (MS-1); a person still relays."""

    clause: str
    automatic: bool


@dataclass(frozen=True, slots=True)
class Ladder:
    """Who hears of a breach, rung by rung; an unanswered rung climbs after `answer_within` hours (GZ-13)."""

    clause: str
    rungs: tuple[str, ...]
    beside: tuple[str, ...]
    answer_within: int


@dataclass(frozen=True, slots=True)
class Repeats:
    """What a party's further complaint about the same problem within `window_days` leads to (VK-4e)."""

    clause: str
    window_days: int
    report_at: int  # the how-manieth goes to the general manager in a special report


@dataclass(frozen=True, slots=True)
class Review:
    """Who looks at the measures before they are carried out, and in which cases (VK-4f)."""

    clause: str
    role: str
    when: Conditions


@dataclass(frozen=True, slots=True)
class Criterion:
    """One of the things that make a case major."""

    clause: str
    of: str  # terms.CRITERIA
    at_least: int  # of counted ones: how many, or yuan
    clock: str | None  # of timed ones: the rule that must have run out
    needs_fault: bool  # ours, found or presumed until found otherwise (TR-3)


@dataclass(frozen=True, slots=True)
class Major:
    """What a major case needs: somebody told, a task group, a special plan, an approval."""

    clause: str
    does: str  # terms.FOR_MAJOR
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A rule book, understood. What it has no section for does not exist under it."""

    title: str
    number: str
    edition: str  # VK-8
    interpreter: str  # GZ-21
    revisit: Revisits
    reopen: Reopening
    clocks: tuple[Clock, ...]
    referral: Referral | None
    routing: Routing | None
    ladder: Ladder | None
    repeats: Repeats | None
    review: Review | None
    criteria: tuple[Criterion, ...]
    major: tuple[Major, ...]
    assessment: Assessment | None = None  # GZ-20
    in_a_row: InARow | None = None  # GZ-19
    findings: tuple[FindingRule, ...] = ()
    targets: tuple[Target, ...] = ()  # MS-T
    duties: tuple[Duty, ...] = ()  # what is owed each week, month, quarter and year (GZ-17B)

    def clock(self, rule: str) -> Clock | None:
        return next((clock for clock in self.clocks if clock.rule == rule), None)

    def family(self, clock: Clock) -> tuple[Clock, ...]:
        """The clocks of the same duty, *clock* among them."""
        root = clock.replaces or clock.rule
        return tuple(c for c in self.clocks if root in (c.rule, c.replaces))

    def target(self, of: str) -> Target | None:
        return next((target for target in self.targets if target.of == of), None)

    def finding(self, rule: str) -> FindingRule | None:
        return next((finding for finding in self.findings if finding.rule == rule), None)

    def duty(self, rule: str) -> Duty | None:
        return next((duty for duty in self.duties if duty.rule == rule), None)

    def for_major(self, does: str) -> tuple[Major, ...]:
        return tuple(rule for rule in self.major if rule.does == does)


def holds(conditions: Conditions, values: Mapping[str, Any]) -> bool:
    """Do *values* meet every condition?"""
    return all(values.get(key) in allowed for key, allowed in conditions)


def parse(text: str, source: str) -> Policy:
    """Read the TOML of a policy; *source* names it in errors. Raises PolicyError."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"{source}: no TOML: {error}") from error
    lines = Source(source, text)
    top = Table(content, lines, 0, "")
    clocks = _several(top, "clock", _clock, needed=True)
    policy = Policy(
        title=top.text("title"),
        number=top.text("number"),
        edition=top.take("edition", str, ""),
        interpreter=top.text("interpreter"),
        revisit=_needed(top, "revisit", lambda t: Revisits(_clause(t, "VK-4k"), t.number("attempts"))),
        reopen=_needed(top, "reopen", lambda t: Reopening(_clause(t, "AH-3.3a"), t.number("days"))),
        clocks=clocks,
        referral=_section(top, "referral", lambda t: Referral(_clause(t), t.take("pauses", bool))),
        routing=_section(top, "routing", lambda t: Routing(_clause(t), t.take("automatic", bool))),
        ladder=_section(top, "ladder", _ladder),
        repeats=_section(
            top, "repeat", lambda t: Repeats(_clause(t), t.number("window_days"), t.number("report_at", 2))
        ),
        review=_section(top, "review", _review),
        criteria=_several(top, "criterion", _criterion),
        major=_several(top, "major", _major),
        assessment=_section(top, "assessment", findings.assessment),
        in_a_row=_section(top, "in_a_row", findings.in_a_row),
        findings=_several(top, "finding", findings.finding),
        targets=_several(top, "target", targets.read),
        duties=_several(top, "duty", duties.read),
    )
    top.finish()
    consistency.check(policy, lines)
    return policy


def _section(top: Table, name: str, read: Callable[[Table], T]) -> T | None:
    if name not in top.left:
        return None
    table = Table(top.left.pop(name), top.source, top.source.line_of(name), f"[{name}]")
    found = read(table)
    table.finish()
    return found


def _needed(top: Table, name: str, read: Callable[[Table], T]) -> T:
    found = _section(top, name, read)
    if found is None:
        raise top.fail(f"[{name}] is missing")
    return found


def _several(top: Table, name: str, read: Callable[[Table], T], *, needed: bool = False) -> tuple[T, ...]:
    found = []
    for place, entry in enumerate(top.take(name, list, None if needed else [])):
        table = Table(entry, top.source, top.source.line_of(name, place), f"{name} {place + 1}")
        table.name = f"{name} {place + 1} ({_shown(table)})"
        found.append(read(table))
        table.finish()
    return tuple(found)


def _shown(table: Table) -> str:
    return str(table.left.get("clause", "no clause"))


def _clock(table: Table) -> Clock:
    clause = _clause(table)
    rule = table.text("rule")
    if not RULE.fullmatch(rule):
        raise table.fail(f"rule {rule!r} must be 2 to 30 small letters and underscores", "rule")
    stop = tuple(_pattern(table, pattern) for pattern in table.take("stop", list))
    _check_stop(table, stop)
    return Clock(
        rule=rule,
        clause=clause,
        name=table.text("name"),
        start=table.one_of("start", ACTS | {RECEIVED, REPORTED}, "act"),
        stop=stop,
        ends=table.some_of("ends", ACTS, "act", ["withdrawal", "closure"]),
        limit=_limit(table),
        outside=_outside(table),
        when=table.conditions("when", ATTRIBUTES),
        near=_near(table),
        replaces=table.take("replaces", str, "") or None,
        late_start=_late_start(table),
        owner_sees=table.take("owner_sees", bool),
        duty=table.one_of("duty", DUTIES, "duty", "first_responder"),
        repeats=table.take("repeats", bool, False),
        moves=table.some_of("moves", MOVERS, "act that carries a time", []),
        defer=_defer(table),
        penalties=_penalties(table, clause),
    )


def _check_stop(table: Table, stop: tuple[Pattern, ...]) -> None:
    """A duty that nobody could meet, or that is met by what starts it, is a slip."""
    if not stop:
        raise table.fail("stop names no act: nobody could meet this duty", "stop")
    for pattern in stop:
        if pattern.act in OF_THE_MACHINE:
            raise table.fail(
                f"{pattern.act!r} is the machine's act: nobody could meet this duty by it", "stop"
            )
        if pattern.act == table.left.get("start") and not table.left.get("repeats"):
            raise table.fail(f"{pattern.act!r} both starts and stops this clock", "stop")


def _pattern(table: Table, content: Any) -> Pattern:
    if isinstance(content, str):
        content = {"act": content}
    inner = Table(content, table.source, table.line, f"{table.name}, stop")
    act = inner.one_of("act", ACTS, "act")
    known = {**ATTRIBUTES, **OF_EVERY_ACT, **RECORDED.get(act, {})}
    return Pattern(act, read_conditions(inner, "stop", inner.left, known))


def _limit(table: Table) -> Limit:
    given = [unit for unit in Unit if unit.value in table.left]
    if len(given) != 1:
        raise table.fail(f"needs one limit of {', '.join(Unit)}; has {len(given)}")
    amount = table.number(given[0].value)
    if amount > MOST[given[0]]:
        raise table.fail(f"{given[0]} must be at most {MOST[given[0]]}, not {amount}", given[0].value)
    return Limit(amount, given[0])


def _outside(table: Table) -> Limit | None:
    if "outside" not in table.left:
        return None
    inner = Table(table.left.pop("outside"), table.source, table.line, f"{table.name}, outside")
    limit = _limit(inner)
    inner.finish()
    return limit


def _near(table: Table) -> float:
    near: float = table.take("near", float, NEAR)
    if not 0 < near <= 1:
        raise table.fail(f"near must be above 0 and at most 1, not {near}", "near")
    return near


def _late_start(table: Table) -> LateStart:
    text = table.take("late_start", str, LateStart.START.value)
    try:
        return LateStart(text)
    except ValueError:
        raise table.fail(f"late_start is {' or '.join(LateStart)}, not {text!r}", "late_start") from None


def _defer(table: Table) -> Deferral | None:
    if "defer" not in table.left:
        return None
    inner = Table(table.left.pop("defer"), table.source, table.line, f"{table.name}, defer")
    deferral = Deferral(inner.some_of("acts", ACTS, "act"), inner.text("to"))
    if not deferral.acts:
        raise inner.fail("acts names no act")
    inner.finish()
    return deferral


def _penalties(table: Table, clause: str) -> tuple[Penalty, ...]:
    found = []
    for place, entry in enumerate(table.take("penalty", list, [])):
        line = table.source.line_of("clock.penalty", place, after=table.line)
        found.append(_penalty(Table(entry, table.source, line, f"{table.name}, penalty {place + 1}"), clause))
    return tuple(found)


def _penalty(inner: Table, clause: str) -> Penalty:
    least = inner.number("least") if "least" in inner.left else inner.number("amount")
    most = inner.number("most", least) if "most" in inner.left else least
    penalty = Penalty(
        clause=_clause(inner, clause),
        kind=inner.one_of("kind", frozenset({"fine", "wage"}), "kind of penalty"),
        least=least,
        most=most,
        when=inner.conditions("when", {**ATTRIBUTES, **CIRCUMSTANCES}),
    )
    inner.finish()
    return penalty


def _ladder(table: Table) -> Ladder:
    rungs = table.some_of("rungs", ROLES, "role")
    if not rungs:
        raise table.fail("rungs names nobody", "rungs")
    beside = table.some_of("beside", ROLES, "role", [])
    return Ladder(_clause(table), rungs, beside, table.number("answer_within"))


def _review(table: Table) -> Review:
    return Review(_clause(table), table.one_of("role", ROLES, "role"), table.conditions("when", ATTRIBUTES))


def _criterion(table: Table) -> Criterion:
    of = table.one_of("of", CRITERIA, "criterion")
    return Criterion(
        clause=_clause(table),
        of=of,
        at_least=table.number("at_least") if of in COUNTED else 1,
        clock=table.text("clock") if of in TIMED else None,
        needs_fault=table.take("needs_fault", bool),
    )


def _major(table: Table) -> Major:
    does = table.one_of("does", FOR_MAJOR, "consequence")
    roles = table.some_of("roles", ROLES, "role") if does in WITH_ROLES else ()
    if does in WITH_ROLES and not roles:
        raise table.fail("roles names nobody", "roles")
    return Major(_clause(table), does, roles)
