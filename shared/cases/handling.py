"""What is done on a case while it is worked on: contact, progress, completion, report, informing.

A *mark* is what the timeline keeps, in codes, of the act on many cases that this one is a part of.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from shared import events
from shared.audit.models import TimelineRow
from shared.cases import acting, guards, measures
from shared.cases.events import CaseCompleted, PartyInformed, ProgressTold
from shared.cases.lifecycle import Act
from shared.cases.models import Case, Contact, Resolution
from shared.cases.vocabulary import Method, Outcome
from shared.database import db
from shared.identity.models import User


def contact(
    case: Case, *, by: User, at: datetime, method: Method, reached: bool, note: str = ""
) -> TimelineRow:
    """One of ours reached the reporting party, or tried to (CO-M2: only being reached meets it)."""
    acting.refuse_unless(
        guards.can_contact(by, case), _("联系诉求人由首问责任人、处理人或调度来做。"), "CO-M2"
    )
    # The note is the staff's own; the owner sees that we called, and when.
    words_id, words = acting.write_words(case, note, public=False)
    db.session.add(
        Contact(
            case_id=case.id,
            round=case.round,
            by_id=by.id,
            at=at,
            method=method,
            reached=reached,
            words_id=words_id,
        )
    )
    return acting.perform(
        case,
        Act.CONTACT,
        by=by,
        at=at,
        public=reached,
        data={"method": method, "reached": reached, **words},
    )


def progress(
    case: Case, *, by: User, at: datetime, text: str, public: bool, mark: Mapping[str, Any] | None = None
) -> TimelineRow:
    """Say what is new: to the owner, or among ourselves. Two forms, two calls; never one switched by accident."""
    acting.refuse_unless(guards.can_progress(by, case), _("您的岗位不能在这件诉求上写进展。"))
    _id, words = acting.write_words(case, text, public=public)
    row = acting.perform(case, Act.PROGRESS, by=by, at=at, public=public, data={**words, **(mark or {})})
    if public:
        events.publish(ProgressTold(case.id, row.seq))
    return row


def complete(
    case: Case,
    *,
    by: User,
    at: datetime,
    outcome: Outcome,
    result: str,
    mark: Mapping[str, Any] | None = None,
) -> TimelineRow:
    """The work is done, with an outcome that tells the truth and a result the owner will read (MS-3, GZ-12).

    Raises Refused while the rules still ask for measures, their review or their approval (VK-4f, VK-4g).
    """
    acting.refuse_unless(guards.can_complete(by, case), _("办结由签收的处理人或其部门负责人来做。"), "GZ-12")
    refusal = measures.refusal(case)
    if refusal is not None:
        raise refusal
    words_id, words = acting.write_words(case, result, public=True)
    db.session.add(
        Resolution(
            case_id=case.id,
            round=case.round,
            by_id=by.id,
            at=at,
            outcome=outcome,
            words_id=words_id,
        )
    )
    data = {"outcome": outcome, **words, **(mark or {})}
    row = acting.perform(case, Act.COMPLETION, by=by, at=at, public=True, data=data)
    events.publish(CaseCompleted(case.id))
    return row


def current_resolution(case: Case) -> Resolution | None:
    """The completion that stands in the present round."""
    return db.session.scalar(
        select(Resolution)
        .where(Resolution.case_id == case.id, Resolution.round == case.round, Resolution.undone_at.is_(None))
        .order_by(Resolution.id.desc())
        .limit(1)
    )


def redo(case: Case, *, by: User, at: datetime, reason: str) -> None:
    """The first responder is not content with the completion and sends it back to its handler."""
    acting.refuse_unless(guards.can_redo(by, case), _("退回重办由首问责任人决定。"), "GZ-15")
    resolution = current_resolution(case)
    if resolution is not None:
        resolution.undone_at = at
    _id, words = acting.write_words(case, reason, public=False)
    acting.perform(case, Act.REDO, by=by, at=at, public=True, data=words)


def report(case: Case, *, by: User, at: datetime, text: str) -> None:
    """The handler tells dispatch the result (GZ-16)."""
    acting.refuse_unless(guards.can_report(by, case), _("结果由处理人向调度反馈。"), "GZ-16")
    _id, words = acting.write_words(case, text, public=False)
    acting.perform(case, Act.REPORT, by=by, at=at, public=False, data=words)


def inform(
    case: Case,
    *,
    by: User,
    at: datetime,
    method: Method,
    text: str,
    mark: Mapping[str, Any] | None = None,
) -> None:
    """The owner is told the result, or why a matter was judged invalid (GZ-8, GZ-15, MS-4)."""
    acting.refuse_unless(
        guards.can_inform(by, case), _("办结后，或认定无效并说明后，才告知诉求人。"), "GZ-15"
    )
    _id, words = acting.write_words(case, text, public=True)
    acting.perform(
        case,
        Act.INFORMING,
        by=by,
        at=at,
        public=True,
        data={"method": method, "validity": case.validity, **words, **(mark or {})},
    )
    events.publish(PartyInformed(case.id))
