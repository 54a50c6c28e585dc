"""The three steps. Every POST lays what it carries over the draft and goes to the first step that lacks something."""

from dataclasses import dataclass, field
from http import HTTPStatus

from flask import Response, flash, g, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from portal import blueprint, estates
from portal.filing import answers as answering
from portal.filing import browser_draft, sending, showing, uploads
from portal.filing.answers import Answers
from portal.filing.form import DetailsForm, details_form
from portal.limits import FILINGS, STEPS, limiter, source_filed
from shared import clock
from shared.attachments import queries as attachments
from shared.attachments import verbs
from shared.attachments.models import Attachment
from shared.cases import drafts, filing, links
from shared.cases.models import Case, Draft
from shared.database import transaction
from shared.identity.models import Estate
from shared.web.pages import see_other

TOPIC, DETAILS, CHECK = "file", "details", "check"


@blueprint.get("/file", endpoint=TOPIC)
def topic() -> str:
    """1/3: what is it about?"""
    _estate, draft, answers = _present()
    return _topic_page(draft, answers)


@blueprint.get("/file/details", endpoint=DETAILS)
def details() -> str | BaseResponse:
    """2/3: what happened, where, and how to reach you."""
    estate, draft, answers = _present()
    if not answers.get("category"):
        return see_other(url_for("portal.file"))
    return _details_page(estate, draft, details_form(answers, estate))


@blueprint.get("/file/check", endpoint=CHECK)
def check() -> str | BaseResponse:
    """3/3: read it once more."""
    estate, draft, answers = _present()
    filled = browser_draft.form_of(answers, estate)
    if draft is None or browser_draft.next_step(filled) != url_for("portal.check"):
        return see_other(browser_draft.next_step(filled))
    return render_template(
        "portal/file_check.html",
        lines=showing.summary(answers, filled[1]),
        photos=attachments.of_draft(draft.id),
        anonymous=bool(answers.get("anonymous")),
        submission_key=browser_draft.key_of(draft),
        checked=browser_draft.state_of(draft),
    )


@blueprint.post("/file", endpoint="file_post")
@limiter.limit(STEPS)
def topic_post() -> BaseResponse:
    return _take(TOPIC)


@blueprint.post("/file/details", endpoint="details_post")
@limiter.limit(STEPS)
def details_post() -> BaseResponse:
    return _take(DETAILS)


@blueprint.post("/file/check", endpoint="check_post")
@limiter.limit(STEPS)
@limiter.limit(FILINGS, deduct_when=source_filed)
def check_post() -> BaseResponse:
    return _take(CHECK)


@dataclass(slots=True)
class Outcome:
    """What a POST did to the draft."""

    draft: Draft | None
    answers: Answers
    form: DetailsForm
    token: str | None = None  # of a draft that was begun just now
    case: Case | None = None
    problems: list[str] = field(default_factory=list)  # with photos


def _present() -> tuple[Estate, Draft | None, Answers]:
    estate = estates.needed()
    draft = browser_draft.draft_of_browser(estate, clock.now())
    answers = browser_draft.answers_of(draft) if draft else browser_draft.preset_answers(estate)
    return estate, draft, answers


def _take(step: str) -> BaseResponse:
    estate = estates.needed()
    key = browser_draft.posted_key()
    known = filing.filed_already(key) if key else None
    if known is not None:
        if step != CHECK:
            flash(_("这份内容已经提交过了，下面是它的回执。"))
        return _to_receipt(known)
    taken = uploads.take(request.files.getlist("photos"))  # slow, so before the change
    with transaction():
        outcome = _lay_over(step, estate, key, taken)
    return _answer(step, estate, outcome)


def _lay_over(step: str, estate: Estate, key: str | None, taken: uploads.Taken) -> Outcome:
    """Inside the change: draft, answers, photos; and at the last step the case."""
    at, token = clock.now(), None
    draft = browser_draft.lock_draft(estate, at)
    if draft is None:
        # Of many sent at once, another may have become the case between our first look and this lock.
        if key and (known := filing.filed_already(key)):
            return Outcome(None, {}, details_form({}, estate), case=known)
        draft, token = browser_draft.begin(estate, at)
    is_changed = browser_draft.changed_since_checked(draft)
    drafts.fill(draft, answering.read(request.form), at)
    held = attachments.of_draft(draft.id)
    problems = taken.refusals + _foreign(held)
    for photo in taken.photos[: verbs.MOST - len(held)]:
        verbs.attach(photo, public=True, at=at, draft_id=draft.id)
    if len(held) + len(taken.photos) > verbs.MOST:
        problems.append(uploads.too_many())
    _remove_asked(held)
    answers = browser_draft.answers_of(draft)
    outcome = Outcome(draft, answers, details_form(answers, estate), token, problems=problems)
    if not (outcome.form.validate() and answers.get("category")) or problems:
        return outcome
    if answers.get("anonymous"):
        outcome.answers = answering.without_contact(answers)
        drafts.fill(draft, outcome.answers, at)
    # A page that was checked in another tab carries another key: then the present draft is shown, not sent.
    if step == CHECK and is_changed:
        flash(_("这份内容刚才在另一页改过。请核对后再提交。"))
    elif step == CHECK and key == answers.get("submission_key"):
        outcome.case, g.newly_filed = sending.send(draft, outcome.form, estate, at)
    return outcome


def _foreign(held: list[Attachment]) -> list[str]:
    """Ids of photos sent as text must be of this draft: what another browser uploaded is not to be had (T08)."""
    named = {text for text in request.form.getlist("photos") if text}
    return [_("有照片已不在这份草稿里。请重新选择照片。")] if named - {photo.id for photo in held} else []


def _remove_asked(held: list[Attachment]) -> None:
    for photo in held:
        if photo.id == request.form.get("remove_photo"):
            verbs.remove(photo)


def _answer(step: str, estate: Estate, outcome: Outcome) -> BaseResponse:
    response = _next(step, estate, outcome)
    if outcome.case is not None:
        browser_draft.forget_cookie(response)
    elif outcome.token:
        browser_draft.keep_cookie(response, outcome.token)
    return response


def _next(step: str, estate: Estate, outcome: Outcome) -> BaseResponse:
    if outcome.case is not None:
        return _to_receipt(outcome.case)
    if "remove_photo" in request.form:
        return see_other(url_for("portal.details", _anchor="photos-field"))
    filled = (outcome.answers, outcome.form)
    if not outcome.answers.get("category"):
        problem = _("请选一类。说不清就选“其他、说不清”。")
        return _unprocessable(_topic_page(outcome.draft, outcome.answers, problem))
    sent_details = step != TOPIC or "description" in request.form
    if outcome.problems or (sent_details and not outcome.form.validate()):
        return _unprocessable(_details_page(estate, outcome.draft, outcome.form, outcome.problems))
    return see_other(browser_draft.next_step(filled))


def _unprocessable(page: str) -> Response:
    return Response(page, HTTPStatus.UNPROCESSABLE_ENTITY, mimetype="text/html")


def _to_receipt(case: Case) -> BaseResponse:
    return see_other(url_for("portal.receipt", token=links.current_token(case)))


def _topic_page(draft: Draft | None, answers: Answers, problem: str = "") -> str:
    return render_template(
        "portal/file_topic.html",
        tiles=showing.tiles(),
        chosen=answers.get("topic") or answers.get("category", ""),
        problem=problem,
        has_errors=bool(problem),
        submission_key=browser_draft.key_of(draft),
    )


def _details_page(
    estate: Estate, draft: Draft | None, form: DetailsForm, problems: list[str] | None = None
) -> str:
    form.photos.errors = problems or []
    answers = browser_draft.answers_of(draft)
    return render_template(
        "portal/file_details.html",
        form=form,
        has_errors=any(f.errors for f in form),
        photos=attachments.of_draft(draft.id) if draft else [],
        most=verbs.MOST,
        matter=showing.matter(answers),
        about_staff=answers.get("category") == "attitude",
        submission_key=browser_draft.key_of(draft),
    )
