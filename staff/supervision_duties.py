"""What is owed each week, month, quarter and year (周期任务): done, due, missed, by which article (GZ-17B)."""

from datetime import timedelta
from typing import Any

from flask import g, url_for
from flask_babel import gettext as _

from shared.clock import local_date
from shared.deadlines.plain import people
from shared.duties import keeping, queries, wording
from shared.duties.queries import Line
from shared.identity.models import Estate
from shared.identity.permissions import Permission
from shared.identity.queries import every_department
from shared.web import pages
from staff import blueprint, estates
from staff.access import me, requires

P = Permission
MOMENT = timedelta(microseconds=1)


@blueprint.get("/supervision/duties")
@requires(P.SPOT_CHECK, P.REPORT_VIEW)
def supervision_duties() -> Any:
    permission = P.SPOT_CHECK if estates.offered(P.SPOT_CHECK) else P.REPORT_VIEW
    estate = estates.chosen(permission)
    before = [_row(line, estate) for line in queries.before(estate, g.at)]
    return pages.render(
        "staff/supervision/duties.html",
        of_estate=estate,
        estates=estates.views(
            permission, estate, lambda e: url_for("staff.supervision_duties", estate=e.slug)
        ),
        has_duties=bool(keeping.duties(estate, g.at)),
        running=[_row(line, estate) for line in queries.running(estate, g.at)],
        before=before,
        missed=sum(row["state"] == "broken" for row in before),
        back_url=url_for("staff.supervision", estate=estate.slug)
        if me().can(P.SPOT_CHECK, estate.id) or me().can(P.DEPARTMENT_CHECK, estate.id)
        else "",
    )


def _row(line: Line, estate: Estate) -> dict[str, Any]:
    occurrence, duty = line.occurrence, line.duty
    names = {each.id: each.name for each in every_department(estate.id)}
    return {
        "name": wording.name_of(duty),
        "clause": occurrence.clause,
        "days": _("%(first)s 至 %(last)s", first=occurrence.starts_on, last=occurrence.ends_on),
        "done_by": str(wording.DONE_BY[duty.counts]),
        "done": line.done,
        "needed": occurrence.needed,
        "due": local_date(occurrence.due_at - MOMENT, estate.zone),
        "state": line.state,
        "said": str(wording.STATES[line.state]),
        "whose": people(duty.whose),
        "is_excused": line.is_excused,
        "lacking": _("、").join(names[each] for each in line.lacking),
    }
