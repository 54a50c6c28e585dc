"""Reads of attachments; whoever calls has settled who may see them."""

from sqlalchemy import select

from shared.attachments.models import Attachment
from shared.database import db


def of_draft(draft_id: int) -> list[Attachment]:
    """In the order in which they came."""
    query = select(Attachment).where(Attachment.draft_id == draft_id)
    return list(db.session.scalars(query.order_by(Attachment.stored_at, Attachment.id)))


def of_case(case_id: int, *, public_only: bool = False, round: int | None = None) -> list[Attachment]:
    """In the order in which they came; of all rounds unless one is named."""
    query = select(Attachment).where(Attachment.case_id == case_id)
    if public_only:
        query = query.where(Attachment.public)
    if round is not None:
        query = query.where(Attachment.round == round)
    return list(db.session.scalars(query.order_by(Attachment.stored_at, Attachment.id)))
