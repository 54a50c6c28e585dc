"""One message on its way: the words are made now, from how things stand now, and handed to its channel."""

from dataclasses import dataclass, field
from typing import Any

from flask import current_app
from sqlalchemy import select, update

from shared import sealing
from shared.cases.models import Case, Party
from shared.clock import now
from shared.database import db, transaction
from shared.identity.models import User
from shared.notifications import answering, party_addresses, reasons, wording
from shared.notifications.channels import Channel, Letter, Unreachable, groups, mail, push, sms, wechat
from shared.notifications.models import SENT, UNSENT, Message
from shared.notifications.queries import TASK
from shared.outbox.tasks import Undone, task

CHANNELS: tuple[Channel, ...] = (mail, sms, wechat, push)


@dataclass(slots=True)
class Delivery:
    """What became of a message's letters. *gone*: addresses that are not used again."""

    arrived: int = 0
    foreign_id: str | None = None
    undone: Undone | None = None
    reason: str | None = None
    gone: list[str] = field(default_factory=list)


def obstacle(channel: Channel, person: User | Party | None) -> str | None:
    """Why *channel* cannot reach *person*; None when it can."""
    if person is None:
        return reasons.ANONYMOUS
    addresses = channel.addresses_of(person)
    if not addresses:
        return reasons.missing(channel.NAME)
    if not channel.is_configured():
        return reasons.unset(channel.NAME)
    return None if any(map(channel.is_usable, addresses)) else reasons.unfit(channel.NAME)


@task(TASK, given_up=lambda payload: _given_up(payload))
def send_message(payload: dict[str, Any]) -> None:
    """Write the words and send them, unless it was done. May send twice, under the same mark. Raises Undone."""
    message = db.session.scalar(
        select(Message).where(Message.id == payload["message"]).execution_options(populate_existing=True)
    )
    if message is None or message.state == SENT:
        return
    message_id, case_id, channel = message.id, message.case_id, message.channel
    letters = _letters(message)
    db.session.rollback()  # no snapshot is held while a carrier thinks
    if isinstance(letters, str):
        _settle(message_id, UNSENT, letters)
        return
    delivery = _deliver(channel, letters)
    _forget(case_id, channel, delivery.gone)
    if delivery.arrived:
        _settle(message_id, SENT, None, delivery.foreign_id)
    elif delivery.undone:
        raise delivery.undone
    else:
        _settle(message_id, UNSENT, delivery.reason)


def _letters(message: Message) -> list[Letter] | str:
    """What to send now, or the reason why nothing is to be sent any more."""
    case = db.session.get_one(Case, message.case_id)
    if message.channel == groups.NAME:
        return _to_group(message, case)
    channel = named(message.channel)
    person = message.user if message.user_id else case.party
    if hindered := obstacle(channel, person):
        return hindered
    assert person is not None
    written = wording.write(case, message.about, message.detail, _locale(person))
    if written is None:
        return reasons.MOOT
    usable = filter(channel.is_usable, channel.addresses_of(person))
    answers_to = answering.address(case) if person is case.party else ""
    return [_letter(message, case, written, address, answers_to) for address in usable]


def _to_group(message: Message, case: Case) -> list[Letter] | str:
    if groups.robot_of(message.to_role) is None:
        return reasons.NO_GROUP
    written = wording.write(case, message.about, message.detail, current_app.config["BABEL_DEFAULT_LOCALE"])
    return reasons.MOOT if written is None else [_letter(message, case, written, message.to_role)]


def _letter(
    message: Message, case: Case, written: wording.Written, address: str, reply_to: str = ""
) -> Letter:
    return Letter(
        to=address,
        subject=written.subject,
        text=written.text,
        mark=sealing.token(str(message.id).encode(), "message"),
        reply_to=reply_to,
        sender=case.estate.name,
        reference=case.shown_reference,
        link=written.link,
    )


def _locale(person: User | Party) -> str:
    return person.locale if isinstance(person, Party) else current_app.config["BABEL_DEFAULT_LOCALE"]


def _deliver(channel: str, letters: list[Letter]) -> Delivery:
    """Each letter to its address: who reads it on one of two telephones has been told."""
    send = groups.send if channel == groups.NAME else named(channel).send
    delivery = Delivery()
    for letter in letters:
        try:
            delivery.foreign_id = send(letter) or delivery.foreign_id
            delivery.arrived += 1
        except Unreachable as why:
            delivery.reason = why.reason
            delivery.gone += [letter.to] if why.ended else []
        except Undone as undone:
            delivery.undone = undone
    return delivery


def named(name: str) -> Channel:
    """The channel that a message calls by *name*; a group of staff is none of them."""
    return {channel.NAME: channel for channel in CHANNELS}[name]


def _forget(case_id: int, channel: str, gone: list[str]) -> None:
    if gone:
        with transaction():
            for address in gone:
                party_addresses.end_one(case_id, channel, address, now())


def _settle(message_id: int, state: str, reason: str | None, foreign_id: str | None = None) -> None:
    with transaction():
        db.session.execute(
            update(Message)
            .where(Message.id == message_id, Message.state != SENT)
            .values(
                state=state,
                reason=reason,
                foreign_id=foreign_id,
                sent_at=now() if state == SENT else None,
            )
        )


def _given_up(payload: dict[str, Any]) -> None:
    """24 hours of trying are over; staff see it, and may have it sent again (F36)."""
    db.session.execute(
        update(Message)
        .where(Message.id == payload["message"], Message.state != SENT)
        .values(state=UNSENT, reason=reasons.GIVEN_UP)
    )
