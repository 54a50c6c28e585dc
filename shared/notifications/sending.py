"""A message row with the change that causes it; `delivering` does the rest afterwards."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from shared.audit import timeline
from shared.cases.models import Case, Party
from shared.database import db, write
from shared.escalation.holding import Recipient
from shared.identity.models import User
from shared.notifications import quiet
from shared.notifications.channels import Channel, groups, mail, sms
from shared.notifications.delivering import CHANNELS, obstacle
from shared.notifications.models import UNSENT, WAITING, Message
from shared.notifications.queries import CONFIDENTIAL, TASK, key_of
from shared.outbox import rows

PARTY = "party"
TOLD = (
    "told"  # in db.session.info, which every change begins empty: what it has told of cases that began in it
)
GIVEN_FOR_REPLY: tuple[Channel, ...] = (mail, sms)  # of those whoever files may leave an address
# Built once: every message asks one of them.
_SAME = (
    select(Message.id)
    .where(
        Message.case_id == bindparam("case_id"),
        Message.user_id.is_not_distinct_from(bindparam("user")),
        Message.about == bindparam("about"),
        Message.detail.is_not_distinct_from(bindparam("detail")),
        Message.channel == bindparam("channel"),
    )
    .limit(1)
)
_SAME_OF_GROUP = _SAME.where(Message.to_role == bindparam("role"))


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
    made in the estate's quiet hours waits for their end. The groups that *user* belongs to hear of it too.
    *detail* is an id that the wording needs and that tells one event from the next. Gives the new messages;
    what was told before (same case, event, person and channel) is not told again (F07).
    """
    person = user or case.party
    wait = quiet.held_until(case, about, user, at)
    made = [
        _write(
            case,
            Message(
                case_id=case.id,
                user_id=user.id if user else None,
                to_role=to_role,
                about=about,
                detail=detail,
                channel=channel.NAME,
                state=WAITING,
                made_at=at,
            ),
            obstacle(channel, person),
            wait,
        )
        for channel in _channels(person)
    ]
    if user is None or about in CONFIDENTIAL:
        return [message for message in made if message is not None]
    heard = _tell_groups(case, to_role, about, user, at, detail)
    return [message for message in [*made, *heard] if message is not None]


def tell_each(case: Case, whom: Iterable[Recipient], about: str, detail: str, at: datetime) -> None:
    """Have every one of *whom* told *about* something, as what they are to the case."""
    for recipient in whom:
        tell(case, recipient.role, about, at=at, user=recipient.user, detail=detail)


def _channels(person: User | Party | None) -> list[Channel]:
    """Those that can reach *person*; else the one whose row is to say why none does."""
    if person is not None:
        found = [c for c in CHANNELS if c.is_configured() and c.addresses_of(person)]
        if found:
            return found
    if isinstance(person, User):
        return [mail]
    ready = [c for c in GIVEN_FOR_REPLY if c.is_configured()]
    given = [c for c in GIVEN_FOR_REPLY if person is not None and c.addresses_of(person)]
    return (ready or given or [mail])[:1]


def _tell_groups(
    case: Case, to_role: str, about: str, user: User, at: datetime, detail: str | None
) -> list[Message | None]:
    """Once for each group, however many of its people are told."""
    wait = quiet.held_until(case, about, None, at, to_staff=True)
    return [
        _write(
            case,
            Message(
                case_id=case.id,
                to_role=role,
                about=about,
                detail=detail,
                channel=groups.NAME,
                state=WAITING,
                made_at=at,
            ),
            None,
            wait,
        )
        for role in groups.hearing(case, to_role, user)
    ]


def _was_told(case: Case, message: Message) -> bool:
    is_of_group = message.channel == groups.NAME
    same = {
        "case_id": message.case_id,
        "user": message.user_id,
        "about": message.about,
        "detail": message.detail,
        "channel": message.channel,
        **({"role": message.to_role} if is_of_group else {}),
    }
    if timeline.begun_here(case) is None:
        return db.session.scalar(_SAME_OF_GROUP if is_of_group else _SAME, same) is not None
    told: set[frozenset[tuple[str, Any]]] = db.session.info.setdefault(TOLD, set())
    before = len(told)
    told.add(frozenset(same.items()))
    return len(told) == before


def _write(case: Case, message: Message, hindered: str | None, not_before: datetime | None) -> Message | None:
    """The row, with its place in the outbox unless something hinders it; None when it was told before."""
    if _was_told(case, message):
        return None
    if hindered:
        message.state, message.reason = UNSENT, hindered
    write(message)
    if hindered is None:
        rows.write(TASK, {"message": message.id}, key_of(message), not_before)
    return message
