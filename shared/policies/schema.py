"""The form of a policy file: a strict reading of its TOML into frozen values. Pure.

A misspelt word in a policy would silently switch a clock off, so what is not understood is an error.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shared.policies.terms import ACTS, ATTRIBUTES, RECEIVED, RECORDED, Conditions, Value

CLAUSE = re.compile(r"(AH|CO|GZ|MS|TR|VK)-[A-Z0-9][A-Za-z0-9.]*")
RULE = re.compile(r"[a-z][a-z_]{1,29}")
NEAR = 0.75


class PolicyError(Exception):
    """A policy file cannot be used; the message names the file, the clause and what is wrong."""


class Unit(StrEnum):
    """The units of limits. Working days are the law's, working minutes those of the desk's opening hours."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WORKING_MINUTES = "working_minutes"
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"


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
class Clock:
    """One duty: what starts it, which acts of a person meet it, within what limit, for which cases."""

    rule: str
    clause: str
    name: str
    start: str
    stop: tuple[Pattern, ...]
    ends: tuple[str, ...]
    limit: Limit
    when: Conditions
    near: float  # fraction of the limit after which it counts as near
    replaces: str | None  # the clock of the same duty that does not apply where this one does
    late_start: LateStart
    owner_sees: bool


@dataclass(frozen=True, slots=True)
class Revisits:
    attempts: int  # after so many in vain an owner counts as unreachable


@dataclass(frozen=True, slots=True)
class Reopening:
    days: int  # after closure in which the owner may appeal


@dataclass(frozen=True, slots=True)
class Policy:
    """A rule book, understood."""

    title: str
    number: str
    interpreter: str  # GZ-21
    revisit: Revisits
    reopen: Reopening
    clocks: tuple[Clock, ...]

    def clock(self, rule: str) -> Clock | None:
        return next((clock for clock in self.clocks if clock.rule == rule), None)

    def family(self, clock: Clock) -> tuple[Clock, ...]:
        """The clocks of the same duty, *clock* among them."""
        root = clock.replaces or clock.rule
        return tuple(c for c in self.clocks if root in (c.rule, c.replaces))


def holds(conditions: Conditions, values: Mapping[str, Any]) -> bool:
    """Do *values* meet every condition?"""
    return all(values.get(key) in allowed for key, allowed in conditions)


class _Table:
    """A TOML table read key by key; what nobody asked for is an error."""

    def __init__(self, content: Any, where: str) -> None:
        if not isinstance(content, dict):
            raise PolicyError(f"{where}: must be a table")
        self.left: dict[str, Any] = dict(content)
        self.where = where

    def fail(self, problem: str) -> PolicyError:
        return PolicyError(f"{self.where}: {problem}")

    def take(self, key: str, kind: type, default: Any = None) -> Any:
        if key not in self.left:
            if default is None:
                raise self.fail(f"{key} is missing")
            return default
        value = self.left.pop(key)
        if not isinstance(value, kind) or (kind is not bool and isinstance(value, bool)):
            raise self.fail(f"{key} must be {kind.__name__}, not {value!r}")
        return value

    def text(self, key: str) -> str:
        value: str = self.take(key, str)
        if not value.strip():
            raise self.fail(f"{key} is empty")
        return value

    def number(self, key: str) -> int:
        value: int = self.take(key, int)
        if value < 1:
            raise self.fail(f"{key} must be at least 1, not {value}")
        return value

    def finish(self) -> None:
        if self.left:
            raise self.fail(f"does not know {', '.join(sorted(self.left))}")


def parse(text: str, source: str) -> Policy:
    """Read the TOML of a policy; *source* names it in errors. Raises PolicyError."""
    try:
        top = _Table(tomllib.loads(text), source)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"{source}: no TOML: {error}") from error
    revisit = _Table(top.take("revisit", dict), f"{source}, [revisit]")
    reopen = _Table(top.take("reopen", dict), f"{source}, [reopen]")
    clocks = tuple(_clock(entry, source, number) for number, entry in enumerate(top.take("clock", list), 1))
    policy = Policy(
        title=top.text("title"),
        number=top.text("number"),
        interpreter=top.text("interpreter"),
        revisit=Revisits(attempts=revisit.number("attempts")),
        reopen=Reopening(days=reopen.number("days")),
        clocks=clocks,
    )
    for table in (revisit, reopen, top):
        table.finish()
    _check_family(policy, source)
    return policy


def _clock(entry: Any, source: str, number: int) -> Clock:
    table = _Table(entry, f"{source}, clock {number}")
    clause = table.text("clause")
    table.where = f"{source}, clock {number} ({clause})"
    if not CLAUSE.fullmatch(clause):
        raise table.fail(f"{clause!r} is no clause")
    rule = table.text("rule")
    if not RULE.fullmatch(rule):
        raise table.fail(f"rule {rule!r} must be 2 to 30 small letters and underscores")
    clock = Clock(
        rule=rule,
        clause=clause,
        name=table.text("name"),
        start=_act(table, table.text("start"), RECEIVED),
        stop=tuple(_pattern(table, pattern) for pattern in table.take("stop", list)),
        ends=tuple(_act(table, act) for act in table.take("ends", list, ["withdrawal", "closure"])),
        limit=_limit(table),
        when=_conditions(table, table.take("when", dict, {}), ATTRIBUTES),
        near=_near(table),
        replaces=table.take("replaces", str, "") or None,
        late_start=_late_start(table),
        owner_sees=table.take("owner_sees", bool),
    )
    if not clock.stop:
        raise table.fail("stop names no act: nobody could meet this duty")
    table.finish()
    return clock


def _act(table: _Table, act: Any, *more: str) -> str:
    if act not in ACTS and act not in more:
        raise table.fail(f"{act!r} is no act")
    return str(act)


def _pattern(table: _Table, content: Any) -> Pattern:
    if isinstance(content, str):
        return Pattern(_act(table, content))
    inner = _Table(content, f"{table.where}, stop")
    act = _act(inner, inner.take("act", str))
    return Pattern(act, _conditions(inner, inner.left, {**ATTRIBUTES, **RECORDED.get(act, {})}))


def _conditions(
    table: _Table, content: Mapping[str, Any], known: Mapping[str, frozenset[Value]]
) -> Conditions:
    found: list[tuple[str, frozenset[Value]]] = []
    for key, wanted in content.items():
        values = wanted if isinstance(wanted, list) else [wanted]
        if key not in known:
            raise table.fail(f"{key!r} is not known here")
        for value in values:
            # 1 == True in Python, but not in a policy
            if not any(value is v or (isinstance(value, str) and value == v) for v in known[key]):
                raise table.fail(f"{key} is never {value!r}")
        if not values:
            raise table.fail(f"{key} allows nothing")
        found.append((key, frozenset(values)))
    return tuple(found)


def _limit(table: _Table) -> Limit:
    given = [unit for unit in Unit if unit.value in table.left]
    if len(given) != 1:
        raise table.fail(f"needs one limit of {', '.join(Unit)}; has {len(given)}")
    return Limit(table.number(given[0].value), given[0])


def _near(table: _Table) -> float:
    near: float = table.take("near", float, NEAR)
    if not 0 < near <= 1:
        raise table.fail(f"near must be above 0 and at most 1, not {near}")
    return near


def _late_start(table: _Table) -> LateStart:
    text = table.take("late_start", str, LateStart.START.value)
    try:
        return LateStart(text)
    except ValueError:
        raise table.fail(f"late_start is {' or '.join(LateStart)}, not {text!r}") from None


def _check_family(policy: Policy, source: str) -> None:
    rules = [clock.rule for clock in policy.clocks]
    for clock in policy.clocks:
        where = f"{source}, {clock.rule} ({clock.clause})"
        if rules.count(clock.rule) > 1:
            raise PolicyError(f"{where}: the rule stands there twice")
        if clock.replaces is None:
            continue
        other = policy.clock(clock.replaces)
        if other is None or other is clock:
            raise PolicyError(f"{where}: replaces {clock.replaces!r}, which is no other rule of this policy")
        if other.replaces or other.start != clock.start:
            raise PolicyError(f"{where}: replaces a clock of another start, or one that replaces a third")
        if not clock.when:
            raise PolicyError(f"{where}: without `when` it would always replace {other.rule}")
