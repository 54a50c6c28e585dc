"""One measure (措施): raised by hand, given to somebody, done, looked at whether it worked, or dropped (CO-6)."""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from flask import flash, g, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from shared import words
from shared.clock import local_date
from shared.database import db, transaction
from shared.errors import NotFound, Refused
from shared.identity.models import Estate, User
from shared.identity.permissions import Permission
from shared.identity.queries import buildings
from shared.improvement import measures, measures_guards, measures_queries
from shared.improvement.measures import Effect, Kind, Origin, Wanted
from shared.improvement.models import Measure
from shared.web import pages
from staff import blueprint, estates
from staff.access import me, requires
from staff.cases.forms import ActForm
from staff.improvement_forms import (
    USUAL_DAYS_TO_CHECK,
    CheckForm,
    CompletionForm,
    DroppingForm,
    GivingForm,
    MeasureForm,
)
from staff.improvement_shown import shown

P = Permission


@blueprint.route("/improvement/measures/new", methods=["GET", "POST"])
@requires(P.MEASURE_SET)
def improvement_new() -> Any:
    """One by hand; `after` names the one that did not work and that it follows."""
    estate = estates.chosen(P.MEASURE_SET)
    form = MeasureForm("measure", formdata=request.form if request.method == "POST" else None, data=_begun())
    form.offer(measures.owners_of(estate.id), list(buildings(estate.id)))
    if request.method == "GET":
        return _new_page(estate, form)
    if not form.validate():
        return _new_page(estate, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with transaction():
            measure_id = _raise(estate, form)
    except Refused as refusal:
        return _new_page(estate, form, HTTPStatus.CONFLICT, words.refusal(refusal))
    flash(_("已列入措施，负责人会收到通知。"))
    return pages.see_other(url_for("staff.improvement_measure", measure_id=measure_id))


def _begun() -> dict[str, Any]:
    """What a next measure takes over from the one that did not work; nothing from one that I may not see."""
    after = request.args.get("after", type=int)
    if after is None or request.method == "POST":
        return {}
    try:
        before = measures_queries.read(me(), after)
    except NotFound:
        return {}
    return {
        "what": before.what,
        "kind": before.kind if before.kind != Kind.ACTION else Kind.CORRECTIVE,
        "cause": before.cause or "",
        "category": before.category or "",
        "building": str(before.building_id or ""),
    }


def _raise(estate: Estate, form: MeasureForm) -> int:
    wanted = Wanted(
        form.what.data or "",
        Kind(form.kind.data),
        Origin.CASE,
        "CO-6",
        category=form.category.data or None,
        building_id=int(form.building.data) if form.building.data else None,
        cause=form.cause.data or None,
    )
    measure = measures.propose(estate, wanted, by=me(), at=g.at)
    assert measure is not None  # without a key nothing was raised before
    _give(measure, form)
    return measure.id


def _give(measure: Measure, form: MeasureForm | GivingForm) -> None:
    assert form.due_on.data is not None  # the form has made sure of it
    owner = db.session.get_one(User, int(form.owner.data))
    measures.give(measure, by=me(), at=g.at, owner=owner, due_on=form.due_on.data)


def _new_page(estate: Estate, form: MeasureForm, status: int = HTTPStatus.OK, refusal: str = "") -> Any:
    return pages.render(
        "staff/improvement/new.html",
        status=status,
        of_estate=estate,
        form=form,
        refusal=refusal,
        has_errors=bool(form.errors or refusal),
        back_url=url_for("staff.improvement", estate=estate.slug),
    )


@blueprint.get("/improvement/measures/<int:measure_id>")
@requires(P.LEARN)
def improvement_measure(measure_id: int) -> Any:
    return _page(measures_queries.read(me(), measure_id))


@blueprint.post("/improvement/measures/<int:measure_id>/owner")
@requires(P.MEASURE_SET)
def improvement_owner(measure_id: int) -> Any:
    """Who does it until when, or another one than before."""
    form = _offered(GivingForm("giving", formdata=request.form), measures_queries.read(me(), measure_id))
    return _change(measure_id, form, _give, _("已定下，负责人会收到通知。"))


@blueprint.post("/improvement/measures/<int:measure_id>/completion")
@requires(P.LEARN)
def improvement_completion(measure_id: int) -> Any:
    def do(measure: Measure, form: CompletionForm) -> None:
        assert form.check_on.data is not None  # the form has made sure of it
        result = form.result.data or ""
        measures.complete(measure, by=me(), at=g.at, result=result, check_on=form.check_on.data)

    form = CompletionForm("completion", formdata=request.form)
    return _change(measure_id, form, do, _("已记下做了什么。之后由别人来看效果。"))


@blueprint.post("/improvement/measures/<int:measure_id>/check")
@requires(P.MEASURE_CHECK)
def improvement_check(measure_id: int) -> Any:
    def do(measure: Measure, form: CheckForm) -> None:
        measures.check(measure, by=me(), at=g.at, effect=Effect(form.effect.data), note=form.note.data or "")

    return _change(measure_id, CheckForm("check", formdata=request.form), do, _("已记下效果。"))


@blueprint.post("/improvement/measures/<int:measure_id>/dropping")
@requires(P.MEASURE_SET)
def improvement_dropping(measure_id: int) -> Any:
    def do(measure: Measure, form: DroppingForm) -> None:
        measures.drop(measure, by=me(), at=g.at, reason=form.reason.data or "")

    return _change(measure_id, DroppingForm("dropping", formdata=request.form), do, _("已记下不做了。"))


def _offered(form: GivingForm, measure: Measure) -> GivingForm:
    form.offer(measures.owners_of(measure.estate_id))
    return form


def _change(measure_id: int, form: ActForm, do: Callable[[Measure, Any], None], said: str) -> Any:
    """*do* with the measure held; what was typed stays on the page when it is refused."""
    measure = measures_queries.read(me(), measure_id)
    if not form.validate():
        return _page(measure, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with transaction():
            do(measures_queries.lock(me(), measure_id), form)
    except Refused as refusal:
        return _page(
            measures_queries.read(me(), measure_id), form, HTTPStatus.CONFLICT, words.refusal(refusal)
        )
    flash(said)
    return pages.see_other(url_for("staff.improvement_measure", measure_id=measure_id))


def _page(
    measure: Measure, sent: ActForm | None = None, status: int = HTTPStatus.OK, refusal: str = ""
) -> BaseResponse:
    return pages.render(
        "staff/improvement/measure.html",
        status=status,
        **shown(measure, me(), g.at),
        forms=_forms(measure, sent),
        refusal=refusal,
        has_errors=bool(refusal or (sent and sent.errors)),
    )


def _forms(measure: Measure, sent: ActForm | None) -> dict[str, Any]:
    """What this person may do with it now, each as it begins or as it was sent."""
    user, found = me(), {}
    later = local_date(g.at, _estate(measure).zone) + timedelta(days=USUAL_DAYS_TO_CHECK)
    if measures_guards.can_complete(user, measure):
        found["completion"] = CompletionForm("completion", formdata=None, data={"check_on": later})
    if measures_guards.can_check(user, measure):
        found["check"] = CheckForm("check", formdata=None)
    if measures_guards.can_give(user, measure):
        begun = {"owner": str(measure.owner_id or ""), "due_on": measure.due_on}
        found["giving"] = _offered(GivingForm("giving", formdata=None, data=begun), measure)
    if measures_guards.can_drop(user, measure):
        found["dropping"] = DroppingForm("dropping", formdata=None)
    return {name: sent if isinstance(sent, type(form)) else form for name, form in found.items()}


def _estate(measure: Measure) -> Estate:
    return db.session.get_one(Estate, measure.estate_id)
