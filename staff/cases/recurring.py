"""On the case page: that the same comes again at its place, and what is done so that it ends (未诉先办, CO-6)."""

from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from shared.cases.lifecycle import State
from shared.cases.models import Case
from shared.identity.models import User
from shared.improvement import measures_guards, measures_queries, recurrences
from staff import improvement


def of(case: Case, user: User, now: datetime) -> dict[str, Any] | None:
    """For whoever sets measures at its estate; None where there is nothing to say."""
    if case.is_internal or not measures_guards.can_raise(user, case.estate_id):
        return None
    place = recurrences.of_case(user, case, now)
    # Measures of a case are raised with its archiving.
    raised = measures_queries.of_cases(user, [case.id]) if case.stage is State.ARCHIVED else ()
    if place is None and not raised:
        return None
    said = (
        _("同一地方、同一类别 %(days)s 天内发生 %(n)s 次。", days=recurrences.window_of(case), n=place.times)
        if place
        else ""
    )
    return {
        "said": said,
        "url": url_for("staff.improvement_recurrences", estate=case.estate.slug),
        "measures": [improvement.line(measure, case.estate) for measure in raised],
    }
