"""How many have reported the matter of a case (TR-3, VK-4h; clauses.md, settled 4)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from shared.cases.models import Case
from shared.database import db
from shared.incidents.models import Incident


@dataclass(frozen=True, slots=True)
class Counts:
    """*owners* are parties, each once; *reports* count anonymous ones too; *people* were counted on the spot."""

    owners: int
    reports: int
    people: int
    cases: tuple[str, ...]  # archive numbers, the earliest first


def counts_of(case: Case) -> Counts:
    """Over all cases of the incident that *case* has been joined to; without one, over itself."""
    together = _together(case)
    owners = {party for party in map(_party, together) if party}
    incident = db.session.get(Incident, case.incident_id) if case.incident_id else None
    return Counts(
        owners=len(owners),
        reports=len(together),
        people=incident.people if incident else 0,
        cases=tuple(member.archive_number for member in together),
    )


def _together(case: Case) -> Sequence[Case]:
    if case.incident_id is None:
        return [case]
    return db.session.scalars(
        select(Case)
        .where(Case.incident_id == case.incident_id)
        .options(joinedload(Case.party))
        .order_by(Case.filed_at, Case.id)
    ).all()


def _party(case: Case) -> str:
    """By what a party is known: the telephone, else the unit; nothing tells who an anonymous one is."""
    party = case.party
    if party is None or case.anonymous:
        return ""
    return party.phone_index.hex() if party.phone_index else (party.unit or "")
