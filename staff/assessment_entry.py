"""One entry of the ledger (考核记录): what happened, what the article sets, and what somebody may do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import flash, g, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from shared import words
from shared.assessment import guards, queries
from shared.assessment.models import Entry
from shared.assessment.reckoning import Reckoning, reckon
from shared.assessment.standings import standing_now
from shared.database import transaction
from shared.errors import Refused
from shared.identity.permissions import Permission
from shared.web import pages
from staff import assessment_lines, assessment_record, assessment_sums, blueprint
from staff.access import me, requires
from staff.assessment_acts import ACTS, EntryAct, EntryForm

P = Permission
Forms = Mapping[str, EntryForm]
DECIDES = frozenset({"decision", "waiver", "hearing"})  # not for whom the case is about


@dataclass(frozen=True, slots=True)
class Offer:
    """An act that I may take, with its form as it stands; *is_open*: something has been typed in it."""

    act: EntryAct
    form: EntryForm
    url: str
    is_open: bool


@blueprint.get("/assessment/<int:entry_id>")
@requires(P.ASSESSMENT_OWN)
def assessment_entry(entry_id: int) -> Any:
    return _page(queries.read(me(), entry_id))


@blueprint.post("/assessment/<int:entry_id>/naming")
@requires(P.ASSESSMENT_PROPOSE)
def assessment_naming(entry_id: int) -> BaseResponse:
    return _do(entry_id, "naming")


@blueprint.post("/assessment/<int:entry_id>/decision")
@requires(P.ASSESSMENT_DECIDE)
def assessment_decision(entry_id: int) -> BaseResponse:
    return _do(entry_id, "decision")


@blueprint.post("/assessment/<int:entry_id>/waiver")
@requires(P.ASSESSMENT_DECIDE)
def assessment_waiver(entry_id: int) -> BaseResponse:
    return _do(entry_id, "waiver")


@blueprint.post("/assessment/<int:entry_id>/appeal")
@requires(P.ASSESSMENT_OWN)
def assessment_appeal(entry_id: int) -> BaseResponse:
    return _do(entry_id, "appeal")


@blueprint.post("/assessment/<int:entry_id>/hearing")
@requires(P.ASSESSMENT_DECIDE)
def assessment_hearing(entry_id: int) -> BaseResponse:
    return _do(entry_id, "hearing")


@blueprint.post("/assessment/<int:entry_id>/counter")
@requires(P.ASSESSMENT_PROPOSE)
def assessment_counter(entry_id: int) -> BaseResponse:
    return _do(entry_id, "counter")


def _do(entry_id: int, slug: str) -> BaseResponse:
    act, entry = ACTS[slug], queries.read(me(), entry_id)
    form = act.begin(entry, reckon(entry, g.at), request.form)
    if not form.validate():
        return _page(entry, {slug: form}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with transaction():
            done = act.do(queries.read(me(), entry_id), form, me(), g.at)
            leads_to = done.id
    except Refused as refusal:
        entry = queries.read(me(), entry_id)
        return _page(entry, {slug: form}, status=HTTPStatus.CONFLICT, refusal=words.refusal(refusal))
    flash(str(act.said))
    return pages.see_other(url_for("staff.assessment_entry", entry_id=leads_to))


def _page(
    entry: Entry, typed: Forms | None = None, *, status: int = HTTPStatus.OK, refusal: str = ""
) -> pages.Response:
    user, found, standing = me(), reckon(entry, g.at), standing_now(entry)
    typed = typed or {}
    case = entry.case if entry.case_id in queries.cases_open_to(user, [entry]) else None
    return pages.render(
        "staff/assessment/entry.html",
        status=status,
        entry=entry,
        line=assessment_lines.drawn_one(entry, standing, found.unit),
        summary=assessment_record.summary(entry, case, g.at),
        article=assessment_record.article(entry),
        happened=assessment_record.happened(entry, found, case, g.at),
        money=assessment_sums.money(entry, found, standing, user),
        before=assessment_sums.before(entry, found, user),
        decisions=assessment_record.decisions(entry, found.unit, g.at),
        related=assessment_lines.drawn(queries.related(user, entry), found.unit),
        is_nobodys=entry.person_id is None and entry.origin != "reward",
        offers=_offers(entry, found, typed),
        wrong=next(iter(typed.values()), None),
        refusal=refusal,
        has_errors=bool(refusal or typed),
        back_url=url_for("staff.assessment", estate=entry.estate.slug),
    )


def _offers(entry: Entry, found: Reckoning, typed: Forms) -> list[Offer]:
    """What I may do now; what somebody typed stays before them, even if others were first."""
    state, kept_from = standing_now(entry).state, guards.is_complained_of(me(), entry)
    return [
        Offer(
            act,
            typed.get(slug) or act.begin(entry, found),
            url_for(f"staff.assessment_{slug}", entry_id=entry.id),
            act.is_first or slug in typed,
        )
        for slug, act in ACTS.items()
        if slug in typed or (act.is_offered(me(), entry, state) and not (kept_from and slug in DECIDES))
    ]
