"""The first page of the settings: a link to each section this person may open."""

from typing import Any

from flask import url_for

from shared.identity.permissions import Permission
from shared.web import pages
from staff import blueprint
from staff.access import me, requires
from staff.settings.sections import SECTIONS


@blueprint.get("/settings")
@requires(Permission.SETTINGS_VIEW)
def settings() -> Any:
    open_to_me = [section for section in SECTIONS if me().estates_where(section.permission)]
    return pages.render(
        "staff/settings/index.html",
        sections=[
            {"url": url_for(s.endpoint), "title": str(s.title), "hint": str(s.hint)} for s in open_to_me
        ],
    )
