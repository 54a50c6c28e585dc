"""Reads for the pages that follow a case."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import bindparam, select

from portal.estates import Letterhead
from shared.audit.models import TimelineRow
from shared.cases import references
from shared.cases.lifecycle import Act, State
from shared.cases.models import Case, Party, Words
from shared.database import db
from shared.deadlines import standing
from shared.identity.models import Department, Estate


@dataclass(frozen=True, slots=True)
class PublicCase:
    """What the public page shows of a case, and nothing beside it. No record: whoever looks up only reads."""

    id: int
    reference: str
    kind: str
    category: str
    state: str
    round: int
    received_at: datetime
    changed_at: datetime
    clocks_parked: str | None
    department: str | None
    estate: Letterhead
    clocks: tuple[standing.Clock, ...]

    @property
    def stage(self) -> State:
        return State(self.state)

    @property
    def shown_reference(self) -> str:
        return references.shown(self.reference)


_case, _department, _estate = Case.__table__, Department.__table__, Estate.__table__
_MATTER = (
    _case.c.id,
    _case.c.reference,
    _case.c.kind,
    _case.c.category,
    _case.c.state,
    _case.c.round,
    _case.c.received_at,
    _case.c.changed_at,
    _case.c.clocks_parked,
    _department.c.name,
)
_LETTERHEAD = [_estate.c[field.name] for field in fields(Letterhead)]
_TO_CLOCK = len(_MATTER) + len(_LETTERHEAD)
# Built once: a statement is longer in the making than in the asking.
_BY_REFERENCE = (
    select(*_MATTER, *_LETTERHEAD, *standing.COLUMNS)
    .join_from(_case, _estate, _estate.c.id == _case.c.estate_id)
    .outerjoin(_department, _department.c.id == _case.c.lead_department_id)
    .outerjoin(standing.TABLE, standing.TABLE.c.case_id == _case.c.id)
    .where(_case.c.reference == bindparam("reference"))
    .order_by(*standing.IN_ORDER)
)


def case_id_of_reference(reference: str) -> int | None:
    return db.session.scalar(select(Case.id).where(Case.reference == reference))


def case_of_reference(reference: str) -> PublicCase | None:
    """For the public page, with its clocks; nothing personal is read with it."""
    rows = db.session.execute(_BY_REFERENCE, {"reference": reference}).all()
    if not rows:
        return None
    clocks = tuple(standing.Clock(*row[_TO_CLOCK:]) for row in rows if row[_TO_CLOCK] is not None)
    matter, head = rows[0][: len(_MATTER)], rows[0][len(_MATTER) : _TO_CLOCK]
    return PublicCase(*[*matter, Letterhead(*head), clocks])


def clocks_of(case: Case | PublicCase) -> Sequence[standing.Clock]:
    return case.clocks if isinstance(case, PublicCase) else standing.of_case(case.id)


def secrets_of_reference(reference: str) -> tuple[int, bytes, bytes | None] | None:
    """Case id, seed and the digest of the telephone's last four; one query, found or not."""
    row = db.session.execute(
        select(Case.id, Case.seed, Party.phone_tail_index)
        .outerjoin(Party, Party.case_id == Case.id)
        .where(Case.reference == reference)
    ).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


def public_rows(case_id: int) -> list[TimelineRow]:
    """What the owner may know has happened, oldest first."""
    return list(
        db.session.scalars(
            select(TimelineRow)
            .where(TimelineRow.case_id == case_id, TimelineRow.public.is_(True))
            .order_by(TimelineRow.seq)
        )
    )


def public_words(case_id: int) -> dict[int, str]:
    """Words of this case that the owner reads, by id; erased ones are absent."""
    found = db.session.execute(
        select(Words.id, Words.text).where(Words.case_id == case_id, Words.public.is_(True))
    )
    return {row[0]: row[1] for row in found}


def last_of(rows: Iterable[TimelineRow], *acts: Act, round: int | None = None) -> TimelineRow | None:
    """The latest of *rows* that is one of *acts*."""
    wanted = [r for r in rows if r.act in acts and (round is None or r.round == round)]
    return wanted[-1] if wanted else None


def responder_since(case: Case) -> TimelineRow | None:
    """When the present first responder became it: by claiming, by taking over, or by registering the case."""
    return db.session.scalar(
        select(TimelineRow)
        .where(
            TimelineRow.case_id == case.id,
            TimelineRow.actor_id == case.first_responder_id,
            TimelineRow.act.in_([Act.CLAIM, Act.TAKEOVER, Act.FILING]),
        )
        .order_by(TimelineRow.seq.desc())
        .limit(1)
    )
