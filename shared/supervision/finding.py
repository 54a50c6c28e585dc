"""What supervision finds of a case that was drawn (GZ-4, GZ-17B): it is so, it is otherwise, or nobody was reached."""

from datetime import datetime
from enum import StrEnum

from flask_babel import gettext as _

from shared.cases import acting
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.identity.models import User
from shared.supervision import guards
from shared.supervision.models import SpotCheckItem


class Found(StrEnum):
    AGREES = "agrees"
    DIFFERS = "differs"
    UNREACHED = "unreached"


def record(case: Case, *, item: SpotCheckItem, by: User, at: datetime, found: Found, text: str) -> None:
    """Once for each case drawn, by somebody who neither handled nor revisited it; on the case's internal record.

    *text* says what is otherwise. Of a case whose words are erased only the finding is kept (T41).
    """
    acting.refuse_unless(
        item.case_id == case.id and guards.can_record(by, item.check), _("抽查由督导来做。"), "GZ-4"
    )
    acting.refuse_unless(item.finding is None, _("这件已经核对过，结论不能再改。"), "GZ-17B")
    acting.refuse_unless(
        not guards.worked_on(by, item.check, [case.id]),
        _("您办理过或回访过这件诉求，请督导的其他人来核对。"),
        "GZ-17B",
    )
    acting.refuse_unless(
        found is not Found.DIFFERS or bool(text.strip()), _("请写明哪里与记录不符。"), "GZ-17B"
    )
    words_id, words = acting.write_words(case, "" if case.erased_at else text, public=False)
    item.finding, item.found_by_id, item.found_at, item.words_id = found, by.id, at, words_id
    acting.perform(
        case,
        Act.SPOT_CHECK,
        by=by,
        at=at,
        public=False,
        data={"check": item.check_id, "of": item.round, "finding": found, **words},
    )
