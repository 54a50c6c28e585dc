"""The register kept so far (原台账): each of its rows once a case of ours, with its old number kept and found.

What was settled there is closed here, with no clock of ours and no message to anybody; what is open waits for
somebody to claim it, and its clocks run from the import on. Both are said before anything is written.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from shared import clock, events
from shared.audit import timeline
from shared.audit.models import TimelineRow
from shared.cases import acting, filing, numbering, outside_orders
from shared.cases.ending import FORMER
from shared.cases.events import CaseTouched
from shared.cases.filing import Report
from shared.cases.lifecycle import Act, State
from shared.cases.models import Case, Closure, OutsideOrder, Resolution
from shared.cases.vocabulary import Outcome, Validity
from shared.database import db
from shared.identity.models import Estate, User
from shared.imports.fates import Fate, Outlook, Planned
from shared.imports.former_rows import Kept, Reading
from shared.imports.headings import Table
from shared.ownership import routing
from shared.register import terms
from shared.severity import grading

AT_ONCE = 500  # ids in one statement


def look(table: Table, estate: Estate, at: datetime, by: User) -> Outlook:
    """The fate of each row. What is here already is never written over: its case is where it goes on."""
    reading = Reading(estate, at)
    rows = [reading.planned(entry) for entry in table.entries]
    known = dict(_known([row.what.seed for row in rows if row.what is not None]))
    for row in rows:
        if row.what is not None and row.what.seed in known:
            _meet(row, *known[row.what.seed])
    return Outlook(rows, _remarks(rows))


def _known(seeds: Sequence[bytes]) -> Iterator[tuple[bytes, tuple[str, str]]]:
    """Of each seed that is a case already: its archive number, and the digest of the row it was made from."""
    for start in range(0, len(seeds), AT_ONCE):
        found = db.session.execute(
            select(Case.seed, Case.archive_number, TimelineRow.data)
            .join(TimelineRow, (TimelineRow.case_id == Case.id) & (TimelineRow.seq == 1))
            .where(Case.seed.in_(seeds[start : start + AT_ONCE]))
        )
        for seed, number, data in found:
            yield bytes(seed), (number, data.get("row", ""))


def _meet(row: Planned, number: str, digest: str) -> None:
    is_same = digest == row.what.digest
    row.fate = Fate.SAME if is_same else Fate.REFUSED
    row.words = [
        _("已经导入过，是 %(number)s。", number=number)
        if is_same
        else _("已经导入过，是 %(number)s，但这一行和那时不一样。请到那件诉求里去改。", number=number)
    ]


def _remarks(rows: Sequence[Planned]) -> tuple[str, ...]:
    new = [row.what for row in rows if row.fate is Fate.NEW]
    closed = sum(1 for kept in new if kept.done_at is not None)
    found = []
    if closed:
        found.append(_("%(n)s 件已办结的：只存档，不计时限，不给业主发消息。", n=closed))
    if len(new) > closed:
        found.append(
            _(
                "%(n)s 件没办结的：进“待受理”等人领取，时限从导入那一刻起算，不给业主发消息。",
                n=len(new) - closed,
            )
        )
    return tuple(found)


def order(row: Planned) -> tuple[datetime, int]:
    """The oldest first, so that the archive's numbers follow the days."""
    return row.what.at, row.number


def enter(rows: Sequence[Planned], estate: Estate, *, by: User, at: datetime) -> list[tuple[str, str]]:
    """Make the cases of these rows, in their order; nobody is invited, so there is nothing to hand out."""
    years = {numbering.lock(estate, row.what.at): None for row in rows}
    # Somebody may have imported the same file meanwhile; while the counters are held nobody does.
    known = dict(_known([row.what.seed for row in rows])) if years else {}
    # Every question would write out what waits, a row at a time.
    with db.session.no_autoflush:
        made = [_enter(row.what, estate, by, at) for row in rows if row.what.seed not in known]
        db.session.flush()
    terms.write_words({case.id: f"{said.description}\n{said.spot or ''}" for case, said in made})
    return []


def _enter(kept: Kept, estate: Estate, by: User, at: datetime) -> tuple[Case, Report]:
    mark = {"former": kept.number, "row": kept.digest, "settled": kept.done_at is not None}
    report, year = replace(kept.report, extra=mark), clock.local(kept.at, estate.zone).year
    case = filing.enter(report, estate, seed=kept.seed, year=year, at=at, by=by)
    case.filed_at = kept.at
    db.session.add(
        OutsideOrder(
            case_id=case.id,
            issuer=outside_orders.FORMER,
            number=kept.number,
            by_id=by.id,
            at=at,
            answered_at=at,
        )
    )
    if kept.done_at is not None:
        _settle(case, kept, kept.done_at, by, at)
    else:
        db.session.flush()
        routing.assign(case, at)
        grading.rejudge(case, at)
        events.publish(CaseTouched(case.id))
    return case, report


def _settle(case: Case, kept: Kept, done_at: datetime, by: User, at: datetime) -> None:
    """The record says when it was written down here, the closure when it was settled: terms run from then."""
    case.received_at, case.changed_at = kept.at, done_at
    case.state, case.validity = State.CLOSED, Validity.VALID
    words_id, words = acting.write_words(case, kept.result, public=True)
    db.session.add_all(
        [
            Resolution(
                case_id=case.id, round=1, by_id=by.id, at=done_at, outcome=Outcome.RESOLVED, words_id=words_id
            ),
            Closure(case_id=case.id, round=1, by_id=by.id, at=done_at, ground=FORMER),
        ]
    )
    case.version += 1
    timeline.append(case, Act.CLOSURE, at=at, actor_id=by.id, public=True, data={"ground": FORMER, **words})
