"""One act on an incident, done on each of its open cases: the same words to each owner, nothing of another's case."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask_babel import gettext as _
from sqlalchemy import select

from shared import words
from shared.audit.models import TimelineRow
from shared.cases import guards, handling, scope
from shared.cases.lifecycle import OPEN, Act
from shared.cases.models import Case
from shared.cases.participation import visible_to
from shared.cases.vocabulary import Method, Outcome
from shared.database import db
from shared.errors import NotFound, Refused
from shared.identity.models import User
from shared.incidents.models import Incident
from shared.words import act_name, state_name


class Kind(StrEnum):
    PROGRESS = "progress"
    NOTE = "note"
    COMPLETION = "completion"
    INFORMING = "informing"


ACTS = {
    Kind.PROGRESS: Act.PROGRESS,
    Kind.NOTE: Act.PROGRESS,
    Kind.COMPLETION: Act.COMPLETION,
    Kind.INFORMING: Act.INFORMING,
}
CAN = {
    Kind.PROGRESS: guards.can_progress,
    Kind.NOTE: guards.can_progress,
    Kind.COMPLETION: guards.can_complete,
    Kind.INFORMING: guards.can_inform,
}


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done on every case. *key* tells one sending of the form from the next: done once, it stays done."""

    kind: Kind
    incident_id: int
    key: str
    text: str
    outcome: Outcome = Outcome.RESOLVED
    method: Method = Method.MESSAGE

    @property
    def mark(self) -> dict[str, object]:
        """What the timeline of each case keeps of it."""
        return {"incident": self.incident_id, "turn": self.key}


@dataclass(frozen=True, slots=True)
class Result:
    """How it went on one case; without *reason* it is done."""

    number: str
    reason: str = ""
    before: bool = False  # by an earlier sending of the same form

    @property
    def is_done(self) -> bool:
        return not self.reason


def numbers_of(incident: Incident, user: User) -> list[str]:
    """The open cases of the incident that *user* may see, in the order in which they came."""
    return list(
        db.session.scalars(
            select(Case.archive_number)
            .where(Case.incident_id == incident.id, Case.state.in_(sorted(OPEN)), visible_to(user))
            .order_by(Case.received_at, Case.id)
        )
    )


def carry_out(order: Order, number: str, *, by: User, at: datetime) -> Result:
    """Do it on one case, inside a change of that case alone. Never raises for what the rules say about this case."""
    try:
        case = scope.lock(by, number)
    except NotFound:
        return Result(number, _("现在不能查看这件诉求。"))
    if _was_done(order, case):
        return Result(number, before=True)
    if case.incident_id != order.incident_id:
        return Result(number, _("已移出这件群诉。"))
    if not guards.allows(case, ACTS[order.kind]):
        state, act = state_name(case.state), act_name(ACTS[order.kind])
        return Result(number, _("现在是“%(state)s”，不能再做“%(act)s”。", state=state, act=act))
    _do(order, case, by, at)
    return Result(number)


def refused(number: str, refusal: Refused) -> Result:
    """The rules said no, and nothing of it was done."""
    return Result(number, words.refusal(refusal))


def _do(order: Order, case: Case, by: User, at: datetime) -> None:
    match order.kind:
        case Kind.COMPLETION:
            handling.complete(case, by=by, at=at, outcome=order.outcome, result=order.text, mark=order.mark)
        case Kind.INFORMING:
            handling.inform(case, by=by, at=at, method=order.method, text=order.text, mark=order.mark)
        case _:
            public = order.kind is Kind.PROGRESS
            handling.progress(case, by=by, at=at, text=order.text, public=public, mark=order.mark)


def _was_done(order: Order, case: Case) -> bool:
    rows = db.session.scalars(
        select(TimelineRow.data).where(TimelineRow.case_id == case.id, TimelineRow.act == ACTS[order.kind])
    )
    return any(data.get("turn") == order.key for data in rows)
