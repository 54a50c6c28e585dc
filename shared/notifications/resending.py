"""Having dead letters tried again by a person's word (F36)."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update

from shared.database import db
from shared.identity.models import User
from shared.notifications.models import UNSENT, WAITING, Message
from shared.notifications.queries import TASK, key_of
from shared.outbox import rows
from shared.outbox.models import DEAD, OutboxRow


def resend(row_ids: Collection[int], *, by: User, at: datetime) -> int:
    """Try the dead rows among *row_ids* again, with all their attempts before them; how many.

    Who asked stands in the row. What is not dead any more, since a colleague was first, is left alone.
    """
    dead = list(
        db.session.scalars(
            select(OutboxRow).where(OutboxRow.id.in_(row_ids), OutboxRow.state == DEAD).with_for_update()
        )
    )
    for row in dead:
        row.payload = {**row.payload, "by": by.id}
    messages = [row.payload["message"] for row in dead if row.task == TASK]
    db.session.execute(
        update(Message)
        .where(Message.id.in_(messages), Message.state == UNSENT)
        .values(state=WAITING, reason=None)
    )
    db.session.flush()
    return rows.retry(at, [row.id for row in dead])


def resend_message(message_id: int, case_id: int, *, by: User, at: datetime) -> int:
    """The same for one message of a case."""
    message = db.session.get(Message, message_id)
    if message is None or message.case_id != case_id:
        return 0
    found = db.session.scalars(select(OutboxRow.id).where(OutboxRow.key == key_of(message)))
    return resend(found.all(), by=by, at=at)
