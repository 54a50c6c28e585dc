"""Whether the mailboxes of one's estates can be read, for the page of the machine."""

from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from shared.config import Mailbox
from shared.deadlines.promises import span
from shared.email_intake import health
from shared.email_intake.wording import TROUBLES
from shared.identity.models import Estate

LATE = timedelta(minutes=20)  # the schedule comes by every minute, or a quarter of an hour after a refusal


def of(estates: list[Estate], at: datetime) -> list[dict[str, Any]]:
    """A line for each mailbox that is read for one of *estates*."""
    names = {estate.slug: estate.name for estate in estates}
    config = current_app.extensions["shouwen"]
    return [
        {"address": box.address, "estate": names[box.estate], **_standing(box, at)}
        for box in config.mailboxes
        if box.estate in names
    ]


def _standing(box: Mailbox, at: datetime) -> dict[str, str]:
    found = health.standing(current_app.extensions["shouwen"].data_dir, box)
    if found is None:
        return {"state": "near", "text": _("还没有读过。请确认定时任务在运行。")}
    if found.trouble:
        since = span(at - (found.since or found.at))
        return {"state": "broken", "text": f"{TROUBLES[found.trouble]}{_('已持续 %(time)s。', time=since)}"}
    if at - found.at > LATE:
        return {
            "state": "near",
            "text": _("%(time)s前读过，之后没有再读。请确认定时任务在运行。", time=span(at - found.at)),
        }
    return {"state": "kept", "text": _("正常，%(time)s前读过。", time=span(at - found.at))}
