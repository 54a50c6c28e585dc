"""Returns of a case, for pages: the open question with its reason, and what came back in this round and why."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from shared.cases.acting import words_of
from shared.cases.lifecycle import State
from shared.cases.models import Case
from shared.identity.models import User
from shared.ownership import returning
from shared.ownership.models import Return
from staff.cases import wording

BEFORE_DISPATCH = (State.CLAIMED, State.DISPATCHED, State.HANDLING)


@dataclass(frozen=True, slots=True)
class Shown:
    """One return: what it is, its mark's state, its reason, and what was answered to it."""

    title: str
    state: str
    who: str
    when: str
    reason: str
    answer: str
    answer_reason: str


def of(case: Case, user: User, now: datetime) -> list[Shown]:
    """What whoever decides or dispatches has to know, and the asker: open questions, and departments that gave it back.

    A return that was refused, or overtaken, stands in the timeline alone.
    """
    if case.stage not in BEFORE_DISPATCH:
        return []
    return [_shown(returned, case, user, now) for returned in returning.standing(case)]


def _shown(returned: Return, case: Case, user: User, now: datetime) -> Shown:
    department, zone = returned.assignment.department.name, case.estate.zone
    is_open = returned.decided_at is None
    title = _("%(department)s申请退单", department=department)
    if not is_open:
        title = _("%(department)s在这一轮退过单", department=department)
    elif returned.by_id == user.id:
        title = _("您申请了退单，等答复")
    return Shown(
        title=title,
        state="near" if is_open else "ended",
        who=returned.by.name,
        when=wording.when(returned.at, now, zone),
        reason=words_of(returned.words_id),
        answer=_("%(name)s同意", name=returned.decided_by.name) if returned.decided_by else "",
        answer_reason=words_of(returned.answer_words_id),
    )
