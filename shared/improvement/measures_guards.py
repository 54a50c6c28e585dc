"""Who may do what with a measure; the buttons ask the same functions."""

from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.improvement.models import Measure


def is_open(measure: Measure) -> bool:
    return measure.done_at is None and measure.dropped_at is None


def can_raise(user: User, estate_id: int) -> bool:
    return user.can(Permission.MEASURE_SET, estate_id)


def can_give(user: User, measure: Measure) -> bool:
    """Name its owner and its date, or others."""
    return is_open(measure) and can_raise(user, measure.estate_id)


def can_complete(user: User, measure: Measure) -> bool:
    return is_open(measure) and measure.owner_id == user.id


def can_check(user: User, measure: Measure) -> bool:
    """By another than who was to do it, and who did."""
    return (
        measure.done_at is not None
        and measure.effect is None
        and user.can(Permission.MEASURE_CHECK, measure.estate_id)
        and user.id not in (measure.owner_id, measure.done_by_id)
    )


def can_drop(user: User, measure: Measure) -> bool:
    """Never its owner: nobody lets themselves off."""
    return can_give(user, measure) and measure.owner_id != user.id
