"""How often what was checked differed from the record, month by month: whether the record can be believed (GZ-4)."""

from typing import Any

from flask_babel import gettext as _

from shared.clock import local_date
from shared.identity.models import Estate
from shared.supervision.models import SpotCheck
from shared.supervision.queries import Tally
from staff.supervision_forms import KINDS

OWN = "own"


def rates(found: list[tuple[SpotCheck, Tally]], estate: Estate) -> list[dict[str, Any]]:
    """One row for each month in which was drawn and each thing drawn from, the latest first; heads' checks apart."""
    rows: dict[tuple[str, str], Tally] = {}
    for check, tally in found:
        key = (f"{local_date(check.drawn_at, estate.zone):%Y-%m}", OWN if check.department_id else check.kind)
        rows[key] = rows.get(key, Tally()) + tally
    names = {**{kind: str(name) for kind, name in KINDS.items()}, OWN: _("部门自查")}
    order = [*KINDS, OWN]
    ordered = sorted(rows, key=lambda row: order.index(row[1]))
    return [
        {"month": month, "what": names[what], "tally": rows[month, what]}
        for month, what in sorted(ordered, key=lambda row: row[0], reverse=True)
    ]
