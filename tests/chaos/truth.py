"""What stands in the end: in the database, among the files, at the carrier, and on the pages."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from sqlalchemy import select

from shared import sealing
from shared.attachments import check
from shared.attachments.models import Attachment
from shared.attachments.storage import current_storage, id_in, name_of
from shared.audit import roots
from shared.audit.models import TimelineRow
from shared.cases.models import Case, Statement
from shared.database import db
from shared.deadlines.models import Deadline
from shared.identity.models import User
from shared.notifications.models import SENT, Message
from shared.outbox.models import DONE, OutboxRow

NOTICED = timedelta(
    seconds=90
)  # after it broke: a turn of the schedule, and two more where the clock was moved
ORPHANS_AGE = timedelta(hours=2)  # files that nothing names are set aside an hour after they came


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a timeline."""

    seq: int
    round: int
    act: str
    by: str


@dataclass
class Standing:
    """One case as the database holds it."""

    reference: str
    first_responder: str
    description: str
    rows: list[Row] = field(default_factory=list)
    photos: dict[str, str] = field(default_factory=dict)  # of filing: the digest of each, by its id

    def done(self, act: str, round: int) -> list[Row]:
        return [row for row in self.rows if row.act == act and row.round == round]


@dataclass
class Truth:
    """*cases* by reference. *messages*: how many of each. *told*: when the receipt's message arrived, by reference.

    *unnamed*: photos that no row named, by their digest, before they were swept away.
    *undelivered*, *undone*, *unread* and *orphans* name what is missing or too much; *amiss*: chains and clocks.
    """

    cases: dict[str, Standing] = field(default_factory=dict)
    messages: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # reference, what about, to whom
    told: dict[str, float] = field(default_factory=dict)
    undelivered: list[str] = field(default_factory=list)
    undone: list[str] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)
    unnamed: Counter[str] = field(default_factory=Counter)
    unread: list[str] = field(default_factory=list)
    amiss: list[str] = field(default_factory=list)


def read(arrived: dict[str, float], now: datetime) -> Truth:
    """Within an application context. *arrived*: when the carrier had each message; *now*: by the desk's clock."""
    truth = Truth()
    names = {user.id: user.username for user in db.session.scalars(select(User))}
    by_id = _cases(truth, names)
    _messages(truth, by_id, names, arrived)
    _files(truth)
    _clocks(truth, by_id, now)
    undone = select(OutboxRow).where(OutboxRow.state != DONE)
    truth.undone = [
        f"{row.task} {row.key}: {row.state} {row.error or ''}" for row in db.session.scalars(undone)
    ]
    truth.amiss += [f"{fault.where}: {fault.what}" for fault in roots.verify()[1]]
    return truth


def _cases(truth: Truth, names: dict[int, str]) -> dict[int, Standing]:
    query = select(Case, Statement.description).join(Statement, Statement.case_id == Case.id)
    by_id = {
        case.id: Standing(case.shown_reference, names.get(case.first_responder_id or 0, ""), description)
        for case, description in db.session.execute(query)
    }
    truth.cases = {standing.reference: standing for standing in by_id.values()}
    for row in db.session.scalars(select(TimelineRow).order_by(TimelineRow.case_id, TimelineRow.seq)):
        said = Row(row.seq, row.round, row.act, names.get(row.actor_id or 0, ""))
        by_id[row.case_id].rows.append(said)
    for photo in db.session.scalars(select(Attachment).where(Attachment.act == "filing")):
        if photo.case_id:
            by_id[photo.case_id].photos[photo.id] = photo.sha256.hex()
    return by_id


def _messages(
    truth: Truth, by_id: dict[int, Standing], names: dict[int, str], arrived: dict[str, float]
) -> None:
    asked_for = set()
    for message in db.session.scalars(select(Message)):
        to = names.get(message.user_id or 0, message.to_role)
        about = f"{message.about} {message.detail or ''}".strip()
        name = by_id[message.case_id].reference, about, f"{to} by {message.channel}"
        truth.messages[name] += 1
        mark = sealing.token(str(message.id).encode(), "message")
        asked_for.add(mark)
        if message.channel == "sms" and (message.state != SENT or mark not in arrived):
            truth.undelivered.append(" ".join(name))
        elif message.about == "received":
            truth.told[by_id[message.case_id].reference] = arrived.get(mark, 0.0)
    truth.amiss += [
        f"the carrier sent {mark}, which no message asked for" for mark in arrived.keys() - asked_for
    ]


def _files(truth: Truth) -> None:
    """Before the sweep, what killed processes and hung-up people have left behind; after it, nothing may be left."""
    later = datetime.now(UTC) + ORPHANS_AGE
    truth.unnamed = Counter(
        _digest(name) for name in check.examine(later).files_without_rows if name == name_of(id_in(name))
    )
    check.sweep(later)
    found = check.examine(later, contents=True)
    truth.amiss += [f"photo {name} holds other bytes than were stored" for name in found.altered]
    truth.orphans += [f"row without file {name}" for name in found.rows_without_files]
    truth.orphans += [f"file without row {name}" for name in (*found.files_without_rows, *found.waiting)]


def _digest(name: str) -> str:
    with current_storage().open(name) as file:
        return sha256(file.read()).hexdigest()


def _clocks(truth: Truth, by_id: dict[int, Standing], now: datetime) -> None:
    """A breach before its time was found by a clock that was wrong (F21); one that nobody found was missed (F41).

    What people did while it was wrong is dated so: by the record they were late, and nobody can know better.
    """
    misdated = _misdated(now)
    seen: Counter[tuple[str, int, str]] = Counter()
    for clock in db.session.scalars(select(Deadline).where(Deadline.breached_at.is_not(None))):
        reference = by_id[clock.case_id].reference
        seen[reference, clock.round, f"{clock.rule} {clock.started_at}"] += 1
        is_early = clock.due_at > now and clock.case_id not in misdated
        if clock.breached_at != clock.due_at or is_early:
            truth.amiss.append(f"{reference}: {clock.rule} was found broken before its time")
    truth.amiss += [f"{name}: broken {times} times" for name, times in seen.items() if times > 1]
    truth.amiss += [
        f"{by_id[clock.case_id].reference}: {clock.rule} was not found broken" for clock in missed(now)
    ]


def _misdated(now: datetime) -> set[int]:
    return set(db.session.scalars(select(TimelineRow.case_id).where(TimelineRow.at > now)))


def missed(now: datetime) -> list[Deadline]:
    """The clocks that were broken long enough before *now* to be found so, and were not (F41)."""
    running = (each.is_(None) for each in (Deadline.met_at, Deadline.ended_at, Deadline.paused_at))
    due = select(Deadline).where(*running, Deadline.breached_at.is_(None), Deadline.due_at < now - NOTICED)
    misdated = _misdated(now)
    return [clock for clock in db.session.scalars(due) if clock.case_id not in misdated]
