"""Who may do what with a notice; asked by the buttons and by the verbs."""

from datetime import datetime

from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.notices.models import Notice
from shared.notices.stages import Stage, stage

UNAPPROVED = (Stage.DRAFT, Stage.SUBMITTED)


def can_write(user: User, estate_id: int) -> bool:
    return user.can(Permission.NOTICE_WRITE, estate_id)


def _is_writer(user: User, notice: Notice) -> bool:
    """Who wrote it and still writes there: whoever has moved to another estate or post left it behind (T09)."""
    return notice.written_by_id == user.id and can_write(user, notice.estate_id)


def can_see(user: User, notice: Notice) -> bool:
    """Writers and approvers of the estate see all its notices; a draft is its writer's alone."""
    if _is_writer(user, notice):
        return True
    works = can_write(user, notice.estate_id) or user.can(Permission.NOTICE_APPROVE, notice.estate_id)
    return works and (notice.submitted_at is not None or notice.approved_at is not None)


def can_edit(user: User, notice: Notice, at: datetime) -> bool:
    """Its writer, until it is approved: what is approved is what is published."""
    return _is_writer(user, notice) and stage(notice, at) in UNAPPROVED


def can_approve(user: User, notice: Notice, at: datetime) -> bool:
    """Another person than the writer."""
    return (
        stage(notice, at) is Stage.SUBMITTED
        and notice.written_by_id != user.id
        and user.can(Permission.NOTICE_APPROVE, notice.estate_id)
    )


def can_withdraw(user: User, notice: Notice, at: datetime) -> bool:
    """Its writer, or whoever could have approved it, as long as it is not over."""
    if stage(notice, at) in (Stage.WITHDRAWN, Stage.EXPIRED):
        return False
    return _is_writer(user, notice) or (
        notice.submitted_at is not None and user.can(Permission.NOTICE_APPROVE, notice.estate_id)
    )
