"""What is still to be done after the answer, for the owner: which department, by when, and how it ended."""

from dataclasses import dataclass

from flask_babel import gettext as _

from portal import wording
from shared import clock
from shared.audit.models import TimelineRow
from shared.cases import outstanding
from shared.cases.lifecycle import Act
from shared.cases.models import Case, OutstandingWork
from shared.deadlines.outstanding import promise
from shared.deadlines.promises import PromiseState


@dataclass(frozen=True, slots=True)
class Line:
    state: str
    text: str
    was: str  # the first date, where there is another now


def lines(case: Case, rows: list[TimelineRow]) -> list[Line]:
    """Those to be done first; no query where the record names none. What staff wrote of it is theirs."""
    if not any(row.act == Act.OUTSTANDING for row in rows):
        return []
    works = outstanding.of_case(case)
    works.sort(key=lambda work: (work.ended_at is not None, work.promised_at))
    return [_line(work, case.estate.zone) for work in works]


def _line(work: OutstandingWork, zone: str) -> Line:
    state = promise(work, clock.now(), zone).state
    changed = work.promised_at != work.due_at
    return Line(
        state=state.value,
        text=_text(work, state, zone),
        was=_("原定 %(when)s。", when=wording.moment(work.due_at, zone)) if changed else "",
    )


def _text(work: OutstandingWork, state: PromiseState, zone: str) -> str:
    if work.ended_at:
        said = {"department": work.department.name, "when": wording.day(work.ended_at, zone)}
        if work.done:
            return _("%(department)s %(when)s做完了。", **said)
        return _("%(department)s %(when)s决定不做。想问原因请打电话。", **said)
    said = {"department": work.department.name, "when": wording.moment(work.promised_at, zone)}
    if state is PromiseState.BROKEN:
        return _("%(department)s应在 %(when)s 前做完，已经晚了。", **said)
    return _("%(department)s %(when)s 前做完。", **said)
