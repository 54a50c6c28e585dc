"""The words of the messages in `assessments`. No amount stands in a letter: it is read behind a sign-in."""

from collections.abc import Callable

from flask_babel import gettext as _

from shared import addresses
from shared.assessment import wording
from shared.assessment.models import Decision, Entry
from shared.assessment.standing import Origin
from shared.cases.models import Case
from shared.database import db

Lines = tuple[str, list[str]]  # the subject, and what is to be said


def _entry_proposed(_case: Case, detail: str | None) -> Lines | None:
    entry = db.session.get(Entry, int(detail or 0))
    if entry is None:
        return None
    if entry.origin == Origin.REWARD:
        return _("提名奖励：%(clause)s", clause=entry.clause), [_("有人为这件诉求提名奖励您，请打开查看。")]
    return _("考核记录：%(clause)s", clause=entry.clause), [
        _("有一条与您有关的考核记录，还没有决定：%(rule)s。请打开查看依据。", rule=wording.rule_name(entry))
    ]


def _entry_decided(_case: Case, detail: str | None) -> Lines | None:
    decision = db.session.get(Decision, int(detail or 0))
    if decision is None:
        return None
    entry = decision.entry
    said = _(
        "“%(rule)s”这一条考核：%(step)s。请打开查看。",
        rule=wording.rule_name(entry),
        step=wording.STEPS[decision.kind],
    )
    return _("考核决定：%(clause)s", clause=entry.clause), [said]


def _entry_appealed(_case: Case, detail: str | None) -> Lines | None:
    entry = db.session.get(Entry, int(detail or 0))
    if entry is None:
        return None
    return _("考核申诉待复核：%(clause)s", clause=entry.clause), [
        _("有一条考核提出了申诉，请由没有参与提出和处理的人复核。请打开查看。")
    ]


def link(about: str, detail: str | None) -> str | None:
    """Of the entry; None for a message about something else."""
    if about not in TO_STAFF:
        return None
    decision = db.session.get(Decision, int(detail or 0)) if about == "entry_decided" else None
    return addresses.staff_entry(decision.entry_id if decision else int(detail or 0))


TO_STAFF: dict[str, Callable[[Case, str | None], Lines | None]] = {
    "entry_proposed": _entry_proposed,
    "entry_decided": _entry_decided,
    "entry_appealed": _entry_appealed,
}
