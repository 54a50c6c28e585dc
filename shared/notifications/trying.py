"""A word of trial by one way: to oneself, or into the group, at once and not through the outbox.

Whoever has just set a channel waits for it, and wants to read the carrier's own answer.
"""

from datetime import datetime

from flask_babel import gettext as _

from shared import sealing
from shared.database import db
from shared.identity.models import Estate, User
from shared.notifications import delivering, faults, reasons
from shared.notifications.channels import Letter, Unreachable, groups, mail, sms
from shared.notifications.ways import Way
from shared.outbox.tasks import Undone

TO_ONESELF = (mail.NAME, sms.NAME)  # the others write to whoever has asked for it with their own telephone


def can_be_tried(way: Way) -> bool:
    return way.is_set and (way.robot is not None or way.channel in TO_ONESELF)


def try_out(way: Way, user: User, estate: Estate, link: str, at: datetime) -> str | None:
    """Send *user*, or the group, a word of trial. Gives why it was not taken, in words for a screen; None: it was.

    Ends the session's reading, so that no snapshot is held while the carrier thinks. Takes up to 20 s.
    """
    channel = groups if way.robot is not None else delivering.named(way.channel)
    to = way.key if way.robot is not None else _address(way, user)
    if not to:
        return _("你自己没有留能用的地址，请先在“员工”里填上。")
    subject = _("试发：收到这条，说明这个渠道能用")
    letter = Letter(
        to=to,
        subject=subject,
        text=f"{subject}\n{estate.name} · {user.name}\n{link}",
        mark=sealing.token(f"{user.id}:{at.isoformat()}".encode(), "trial"),
        sender=estate.name,
        link=link,
    )
    db.session.rollback()
    try:
        channel.send(letter)
    except Unreachable as why:
        return reasons.shown(why.reason)
    except Undone as undone:
        return faults.shown(str(undone))
    return None


def _address(way: Way, user: User) -> str:
    given = user.email if way.channel == mail.NAME else user.phone
    address = (given or "").strip()
    return address if address and delivering.named(way.channel).is_usable(address) else ""
