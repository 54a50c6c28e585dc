"""Reads for the pages that follow a case."""

from collections.abc import Iterable

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload, load_only

from shared.audit.models import TimelineRow
from shared.cases.lifecycle import Act
from shared.cases.models import Case, Party, Words
from shared.database import db
from shared.identity.models import Department

# What the public page shows of a case, and nothing beside it.
_SHOWN = (
    Case.reference,
    Case.estate_id,
    Case.kind,
    Case.category,
    Case.channel,
    Case.state,
    Case.round,
    Case.received_at,
    Case.changed_at,
    Case.clocks_parked,
    Case.lead_department_id,
)
# Built once: a statement is longer in the making than in the asking.
_BY_REFERENCE = (
    select(Case)
    .where(Case.reference == bindparam("reference"))
    .options(
        load_only(*_SHOWN),
        joinedload(Case.estate),
        joinedload(Case.lead_department).load_only(Department.name),
    )
)


def case_id_of_reference(reference: str) -> int | None:
    return db.session.scalar(select(Case.id).where(Case.reference == reference))


def case_of_reference(reference: str) -> Case | None:
    """For the public page; nothing personal is loaded with it."""
    return db.session.scalar(_BY_REFERENCE, {"reference": reference})


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
