"""Whoever owes a periodic duty is told by mail before it is due, and that it was missed (GZ-17B).

A duty is of no case, so these letters stand in the outbox alone.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from shared import addresses, sealing
from shared.clock import written
from shared.database import db
from shared.duties.models import Occurrence
from shared.duties.wording import NAMES
from shared.identity.models import Estate, User
from shared.notifications import quiet
from shared.notifications.channels import Letter, mail
from shared.outbox import rows
from shared.outbox.tasks import task

TASK = "send_duty"
REMINDER, MISSED = "reminder", "missed"


def write(occurrence: Occurrence, estate: Estate, event: str, people: Sequence[User], at: datetime) -> None:
    """One to each of *people*, not before the quiet hours end."""
    for person in people:
        payload = {"occurrence": occurrence.id, "event": event, "user": person.id}
        rows.write(TASK, payload, f"duty:{occurrence.id}:{event}:{person.id}", quiet.ends_at(estate, at))


@task(TASK)
def send_duty(payload: dict[str, Any]) -> None:
    """One letter; nothing where it was done meanwhile, or no mail can be sent. Raises Undone."""
    occurrence = db.session.get(Occurrence, payload["occurrence"])
    person = db.session.get(User, payload["user"])
    letter = _letter(occurrence, person, payload["event"]) if occurrence and person else None
    db.session.rollback()  # no snapshot is held while the server thinks
    if letter is not None and mail.is_configured() and mail.is_usable(letter.to):
        mail.send(letter)


def _letter(occurrence: Occurrence, person: User, event: str) -> Letter | None:
    estate = db.session.get_one(Estate, occurrence.estate_id)
    is_over = event == REMINDER and (occurrence.met_at or occurrence.missed_at)
    if is_over or not person.email or not person.is_active or not person.roles_at(estate.id):
        return None
    with force_locale(current_app.config["BABEL_DEFAULT_LOCALE"]):
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
            lines = [
                _("%(first)s 至 %(last)s 的%(duty)s（%(clause)s）还没有做够，%(due)s 前要做完。", **facts)
            ]
        else:
            subject = _("%(estate)s：%(duty)s没有按期做", **facts)
            lines = [_("%(first)s 至 %(last)s 的%(duty)s（%(clause)s）到 %(due)s 没有做够。", **facts)]
        link = addresses.staff_duties(estate.slug)
        shown = link if link.startswith("http") else ""
        if shown:
            lines.append(_("打开：%(link)s", link=shown))
        return Letter(
            to=person.email,
            subject=subject,
            text="\n\n".join([_("%(name)s，您好，", name=person.name), *lines]) + "\n",
            mark=sealing.token(f"{occurrence.id}:{event}:{person.id}".encode(), "duty"),
            sender=estate.name,
            link=shown,
        )
