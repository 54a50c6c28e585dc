"""Where a notice stands: told by its instants, never by a flag of its own. Pure."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Kind(StrEnum):
    NOTICE = "notice"
    URGENT = "urgent"  # water or power off, a lift out of order: the board shows it between all other pages
    IMPROVEMENT = "improvement"  # what was made better because people complained (MS-8)


class Stage(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Dated(Protocol):
    """The instants of a notice."""

    submitted_at: datetime | None
    approved_at: datetime | None
    publish_at: datetime
    expire_at: datetime | None
    withdrawn_at: datetime | None


def stage(notice: Dated, at: datetime) -> Stage:
    """Where *notice* stands at that instant."""
    if notice.withdrawn_at is not None:
        return Stage.WITHDRAWN
    if notice.expire_at is not None and notice.expire_at <= at:
        return Stage.EXPIRED
    if notice.approved_at is None:
        return Stage.SUBMITTED if notice.submitted_at else Stage.DRAFT
    return Stage.PUBLISHED if notice.publish_at <= at else Stage.SCHEDULED
