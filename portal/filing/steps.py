"""The three steps. Every POST lays what it carries over the draft and goes to the first step that lacks something."""

from http import HTTPStatus

from flask import Response, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from portal import blueprint, estates
from portal.filing import browser_draft, held_back, showing, similar, taking, uploads
from portal.filing.answers import Answers
from portal.filing.form import DetailsForm, details_form
from portal.filing.receipt import to_receipt
from portal.filing.taking import Outcome
from portal.limits import FILINGS, STEPS, limiter, source_filed
from shared import clock
from shared.attachments import images, verbs
from shared.attachments import queries as attachments
from shared.cases import filing
from shared.cases.caps import Hindrance
from shared.cases.models import Draft
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
    return _check_page(estate, draft, answers, filled[1])


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


def _present() -> tuple[Estate, Draft | None, Answers]:
    estate = estates.needed()
    draft = browser_draft.draft_of_browser(estate, clock.now())
    answers = browser_draft.answers_of(draft) if draft else browser_draft.preset_answers(estate)
    return estate, draft, answers


def _take(step: str) -> BaseResponse:
    key = browser_draft.posted_key()
    # Before the change, which a desk that only reads does not begin (F24, F40).
    known = filing.filed_already(key) if key else None
    if known is not None:
        if step != CHECK:
            flash(_("这份内容已经提交过了，下面是它的回执。"))
        return to_receipt(known)
    taken = uploads.take(request.files.getlist("photos"))  # slow, so before the change
    with transaction():
        estate = estates.needed()
        outcome = taking.lay_over(estate, key, taken, is_last=step == CHECK)
    if not outcome.problems:
        taking.told_of_photos(taken)
    return _answer(step, estate, outcome)


def _answer(step: str, estate: Estate, outcome: Outcome) -> BaseResponse:
    response = _next(step, estate, outcome)
    if outcome.case is not None:
        browser_draft.forget_cookie(response)
    elif token := outcome.token or request.cookies.get(browser_draft.COOKIE):
        browser_draft.keep_cookie(response, token)
    return response


def _next(step: str, estate: Estate, outcome: Outcome) -> BaseResponse:
    if outcome.case is not None:
        return to_receipt(outcome.case)
    if outcome.draft is not None and outcome.hindrance is Hindrance.AGAIN:
        return _page(
            HTTPStatus.CONFLICT,
            _check_page(estate, outcome.draft, outcome.answers, outcome.form, again=True),
        )
    if outcome.hindrance is not None:
        return held_back.page(estate, outcome.hindrance)
    if "remove_photo" in request.form:
        return see_other(url_for("portal.details", _anchor="photos-field"))
    if similar.FIELD in request.form:
        return see_other(_after_similar(outcome))
    filled = (outcome.answers, outcome.form)
    if not outcome.answers.get("category"):
        problem = _("请选一类。说不清就选“其他、说不清”。")
        return _page(HTTPStatus.UNPROCESSABLE_ENTITY, _topic_page(outcome.draft, outcome.answers, problem))
    sent_details = step != TOPIC or "description" in request.form
    if outcome.problems or (sent_details and not outcome.form.validate()):
        return _page(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            _details_page(estate, outcome.draft, outcome.form, outcome.problems),
        )
    return see_other(browser_draft.next_step(filled))


def _after_similar(outcome: Outcome) -> str:
    """To what is still to be filled in, without a word about what is missing: nobody said that they were done."""
    step = browser_draft.next_step((outcome.answers, outcome.form))
    return url_for("portal.details", _anchor="similar") if step == url_for("portal.details") else step


def _page(status: HTTPStatus, page: str) -> Response:
    return Response(page, status, mimetype="text/html")


def _check_page(
    estate: Estate, draft: Draft, answers: Answers, form: DetailsForm, *, again: bool = False
) -> str:
    photos = attachments.of_draft(draft.id)
    return render_template(
        "portal/file_check.html",
        lines=showing.summary(answers, form),
        photos=photos,
        anonymous=bool(answers.get("anonymous")),
        again=again,
        similar=similar.shown(answers, estate),
        submission_key=browser_draft.key_of(draft),
        checked=browser_draft.state_of(draft, photos),
    )


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
    answers, preset = browser_draft.answers_of(draft), browser_draft.preset(estate)
    if preset and form.is_repair and form.spot.data == preset.name:
        form.spot.data = ""  # what is to be mended is at home, not where the poster hangs
    return render_template(
        "portal/file_details.html",
        form=form,
        has_errors=any(f.errors for f in form),
        photos=attachments.of_draft(draft.id) if draft else [],
        most=verbs.MOST,
        largest=images.LARGEST_FILE,
        typed_at=answers.get("typed_at", ""),
        matter=showing.matter(answers),
        place=showing.place(form) if preset else "",
        about_staff=answers.get("category") == "attitude",
        similar=similar.shown(answers, estate),
        submission_key=browser_draft.key_of(draft),
    )
