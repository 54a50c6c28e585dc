"""Consent: the owner's yes or no to the time that we propose is the written evidence of GZ-12."""

from http import HTTPStatus

from flask import flash, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.tracking import doors, owner_page
from portal.tracking.acts import behind_doors
from portal.tracking.answers import number_of
from shared import clock
from shared.cases import acting, scope
from shared.database import transaction
from shared.deadlines import proposing
from shared.errors import Refused
from shared.web.pages import see_other

ANSWERS = {"yes": True, "no": False}


@behind_doors("proposal", "GET", "POST")
def answer_proposal(**door_named: str) -> Response:
    """POST `answer` (yes or no) and, as the page sends it, `proposal`: the one that was read."""
    door = doors.opened(**door_named)
    if request.method == "GET":
        return see_other(f"{door.base}#proposal")
    acting.refuse_unless(
        door.may_consent, _("同意约定，请用回执码打开，或从专属链接进入。这样才知道是您本人。"), "GZ-12"
    )
    agrees = ANSWERS.get(request.form.get("answer", ""))
    if agrees is None:
        said = Refused(_("请点同意或不同意。"))
        return owner_page.owners(door, refused=said, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    with transaction():
        case = scope.lock_by_id(door.case_id)
        proposing.answer(case, at=clock.now(), agrees=agrees, seen=number_of(request.form.get("proposal")))
    flash(_("已约定。以后按这个时间计时。") if agrees else _("已告诉物业您不同意。照原来的时间办。"))
    return see_other(door.base)
