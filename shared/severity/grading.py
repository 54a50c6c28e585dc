"""Grading (定级): the machine grades provisionally as soon as a criterion is met, a person confirms or overrules.

clauses.md, settled 4. An overruling stands until evidence of another kind appears.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from shared import events, words
from shared.cases import acting, guards, measures
from shared.cases.finding import circumstances_of
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.cases.vocabulary import Severity
from shared.database import db
from shared.identity.models import User
from shared.incidents import repeats
from shared.incidents.repeats import Sent
from shared.severity.events import CaseGraded
from shared.severity.judging import Evidence, Reason, judge
from shared.severity.models import Grading
from shared.severity.queries import gradings_of, is_provisional, thresholds_passed

BY_JUDGEMENT = {"clause": "VK-4h", "of": "judgement"}  # "others by judgement"
Keys = frozenset[tuple[str, str]]


def evidence_of(case: Case, earlier: Sequence[Sent] | None = None) -> Evidence:
    """Everything that the severity of *case* is judged by; *earlier*: what its party has said before, if known."""
    counts = repeats.counts_of(case, earlier)
    return Evidence(
        circumstances_of(case),
        owners=counts.owners,
        reports=counts.reports,
        people=counts.people,
        cases=counts.cases,
        ran_out=thresholds_passed(case),
    )


def weigh(case: Case, at: datetime) -> None:
    """After its filing, or when it was sorted anew: what its party has said before is looked for once.

    It is reported (VK-4e), and the case judged by it (VK-4h).
    """
    if case.is_internal or not case.is_open:
        return
    earlier = repeats.earlier_of(case)
    repeats.notice(case, at, earlier)
    rejudge(case, at, earlier)


def rejudge(case: Case, at: datetime, earlier: Sequence[Sent] | None = None) -> None:
    """Hold the evidence against the rules again, after anything that may have changed it; the case is locked.

    Makes an ordinary case provisionally major, and a provisionally major one ordinary when its reasons have fallen
    away. What a person has decided stays decided, but for reasons that were not known to them.
    """
    rules = measures.rules_of(case)
    if case.is_internal or rules is None or not rules.criteria or not case.is_open:
        return
    past = gradings_of(case)
    overruled = _overruled(past)
    reasons = [reason for reason in judge(rules, evidence_of(case, earlier)) if reason.key not in overruled]
    data = [reason.as_data() for reason in reasons]
    if case.severity == Severity.ORDINARY:
        if reasons:
            _record(case, Severity.MAJOR, data, at=at)
    elif past and is_provisional(past[-1]) and _keys(data) != _keys(past[-1].reasons):
        _record(case, Severity.MAJOR if reasons else Severity.ORDINARY, data, at=at)


def grade(case: Case, severity: Severity, *, by: User, at: datetime, reason: str = "") -> Grading:
    """A person confirms what the machine has judged, or decides otherwise and says why (VK-4h)."""
    acting.refuse_unless(
        guards.can_grade(by, case), _("定级由调度、投诉专员、服务中心主任或公司领导来做。"), "VK-4h"
    )
    past = gradings_of(case)
    confirms = severity == case.severity and bool(past) and is_provisional(past[-1])
    acting.refuse_unless(
        confirms or severity != case.severity,
        _("这件诉求已经是“%(severity)s”。", severity=words.SEVERITIES[severity]),
    )
    acting.refuse_unless(confirms or bool(reason.strip()), _("改变定级，要写明理由。"), "VK-4h")
    reasons = _reasons_now(case) or (past[-1].reasons if confirms else [])
    return _record(case, severity, reasons, by=by, at=at, text=reason)


def _reasons_now(case: Case) -> list[dict[str, Any]]:
    """What speaks for a major case now; a person who says otherwise has seen it and overrules it."""
    rules = measures.rules_of(case)
    reasons: Sequence[Reason] = judge(rules, evidence_of(case)) if rules else ()
    return [reason.as_data() for reason in reasons]


def _record(
    case: Case,
    severity: Severity,
    reasons: list[dict[str, Any]],
    *,
    at: datetime,
    by: User | None = None,
    text: str = "",
) -> Grading:
    """Keep a grading and move the case; of a person without evidence, their words are what it rests on."""
    became_major = severity is Severity.MAJOR and case.severity == Severity.ORDINARY
    words_id, said = acting.write_words(case, text, public=False)
    if severity is Severity.MAJOR and not reasons:
        reasons = [{**BY_JUDGEMENT, "evidence": {"words": words_id}}]
    case.severity = severity
    grading = Grading(
        case_id=case.id,
        round=case.round,
        at=at,
        by_id=by.id if by else None,
        severity=severity,
        reasons=reasons,
        words_id=words_id,
    )
    db.session.add(grading)
    acting.perform(
        case,
        Act.GRADING,
        by=by,
        at=at,
        public=False,
        data={"severity": severity, "reasons": reasons, **said},
    )
    events.publish(CaseGraded(case.id, grading.id, became_major))
    return grading


def _overruled(past: Iterable[Grading]) -> Keys:
    """The reasons that a person has looked at and found not to make the case major."""
    found: Keys = frozenset()
    for grading in past:
        if grading.by_id is not None:
            is_major = grading.severity == Severity.MAJOR
            found = frozenset() if is_major else found | _keys(grading.reasons)
    return found


def _keys(reasons: Iterable[dict[str, Any]]) -> Keys:
    return frozenset((reason["clause"], reason["of"]) for reason in reasons)
