"""The words of the messages in `party_acts`. Never what the owner wrote: it is read on the page of the case."""

from collections.abc import Callable

from flask_babel import gettext as _

from shared.audit import timeline
from shared.cases.models import Case, Proposal
from shared.clock import written
from shared.database import db

Lines = tuple[str, list[str]]  # the subject, and what is to be said


def _urged(case: Case, detail: str | None) -> Lines:
    row = next((row for row in timeline.rows_of(case.id) if str(row.seq) == detail), None)
    nth = row.data.get("nth", 1) if row else 1
    return _("诉求人催办：%(number)s", number=case.archive_number), [
        _("诉求人第 %(n)s 次催办。请尽快处理，并把进展告诉诉求人。", n=nth)
    ]


def _rated_low(case: Case, detail: str | None) -> Lines:
    return _("评价不满意：%(number)s", number=case.archive_number), [
        _("诉求人对第 %(round)s 轮的处理评价不满意，请分析原因，组织二次跟进。", round=detail or case.round)
    ]


def _appealed(case: Case, detail: str | None) -> Lines:
    return _("诉求人申诉：%(number)s", number=case.archive_number), [
        _("诉求人对第 %(round)s 轮的处理提出申诉，要求换人处理。请听取意见，分析原因。", round=detail or "")
    ]


def _proposal_answered(case: Case, detail: str | None) -> Lines | None:
    proposal = db.session.get(Proposal, int(detail or 0))
    if proposal is None or proposal.accepted is None:
        return None
    if proposal.accepted:
        said = _(
            "诉求人同意约定到 %(when)s，以后按这个时间计时。", when=written(proposal.until, case.estate.zone)
        )
        return _("诉求人同意约定：%(number)s", number=case.archive_number), [said]
    return _("诉求人不同意约定：%(number)s", number=case.archive_number), [
        _("诉求人不同意约定到 %(when)s，照原来的时限办。", when=written(proposal.until, case.estate.zone))
    ]


def _proposed(case: Case, detail: str | None) -> Lines:
    subject = _("想与您约定时间 %(reference)s", reference=case.shown_reference)
    proposal = db.session.get(Proposal, int(detail or 0))
    asked = [_("物业想与您约定处理时间。请打开进度页，看理由，再选同意或不同意。")]
    if proposal is not None:
        asked.insert(0, _("想约定的时间：%(when)s", when=written(proposal.until, case.estate.zone)))
    return subject, [*asked, _("您不答复，就照原来的时限办。")]


TO_PARTY: dict[str, Callable[[Case, str | None], Lines]] = {"proposed": _proposed}
TO_STAFF: dict[str, Callable[[Case, str | None], Lines | None]] = {
    "urged": _urged,
    "rated_low": _rated_low,
    "appealed": _appealed,
    "proposal_answered": _proposal_answered,
}
