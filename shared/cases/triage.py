"""Judging a case: kind, category, urgency, complexity, validity (CO-3, AH-2.2, VK-4b, TR-2, TR-4).

How grave it is, is graded on evidence: `shared.severity.grading`.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from flask_babel import gettext as _

from shared import events
from shared.cases import acting, guards, internal_reports, participation
from shared.cases.events import CaseTriaged, SubjectNamed
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.cases.vocabulary import Category, Complexity, Kind, Urgency, Validity
from shared.database import db
from shared.identity.models import User


@dataclass(frozen=True, slots=True)
class Judgement:
    """All five answers as they stand after the act."""

    kind: Kind
    category: Category
    urgency: Urgency
    complexity: Complexity
    validity: Validity


def judgement_of(case: Case) -> Judgement:
    """How the case is judged now."""
    return Judgement(
        Kind(case.kind),
        Category(case.category),
        Urgency(case.urgency),
        Complexity(case.complexity),
        Validity(case.validity),
    )


def needs_reason(before: Judgement, after: Judgement) -> bool:
    """Judging a matter invalid, less urgent or differently complex is answered for in words (T38)."""
    return (
        (after.validity is Validity.INVALID and before.validity is not Validity.INVALID)
        or (before.urgency is Urgency.URGENT and after.urgency is Urgency.NORMAL)
        or before.complexity is not after.complexity
    )


def name_subject(case: Case, subject: User, *, by: User, at: datetime) -> None:
    """Record whom the case is about, as the owner's words turn out to mean; from now on that person sees nothing of it.

    Raises Refused while the person still answers for it or handles it: somebody else must take that over first.
    """
    acting.refuse_unless(guards.can_triage(by, case), _("您的岗位不能研判这件诉求。"))
    acting.refuse_unless(
        subject.id not in (case.first_responder_id, case.handler_id, by.id),
        _("%(name)s正在负责或研判这件诉求。请先移交或改派，再登记为涉及人员。", name=subject.name),
    )
    if participation.is_about(case, subject):
        return
    participation.enter(case, participation.ABOUT, at, user_id=subject.id)
    if case.is_internal:
        db.session.flush()
        internal_reports.entrust(case, at)
    data = {**asdict(judgement_of(case)), "about": subject.id}
    acting.perform(case, Act.TRIAGE, by=by, at=at, public=False, data=data)
    events.publish(SubjectNamed(case.id))


def triage(case: Case, judgement: Judgement, *, by: User, at: datetime, reason: str = "") -> None:
    """Record how the case is judged from now on. Raises Refused without a reason where one is due."""
    acting.refuse_unless(guards.can_triage(by, case), _("您的岗位不能研判这件诉求。"))
    before = judgement_of(case)
    acting.refuse_unless(
        bool(reason.strip()) or not needs_reason(before, judgement),
        _("判为无效、降低紧急程度、改变复杂程度，都要写明理由。"),
        "TR-2",
    )
    for name, value in asdict(judgement).items():
        setattr(case, name, value)
    _id, words = acting.write_words(case, reason, public=False)
    acting.perform(
        case,
        Act.TRIAGE,
        by=by,
        at=at,
        public=False,
        data={**asdict(judgement), "before": asdict(before), **words},
    )
    became_urgent = before.urgency is Urgency.NORMAL and judgement.urgency is Urgency.URGENT
    events.publish(CaseTriaged(case.id, became_urgent))
