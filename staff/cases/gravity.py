"""How grave a case is and why, for its page: the reasons with clause and evidence, and what I may say to them."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from shared import words
from shared.cases import guards
from shared.cases.models import Case
from shared.cases.vocabulary import Severity
from shared.identity.models import User
from shared.severity import wording as severity
from shared.severity.models import Grading
from shared.severity.queries import is_provisional
from staff.cases import queries, wording
from staff.cases.queries import Dossier


@dataclass(frozen=True, slots=True)
class Why:
    """One reason: `同一事项 3 位业主`, `TR-3`, `JX-2026-000001、…`."""

    what: str
    clause: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Gravity:
    title: str
    is_provisional: bool
    reasons: list[Why]
    words_id: int | None  # of the person who decided
    by: str  # who, and when
    may_decide: bool


def word(case: Case, grading: Grading | None) -> str:
    """`重大 · 暂定`, or plainly `重大`, `普通`."""
    called = str(words.SEVERITIES[case.severity])
    if case.severity == Severity.MAJOR and is_provisional(grading):
        return _("%(severity)s · 暂定", severity=called)
    return called


def of(dossier: Dossier, user: User, now: datetime, *, is_kept: bool) -> Gravity | None:
    """What to show of a major case; None of an ordinary one.

    *is_kept*: *user* is not told who reported it; the cases counted with it may be the same person's.
    """
    case, grading = dossier.case, dossier.grading
    if case.severity != Severity.MAJOR or grading is None:
        return None
    when = wording.when(grading.at, now, case.estate.zone)
    alone = case.incident_id is None  # what is counted without an incident is of the same party
    visible = set() if is_kept else queries.visible_numbers(_counted(grading), user, of_one_party=alone)
    return Gravity(
        title=word(case, grading),
        is_provisional=is_provisional(grading),
        reasons=[
            Why(severity.what(reason), reason["clause"], severity.how_known(reason, visible))
            for reason in grading.reasons
        ],
        words_id=grading.words_id,
        by=_("%(who)s %(when)s 定的。", who=dossier.name(grading.by_id), when=when) if grading.by_id else "",
        may_decide=guards.can_grade(user, case),
    )


def _counted(grading: Grading) -> set[str]:
    """The archive numbers of the cases that the reasons count."""
    return {number for reason in grading.reasons for number in reason["evidence"].get("cases", ())}
