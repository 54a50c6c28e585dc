"""Who may do what with a meeting; the buttons ask the same functions."""

from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.improvement.models import Meeting


def is_open(meeting: Meeting) -> bool:
    return meeting.closed_at is None and meeting.called_off_at is None


def can_write(user: User, meeting: Meeting) -> bool:
    return is_open(meeting) and user.can(Permission.MEETING_HOLD, meeting.estate_id)


def can_call_off(user: User, meeting: Meeting) -> bool:
    return can_write(user, meeting) and not meeting.minutes and not meeting.actions
