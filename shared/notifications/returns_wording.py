"""The words of the messages in `returns`. The reasons are read on the page of the case."""

from collections.abc import Callable

from flask_babel import gettext as _

from shared.cases.models import Case
from shared.database import db
from shared.ownership.models import Return

Lines = tuple[str, list[str]]  # the subject, and what is to be said


def _return_asked(case: Case, detail: str | None) -> Lines | None:
    asked = db.session.get(Return, int(detail or 0))
    if asked is None or asked.decided_at is not None:
        return None
    return _("有人申请退单：%(number)s", number=case.archive_number), [
        _(
            "%(department)s%(name)s认为这件诉求不该由他们办，申请退单。时限不停，请尽快看理由并答复。",
            department=asked.assignment.department.name,
            name=asked.by.name,
        )
    ]


def _return_answered(case: Case, detail: str | None) -> Lines | None:
    asked = db.session.get(Return, int(detail or 0))
    if asked is None or asked.decided_by is None:
        return None
    subject = _("退单有答复：%(number)s", number=case.archive_number)
    if asked.approved:
        said = _(
            "%(name)s同意退单。这件诉求不再由%(department)s办理，等首问责任人重新派单。",
            name=asked.decided_by.name,
            department=asked.assignment.department.name,
        )
        return subject, [said]
    said = _("%(name)s不同意退单，请继续办理。时限没有停过。", name=asked.decided_by.name)
    return subject, [said, *([_("这次派单已定为不能再退。")] if asked.assignment.final else [])]


TO_STAFF: dict[str, Callable[[Case, str | None], Lines | None]] = {
    "return_asked": _return_asked,
    "return_answered": _return_answered,
}
