"""The words of the message in `outstanding`. What is still to be done is read on the page of the case."""

from collections.abc import Callable

from flask_babel import gettext as _

from shared.cases.models import Case, OutstandingWork
from shared.clock import written
from shared.database import db

Lines = tuple[str, list[str]]  # the subject, and what is to be said


def _given(case: Case, detail: str | None) -> Lines | None:
    work = db.session.get(OutstandingWork, int(detail or 0))
    if work is None or work.ended_at is not None:
        return None
    when = written(work.promised_at, case.estate.zone)
    return _("遗留事项：%(number)s", number=case.archive_number), [
        _(
            "有一件遗留事项由%(department)s%(name)s负责，请打开看要做什么。",
            department=work.department.name,
            name=work.owner.name,
        ),
        _("要求完成时间：%(when)s", when=when),
    ]


TO_STAFF: dict[str, Callable[[Case, str | None], Lines | None]] = {"outstanding_given": _given}
