"""Why a matter came about (原因, CO-6): a code of the trade beside the words, found when its round is over."""

from datetime import datetime

from flask_babel import lazy_gettext as _l

from shared.cases.models import Case
from shared.database import db
from shared.identity.models import User
from shared.improvement.models import Cause
from shared.words import Table

CAUSES: Table = {
    "ageing": _l("设备老化"),
    "upkeep": _l("维护不到位"),
    "workmanship": _l("施工质量"),
    "operation": _l("操作失误"),
    "communication": _l("沟通不到位"),
    "staffing": _l("人手不足"),
    "procedure": _l("流程缺陷"),
    "outside": _l("外部单位"),
    "misuse": _l("使用不当"),
    "unfounded": _l("没有发现问题"),
    "other": _l("其他原因"),
}


def record(case: Case, *, by: User, at: datetime, code: str, words_id: int | None) -> Cause:
    """Keep why the round came about; *words_id* is what was written about it. Part of archiving (CO-6)."""
    assert code in CAUSES, code
    cause = Cause(
        estate_id=case.estate_id,
        case_id=case.id,
        round=case.round,
        code=code,
        words_id=words_id,
        found_by_id=by.id,
        found_at=at,
    )
    db.session.add(cause)
    return cause
