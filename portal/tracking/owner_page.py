"""The page of a case: what everybody with the reference may know, and what only its owner may."""

from http import HTTPStatus
from typing import Any

from flask import Response, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from portal import blueprint, estates, wording
from portal.limits import note_hit, of_all, per_source
from portal.tracking import asking, doors, lookup, outstanding, presenting, queries, story
from portal.tracking.addition import AdditionForm
from portal.tracking.answers import RatingForm
from portal.tracking.crowd import unless_crowded
from portal.tracking.unlock import empty_field
from shared import clock, words
from shared.attachments import queries as attachments
from shared.audit.models import TimelineRow
from shared.cases import guards, outside_orders, references
from shared.cases.handling import current_resolution
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.catalogues import catalogues
from shared.errors import NotFound, Refused
from shared.web.pages import render, see_other


@blueprint.get("/track/<reference>")
@unless_crowded
@per_source
@of_all
def progress(reference: str) -> BaseResponse:
    """The public page; the owner's, once this browser has given the code."""
    reading = references.read(reference)
    if reading.reference is None:
        return Response(lookup.page(reference), HTTPStatus.NOT_FOUND, mimetype="text/html")
    if reference != references.shown(reading.reference):
        return see_other(lookup.progress_of(reading.reference))
    door = doors.of_reference(reading.reference)
    if door is not None:
        return owners(door)
    case = queries.case_of_reference(reading.reference)
    if case is None:
        page = render_template("portal/not_found.html", reference=references.shown(reading.reference))
        return doors.private(Response(page, HTTPStatus.NOT_FOUND, mimetype="text/html"))
    note_hit()
    return _public(case)


@blueprint.get("/c/<token>")
def private(token: str) -> BaseResponse:
    """The private link. Reading it changes nothing."""
    try:
        return owners(doors.of_link(token))
    except NotFound:
        page = render_template("portal/link_gone.html")
        return doors.private(Response(page, HTTPStatus.NOT_FOUND, mimetype="text/html"))


def _public(case: queries.PublicCase) -> Response:
    """Nothing here names or quotes anybody."""
    estates.head(case.estate)
    lines = presenting.promises(case)
    shown, kept_before = presenting.folded(lines)
    return doors.private(
        render(
            "portal/progress.html",
            case=case,
            category=str(words.CATEGORIES[case.category]),
            kind=str(words.KINDS[case.kind]),
            stage=presenting.stage_name(case),
            chip=presenting.chip_state(case, lines),
            stages=presenting.stages(case),
            promises=shown,
            kept_before=kept_before,
            nearest=presenting.nearest(lines),
            next_step=presenting.next_step_shown(case, lines),
            code_field=empty_field(catalogues.get_translations()),
        )
    )


def owners(
    door: doors.Door,
    form: AdditionForm | None = None,
    status: HTTPStatus = HTTPStatus.OK,
    *,
    rating_form: RatingForm | None = None,
    refused: Refused | None = None,
) -> Response:
    """The owner's page; a form as it was sent when something was wrong with it, and above it what was *refused*."""
    case = door.case()
    rows, said = queries.public_rows(case.id), queries.public_words(case.id)
    page = render(
        "portal/owner.html",
        status=status,
        case=case,
        door=door,
        refused=refused,
        form=form or AdditionForm(),
        rating_form=rating_form or RatingForm(of="rating"),
        wrong=form or rating_form,
        has_errors=form is not None or rating_form is not None,
        **_matter(case),
        **_standing(case, rows),
        **_happened(case, door, rows, said),
        **_possible(case, door, said),
    )
    return doors.private(page)


def _matter(case: Case) -> dict[str, Any]:
    """What it is about and who answers for it."""
    since = queries.responder_since(case) if case.first_responder_id else None
    return {
        "matter": wording.matter(case.kind, case.category, case.topic),
        "place": wording.place(case),
        "outside": [(words.CHANNELS[o.issuer], o.number) for o in outside_orders.of_case(case.id)],
        "visit": wording.visit(case),
        "responder_since": wording.day(since.at, case.estate.zone) if since else "",
    }


def _standing(case: Case, rows: list[TimelineRow]) -> dict[str, Any]:
    """How far it has come, what is promised, and what comes next."""
    lines = presenting.promises(case)
    shown, kept_before = presenting.folded(lines)
    return {
        "stage": presenting.stage_name(case),
        "chip": presenting.chip_state(case, lines),
        "stages": presenting.stages(case, rows),
        "why_again": presenting.why_again(rows, case.round),
        "promises": shown,
        "kept_before": kept_before,
        "nearest": presenting.nearest(lines),
        "earlier": presenting.folded(presenting.earlier_promises(case)),
        "next_step": presenting.next_step_shown(case, lines),
    }


def _happened(case: Case, door: doors.Door, rows: list[TimelineRow], said: dict[int, str]) -> dict[str, Any]:
    """What was done, with its words and photos."""
    pictures = attachments.of_case(case.id, public_only=True)
    return {
        "result": _result(case, said),
        "outstanding": outstanding.lines(case, rows),
        "before": story.photos_of(pictures, Act.FILING, 1, door.base),
        "after": story.photos_of(pictures, Act.COMPLETION, case.round, door.base),
        "entries": story.entries(case, rows, said, pictures, door.base),
    }


def _possible(case: Case, door: doors.Door, said: dict[int, str]) -> dict[str, Any]:
    """What the owner can do now."""
    at, by_link = clock.now(), door.by is doors.By.LINK
    return {
        "proposal": asking.proposal(case, door, said, at),
        "rated": asking.rated(case, door, at),
        "urge": asking.urge(case, at),
        "can_add": guards.allows(case, Act.ADDITION),
        "can_withdraw": door.may_withdraw and guards.allows(case, Act.WITHDRAWAL),
        "receipt_url": url_for("portal.receipt", token=door.base.rpartition("/")[2]) if by_link else "",
    }


def _result(case: Case, said: dict[int, str]) -> dict[str, str] | None:
    """The outcome and the result, once the work is finished in this round."""
    found = current_resolution(case)
    if found is None:
        return None
    return {
        "outcome": str(words.OUTCOMES[found.outcome]),
        "text": said.get(found.words_id or 0, ""),
        "code": found.outcome,
        "when": wording.moment(found.at, case.estate.zone),
    }
