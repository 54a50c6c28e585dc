"""A mail is taken, once: it becomes a case, an addition to one, or waits for a person, and its row says which.

Called inside a change of its own. The row of its digest is written first, so that whoever takes the same mail at
the same time waits, and finds it taken.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared.attachments import verbs as attachments
from shared.cases import ending, filing, guards, scope
from shared.cases.filing import Report
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.cases.vocabulary import Category, Channel, Kind
from shared.config import Mailbox
from shared.database import db
from shared.email_intake import flood, matching
from shared.email_intake.models import InboundMail
from shared.email_intake.outcomes import Outcome, Why
from shared.email_intake.parsing import Mail
from shared.email_intake.photos import Taken
from shared.identity.models import Estate
from shared.notifications import telling
from shared.outbox.rows import insert_once
from shared.sealing import digest

LONGEST = 4_000  # characters of a case's description; the rest is in the mailbox
GOES_ON = "（后面还有，见原邮件）"
OLDEST = timedelta(days=7)  # a clock may begin this long before we read the mail, and no longer
REPAIR, HELP = ("报修", "维修"), ("求助", "咨询")


@dataclass(frozen=True, slots=True)
class Arrival:
    """What lay in the mailbox. *mail* is None when nothing could be read from it."""

    digest: bytes
    mail: Mail | None
    came_at: datetime  # to the mail server
    files: Taken = field(default_factory=Taken)


def digest_of(mailbox: Mailbox, raw: bytes, mail: Mail | None) -> bytes:
    """What a mail is known again by: its Message-ID, else all of it; of each estate's mailbox for itself."""
    named = f"{mailbox.estate} {mail.message_id}".encode() if mail and mail.message_id else b""
    return digest(named or mailbox.estate.encode() + b"\n" + raw)


def take(arrival: Arrival, mailbox: Mailbox, estate: Estate, at: datetime) -> InboundMail | None:
    """Take it, whatever comes of it; None when it was taken before."""
    row_id = insert_once(
        InboundMail,
        "digest",
        {
            "estate_id": estate.id,
            "digest": arrival.digest,
            "received_at": min(arrival.came_at, at),
            "outcome": Outcome.WAITING,
            "reason": Why.TAKING,
        },
    )
    if row_id is None:
        return None
    row = db.session.get_one(InboundMail, row_id)
    mail = arrival.mail
    if mail is None:
        return _wait(row, Why.UNREADABLE, None)
    answered = matching.match(mail, mailbox.address, estate.id)
    machine = why_machine(mail, mailbox)
    if machine is not None:
        row.sender, row.subject = mail.sender or None, mail.subject or None
        return _settle(row, Outcome.IGNORED, machine, at, answered.case_id)
    return _of_person(row, arrival, mail, answered, estate, at)


def why_machine(mail: Mail, mailbox: Mailbox) -> Why | None:
    """Why no person wrote this: answered, it would be answered again, for ever."""
    if mail.sender.lower() == mailbox.address.lower():
        return Why.OWN
    return Why(mail.machine) if mail.machine else None


def _of_person(
    row: InboundMail, arrival: Arrival, mail: Mail, answered: matching.Match, estate: Estate, at: datetime
) -> InboundMail:
    crowd = flood.count(estate.slug, mail.sender, answered.case_id, at)
    if crowd is flood.Crowd.ENDLESS:
        return _settle(row, Outcome.REFUSED, Why.FLOOD, at, answered.case_id)
    trouble = _trouble(mail, answered) or (Why.FLOOD if crowd is flood.Crowd.TOO_MANY else None)
    if trouble is not None:
        return _wait(row, trouble, mail, answered.case_id)
    if answered.case_id is not None:
        return _add(row, arrival, mail, scope.lock_by_id(answered.case_id), at)
    return _file(row, arrival, mail, estate, at)


def _trouble(mail: Mail, answered: matching.Match) -> Why | None:
    if mail.is_encrypted:
        return Why.ENCRYPTED
    if mail.is_garbled:
        return Why.UNREADABLE
    if not mail.sender:
        return Why.NO_SENDER
    return answered.trouble


def _wait(row: InboundMail, why: Why, mail: Mail | None, case_id: int | None = None) -> InboundMail:
    """Its words are kept, sealed, until somebody has decided."""
    row.outcome, row.reason, row.case_id = Outcome.WAITING, why, case_id
    if mail is not None:
        row.sender, row.subject = mail.sender or None, mail.subject or None
        names = "、".join(file.name or "?" for file in mail.files[:12])
        row.body = "\n\n".join(filter(None, [cut(mail.whole), names and f"【附件】{names}"])) or None
    db.session.flush()
    return row


def _settle(row: InboundMail, outcome: Outcome, why: Why, at: datetime, case_id: int | None) -> InboundMail:
    row.outcome, row.reason, row.settled_at, row.case_id = outcome, why, at, case_id
    db.session.flush()
    return row


def cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - len(GOES_ON)] + GOES_ON


def description(subject: str, words: str) -> str:
    """The subject first, unless the words say it again."""
    said = words.strip()
    return cut(said if subject in said else f"{subject}\n{said}".strip())


def kind_of(subject: str) -> Kind:
    """A complaint, unless the subject begins with a word that says otherwise; staff triage it in any event."""
    if subject.startswith(REPAIR):
        return Kind.REPAIR
    return Kind.HELP if subject.startswith(HELP) else Kind.COMPLAINT


def _file(row: InboundMail, arrival: Arrival, mail: Mail, estate: Estate, at: datetime) -> InboundMail:
    said = description(mail.subject, mail.words or mail.whole)
    if not said and not arrival.files.photos:
        return _wait(row, Why.EMPTY, mail)
    report = Report(
        kind=kind_of(mail.subject),
        category=Category.OTHER,
        channel=Channel.EMAIL,
        description=said,
        name=mail.sender_name[:40],
        email=mail.sender,
        received_at=max(min(arrival.came_at, at), at - OLDEST),
        extra=_mark(row, arrival),
    )
    case, _new = filing.file_case(report, estate, submission_key=f"mail {arrival.digest.hex()}", at=at)
    _attach(arrival, case, Act.FILING, at)
    return _settle(row, Outcome.FILED, Why.NEW, at, case.id)


def _add(row: InboundMail, arrival: Arrival, mail: Mail, case: Case, at: datetime) -> InboundMail:
    if not guards.allows(case, Act.ADDITION):
        return _wait(row, Why.CASE_ENDED, mail, case.id)
    if not mail.words and not arrival.files.photos:
        return _wait(row, Why.EMPTY, mail, case.id)
    known = matching.is_from_party(case, mail.sender)
    photos = _attach(arrival, case, Act.ADDITION, at)
    mark = {**_mark(row, arrival), "known_sender": known}
    ending.add(case, at=at, text=cut(mail.words), photos=photos, mark=mark)
    if not known:
        row.sender = mail.sender  # staff see from whom it came, for as long as words are kept
    telling.on_mail_added(case, row.id, at)
    return _settle(row, Outcome.ADDED, Why.ANSWER, at, case.id)


def _mark(row: InboundMail, arrival: Arrival) -> dict[str, object]:
    """What the timeline keeps of the mail: ids and codes."""
    left_out = dict(arrival.files.left_out)
    return {"mail": row.id, **({"left_out": left_out} if left_out else {})}


def _attach(arrival: Arrival, case: Case, act: Act, at: datetime) -> list[str]:
    held = [
        attachments.attach(photo, public=True, at=at, case_id=case.id, round=case.round, act=act)
        for photo in arrival.files.photos
    ]
    return [photo.id for photo in held]
