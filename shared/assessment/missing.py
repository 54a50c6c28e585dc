"""A periodic duty was missed (GZ-17B): what the rule book sets for it is proposed by the machine, for each who pays."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.assessment import liability
from shared.assessment.finding import payers
from shared.assessment.proposing import enter
from shared.assessment.rulebook import rules_for
from shared.assessment.standing import Origin
from shared.identity.models import Estate, User
from shared.policies.findings import amounts_for


def propose_missed(
    estate: Estate,
    person: User,
    rule: str,
    key: str,
    *,
    at: datetime,
    occurred_at: datetime,
    evidence: Mapping[str, Any],
) -> list[int]:
    """Entries by the finding *rule* for *person* and whoever pays with them; once for each *key*, of 40 letters.

    None under a rule book that has no such rule; where two lead, somebody says first which of them pays. *evidence*
    holds ids, codes and instants.
    """
    rules = rules_for(estate, None, occurred_at)
    found = rules.finding(rule) if rules else None
    if found is None:
        return []
    department = liability.department_of(person, estate.id, occurred_at)
    written = []
    for who, amount in amounts_for(found, {}).items():
        people = payers(who, person, department, estate.id)
        if not people:
            continue
        payer = people[0] if len(people) == 1 else None
        more = {} if payer else {"candidates": [user.id for user in people]}
        entry_id = enter(
            estate,
            Origin.DUTY,
            f"duty:{key}:{payer.id if payer else who}",
            at=at,
            occurred_at=occurred_at,
            clause=found.clause,
            rule=rule,
            kind=amount.kind,
            least=amount.least,
            most=amount.most,
            person_id=payer.id if payer else None,
            department_id=department,
            evidence={**evidence, **more, "who": who},
        )
        written += [entry_id] if entry_id is not None else []
    return written
