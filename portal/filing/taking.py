"""What a POST of a filing form does: it lays what it carries over the draft, and at the last step files it."""

from dataclasses import dataclass, field

from flask import flash, g, request
from flask_babel import gettext as _

from portal.filing import answers as answering
from portal.filing import browser_draft, sending, similar, uploads
from portal.filing.answers import Answers
from portal.filing.form import DetailsForm, details_form
from shared import clock
from shared.attachments import queries as attachments
from shared.attachments import verbs
from shared.attachments.models import Attachment
from shared.cases import drafts, filing
from shared.cases.caps import Hindrance
from shared.cases.models import Case, Draft
from shared.identity.models import Estate


@dataclass(slots=True)
class Outcome:
    """What a POST did to the draft."""

    draft: Draft | None
    answers: Answers
    form: DetailsForm
    token: str | None = None  # of a draft that was begun just now
    case: Case | None = None
    hindrance: Hindrance | None = None
    problems: list[str] = field(default_factory=list)  # with photos


def lay_over(estate: Estate, key: str | None, taken: uploads.Taken, *, is_last: bool) -> Outcome:
    """Inside the change: draft, answers, photos; and at the last step the case."""
    at, token = clock.now(), None
    draft = browser_draft.lock_draft(estate, at)
    # Of many sent at once, another may have become the case; a page may have been kept from an earlier filing.
    is_of_another = key is not None and key != browser_draft.answers_of(draft).get("submission_key")
    if key and is_of_another and (known := filing.filed_already(key)):
        return Outcome(None, {}, details_form({}, estate), case=known)
    if draft is None:
        draft, token = browser_draft.begin(estate, at)
    held = attachments.of_draft(draft.id)
    is_changed = browser_draft.changed_since_checked(draft, held)
    answers = {**browser_draft.answers_of(draft), **answering.read(request.form)}
    answers |= similar.taken(answers, estate, at)
    problems = taken.unfit + _foreign(held)
    held, is_room = uploads.keep(draft, held, taken.photos, at)
    if not is_room:
        problems.append(uploads.too_many())
    held = _after_removal(held)
    outcome = Outcome(draft, answers, details_form(answers, estate), token, problems=problems)
    if outcome.form.validate() and answers.get("category") and not problems:
        if answers.get("anonymous"):
            outcome.answers = answering.without_contact(answers)
        # A page that was checked in another tab carries another key: then the present draft is shown, not sent.
        if is_last and is_changed:
            flash(_("这份内容刚才在另一页改过。请核对后再提交。"))
        elif is_last and key == answers.get("submission_key"):
            _send(draft, outcome, estate, held)
    if outcome.case is None:
        drafts.fill(draft, outcome.answers, at)
    return outcome


def _send(draft: Draft, outcome: Outcome, estate: Estate, held: list[Attachment]) -> None:
    filled = sending.Filled(draft, outcome.answers, outcome.form, held)
    sent = sending.send(filled, estate, clock.now(), meant="again" in request.form)
    if isinstance(sent, Hindrance):
        outcome.hindrance = sent
    else:
        outcome.case, g.newly_filed = sent


def _foreign(held: list[Attachment]) -> list[str]:
    """Ids of photos sent as text must be of this draft: what another browser uploaded is not to be had (T08)."""
    named = {text for text in request.form.getlist("photos") if text}
    return [_("有照片已不在这份草稿里。请重新选择照片。")] if named - {photo.id for photo in held} else []


def _after_removal(held: list[Attachment]) -> list[Attachment]:
    """What stays of *held* when the photo that is to go has gone."""
    asked = request.form.get("remove_photo")
    for photo in held:
        if photo.id == asked:
            verbs.remove(photo)
    return [photo for photo in held if photo.id != asked]


def told_of_photos(taken: uploads.Taken) -> None:
    """Say what was left behind: the words go through without the photos (F19, F30)."""
    lost = request.form.get("photos_failed", "")
    if taken.unstored:
        flash(taken.unstored[0])
    elif lost.isascii() and lost.isdecimal() and 0 < len(lost) < 3:
        flash(_("有 %(n)s 张照片未上传，可稍后补传。", n=int(lost)))
