"""What has become of messages: of one case, and of those that were given up."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select

from shared.cases.models import Case
from shared.database import db
from shared.identity.models import User
from shared.identity.queries import names_of
from shared.notifications.models import Message
from shared.outbox.models import DEAD, DUE, OutboxRow

TASK = "send_message"
# Between the desk and one person: no group hears of it, and it stands on no page of the case.
CONFIDENTIAL = ("entry_proposed", "entry_decided", "entry_appealed")
READ = 500  # dead letters that are read at the most: a page shows fewer


@dataclass(frozen=True, slots=True)
class Track:
    """A message to *name*, and its place in the outbox.

    *next_at*: when it is tried next; *resent_by*: who had it tried anew.
    """

    message: Message
    name: str | None
    attempts: int
    is_dead: bool
    next_at: datetime | None
    resent_by: str


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A row that was given up; *message* and *case* unless it was another kind of work."""

    row: OutboxRow
    message: Message | None
    case: Case | None
    name: str | None


def key_of(message: Message) -> str:
    """The outbox row's: one for each case, event, recipient and channel (F07)."""
    event = f"{message.case_id}:{message.about}:{message.detail or ''}"
    return f"message:{event}:{message.user_id or message.to_role}:{message.channel}"


# Built once: every page of a case asks them.
_OF_CASE = (
    select(Message, User.name)
    .outerjoin(User, User.id == Message.user_id)
    .where(Message.case_id == bindparam("case_id"), Message.about.not_in(CONFIDENTIAL))
    .order_by(Message.made_at.desc(), Message.id.desc())
)
_BY_KEY = select(OutboxRow).where(OutboxRow.key.in_(bindparam("keys", expanding=True)))


def of_case(case_id: int) -> list[Track]:
    """What was, or was not, sent about a case, the latest first; but for what is between the desk and one person."""
    found = db.session.execute(_OF_CASE, {"case_id": case_id}).all()
    if not found:
        return []
    keys = [key_of(message) for message, _name in found]
    rows = {row.key: row for row in db.session.scalars(_BY_KEY, {"keys": keys})}
    names = names_of(row.payload.get("by") for row in rows.values())
    return [
        _track(message, name, rows.get(key), names) for (message, name), key in zip(found, keys, strict=True)
    ]


def _track(message: Message, name: str | None, row: OutboxRow | None, names: dict[int, str]) -> Track:
    if row is None:
        return Track(message, name, 0, False, None, "")
    by = names.get(row.payload.get("by", 0), "")
    next_at = row.due_at if row.state == DUE else None
    return Track(message, name, row.attempts, row.state == DEAD, next_at, by)


def dead(may_see: ColumnElement[bool]) -> tuple[list[DeadLetter], int]:
    """The newest dead letters with what they were about, and how many were kept back.

    *may_see* is the condition on `Case` of those whose messages the reader may know of: asked of the database, so
    that however many of another estate's are newer, none of the reader's is missed (T09).
    """
    of_message = and_(OutboxRow.task == TASK, OutboxRow.payload["message"].as_integer() == Message.id)
    found = db.session.execute(
        select(OutboxRow, Message, Case, User.name)
        .outerjoin(Message, of_message)
        .outerjoin(Case, Case.id == Message.case_id)
        .outerjoin(User, User.id == Message.user_id)
        .where(OutboxRow.state == DEAD, or_(Case.id.is_(None), may_see))
        .order_by(OutboxRow.id.desc())
        .limit(READ)
    )
    kept_back = (
        select(func.count())
        .select_from(OutboxRow)
        .join(Message, of_message)
        .join(Case, Case.id == Message.case_id)
        .where(OutboxRow.state == DEAD, ~may_see)
    )
    return [DeadLetter(*row) for row in found], db.session.scalar(kept_back) or 0
