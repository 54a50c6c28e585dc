"""What makes a case major: the criteria of a policy held against the evidence. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.cases.circumstances import Circumstances
from shared.cases.vocabulary import Fault
from shared.policies.schema import Criterion, Policy


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known: the circumstances found, and how many have reported the matter.

    Owners are parties, each counted once however often they report; anonymous cases are reports and never owners.
    """

    circumstances: Circumstances = field(default_factory=Circumstances)
    owners: int = 0
    reports: int = 0
    people: int = 0  # counted on the spot, of the incident
    cases: tuple[str, ...] = ()  # archive numbers of the reports
    ran_out: frozenset[str] = frozenset()  # rules of the thresholds that have passed


@dataclass(frozen=True, slots=True)
class Reason:
    """One criterion that is met: its article, what it is about, and the facts."""

    clause: str
    of: str  # terms.CRITERIA
    evidence: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str]:
        """What tells a reason from another: more of the same evidence is not another reason."""
        return self.clause, self.of

    def as_data(self) -> dict[str, Any]:
        return {"clause": self.clause, "of": self.of, "evidence": dict(self.evidence)}


def judge(policy: Policy, evidence: Evidence) -> list[Reason]:
    """The reasons for which *policy* calls the case major, in its own order; none: ordinary.

    A criterion that needs fault counts while it is ours or presumed so (TR-3); the others count regardless (VK-4h).
    """
    return [
        Reason(criterion.clause, criterion.of, _with_fault(criterion, facts, evidence))
        for criterion in policy.criteria
        if (facts := _facts(policy, criterion, evidence)) is not None
    ]


def _facts(policy: Policy, criterion: Criterion, evidence: Evidence) -> dict[str, Any] | None:
    """The facts that meet *criterion*; None when it is not met."""
    known = evidence.circumstances
    if criterion.needs_fault and known.fault is Fault.NOT_OURS:
        return None
    match criterion.of:
        case "owners":
            return _counted(criterion, evidence.owners, evidence)
        case "reports":
            return _counted(criterion, evidence.reports, evidence)
        case "people":
            return _people(criterion, evidence)
        case "loss":
            return {"yuan": known.loss} if known.loss >= criterion.at_least else None
        case "facility_failure":
            return _ran_out(policy, criterion, evidence) if known.facility_failure else None
        case "unresolved":
            return _ran_out(policy, criterion, evidence)
        case flag:  # injury, litigation, media
            return {} if getattr(known, flag) else None


def _counted(criterion: Criterion, count: int, evidence: Evidence) -> dict[str, Any] | None:
    return {"count": count, "cases": list(evidence.cases)} if count >= criterion.at_least else None


def _people(criterion: Criterion, evidence: Evidence) -> dict[str, Any] | None:
    """Those counted on the spot, or the owners who wrote, whichever are more: the two overlap."""
    counted = max(evidence.circumstances.people, evidence.people)
    if counted >= max(evidence.owners, criterion.at_least):
        return {"count": counted}
    return _counted(criterion, evidence.owners, evidence)


def _ran_out(policy: Policy, criterion: Criterion, evidence: Evidence) -> dict[str, Any] | None:
    clock = policy.clock(criterion.clock or "")
    return (
        {"clock": clock.rule, "limit": str(clock.limit)} if clock and clock.rule in evidence.ran_out else None
    )


def _with_fault(criterion: Criterion, facts: dict[str, Any], evidence: Evidence) -> dict[str, Any]:
    return {**facts, "fault": str(evidence.circumstances.fault)} if criterion.needs_fault else facts
