"""催办: the owner asks us to hurry, once in 24 hours."""

from flask import flash, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.tracking import doors
from portal.tracking.acts import behind_doors
from shared import clock
from shared.cases import scope, urging
from shared.database import transaction
from shared.web.pages import see_other


@behind_doors("urge", "GET", "POST")
def urge(**door_named: str) -> Response:
    door = doors.opened(**door_named)
    if request.method == "GET":
        return see_other(f"{door.base}#urge")
    with transaction():
        urging.urge(scope.lock_by_id(door.case_id), at=clock.now())
    flash(_("已催办。负责的人都收到了提醒。"))
    return see_other(door.base)
