"""The pages of improvement (改进), and the head that each of them has."""

from collections.abc import Callable
from typing import Any

from flask import current_app, request, url_for
from flask_babel import gettext as _

from shared.identity.models import Estate
from shared.identity.permissions import Permission
from staff import estates
from staff.access import me

P = Permission


def rooms(estate: Estate) -> list[dict[str, Any]]:
    """Those that this person may open at *estate*, and that there are."""
    every = (
        ("staff.improvement", _("措施"), P.LEARN),
        ("staff.improvement_recurrences", _("反复发生"), P.MEASURE_SET),
        ("staff.improvement_meetings", _("例会"), P.LEARN),
        ("staff.improvement_trainings", _("培训"), P.LEARN),
        ("staff.improvement_lessons", _("案例库"), P.LEARN),
    )
    return [
        {
            "label": label,
            "url": url_for(endpoint, estate=estate.slug),
            "current": endpoint == request.endpoint,
        }
        for endpoint, label, permission in every
        if endpoint in current_app.view_functions and me().can(permission, estate.id)
    ]


def head(estate: Estate, permission: Permission, address: Callable[[Estate], str]) -> dict[str, Any]:
    """What stands at the top: which estate, the others, and the other pages."""
    return {
        "of_estate": estate,
        "estates": estates.views(permission, estate, address),
        "rooms": rooms(estate),
    }
