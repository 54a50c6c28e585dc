"""What has been typed so far, sent in the background to the draft that this browser has (F43)."""

from http import HTTPStatus

from flask import Response, request

from portal import blueprint, estates
from portal.filing import answers as answering
from portal.filing import browser_draft
from portal.limits import AUTOSAVES, limiter
from shared import clock
from shared.cases import drafts
from shared.cases.models import Draft
from shared.database import transaction


@blueprint.post("/file/draft")
@limiter.limit(AUTOSAVES)
def autosave() -> Response:
    """Lay the words over the draft. Where none is, none is begun: the owner may just have filed it."""
    estate, at = estates.needed(), clock.now()
    with transaction():
        draft = browser_draft.lock_draft(estate, at)
        if draft is not None and _is_of(draft) and _is_newer(draft):
            typed = answering.read(request.form)
            if typed.get("anonymous"):
                typed = answering.without_contact(typed)
            drafts.fill(draft, typed, at)
    return Response(status=HTTPStatus.NO_CONTENT)


def _is_of(draft: Draft) -> bool:
    """Whether the page that sends is about this draft, not about one that was filed from another tab."""
    return browser_draft.posted_key() == browser_draft.answers_of(draft).get("submission_key")


def _is_newer(draft: Draft) -> bool:
    """One that was slow on its way must not undo what the form itself brought meanwhile."""
    return _typed_at(request.form.get("typed_at")) > _typed_at(
        browser_draft.answers_of(draft).get("typed_at")
    )


def _typed_at(text: str | None) -> int:
    """The page's own count of milliseconds; 0 when there is none."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 20 else 0
