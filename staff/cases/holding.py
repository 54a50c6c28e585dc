"""Who had the case for how long, and how much of it was waiting (谁办了多久), in words."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared.deadlines.promises import span
from shared.ownership import held
from shared.ownership.segments import As, Holding, On, Segment, Sum
from shared.words import Table
from staff.cases import wording
from staff.cases.queries import Dossier

AS_WHAT: Table = {
    As.NOBODY: _l("还没有人领取"),
    As.FIRST_RESPONDER: _l("首问责任"),
    As.HANDLER: _l("办理"),
    As.TASK: _l("协办"),
}
WAITS: Table = {
    On.ACCEPTANCE: _l("等签收"),
    On.OUTSIDE: _l("转外"),
    On.RETURN: _l("等退单答复"),
    On.REVIEW: _l("等审核"),
    On.APPROVAL: _l("等批准"),
    On.CONSENT: _l("等诉求人同意"),
}


def of(dossier: Dossier, now: datetime) -> dict[str, Any]:
    """Sums by person, then stretch by stretch. *now* is not drawn to the second: a page is read for a while."""
    found = held.of_case(dossier.case, dossier.rows)
    return {
        "sums": [_sum(total, dossier) for total in found.sums(now)],
        "segments": [_segment(segment, found, dossier, now) for segment in found.segments],
        "waits": _waits(found, now),
    }


def _sum(total: Sum, dossier: Dossier) -> dict[str, str]:
    return {
        "who": _who(total, dossier),
        "lasted": span(total.lasted),
        "waited": span(total.waited) if total.waited else "",
    }


def _who(found: Sum | Segment, dossier: Dossier) -> str:
    """`王强（工程部，办理）`"""
    what = str(AS_WHAT[found.as_what])
    if found.user_id is None:
        return what
    place = dossier.department(found.department_id)
    return _(
        "%(name)s（%(what)s）",
        name=dossier.name(found.user_id),
        what=_("，").join(filter(None, [place, what])),
    )


def _segment(segment: Segment, found: Holding, dossier: Dossier, now: datetime) -> dict[str, str]:
    zone, waited = dossier.case.estate.zone, found.waited(segment, now)
    return {
        "who": _who(segment, dossier),
        "begins": wording.when(segment.begins, now, zone),
        "ends": wording.when(segment.ends, now, zone) if segment.ends else _("现在"),
        "lasted": span(segment.lasted(now)),
        "waited": span(waited) if waited else "",
    }


def _waits(found: Holding, now: datetime) -> list[str]:
    """`等签收 2 小时`, each kind once."""
    return [
        _("%(what)s %(time)s", what=WAITS[on], time=span(length)) for on, length in found.waits_by_kind(now)
    ]
