"""By which rule book an entry is judged: that of its case, else the one in force at the time of the violation."""

from datetime import datetime

from shared.assessment.models import Entry
from shared.cases import measures
from shared.cases.models import Case
from shared.identity.models import Estate
from shared.policies.schema import Policy, PolicyError
from shared.policies.versions import NoPolicyInForce, in_force, policy_of


def rules_for(estate: Estate, case: Case | None, at: datetime) -> Policy | None:
    """None where there is none, or its text cannot be read."""
    if case is not None:
        return measures.rules_of(case)
    try:
        return policy_of(in_force(estate.id, at))
    except (NoPolicyInForce, PolicyError):
        return None


def rules_of(entry: Entry) -> Policy | None:
    return rules_for(entry.estate, entry.case, entry.occurred_at)


def unit_at(estate: Estate, at: datetime) -> str:
    """What amounts are counted in there; yuan where nothing is assessed."""
    rules = rules_for(estate, None, at)
    return rules.assessment.unit if rules and rules.assessment else "yuan"
