"""The round on a phone (今天): where to go next, photos before and after, done; photos outlive a dead network."""

import re
import secrets
from datetime import datetime
from http import HTTPStatus
from typing import Any, BinaryIO, cast
from urllib.parse import urlencode

from flask import Response, flash, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse

from shared import clock
from shared.attachments import refusals, verbs
from shared.attachments.images import Unfit
from shared.attachments.storage import NotStored
from shared.attachments.verbs import Received
from shared.cases import handling, scope
from shared.cases.lifecycle import Act, State
from shared.cases.models import Case
from shared.clock import local_date
from shared.database import transaction
from shared.errors import Refused
from shared.identity.permissions import Permission
from shared.register import errands
from shared.register.rows import CaseRow
from shared.web import pages
from staff import blueprint
from staff.access import me, requires
from staff.context import my_estates, my_zone
from staff.lists import lines

BEFORE, AFTER = "before", "after"
# What the photo is of: the state it was found in is ours to know, what was made of it the owner sees too.
SAID = {BEFORE: _l("处理前的照片"), AFTER: _l("处理后的照片")}
MAP = "https://uri.amap.com/search"  # opens the map on the telephone, and a page without one
_KEY = re.compile(r"[0-9a-f]{32}")


@blueprint.get("/today")
@requires(Permission.CASE_ACCEPT)
def today() -> Any:
    rows = errands.errands(me(), g.at)
    taken = errands.photographed([row.id for row in rows])
    drawn = lines(rows, me(), several_estates=len(my_estates()) > 1)
    cards = [_card(row, line, taken) for row, line in zip(rows, drawn, strict=True)]
    urgent = [_is_for_today(row, g.at) for row in rows]
    return pages.render(
        "staff/today.html",
        today=clock.local(g.at, my_zone()),
        now_due=[card for card, is_now in zip(cards, urgent, strict=True) if is_now],
        later=[card for card, is_now in zip(cards, urgent, strict=True) if not is_now],
        here=url_for("staff.today"),
    )


def _is_for_today(row: CaseRow, at: datetime) -> bool:
    """What falls due today or has fallen due, and what nobody has signed for yet."""
    due = row.promise.due_at if row.promise else None
    return row.state is State.DISPATCHED or (
        due is not None and local_date(due, row.zone) <= local_date(at, row.zone)
    )


def _card(row: CaseRow, line: Any, taken: Any) -> dict[str, Any]:
    return {
        "line": line,
        "estate": row.estate,
        "map_url": _map_of(row),
        "is_accepted": row.state is State.HANDLING,
        "shots": [
            {
                "when": when,
                "label": label,
                "count": taken[row.id, when],
                "key": secrets.token_hex(16),
            }
            for when, label in ((BEFORE, _("拍处理前照片")), (AFTER, _("拍处理后照片")))
        ],
    }


def _map_of(row: CaseRow) -> str:
    """A map that looks for the building, at the estate's address: nothing of whoever reported it. Empty without one."""
    address = next((estate.address for estate in my_estates() if estate.id == row.estate_id), "")
    if not address:
        return ""
    return f"{MAP}?{urlencode({'keyword': ' '.join(filter(None, (address, row.estate, row.building)))})}"


@blueprint.post("/today/<number>/photo")
@requires(Permission.CASE_ACCEPT)
def today_photo(number: str) -> BaseResponse:
    """One photo of the round. The same key is the same photo, however often a telephone sends it."""
    said, status = _take(scope.read(me(), number))
    if pages.wants_fragment():
        return Response(said, status, mimetype="text/plain")
    flash(said)
    return pages.see_other(url_for("staff.today"))


def _take(case: Case) -> tuple[str, int]:
    """Gives what to tell the person, and how it went as a status."""
    when, key = request.form.get("when", ""), request.form.get("key", "")
    file = request.files.get("photo")
    if when not in SAID or not _KEY.fullmatch(key) or file is None or not file.filename:
        return _("没有收到照片，请再拍一次。"), HTTPStatus.UNPROCESSABLE_ENTITY
    arrived = _("照片已收到。"), HTTPStatus.OK
    if errands.has_arrived(case.id, key):
        return arrived
    try:
        received = verbs.receive(cast(BinaryIO, file.stream))
        with transaction():
            _put(scope.lock(me(), case.archive_number), received, when, key)
    except Unfit as error:
        return refusals.sentence(error), HTTPStatus.UNPROCESSABLE_ENTITY
    except NotStored as error:
        return refusals.sentence(error), HTTPStatus.SERVICE_UNAVAILABLE
    except Refused as refusal:
        return refusal.message, HTTPStatus.CONFLICT
    return arrived


def _put(case: Case, received: Received, when: str, key: str) -> None:
    """Make the photo part of the case, unless it came by another way meanwhile; the caller has locked the case."""
    if errands.has_arrived(case.id, key):
        return
    at, public = clock.now(), when == AFTER
    mark = {errands.PHOTO: when, errands.KEY: key}
    handling.progress(case, by=me(), at=at, text=str(SAID[when]), public=public, mark=mark)
    verbs.attach(received, case_id=case.id, round=case.round, act=Act.PROGRESS, public=public, at=at)
