"""What a carrier reports afterwards: that a message has arrived, or that it has not."""

from datetime import datetime

from sqlalchemy import select

from shared.database import db
from shared.notifications import party_addresses, reasons
from shared.notifications.channels import wechat
from shared.notifications.models import SENT, UNSENT, Message

ARRIVED, BLOCKED = "success", "failed:user block"


def note(foreign_id: str, status: str, openid: str, at: datetime) -> bool:
    """What WeChat says of its message *foreign_id*; whether we know of such a message.

    Repeated reports change nothing: what has arrived has arrived.
    """
    message = db.session.scalar(
        select(Message)
        .where(Message.foreign_id == foreign_id, Message.channel == wechat.NAME)
        .with_for_update()
    )
    if message is None:
        return False
    if status == ARRIVED:
        message.state, message.reason = SENT, None
        message.delivered_at = message.delivered_at or at
    elif message.delivered_at is None:
        is_blocked = status.replace(" ", "") == BLOCKED.replace(" ", "")
        message.state = UNSENT
        message.reason = reasons.REFUSED_BY_THEM if is_blocked else reasons.REPORTED_FAILED
        if is_blocked:
            party_addresses.end_one(message.case_id, wechat.NAME, openid, at)
    return True
