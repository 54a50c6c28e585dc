"""Training (培训): the year beside what is owed, and one training from its plan to who was there (MS-5)."""

from http import HTTPStatus
from typing import Any

from flask import abort, flash, g, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from shared import words
from shared.clock import YEARS, local
from shared.database import transaction
from shared.errors import Refused
from shared.identity.models import Estate
from shared.identity.permissions import Permission
from shared.improvement import trainings, trainings_queries
from shared.improvement.models import Training
from shared.improvement.trainings import Kind, Plan
from shared.web import pages
from staff import blueprint, estates, improvement_rooms
from staff.access import me, requires
from staff.cases import wording
from staff.cases.forms import ActForm, instant, wall
from staff.improvement_trainings_forms import KINDS, PlanForm, marks_form, marks_of

P = Permission


@blueprint.get("/improvement/trainings")
@requires(P.LEARN)
def improvement_trainings() -> Any:
    """A year of the estate: what was held, what is still owed, who came to nothing, and one's own."""
    estate = estates.chosen(P.LEARN)
    this_year = local(g.at, estate.zone).year
    year = request.args.get("year", this_year, type=int)
    if year not in YEARS:
        abort(HTTPStatus.NOT_FOUND)
    return pages.render(
        "staff/improvement/trainings.html",
        **improvement_rooms.head(
            estate, P.LEARN, lambda e: url_for("staff.improvement_trainings", estate=e.slug)
        ),
        years=[
            {
                "label": _("%(year)s 年", year=each),
                "url": url_for("staff.improvement_trainings", estate=estate.slug, year=each),
                "current": each == year,
            }
            for each in (year - 1, year, *([year + 1] if year < this_year else []))
        ],
        owed=trainings_queries.year_of(estate, year, g.at),
        target=trainings_queries.A_YEAR,
        pass_target=trainings_queries.PASS_RATE,
        sees_all=me().can(P.REPORT_VIEW, estate.id),
        own=[
            {
                "url": _address(row.training),
                "title": row.training.title,
                "present": row.present,
                "score": row.score,
            }
            for row in trainings_queries.own(me(), estate.id, year, estate.zone)
        ],
        trainings=[
            _line(each, estate) for each in trainings_queries.of_estate(me(), estate.id, year, estate.zone)
        ],
        new_url=url_for("staff.improvement_trainings_new", estate=estate.slug)
        if trainings.can_hold(me(), estate.id)
        else "",
    )


def _address(training: Training) -> str:
    return url_for("staff.improvement_trainings_one", training_id=training.id)


def _line(training: Training, estate: Estate) -> dict[str, Any]:
    return {
        "url": _address(training),
        "title": training.title,
        "kind": str(KINDS[training.kind]),
        "when": wording.when(training.held_at, g.at, estate.zone),
        "chip": _chip(training),
    }


def _chip(training: Training) -> tuple[str, str]:
    if training.called_off_at is not None:
        return "ended", _("取消了")
    if training.closed_at is not None:
        return "kept", _("已完成")
    return ("near", _("等记到场")) if training.held_at <= g.at else ("running", _("已安排"))


@blueprint.route("/improvement/trainings/new", methods=["GET", "POST"])
@requires(P.TRAINING_HOLD)
def improvement_trainings_new() -> BaseResponse:
    estate = estates.chosen(P.TRAINING_HOLD)
    form = PlanForm("training", formdata=request.form if request.method == "POST" else None)
    if request.method == "GET":
        return _form_page(estate, form, None)
    if not form.validate():
        return _form_page(estate, form, None, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with transaction():
            training = trainings.plan(estate, _plan(form, estate.zone), by=me(), at=g.at)
    except Refused as refusal:
        return _form_page(estate, form, None, HTTPStatus.CONFLICT, words.refusal(refusal))
    flash(_("已安排。到时在这里记谁到了场。"))
    return pages.see_other(_address(training))


def _plan(form: PlanForm, zone: str) -> Plan:
    held_at = instant(form.held_at.data, zone)
    assert held_at is not None  # the form has made sure of it
    return Plan(
        kind=Kind(form.kind.data),
        title=form.title.data or "",
        held_at=held_at,
        minutes=form.minutes.data or 0,
        place=form.place.data or "",
        trainer=form.trainer.data or "",
        content=form.content.data or "",
        pass_mark=form.pass_mark.data or None,
    )


def _form_page(
    estate: Estate,
    form: PlanForm,
    training: Training | None,
    status: int = HTTPStatus.OK,
    refusal: str = "",
) -> pages.Response:
    return pages.render(
        "staff/improvement/trainings_form.html",
        status=status,
        of_estate=estate,
        training=training,
        form=form,
        refusal=refusal,
        has_errors=bool(form.errors or refusal),
        back_url=_address(training)
        if training
        else url_for("staff.improvement_trainings", estate=estate.slug),
    )


@blueprint.get("/improvement/trainings/<int:training_id>")
@requires(P.LEARN)
def improvement_trainings_one(training_id: int) -> BaseResponse:
    return _page(trainings_queries.read(me(), training_id))


def _page(
    training: Training, form: ActForm | None = None, status: int = HTTPStatus.OK, refusal: str = ""
) -> pages.Response:
    estate = training.estate
    holds = trainings.can_hold(me(), estate.id) and trainings.is_open(training)
    people = trainings.front_line(estate.id, training.held_at) if holds else []
    is_due = holds and training.held_at <= g.at
    sees_all = me().can(P.REPORT_VIEW, estate.id)
    return pages.render(
        "staff/improvement/trainings_one.html",
        status=status,
        of_estate=estate,
        training=training,
        kind=str(KINDS[training.kind]),
        chip=_chip(training),
        facts=_facts(training, estate),
        attendances=[
            row for row in trainings_queries.attendances(training) if sees_all or row.user_id == me().id
        ],
        sees_all=sees_all,
        expected=len(people),
        marks=form or (marks_form(people, training) if is_due else None),
        people=people if is_due else [],
        change_url=url_for("staff.improvement_trainings_change", training_id=training.id) if holds else "",
        refusal=refusal,
        has_errors=bool((form and form.errors) or refusal),
        back_url=url_for("staff.improvement_trainings", estate=estate.slug),
    )


def _facts(training: Training, estate: Estate) -> list[tuple[str, str]]:
    given = (
        (_("时间"), wording.when(training.held_at, g.at, estate.zone)),
        (_("时长"), _("%(n)s 分钟", n=training.minutes)),
        (_("地点"), training.place),
        (_("讲师"), training.trainer),
        (_("及格分"), str(training.pass_mark or "")),
        (_("谁安排的"), training.planned_by.name),
    )
    return [(name, value) for name, value in given if value]


@blueprint.route("/improvement/trainings/<int:training_id>/change", methods=["GET", "POST"])
@requires(P.TRAINING_HOLD)
def improvement_trainings_change(training_id: int) -> BaseResponse:
    training = trainings_queries.read(me(), training_id)
    zone = training.estate.zone
    sent = request.form if request.method == "POST" else None
    form = PlanForm("training", formdata=sent, data=_stands(training, zone))
    if request.method == "GET":
        return _form_page(training.estate, form, training)
    if not form.validate():
        return _form_page(training.estate, form, training, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with transaction():
            locked = trainings_queries.read(me(), training_id, lock=True)
            trainings.change(locked, _plan(form, zone), by=me(), at=g.at)
    except Refused as refusal:
        return _form_page(training.estate, form, training, HTTPStatus.CONFLICT, words.refusal(refusal))
    flash(_("已改好。"))
    return pages.see_other(_address(training))


def _stands(training: Training, zone: str) -> dict[str, Any]:
    """What is planned, with the time as the wall of the estate shows it."""
    names = ("kind", "title", "minutes", "place", "trainer", "content", "pass_mark")
    return {**{name: getattr(training, name) for name in names}, "held_at": wall(training.held_at, zone)}


@blueprint.post("/improvement/trainings/<int:training_id>/calling-off")
@requires(P.TRAINING_HOLD)
def improvement_trainings_calling_off(training_id: int) -> BaseResponse:
    training = trainings_queries.read(me(), training_id)
    try:
        with transaction():
            locked = trainings_queries.read(me(), training_id, lock=True)
            trainings.call_off(locked, by=me(), at=g.at)
    except Refused as refusal:
        return _page(training, status=HTTPStatus.CONFLICT, refusal=words.refusal(refusal))
    flash(_("已取消。"))
    return pages.see_other(_address(training))


@blueprint.post("/improvement/trainings/<int:training_id>/attendance")
@requires(P.TRAINING_HOLD)
def improvement_trainings_attendance(training_id: int) -> BaseResponse:
    """Who was there, once: from then on it stands."""
    training = trainings_queries.read(me(), training_id)
    people = trainings.front_line(training.estate_id, training.held_at)
    form = marks_form(people, training, request.form)
    if not form.validate():
        return _page(training, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with transaction():
            locked = trainings_queries.read(me(), training_id, lock=True)
            trainings.close(locked, marks_of(form, people), by=me(), at=g.at)
    except Refused as refusal:
        again = trainings_queries.read(me(), training_id)
        form_again = form if trainings.is_open(again) else None
        return _page(again, form_again, HTTPStatus.CONFLICT, words.refusal(refusal))
    flash(_("已记下谁到了场。"))
    return pages.see_other(_address(training))
