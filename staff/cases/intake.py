"""Desk intake (登记): what comes by telephone, at the counter, by letter; who registers it answers for it (GZ-15)."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from flask import flash, request, url_for
from werkzeug.datastructures import CombinedMultiDict
from werkzeug.wrappers import Response as BaseResponse

from shared import addresses, clock
from shared.cases import drafts, filing, forum_posts, links, outside_orders, participation, scope
from shared.cases.models import Case
from shared.cases.telephones import masked, normalised
from shared.database import db, transaction
from shared.deadlines import queries as deadlines
from shared.deadlines.promises import promises
from shared.exports import slips
from shared.identity import units
from shared.identity.models import Estate
from shared.identity.permissions import Permission
from shared.incidents import queries as incidents
from shared.ownership import claiming
from shared.presence import unsent as keeping
from shared.web.pages import render, see_other
from shared.words import CATEGORIES, state_name
from staff import blueprint, estates, row_ids
from staff.access import me, requires
from staff.cases import photos, queries, unsent, wording
from staff.cases.intake_form import IntakeForm, earlier_line
from staff.sheets import pdf

# The receipt code opens the owner's page: staff see it while they read it out to the caller, and not later (T39).
READ_OUT = timedelta(minutes=15)


@blueprint.route("/cases/new", methods=["GET", "POST"], endpoint="intake")
@requires(Permission.CASE_REGISTER)
def intake() -> BaseResponse:
    """The form; and, sent, the case with its receipt."""
    mine, estate = estates.offered(Permission.CASE_REGISTER), estates.chosen(Permission.CASE_REGISTER)
    if request.method == "GET":
        at = clock.now()
        again = unsent.offered(unsent.of_intake(estate.slug), me(), estate.zone, at)
        form = IntakeForm(estate, formdata=again.typed if again else None)
        form.begin(drafts.new_key(), at)
        return _page(form, mine, again=again)
    form = IntakeForm(estate, formdata=CombinedMultiDict[str, Any]((request.files, request.form)))
    if "look" in request.form:
        return _page(form, mine)
    return _register(form, mine)


def _register(form: IntakeForm, mine: list[Estate]) -> BaseResponse:
    now = clock.now()
    valid = form.validate() and form.check_times(now)
    taken, told = photos.take(form.files, form.photos) if valid else ([], [])
    if form.errors:
        return _page(form, mine, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    estate_id = form.estate.id
    report, key = form.report(), form.submission_key.data or drafts.new_key()
    with transaction():
        estate = db.session.get_one(Estate, estate_id)
        at = clock.now()
        case, new = filing.file_case(report, estate, submission_key=key, at=at, by=me())
        barred = participation.is_about(case, me())
        keeping.forget(me(), unsent.of_intake(estate.slug))
        if new:
            photos.attach(taken, case, "filing", public=True, at=at)
            if form.is_outside:
                outside_orders.enter(case, form.outside_order(), by=me(), at=at)
            if form.link.data:
                forum_posts.record(case, form.link.data, by=me(), at=at)
            if not barred:
                claiming.claim(case, by=me(), at=at)
    for sentence in told:
        flash(sentence)
    if barred:
        # The matter concerns whoever took it: they may read the numbers out, and never see the case.
        return _receipt(scope.read_by_id(case.id), barred=True)
    return see_other(url_for("staff.case_receipt", number=case.archive_number))


@blueprint.get("/cases/<number>/receipt", endpoint="case_receipt")
@requires(Permission.CASE_REGISTER)
def receipt(number: str) -> BaseResponse:
    """What to tell the caller; for whoever registered the case, for a quarter of an hour."""
    case = _to_read_out(number)
    return _receipt(case) if case else see_other(url_for("staff.case", number=number))


@blueprint.get("/cases/<number>/slip", endpoint="case_slip")
@requires(Permission.CASE_REGISTER)
def slip(number: str) -> BaseResponse:
    """The same on paper, for the party to take along; by the same rule as what is read out, and no later."""
    case = _to_read_out(number)
    if case is None:
        return see_other(url_for("staff.case", number=number))
    link = addresses.whole(addresses.private_link(links.current_token(case)))
    return pdf(slips.draw(case, link, clock.now()), f"{case.archive_number}.pdf")


def _to_read_out(number: str) -> Case | None:
    """The case, if its numbers are still for this person's eyes: who registered it, for a quarter of an hour."""
    case = scope.read(me(), number)
    mine = queries.registrar_of(case) == me().id
    return case if mine and clock.now() - case.filed_at <= READ_OUT else None


def _receipt(case: Case, *, barred: bool = False) -> BaseResponse:
    drawn = promises(deadlines.of_case(case.id), clock.now(), case.estate.zone, case.clocks_parked)
    code = links.receipt_code(case)
    return render(
        "staff/cases/receipt.html",
        case=case,
        estate=case.estate,
        barred=barred,
        code=f"{code[:3]} {code[3:]}",
        raw_code=code,
        promised=[p for p in drawn if p.owner_sees],
    )


@blueprint.post("/cases/new/caller", endpoint="caller")
@requires(Permission.CASE_REGISTER)
def caller() -> BaseResponse:
    """The caller's earlier cases, while the number is typed; by POST, so that no number stands in an address or log."""
    return render(
        "staff/cases/_caller.html",
        fragment="staff/cases/_caller.html",
        earlier=_earlier(request.form.get("phone", "")),
        matters=_matters(request.form.get("building")),
        units=_units(estates.chosen(Permission.CASE_REGISTER), request.form.get("building")),
    )


def _units(estate: Estate, building: str | None) -> list[str]:
    """Flats to choose from while one is typed."""
    return units.offered(estate.id, row_ids.maybe(building))


def _matters(building: str | None) -> list[dict[str, Any]]:
    """Open incidents of the building: the call may be about one of them."""
    building_id = row_ids.maybe(building)
    found = incidents.at_building(me(), building_id) if building_id else []
    sizes = incidents.sizes([incident.id for incident in found])
    return [
        {
            "title": incident.title,
            "url": url_for("staff.incident", incident_id=incident.id),
            "cases": sizes[incident.id].joined,
        }
        for incident in found
    ]


def _earlier(phone: str) -> dict[str, Any] | None:
    """None until the number is whole."""
    number = normalised(phone)
    if number is None:
        return None
    now = clock.now()
    return {
        "phone": masked(number),
        "cases": [
            {
                "number": case.archive_number,
                "url": url_for("staff.case", number=case.archive_number),
                "state": state_name(case.state),
                "category": CATEGORIES[case.category],
                "when": wording.when(case.filed_at, now, case.estate.zone),
                "line": earlier_line(case),
            }
            for case in queries.cases_of_caller(number, me())
        ],
    }


def _page(
    form: IntakeForm, mine: list[Estate], status: int = HTTPStatus.OK, again: unsent.Offered | None = None
) -> BaseResponse:
    return render(
        "staff/cases/intake.html",
        fragment="staff/cases/_intake.html",
        status=status,
        form=form,
        estate=form.estate,
        estates=mine,
        again=again,
        place=unsent.of_intake(form.estate.slug),
        more=_needs_more(form),
        earlier=_earlier(form.phone.data or ""),
        matters=_matters(form.building.data),
        units=_units(form.estate, form.building.data),
    )


MORE = ("demands", "occurred_at", "wanted_reply_by", "email", "about", "about_department")


def _needs_more(form: IntakeForm) -> bool:
    """Whether something stands, or is wrong, in the folded part of the form."""
    folded = [form[name] for name in (*MORE, "anonymous", "paperless", "photos")]
    return any(field.errors or field.data for field in folded if field.name != "photos") or bool(
        form.photos.errors
    )
