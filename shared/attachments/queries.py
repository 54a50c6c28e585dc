"""Reads of attachments; whoever calls has settled who may see them."""

from functools import cache

from sqlalchemy import Select, bindparam, select

from shared.attachments.models import Attachment
from shared.database import db

# Built once: every step of a filing asks it.
_OF_DRAFT = (
    select(Attachment)
    .where(Attachment.draft_id == bindparam("draft"))
    .order_by(Attachment.stored_at, Attachment.id)
)


def of_draft(draft_id: int) -> list[Attachment]:
    """In the order in which they came."""
    return list(db.session.scalars(_OF_DRAFT, {"draft": draft_id}))


def of_case(case_id: int, *, public_only: bool = False, round: int | None = None) -> list[Attachment]:
    """In the order in which they came; of all rounds unless one is named."""
    query = _of_case(public_only, round is not None)
    return list(db.session.scalars(query, {"case_id": case_id, "round": round}))


@cache
def _of_case(public_only: bool, one_round: bool) -> Select[Attachment]:
    query = select(Attachment).where(Attachment.case_id == bindparam("case_id"))
    if public_only:
        query = query.where(Attachment.public)
    if one_round:
        query = query.where(Attachment.round == bindparam("round"))
    return query.order_by(Attachment.stored_at, Attachment.id)
