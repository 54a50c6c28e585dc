"""Photos sent in the background while the owner writes on; the same draft, one slot at a time."""

from http import HTTPStatus

from flask import Response, render_template, request
from flask_babel import gettext as _

from portal import blueprint, estates
from portal.filing import browser_draft, uploads
from portal.limits import UPLOADS, limiter
from shared import clock
from shared.attachments import queries, serving, verbs
from shared.attachments.models import Attachment
from shared.database import transaction
from shared.errors import NotFound


@blueprint.post("/file/photos")
@limiter.limit(UPLOADS)
def upload() -> Response:
    """One file in, one slot out: the picture, or why not."""
    estate, at = estates.needed(), clock.now()
    taken = uploads.take(request.files.getlist("photos")[:1])
    token = attachment = None
    with transaction():
        draft = browser_draft.lock_draft(estate, at)
        if draft is None:
            draft, token = browser_draft.begin(estate, at)
        held = len(queries.of_draft(draft.id))
        if taken.photos and held < verbs.MOST:
            attachment = verbs.attach(taken.photos[0], public=True, at=at, draft_id=draft.id)
        elif taken.photos:
            taken.refusals.append(uploads.too_many())
    response = _slot(attachment, held + 1, taken.refusals)
    if token:
        browser_draft.keep_cookie(response, token)
    return response


def _slot(attachment: Attachment | None, number: int, refusals: list[str]) -> Response:
    page = render_template(
        "portal/_photo.html",
        photo=attachment,
        number=number,
        message=refusals[0] if refusals else _("没有收到照片。请重新选择。"),
    )
    status = HTTPStatus.OK if attachment else HTTPStatus.UNPROCESSABLE_ENTITY
    return Response(page, status, mimetype="text/html")


@blueprint.get("/file/photos/<id>")
def draft_photo(id: str) -> Response:
    """A photo of this browser's draft, and of no other (T08)."""
    draft = browser_draft.draft_of_browser(estates.needed(), clock.now())
    for attachment in queries.of_draft(draft.id) if draft else ():
        if attachment.id == id:
            return serving.respond(attachment, thumb=request.args.get("size") != "full")
    raise NotFound
