"""The words of the message in `openings`."""

from collections.abc import Callable

from flask_babel import gettext as _

from shared import addresses
from shared.cases.models import Case
from shared.database import db
from shared.identity.models import User

Lines = tuple[str, list[str]]  # the subject, and what is to be said


def _many_opened(_case: Case, detail: str | None) -> Lines | None:
    opener_id, _colon, number = (detail or "0:0").partition(":")
    opener = db.session.get(User, int(opener_id))
    if opener is None:
        return None
    lines = [
        _(
            "%(name)s在 24 小时内打开或导出了 %(n)s 件诉求的内容或联系方式。请核对用途（AH-6.2）。",
            name=opener.name,
            n=number,
        )
    ]
    if (link := addresses.staff_accesses()).startswith("http"):
        lines.append(_("查阅登记：%(link)s", link=link))
    return _("大量查阅：%(name)s", name=opener.name), lines


TO_STAFF: dict[str, Callable[[Case, str | None], Lines | None]] = {"many_opened": _many_opened}
