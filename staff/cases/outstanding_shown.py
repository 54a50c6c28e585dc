"""The outstanding works of a case for its page, and in one sentence for whoever closes it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _

from shared.audit.models import TimelineRow
from shared.cases import outstanding
from shared.cases.lifecycle import Act
from shared.cases.models import Case, OutstandingWork, Words
from shared.deadlines import outstanding as dates
from shared.deadlines.promises import Promise
from shared.identity.models import User
from staff.cases.outstanding import one_line


@dataclass(frozen=True, slots=True)
class Shown:
    promise: Promise  # under the name of whose it is
    text: str
    result: str
    date_url: str  # empty: it has ended, or it is not this person's to change
    end_url: str


def of(
    case: Case, rows: Sequence[TimelineRow], words: dict[int, Words], user: User, now: datetime
) -> list[Shown]:
    """Those to be done first, then those that have ended; no query where the record names none."""
    if not any(row.act == Act.OUTSTANDING for row in rows):
        return []
    works = outstanding.of_case(case)
    works.sort(key=lambda work: (work.ended_at is not None, work.promised_at))
    return [_shown(case, work, words, user, now) for work in works]


def _shown(case: Case, work: OutstandingWork, words: dict[int, Words], user: User, now: datetime) -> Shown:
    mine = work.ended_at is None and outstanding.can_keep(user, case, work)
    return Shown(
        promise=replace(
            dates.promise(work, now, case.estate.zone), name=f"{work.department.name} {work.owner.name}"
        ),
        text=_text(words, work.words_id),
        result=_text(words, work.result_words_id),
        date_url=_address("outstanding_date", case, work) if mine and case.erased_at is None else "",
        end_url=_address("outstanding_end", case, work) if mine else "",
    )


def _text(words: dict[int, Words], words_id: int | None) -> str:
    found = words.get(words_id or 0)
    return found.text if found else ""


def _address(slug: str, case: Case, work: OutstandingWork) -> str:
    return url_for(f"staff.case_{slug}", number=case.archive_number, work=work.id)


def left_open(case: Case) -> str:
    """`还有 2 件遗留事项，结案后照样跟踪：工程部 王强，24 日 18:00 前；…。` Empty when nothing is left."""
    works = outstanding.open_of(case)
    if not works:
        return ""
    lines = _("；").join(one_line(work, case.estate.zone) for work in works)
    return _("还有 %(n)s 件遗留事项，结案后照样跟踪：%(lines)s。", n=len(works), lines=lines)
