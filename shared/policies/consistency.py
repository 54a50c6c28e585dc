"""Whether the rules of one policy fit together: no rule twice, no loop, nothing that points nowhere. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from shared.policies.reading import PolicyError, Source

if TYPE_CHECKING:
    from shared.policies.schema import Clock, Policy


def check(policy: Policy, source: Source) -> None:
    """Raise PolicyError, naming line and clause, for the first rule that does not fit."""
    rules = [clock.rule for clock in policy.clocks]
    for place, clock in enumerate(policy.clocks):
        fail = _failure(source, "clock", place, f"{clock.rule} ({clock.clause})")
        if rules.count(clock.rule) > 1:
            raise fail("the rule stands there twice")
        _check_replacing(policy, clock, fail)
        _check_deferral(policy, clock, fail)
    for place, criterion in enumerate(policy.criteria):
        if criterion.clock is not None and policy.clock(criterion.clock) is None:
            fail = _failure(source, "criterion", place, f"{criterion.of} ({criterion.clause})")
            raise fail(f"clock {criterion.clock!r} is no rule of this policy")
    _check_assessment(policy, source, rules)
    measured = [target.of for target in policy.targets]
    for place, target in enumerate(policy.targets):
        if measured.count(target.of) > 1:
            raise _failure(source, "target", place, f"{target.of} ({target.clause})")("has a target twice")
    _check_duties(policy, source)


def _failure(source: Source, table: str, place: int, name: str) -> Callable[[str], PolicyError]:
    line = source.line_of(table, place)
    return lambda problem: PolicyError(f"{source.name}, line {line}, {name}: {problem}")


def _check_assessment(policy: Policy, source: Source, rules: list[str]) -> None:
    """A ledger names what it rests on by its rule, so no finding bears the name of another rule."""
    for place, finding in enumerate(policy.findings):
        fail = _failure(source, "finding", place, f"{finding.rule} ({finding.clause})")
        if finding.rule in rules:
            raise fail("the rule stands there twice")
        if policy.assessment is None:
            raise fail("without [assessment] there is nothing to enter it in")
        rules.append(finding.rule)
    if policy.in_a_row is not None and policy.assessment is None:
        raise _failure(source, "in_a_row", 0, policy.in_a_row.clause)(
            "without [assessment] nothing is decided"
        )


def _check_duties(policy: Policy, source: Source) -> None:
    """What a missed one costs stands among the findings: there a person may propose it too."""
    rules = [duty.rule for duty in policy.duties]
    for place, duty in enumerate(policy.duties):
        fail = _failure(source, "duty", place, f"{duty.rule} ({duty.clause})")
        if rules.count(duty.rule) > 1:
            raise fail("the duty stands there twice")
        finding = policy.finding(duty.missed) if duty.missed else None
        if duty.missed and (finding is None or not finding.amounts):
            raise fail(f"missed {duty.missed!r} is no finding with amounts of this policy")


def _check_replacing(policy: Policy, clock: Clock, fail: Callable[[str], PolicyError]) -> None:
    if clock.replaces is None:
        return
    other = policy.clock(clock.replaces)
    if other is None or other is clock:
        raise fail(f"replaces {clock.replaces!r}, which is no other rule of this policy")
    if other.replaces == clock.rule:
        raise fail(f"a loop: {other.rule} and {clock.rule} replace each other")
    if other.replaces or other.start != clock.start:
        raise fail("replaces a clock of another start, or one that replaces a third")
    if not clock.when:
        raise fail(f"without `when` it would always replace {other.rule}")


def _check_deferral(policy: Policy, clock: Clock, fail: Callable[[str], PolicyError]) -> None:
    """A clock may wait for another; one that in the end waits for itself never falls due."""
    seen = [clock.rule]
    at: Clock | None = clock
    while at is not None and at.defer is not None:
        following = policy.clock(at.defer.to)
        if following is None:
            raise fail(f"waits for {at.defer.to!r}, which is no rule of this policy")
        if following.rule in seen:
            raise fail(f"a loop: {' → '.join([*seen, following.rule])}")
        seen.append(following.rule)
        at = following
