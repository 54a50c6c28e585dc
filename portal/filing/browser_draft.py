"""The draft of this browser: found by its cookie, begun at the first POST, shown as the form it fills."""

from collections.abc import Iterable
from datetime import datetime
from re import fullmatch

from flask import current_app, request, session, url_for
from werkzeug.wrappers import Response

from portal import estates
from portal.filing.answers import Answers
from portal.filing.form import DetailsForm, details_form
from shared import sealing
from shared.attachments.models import Attachment
from shared.cases import drafts
from shared.cases.models import Draft
from shared.database import db, transaction
from shared.identity.models import Estate, Spot

COOKIE = "draft"
KEY = r"[A-Za-z0-9_-]{22}"
MATTER = ("kind", "category", "topic")


def draft_of_browser(estate: Estate, at: datetime) -> Draft | None:
    """The live draft that the cookie names, if it is for this estate."""
    return _if_of(estate, drafts.of_token(request.cookies.get(COOKIE), at))


def _if_of(estate: Estate, draft: Draft | None) -> Draft | None:
    return draft if draft and draft.estate_id == estate.id else None


def estate_of_browser(at: datetime) -> Estate | None:
    """The estate of this browser's draft: whose battery died need not say again where they live. Remembers it."""
    draft = drafts.of_token(request.cookies.get(COOKIE), at)
    estate = db.session.get(Estate, draft.estate_id) if draft else None
    if estate is not None:
        estates.remember(estate)
    return estate


def lock_draft(estate: Estate, at: datetime) -> Draft | None:
    """The same, held until the caller's change ends; None when another request of this browser has just filed it."""
    return _if_of(estate, drafts.lock_of_token(request.cookies.get(COOKIE), at))


def answers_of(draft: Draft | None) -> Answers:
    return {k: v for k, v in drafts.content(draft).items() if isinstance(v, str)} if draft else {}


def key_of(draft: Draft | None) -> str:
    """The submission key that this page's form carries: the draft's, or a fresh one that the first POST brings back."""
    return answers_of(draft).get("submission_key") or drafts.new_key()


def state_of(draft: Draft, photos: Iterable[Attachment]) -> str:
    """Stands for all that the draft holds: what was checked is told by it from what was changed since."""
    held = [draft.content, *(photo.id for photo in photos)]
    return sealing.digest("\n".join(held)).hex()[:32]


def changed_since_checked(draft: Draft, photos: Iterable[Attachment]) -> bool:
    """Whether another tab of this browser changed the draft after the check page that was sent had been shown."""
    checked = request.form.get("checked")
    return checked is not None and checked != state_of(draft, photos)


def posted_key() -> str | None:
    """The key the form carried, if it can be one of ours."""
    key = request.form.get("submission_key", "")
    return key if fullmatch(KEY, key) else None


def begin(estate: Estate, at: datetime) -> tuple[Draft, str]:
    """Open a draft for this browser inside the caller's change; gives it and the cookie's value."""
    draft, token = drafts.begin(estate.id, at)
    first = preset_answers(estate)
    if key := posted_key():
        first["submission_key"] = key
    drafts.fill(draft, first, at)
    return draft, token


def preset(estate: Estate) -> Spot | None:
    """The place of the poster this visit began at, unless it is no longer in use."""
    code = session.get("place")
    spot = estates.spot_of_poster(code) if code else None
    if spot is None or spot.ended_at is not None or spot.building.estate_id != estate.id:
        return None
    return spot


def preset_answers(estate: Estate) -> Answers:
    spot = preset(estate)
    return {"building": str(spot.building_id), "spot": spot.name} if spot else {}


def form_of(answers: Answers, estate: Estate) -> tuple[Answers, DetailsForm]:
    return answers, details_form(answers, estate)


def next_step(filled: tuple[Answers, DetailsForm]) -> str:
    """The address of the first step that still lacks something."""
    answers, form = filled
    if not answers.get("category"):
        return url_for("portal.file")
    return url_for("portal.check") if form.validate() else url_for("portal.details")


def keep_cookie(response: Response, token: str) -> None:
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(drafts.KEPT.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )


def forget_cookie(response: Response) -> None:
    response.delete_cookie(COOKIE, httponly=True, samesite="Lax")


def throw_away(estate: Estate, at: datetime) -> None:
    """Delete this browser's draft; its photos are swept away with it. Opens its own change."""
    with transaction():
        draft = lock_draft(estate, at)
        if draft:
            drafts.discard(draft)
