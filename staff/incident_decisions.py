"""What staff decide about an incident: joined, refused, parted, counted, named, ended, a step of the checklist done."""

from http import HTTPStatus
from typing import Any

from flask import flash, g, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from shared import words
from shared.cases.models import Case
from shared.cases.participation import visible_to
from shared.database import db, transaction
from shared.errors import NotFound, Refused
from shared.identity.permissions import Permission
from shared.incidents import grouping, guards, playbook, queries
from shared.web import pages
from shared.web.pages import see_other
from staff import blueprint, incidents
from staff.access import me, requires
from staff.cases.forms import plain

LARGEST = 10**9


def held(incident_id: int, *numbers: str) -> tuple[Any, list[Case]]:
    """Inside a change: the incident and, in the order asked for, those of its cases that I may see."""
    queries.read(me(), incident_id)
    incident = grouping.hold(incident_id)
    wanted = dict(
        iter(
            db.session.execute(
                select(Case.archive_number, Case.id).where(Case.archive_number.in_(numbers), visible_to(me()))
            ).all()
        )
    )
    if set(numbers) - set(wanted):
        raise NotFound
    held = grouping.hold_cases(list(wanted.values()), incident)
    return incident, [held[wanted[number]] for number in numbers]


def _number() -> str:
    return request.form.get("case", "").strip().upper()[:20]


def _back(incident_id: int) -> BaseResponse:
    """To the list that asked, else to the incident."""
    if request.form.get("next") == "list":
        return see_other(url_for("staff.incidents"))
    return see_other(url_for("staff.incident", incident_id=incident_id))


def _refusal(incident_id: int, refusal: Refused) -> BaseResponse:
    incident = queries.read(me(), incident_id)
    return incidents.show(incident, status=HTTPStatus.CONFLICT, error=words.refusal(refusal))


@blueprint.post("/incidents/<int:incident_id>/joining", endpoint="incident_joining")
@requires(Permission.INCIDENT_MANAGE)
def joining(incident_id: int) -> BaseResponse:
    """One proposed case, or all of them that I see."""
    found = queries.read(me(), incident_id)
    proposed = [
        m.number
        for m in queries.members(me(), [found.id])[found.id]
        if m.membership.state == queries.PROPOSED and m.is_open
    ]
    wanted = [_number()] if "case" in request.form else proposed
    try:
        with transaction():
            incident, cases = held(incident_id, *wanted)
            if "case" in request.form:
                grouping.join(incident, cases[0], by=me(), at=g.at)
                done = 1
            else:
                done = grouping.confirm(incident, cases, by=me(), at=g.at)
    except Refused as refusal:
        return _refusal(incident_id, refusal)
    flash(ngettext("已并入 %(num)s 件。", "已并入 %(num)s 件。", done))
    return _back(incident_id)


@blueprint.post("/incidents/<int:incident_id>/refusal", endpoint="incident_refusal")
@requires(Permission.INCIDENT_MANAGE)
def refusal(incident_id: int) -> BaseResponse:
    number = _number()
    try:
        with transaction():
            incident, cases = held(incident_id, number)
            grouping.refuse(incident, cases[0], by=me(), at=g.at)
    except Refused as refused:
        return _refusal(incident_id, refused)
    flash(_("已记下 %(number)s 不是同一件事，不再提示。", number=number))
    return _back(incident_id)


@blueprint.post("/incidents/<int:incident_id>/facts", endpoint="incident_facts")
@requires(Permission.INCIDENT_MANAGE)
def facts_of(incident_id: int) -> BaseResponse:
    """What the matter is called, and how many were counted on the spot (VK-4h)."""
    found, form = queries.read(me(), incident_id), incidents.FactsForm("facts")
    said, asked = form.people.data or "", form.title
    counted = int(said) if said.isascii() and said.isdecimal() and len(said) < 10 else LARGEST
    try:
        with transaction():
            incident, _cases = held(incident_id)
            grouping.name(incident, form.title.data or "", by=me())
            asked = form.people
            grouping.hold_cases([], incident)
            grouping.count_people(incident, counted if said else 0, by=me(), at=g.at)
    except Refused as refused:
        if not guards.can_manage(me(), found):
            return _refusal(incident_id, refused)
        asked.errors = [words.refusal(refused)]
        return incidents.show(found, status=HTTPStatus.CONFLICT, form=form)
    flash(_("已记下。"))
    return _back(incident_id)


@blueprint.post("/incidents/<int:incident_id>/ending", endpoint="incident_ending")
@requires(Permission.INCIDENT_MANAGE)
def ending(incident_id: int) -> BaseResponse:
    try:
        with transaction():
            incident, _cases = held(incident_id)
            grouping.end(incident, by=me(), at=g.at)
    except Refused as refused:
        return _refusal(incident_id, refused)
    flash(_("这件事已办结。之后再报的算重复发生；各件诉求照常办到底。"))
    return _back(incident_id)


@blueprint.route(
    "/incidents/<int:incident_id>/playbook", methods=["GET", "POST"], endpoint="incident_playbook"
)
@requires(Permission.INCIDENT_VIEW)
def steps(incident_id: int) -> BaseResponse:
    """The checklist by itself, to be printed; and one of its steps done."""
    found = queries.read(me(), incident_id)
    if request.method == "POST":
        return _tick(incident_id)
    return pages.render(
        "staff/incidents/playbook.html",
        incident=found,
        url=url_for("staff.incident", incident_id=incident_id),
        steps=incidents.checklist(found, queries.steps_of(incident_id)),
    )


def _tick(incident_id: int) -> BaseResponse:
    try:
        with transaction():
            incident, _cases = held(incident_id)
            step, note = request.form.get("step", ""), plain(request.form.get("note"))
            playbook.tick(incident, step, by=me(), at=g.at, note=note)
    except Refused as refused:
        return _refusal(incident_id, refused)
    flash(_("已记下这一步。"))
    return see_other(f"{url_for('staff.incident', incident_id=incident_id)}#playbook")
