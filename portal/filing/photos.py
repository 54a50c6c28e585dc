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
    token = None
    with transaction():
        draft = browser_draft.lock_draft(estate, at)
        if draft is None:
            draft, token = browser_draft.begin(estate, at)
        before = queries.of_draft(draft.id)
        held, is_room = uploads.keep(draft, before, taken.photos, at, sent_again="again" in request.form)
    response = _answer(taken, held, is_room)
    if token:
        browser_draft.keep_cookie(response, token)
    return response


def _answer(taken: uploads.Taken, held: list[Attachment], is_room: bool) -> Response:
    if taken.unstored:
        return _slot(HTTPStatus.SERVICE_UNAVAILABLE, message=taken.unstored[0], may_retry=True)
    if not taken.photos:
        why = taken.unfit[0] if taken.unfit else _("没有收到照片。请重新选择。")
        return _slot(HTTPStatus.UNPROCESSABLE_ENTITY, message=why)
    sent = taken.photos[0].sha256
    found = next((n for n, one in enumerate(held) if one.sha256 == sent), None)
    if found is None or not is_room:
        return _slot(HTTPStatus.UNPROCESSABLE_ENTITY, message=uploads.too_many())
    return _slot(HTTPStatus.OK, photo=held[found], number=found + 1)


def _slot(
    status: HTTPStatus,
    *,
    photo: Attachment | None = None,
    number: int = 0,
    message: str = "",
    may_retry: bool = False,
) -> Response:
    page = render_template(
        "portal/_photo.html", photo=photo, number=number, message=message, may_retry=may_retry
    )
    return Response(page, status, mimetype="text/html")


@blueprint.post("/file/photos/removal")
@limiter.limit(UPLOADS)
def remove_photo() -> Response:
    """Take one photo out of this browser's draft, while others are still on their way."""
    with transaction():
        draft = browser_draft.lock_draft(estates.needed(), clock.now())
        for attachment in queries.of_draft(draft.id) if draft else ():
            if attachment.id == request.form.get("remove_photo"):
                verbs.remove(attachment)
    return Response(status=HTTPStatus.NO_CONTENT)


@blueprint.get("/file/photos/<id>")
def draft_photo(id: str) -> Response:
    """A photo of this browser's draft, and of no other (T08)."""
    draft = browser_draft.draft_of_browser(estates.needed(), clock.now())
    for attachment in queries.of_draft(draft.id) if draft else ():
        if attachment.id == id:
            return serving.respond(attachment, thumb=request.args.get("size") != "full")
    raise NotFound
