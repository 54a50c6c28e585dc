"""Counts of what changes bring about: noted inside the change, counted once it stands."""

from datetime import datetime

from shared import counting
from shared.cases.models import Case
from shared.counting import What
from shared.database import db
from shared.deadlines.models import Deadline
from shared.policies.terms import NOBODY

NOTED = "counted"  # in db.session.info


def on_filed(case: Case, _at: datetime) -> None:
    """That a report came from inside shows nowhere (CO-M5)."""
    if not case.is_internal:
        _note(What.FILED, case.estate.slug, case.channel)


def on_breached(case: Case, deadline: Deadline) -> None:
    """A threshold that has passed is nobody's breach."""
    if deadline.duty != NOBODY and not case.is_internal:
        _note(What.BREACHED)


def _note(what: What, *labels: str) -> None:
    db.session.info.setdefault(NOTED, []).append((what, labels))


def count_noted() -> None:
    """For `after_commit`."""
    for what, labels in db.session.info.pop(NOTED, []):
        counting.count(what, *labels)
