"""A message row with the change that causes it, and its sending afterwards."""

from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import select, update

from shared import sealing
from shared.cases.models import Case, Party
from shared.clock import now
from shared.database import db, transaction
from shared.identity.models import User
from shared.notifications import quiet, reasons, wording
from shared.notifications.channels import Channel, Letter, mail
from shared.notifications.models import SENT, UNSENT, WAITING, Message
from shared.outbox import rows
from shared.outbox.tasks import task

CHANNELS: tuple[Channel, ...] = (mail,)
PARTY = "party"


def tell(
    case: Case,
    to_role: str,
    about: str,
    *,
    at: datetime,
    user: User | None = None,
    detail: str | None = None,
) -> list[Message]:
    """Have *user*, or without one the reporting party, told *about* something, on every channel they have.

    Inside the change that it is about, which holds the case. Where nothing reaches them, the row says why. What is
    made in the estate's quiet hours waits for their end.
    *detail* is an id that the wording needs and that tells one event from the next. Gives the new messages;
    what was told before (same case, event, person and channel) is not told again (F07).
    """
    person = user or case.party
    reached = [channel for channel in CHANNELS if person is not None and channel.address_of(person)]
    made = []
    for channel in reached or CHANNELS[:1]:
        message = Message(
            case_id=case.id,
            user_id=user.id if user else None,
            to_role=to_role,
            about=about,
            detail=detail,
            channel=channel.NAME,
            state=WAITING,
            made_at=at,
        )
        if not _was_told(message):
            _write(message, _obstacle(channel, person), quiet.held_until(case, about, user, at))
            made.append(message)
    return made


def _obstacle(channel: Channel, person: User | Party | None) -> str | None:
    """Why *channel* cannot reach *person*; None when it can."""
    if person is None:
        return reasons.ANONYMOUS
    address = channel.address_of(person)
    if address is None:
        return reasons.NO_ADDRESS
    if not channel.is_usable(address):
        return reasons.UNUSABLE
    return None if channel.is_configured() else reasons.NOT_CONFIGURED


def _was_told(message: Message) -> bool:
    same = select(Message.id).where(
        Message.case_id == message.case_id,
        Message.user_id.is_not_distinct_from(message.user_id),
        Message.about == message.about,
        Message.detail.is_not_distinct_from(message.detail),
        Message.channel == message.channel,
    )
    return db.session.scalar(same.limit(1)) is not None


def _write(message: Message, obstacle: str | None, not_before: datetime | None) -> None:
    if obstacle:
        message.state, message.reason = UNSENT, obstacle
    db.session.add(message)
    db.session.flush()
    if obstacle is None:
        whom = message.user_id or PARTY
        event = f"{message.case_id}:{message.about}:{message.detail or ''}"
        key = f"message:{event}:{whom}:{message.channel}"
        rows.write("send_message", {"message": message.id}, key, not_before)


@task("send_message", given_up=lambda payload: _given_up(payload))
def send_message(payload: dict[str, Any]) -> None:
    """Write the words and send them, unless it was done. May send twice, under the same mark. Raises Undone."""
    message = db.session.scalar(
        select(Message).where(Message.id == payload["message"]).execution_options(populate_existing=True)
    )
    if message is None or message.state == SENT:
        return
    message_id = message.id
    channel = next(channel for channel in CHANNELS if message.channel == channel.NAME)
    letter = _letter(message, channel)
    db.session.rollback()  # no snapshot is held while a mail server thinks
    if isinstance(letter, Letter):
        channel.send(letter)
        _settle(message_id, SENT, None)
    else:
        _settle(message_id, UNSENT, letter)


def _letter(message: Message, channel: Channel) -> Letter | str:
    """What to send now, or the reason why nothing is to be sent any more."""
    case = db.session.get_one(Case, message.case_id)
    person = message.user if message.user_id else case.party
    obstacle = _obstacle(channel, person)
    if obstacle or person is None:
        return obstacle or reasons.NO_ADDRESS
    written = wording.write(case, message.about, message.detail, _locale(person))
    if written is None:
        return reasons.MOOT
    address = channel.address_of(person) or ""
    return Letter(address, written.subject, written.text, sealing.token(str(message.id).encode(), "message"))


def _locale(person: User | Party) -> str:
    return person.locale if isinstance(person, Party) else current_app.config["BABEL_DEFAULT_LOCALE"]


def _settle(message_id: int, state: str, reason: str | None) -> None:
    with transaction():
        db.session.execute(
            update(Message)
            .where(Message.id == message_id, Message.state != SENT)
            .values(state=state, reason=reason, sent_at=now() if state == SENT else None)
        )


def _given_up(payload: dict[str, Any]) -> None:
    """24 hours of trying are over; staff see it, and may have it sent again (F36)."""
    db.session.execute(
        update(Message)
        .where(Message.id == payload["message"], Message.state != SENT)
        .values(state=UNSENT, reason=reasons.GIVEN_UP)
    )
