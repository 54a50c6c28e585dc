"""How much mail of one sender, to one case and to one estate is taken in a day.

A sender's name is easily changed, so the estate has a limit too. What is over the first limit waits for a person;
what is far over it is refused: it stays in the mailbox, and nothing of it is kept.
"""

from datetime import datetime, timedelta
from enum import IntEnum

from shared.identity import throttle

DAY = timedelta(days=1)
# (a person decides above this, nothing is kept above that)
SENDER = (10, 40)
CASE = (30, 100)
ESTATE = (200, 1_000)


class Crowd(IntEnum):
    """The higher the worse."""

    FINE = 0
    TOO_MANY = 1
    ENDLESS = 2


def count(estate: str, sender: str, case_id: int | None, at: datetime) -> Crowd:
    """Count one more mail of *sender* to *estate*, as a new matter or to a case; inside the change that takes it."""
    if case_id is None:
        of_sender = _counted("mail sender", f"{estate} {sender.lower()}", SENDER, at)
    else:
        of_sender = _counted("mail case", str(case_id), CASE, at)
    return max(of_sender, _counted("mail estate", estate, ESTATE, at))


def _counted(kind: str, name: str, limits: tuple[int, int], at: datetime) -> Crowd:
    number = throttle.note_failure(kind, name, window=DAY, at=at)
    return Crowd(sum(number > limit for limit in limits))
