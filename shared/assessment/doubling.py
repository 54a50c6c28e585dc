"""Violations in a row (GZ-19): the second is doubled for person and department head, the third adds an advice."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from shared.assessment import liability
from shared.assessment.models import Entry
from shared.assessment.proposing import enter
from shared.assessment.rulebook import rules_of
from shared.assessment.standing import Kind, Origin, is_violation
from shared.assessment.standings import place_in_row, standing_now
from shared.database import db
from shared.policies.findings import InARow


@dataclass(frozen=True, slots=True)
class Row:
    """Which violation in a row a decision would make of an entry, and what follows from that."""

    place: int
    rule: InARow | None

    @property
    def multiplier(self) -> int:
        return 2 if self.rule is not None and self.place >= self.rule.double_at else 1

    @property
    def advises(self) -> bool:
        return self.rule is not None and self.place == self.rule.advise_at


def row_of(entry: Entry) -> Row:
    """Counted from violation to violation; what is decided later about an earlier one changes no decision taken."""
    rules = rules_of(entry)
    rule = rules.in_a_row if rules else None
    if rule is None or not is_violation(entry.origin, entry.kind):
        return Row(1, None)
    return Row(place_in_row(entry, rule.days), rule)


def follow(entry: Entry, row: Row, amount: int | None, at: datetime) -> None:
    """Propose what follows from the decision of *entry*: the head's share, the recommendation."""
    if row.rule is None:
        return
    if row.multiplier > 1 and amount:
        for head in liability.heads_of(entry.department_id, entry.estate_id):
            if head.id != entry.person_id:
                _propose_share(entry, row.rule, head.id, amount, at)
    if row.advises:
        _derive(entry, Origin.ADVICE, row.rule, f"advice:{entry.id}", Kind.ADVICE, entry.person_id, None, at)


def _propose_share(entry: Entry, rule: InARow, head_id: int, amount: int, at: datetime) -> None:
    own = own_entry(entry, head_id)
    base = _base(own, amount)
    key = f"doubling:{entry.id}:{head_id}"
    _derive(entry, Origin.DOUBLING, rule, key, own.kind if own else entry.kind, head_id, base, at)


def _base(own: Entry | None, amount: int | None) -> int | None:
    """The head's own amount for the same case and clause, else the person's."""
    return (standing_now(own).amount or own.most if own else None) or amount


def own_entry(entry: Entry, head_id: int) -> Entry | None:
    """What the head has to pay for the same matter anyway (GZ-14)."""
    if entry.case_id is None:
        return None
    return db.session.scalar(
        select(Entry)
        .where(
            Entry.case_id == entry.case_id,
            Entry.clause == entry.clause,
            Entry.person_id == head_id,
            Entry.origin.in_((Origin.BREACH, Origin.FINDING, Origin.DUTY)),
        )
        .order_by(Entry.id.desc())
        .limit(1)
    )


def _derive(
    entry: Entry,
    origin: Origin,
    rule: InARow,
    key: str,
    kind: str,
    person_id: int | None,
    amount: int | None,
    at: datetime,
) -> None:
    enter(
        entry.estate,
        origin,
        key,
        at=at,
        occurred_at=entry.occurred_at,
        clause=rule.clause,
        rule=entry.rule,
        kind=kind,
        least=amount,
        most=amount,
        person_id=person_id,
        department_id=entry.department_id,
        case_id=entry.case_id,
        round=entry.round,
        about_id=entry.id,
    )


def share_of(entry: Entry) -> tuple[int | None, int]:
    """Base and multiplier of a head's share, by what stands now of the violation that it doubles.

    The head pays double: twice the base, or once more where their own amount stands beside it; and nothing once a
    hearing has found that there was nothing to double.
    """
    about = entry.about
    if about is None or entry.person_id is None:
        return entry.most, 2
    standing, own = standing_now(about), own_entry(about, entry.person_id)
    if standing.stands and standing.multiplier < 2:
        return 0, 1
    return _base(own, standing.amount), 1 if own is not None and standing_now(own).stands else 2
