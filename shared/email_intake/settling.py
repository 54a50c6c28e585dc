"""What staff make of a mail that waits: a case, a part of one, or nothing. Its words are erased with the decision.

What nobody decides within a month is erased as well: a mailbox beside the register is no archive (PIPL 19).
"""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import or_, update

from shared.cases import acting, filing, guards, internal_reports, participation
from shared.cases.filing import Report
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.cases.vocabulary import Category, Channel, Kind, PartyType
from shared.database import db
from shared.email_intake import matching, queries
from shared.email_intake.models import InboundMail
from shared.email_intake.outcomes import Outcome, Why
from shared.email_intake.queries import KEPT
from shared.email_intake.taking import cut, description, kind_of
from shared.identity.models import Estate, User
from shared.identity.permissions import Permission
from shared.ownership import claiming
from shared.ownership import guards as ownership

REASONS = (Why.SPAM, Why.DUPLICATE, Why.NOT_OURS, Why.DONE_OTHERWISE)


def can_settle(user: User, mail: InboundMail) -> bool:
    """Who takes reports; of what answers a report from inside, who answers for that (CO-M5)."""
    if mail.outcome != Outcome.WAITING:
        return False
    inside = queries.inside_of(mail)
    if inside is not None:
        return internal_reports.is_kept_by(inside, user)
    return user.can(Permission.CASE_REGISTER, mail.estate_id)


def lock(user: User, mail_id: int) -> InboundMail:
    """The mail, for a decision. Raises NotFound out of scope; Refused when another has decided."""
    mail = queries.lock(user, mail_id)
    acting.refuse_unless(can_settle(user, mail), _("这封邮件已经有人处理过了。"))
    return mail


def register(mail: InboundMail, *, by: User, at: datetime) -> Case:
    """A case of its own; whoever registers it answers for it (GZ-15). Of a report from inside comes another one."""
    inside = queries.inside_of(mail)
    subject, sender = mail.subject or "", mail.sender or ""
    report = Report(
        kind=Kind.COMPLAINT if inside else kind_of(subject),
        category=Category.OTHER,
        channel=Channel.INTERNAL if inside else Channel.EMAIL,
        description=description(subject, mail.body or ""),
        anonymous=inside is not None and not sender,
        party_type=PartyType.STAFF if inside else PartyType.OWNER,
        email=sender,
        received_at=mail.received_at,
        extra={"mail": mail.id},
    )
    estate = db.session.get_one(Estate, inside.estate_id if inside else mail.estate_id)
    case, _new = filing.file_case(report, estate, submission_key=f"mail {mail.digest.hex()}", at=at, by=by)
    if not participation.is_about(case, by) and ownership.can_claim(by, case):
        claiming.claim(case, by=by, at=at)
    _settle(mail, Outcome.FILED, Why.NEW, by, at, case)
    return case


def join(mail: InboundMail, case: Case, *, by: User, at: datetime) -> None:
    """Part of *case*, which *by* has locked in their scope. The owner reads it only when it is from their address."""
    acting.refuse_unless(
        guards.allows(case, Act.ADDITION), _("这件诉求已经结束，不能并入。请作为新诉求登记。")
    )
    inside = queries.inside_of(mail)
    acting.refuse_unless(
        inside is None or case.is_internal, _("这封信回复的是内部反映，只能并入内部反映。"), "CO-M5"
    )
    estate_id = inside.estate_id if inside else mail.estate_id
    acting.refuse_unless(case.estate_id == estate_id, _("这件诉求是另一个小区的，不能并入。"))
    known = matching.is_from_party(case, mail.sender or "")
    said = cut(description(mail.subject or "", mail.body or ""))
    _id, words = acting.write_words(case, said, public=known)
    data = {"mail": mail.id, "known_sender": known, "photos": [], **words}
    acting.perform(case, Act.ADDITION, by=by, at=at, public=known, data=data)
    _settle(mail, Outcome.ADDED, Why.ANSWER, by, at, case)


def ignore(mail: InboundMail, *, by: User, at: datetime, why: Why) -> None:
    acting.refuse_unless(why in REASONS, _("请选择原因。"))
    _settle(mail, Outcome.IGNORED, why, by, at)


def _settle(
    mail: InboundMail, outcome: Outcome, why: Why, by: User, at: datetime, case: Case | None = None
) -> None:
    mail.outcome, mail.reason = outcome, why
    mail.case_id = case.id if case else mail.case_id
    mail.settled_at, mail.settled_by_id = at, by.id
    mail.sender = mail.subject = mail.body = None
    db.session.flush()


def forget_old(at: datetime) -> None:
    """Erase the words of mails older than a month; what still waited then is settled by that. Entry: the schedule."""
    old = InboundMail.received_at < at - KEPT
    words = or_(
        InboundMail.sender.is_not(None), InboundMail.subject.is_not(None), InboundMail.body.is_not(None)
    )
    db.session.execute(
        update(InboundMail)
        .where(old, InboundMail.outcome == Outcome.WAITING)
        .values(outcome=Outcome.IGNORED, reason=Why.EXPIRED, settled_at=at)
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        update(InboundMail)
        .where(old, words)
        .values(sender=None, subject=None, body=None)
        .execution_options(synchronize_session=False)
    )
