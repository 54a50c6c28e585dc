"""A letter to each administrator who has an address when something severe goes wrong: once a day for each thing.

Of no case, so it stands in the outbox alone. A schedule that is dead tells nobody by mail: the pages and whoever reads
the metrics do.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from shared import addresses, sealing
from shared.clock import now
from shared.database import db
from shared.heartbeats.queries import everything
from shared.identity.models import User
from shared.identity.permissions import Role
from shared.identity.queries import estates, people_with
from shared.notifications.channels import Letter, mail
from shared.operations import alarms, alarms_wording
from shared.operations.alarms import SEVERE, Name
from shared.outbox import rows
from shared.outbox.tasks import task

TASK = "send_alarm"


def write(risen: Iterable[Name], at: datetime) -> None:
    """Inside the change that notes them, whatever the hour."""
    severe = [name for name in risen if name in SEVERE]
    if not severe or not mail.is_configured():
        return
    people = {
        person.id: person for estate in estates() for person in people_with([Role.ADMINISTRATOR], estate.id)
    }
    for person in people.values():
        for name in severe if _reaches(person) else ():
            payload = {"alarm": name.value, "user": person.id}
            rows.write(TASK, payload, f"alarm:{name}:{at:%Y-%m-%d}:{person.id}")


def _reaches(person: User) -> bool:
    given = mail.addresses_of(person)
    return bool(given) and mail.is_usable(given[0])


@task(TASK)
def send(payload: dict[str, Any]) -> None:
    """Nothing where it is over by now. May send twice, under the same mark. Raises Undone."""
    name, person = Name(payload["alarm"]), db.session.get(User, payload["user"])
    lasts = name in alarms.told(everything(), now(), expected=False)
    if not lasts or person is None or not person.is_active or not _reaches(person):
        return
    letter = _letter(name, person)
    db.session.rollback()  # no snapshot is held while the server thinks
    mail.send(letter)


def _letter(name: Name, person: User) -> Letter:
    link = addresses.staff_operations()
    with force_locale(current_app.config["BABEL_DEFAULT_LOCALE"]):
        subject = _("系统有故障：%(what)s", what=alarms_wording.title(name))
        lines = [
            _("%(name)s，您好，", name=person.name),
            _("系统有故障：%(what)s。", what=alarms_wording.title(name)),
            alarms_wording.advice(name),
            _("详情请看“运行”页。同一件事一天只提醒一次。"),
            link,
        ]
    return Letter(
        to=mail.addresses_of(person)[0],
        subject=subject,
        text="\n\n".join(lines) + "\n",
        mark=sealing.token(f"{name}:{now():%Y-%m-%d}:{person.id}".encode(), "alarm mail"),
        link=link,
    )
