"""A rule book asked on paper what a violation comes to: no desk, no database, only what its articles set."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.assessment import capping
from shared.assessment.amounts import breach_of, circumstances_in
from shared.assessment.standing import row_ending
from shared.calendars.working_time import Calendar
from shared.deadlines.engine import due_times
from shared.deadlines.story import CaseFacts, Fact
from shared.policies.findings import amounts_for
from shared.policies.schema import Policy
from tests.clauses.hours import datetime, instant

DAILY = Calendar("Asia/Shanghai", dict.fromkeys(range(7), ((480, 1200),)), {}, frozenset({2026}))
RECEIVED = "03-02 10:00"  # whenever a story begins; a Monday
FILED = {"kind": "complaint", "category": "facilities", "channel": "portal", "urgency": "normal"}
Told = tuple[str, str] | tuple[str, str, Mapping[str, Any]]  # an act, when, and what its record holds


def written(kind: str, least: int, most: int) -> str:
    return f"{kind} {least}" if least == most else f"{kind} {least}–{most}"


class Paper:
    """A rule book; every answer begins with the article that it rests on."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    def broken(self, rule: str, *told: Told, repeated: bool = False, **filed: Any) -> str:
        """What the breach of clock *rule* costs, in a case that was received at ten and went as *told*."""
        case = _facts(told, filed)
        clock = self.policy.clock(rule)
        assert clock is not None, f"{rule} is no rule"
        *_earlier, due = [due for due in due_times(self.policy, case, DAILY) if due.rule == rule]
        assert due.broken_by(instant("04-30 10:00")), f"{rule} was kept"
        breach = breach_of(clock, due, circumstances_in(case, repeated=repeated))
        if breach.penalty is None:
            return f"{breach.clause} nothing"
        return f"{breach.clause} {written(breach.penalty.kind, breach.penalty.least, breach.penalty.most)}"

    def found(self, rule: str, *flags: str) -> str:
        """What it costs that *rule* is found of somebody's work: `GZ-14 fine 200, leader fine 100`."""
        finding = self.policy.finding(rule)
        assert finding is not None, f"{rule} is no rule"
        assert set(flags) <= set(finding.flags), f"{rule} asks for {finding.flags}"
        amounts = amounts_for(finding, dict.fromkeys(flags, True))
        said = [
            ("" if who == "person" else f"{who} ") + written(amount.kind, amount.least, amount.most)
            for who, amount in amounts.items()
        ]
        return f"{finding.clause} {', '.join(said) or finding.outcome}"

    def of_whom(self, rule: str) -> str:
        finding = self.policy.finding(rule)
        assert finding is not None, f"{rule} is no rule"
        return " ".join(finding.whose) or "everybody"

    def in_a_row(self, *days: str) -> str:
        """What becomes of the last of violations on *days*: `GZ-19 ×2, advice`."""
        rule = self.policy.in_a_row
        assert rule is not None
        *earlier, last = (instant(day) for day in days)
        place = row_ending(earlier, last, rule.days)
        times = "×2" if place >= rule.double_at else "×1"
        return f"{rule.clause} {times}{', advice' if place == rule.advise_at else ''}"

    def paid(self, bonus: int | None, *fines: int) -> Sequence[int | None]:
        """What the bonus of the month pays of *fines*, in the order of their decisions."""
        assert self.policy.assessment is not None
        capped = self.policy.assessment.capped
        return [each.paid for each in capping.pay(list(enumerate(fines)), bonus, capped=capped)]


def _facts(told: Sequence[Told], filed: Mapping[str, Any]) -> CaseFacts:
    at: datetime = instant(RECEIVED)
    facts = [Fact("filing", at, 1, 1, {**FILED, **filed}, None)]
    for seq, (act, when, *data) in enumerate(told, 2):
        facts.append(
            Fact(
                act, instant(f"03-02 {when}" if len(when) == 5 else when), 1, seq, data[0] if data else {}, 1
            )
        )
    return CaseFacts(at, "complaint", "facilities", "portal", True, facts)
