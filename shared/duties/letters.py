"""Whoever owes a periodic duty is told by mail before it is due, and that it was missed (GZ-17B).

A duty is of no case, so these letters stand in the outbox alone.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from shared import addresses
from shared.clock import written
from shared.database import db
from shared.duties.models import Occurrence
from shared.duties.wording import NAMES
from shared.identity.models import Estate, User
from shared.notifications import letters
from shared.notifications.channels import Letter
from shared.notifications.letters import Said
from shared.outbox.tasks import task

TASK = "send_duty"
REMINDER, MISSED = "reminder", "missed"


def write(occurrence: Occurrence, estate: Estate, event: str, people: Sequence[User], at: datetime) -> None:
    """One to each of *people*, not before the quiet hours end."""
    for person in people:
        payload = {"occurrence": occurrence.id, "event": event, "user": person.id}
        letters.owe(TASK, payload, f"duty:{occurrence.id}:{event}:{person.id}", estate, at)


@task(TASK)
def send_duty(payload: dict[str, Any]) -> None:
    """One letter; nothing where it was done meanwhile. Raises Undone."""
    occurrence = db.session.get(Occurrence, payload["occurrence"])
    person = db.session.get(User, payload["user"])
    letters.send(_letter(occurrence, person, payload["event"]) if occurrence and person else None)


def _letter(occurrence: Occurrence, person: User, event: str) -> Letter | None:
    estate = db.session.get_one(Estate, occurrence.estate_id)
    is_over = event == REMINDER and (occurrence.met_at or occurrence.missed_at)
    if is_over or not person.roles_at(estate.id):
        return None
    with letters.in_our_language():
        facts = {
            "estate": estate.name,
            "duty": str(NAMES.get(occurrence.duty, occurrence.duty)),
            "clause": occurrence.clause,
            "first": occurrence.starts_on,
            "last": occurrence.ends_on,
            "due": written(occurrence.due_at, estate.zone),
        }
        if event == REMINDER:
            subject = _("%(estate)s：%(duty)s快到期了", **facts)
            line = _("%(first)s 至 %(last)s 的%(duty)s（%(clause)s）还没有做够，%(due)s 前要做完。", **facts)
        else:
            subject = _("%(estate)s：%(duty)s没有按期做", **facts)
            line = _("%(first)s 至 %(last)s 的%(duty)s（%(clause)s）到 %(due)s 没有做够。", **facts)
        mark, link = f"{occurrence.id}:{event}:{person.id}", addresses.staff_duties(estate.slug)
        return letters.to(person, Said(subject, [line], link, mark, "duty"), estate.name)
