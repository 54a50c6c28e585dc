"""Incidents (群诉事件): what is proposed as one matter, what runs, what is over; and the page of one of them."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any

from flask import g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from shared.cases.models import Case
from shared.cases.participation import visible_to
from shared.clock import local
from shared.database import db
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.identity.queries import names_of
from shared.incidents import fanning, grouping, guards, naming, playbook, queries
from shared.incidents.fanning import Kind
from shared.incidents.models import Incident, Membership
from shared.incidents.queries import PROPOSED, Member, Size
from shared.incidents.repeats import owners_of
from shared.register import rows
from shared.web import pages
from shared.words import CATEGORIES
from staff import blueprint
from staff.access import me, requires
from staff.cases import wording
from staff.cases.forms import ActForm, line
from staff.lists import Line, case_url, lines

LONGEST_NUMBER = 20


class FactsForm(ActForm):
    """What staff write down of the matter itself."""

    title = line(_l("什么事"), grouping.LONGEST_TITLE, description=_l("不写业主姓名和房号。"))
    people = line(
        _l("现场人数"), LONGEST_NUMBER, description=_l("到场点数，没有就留空。满 10 人为集体投诉（VK-4h）。")
    )


@blueprint.get("/incidents")
@requires(Permission.INCIDENT_VIEW)
def incidents() -> BaseResponse:
    user = me()
    proposed, running = queries.proposed(user), queries.running(user)
    over = queries.ended(user)
    ids = [incident.id for incident in (*proposed, *running, *over)]
    sizes = queries.sizes(ids)
    members = queries.members(user, [incident.id for incident in proposed])
    drawn = _lines(user, {m.case_id for found in members.values() for m in found})
    return pages.render(
        "staff/incidents/index.html",
        proposed=[
            {
                **_row(incident, sizes[incident.id], g.at),
                "members": [_member(m, drawn) for m in members[incident.id] if m.case_id in drawn],
                "can_manage": guards.can_manage(user, incident),
            }
            for incident in proposed
        ],
        running=[_row(incident, sizes[incident.id], g.at) for incident in running],
        over=[_row(incident, sizes[incident.id], g.at) for incident in over],
        reports=_reports(user),
    )


@blueprint.get("/incidents/<int:incident_id>")
@requires(Permission.INCIDENT_VIEW)
def incident(incident_id: int) -> BaseResponse:
    return show(queries.read(me(), incident_id))


def show(
    found: Incident, *, status: int = 200, error: str = "", form: FactsForm | None = None
) -> BaseResponse:
    """The page of an incident as I see it; *form* holds what was typed and not taken."""
    user = me()
    members = queries.members(user, [found.id])[found.id]
    drawn = _lines(user, {m.case_id for m in members})
    size, owners = queries.sizes([found.id])[found.id], owners_of(found.id)
    steps = queries.steps_of(found.id)
    with_playbook = bool(steps) or playbook.is_due(found, owners) or "playbook" in request.args
    can_manage = guards.can_manage(user, found) and found.ended_at is None
    shown = [_member(m, drawn) for m in members if m.case_id in drawn]
    return pages.render(
        "staff/incidents/show.html",
        status=status,
        incident=_row(found, size, g.at),
        error=error,
        proposed=[m for m in shown if m["state"] == PROPOSED],
        joined=[m for m in shown if m["state"] != PROPOSED],
        unseen=size.joined - sum(m["state"] != PROPOSED for m in shown),
        facts=_facts(found, size, owners if queries.tells_all_parties(found.id, user) else None),
        form=form or FactsForm("facts", formdata=None, title=found.title, people=str(found.people or "")),
        can_manage=can_manage,
        acts=_acts(user, found) if size.open else [],
        playbook=checklist(found, steps) if with_playbook else None,
        playbook_due=playbook.is_due(found, owners),
        history=_history(user, found),
    )


def _lines(user: User, case_ids: Collection[int]) -> dict[int, Line]:
    """The lines of these cases, by id; that they stand together is what the page is about."""
    keys = select(Case.id).where(Case.id.in_(case_ids), visible_to(user))
    found = [replace(row, together=0) for row in rows.load(rows.selection(keys), g.at)]
    return {line.id: line for line in lines(found, user)}


def _member(member: Member, drawn: dict[int, Line]) -> dict[str, Any]:
    score = member.membership.score
    return {
        "line": drawn[member.case_id],
        "number": member.number,
        "state": member.membership.state,
        "reasons": naming.explained(member.membership.reasons),
        "score": f"{score * 100:.0f}" if score is not None else "",
        "is_open": member.is_open,
        "part_url": url_for("staff.case_parting", number=member.number),
    }


def _row(found: Incident, size: Size, now: datetime) -> dict[str, Any]:
    over = found.ended_at is not None or (found.confirmed_at is not None and not size.open)
    return {
        "id": found.id,
        "url": url_for("staff.incident", incident_id=found.id),
        "title": found.title,
        "place": found.building.name if found.building else _("小区公共范围"),
        "estate": found.estate.name,
        "category": str(CATEGORIES[found.category]),
        "stage": "" if found.confirmed_at is None else "ended" if over else "running",
        "stage_label": _("待确认") if found.confirmed_at is None else _("已办结") if over else _("办理中"),
        "proposed": size.proposed,
        "joined": size.joined,
        "open": size.open,
        "people": found.people,
        "since": wording.when(found.opened_at, now, found.estate.zone),
        "ended": wording.when(found.ended_at, now, found.estate.zone) if found.ended_at else "",
    }


def _facts(found: Incident, size: Size, owners: int | None) -> list[tuple[str, str]]:
    """Counted once and n times: one matter, so many cases, so many households, so many people.

    *owners* None: the number would tell the reader who complains of staff.
    """
    households = _("涉及员工的诉求在内，户数保密")
    if owners is not None:
        households = _("%(n)s 户（电话或房号不同的算一户，匿名的不算）", n=owners)
    return [
        (_("计数"), _("1 件事，%(n)s 件诉求，未结 %(open)s 件", n=size.joined, open=size.open)),
        (_("业主"), households),
        (_("现场人数"), _("%(n)s 人", n=found.people) if found.people else _("还没有点数")),
        (_("地点"), found.building.name if found.building else _("小区公共范围")),
        (_("类别"), str(CATEGORIES[found.category])),
        (_("发现"), found.opened_by.name if found.opened_by else _("系统按地点、内容、时间提出")),
    ]


def _acts(user: User, found: Incident) -> list[dict[str, Any]]:
    """What could be done on at least one of the open cases that I see, and on how many."""
    held = db.session.scalars(
        select(Case).where(Case.archive_number.in_(fanning.numbers_of(found, user)))
    ).all()
    labels = {
        Kind.PROGRESS: _("统一写给业主"),
        Kind.NOTE: _("统一内部备注"),
        Kind.COMPLETION: _("统一办结"),
        Kind.INFORMING: _("统一告知结果"),
    }
    counted = {kind: sum(fanning.CAN[kind](user, case) for case in held) for kind in Kind}
    return [
        {
            "label": labels[kind],
            "cases": cases,
            "url": url_for(f"staff.incident_{kind}", incident_id=found.id),
        }
        for kind, cases in counted.items()
        if cases
    ]


def checklist(found: Incident, steps: dict[str, Any]) -> list[dict[str, Any]]:
    zone = found.estate.zone
    return [
        {
            "step": step,
            "text": str(text),
            "done": step in steps,
            "who": steps[step].by.name if step in steps else "",
            "when": f"{local(steps[step].done_at, zone):%m-%d %H:%M}" if step in steps else "",
            "note": steps[step].note if step in steps else "",
        }
        for step, text in playbook.STEPS.items()
    ]


def _history(user: User, found: Incident) -> list[dict[str, Any]]:
    """Who decided what, the latest first, what was decided in one go as one line; of cases only those that I see."""
    taken = queries.decided(user, found.id)
    names = names_of([m.decided_by_id for m, _number in taken])
    zone = found.estate.zone
    words = {"joined": _("并入"), "refused": _("不是同一件"), "parted": _("移出")}
    told: list[dict[str, Any]] = []
    for (at, by_id, state), group in groupby(taken, key=lambda row: _decision(row[0])):
        numbers = [number for _m, number in reversed(list(group))]
        told.append(
            {
                "what": words[state],
                "who": names.get(by_id or 0, ""),
                "when": wording.when(at, g.at, zone) if at else "",
                "cases": [{"number": number, "url": case_url(number)} for number in numbers],
            }
        )
    if found.ended_at:
        when = wording.when(found.ended_at, g.at, zone)
        told.insert(0, {"what": _("办结"), "who": "", "when": when, "cases": []})
    return told


def _decision(membership: Membership) -> tuple[datetime | None, int | None, str]:
    return membership.decided_at, membership.decided_by_id, membership.state


def _reports(user: User) -> Sequence[dict[str, Any]]:
    """Special reports that wait for the general manager's naming (VK-4e)."""
    return [
        {
            "number": number,
            "url": case_url(number),
            "nth": report.nth,
            "clause": report.clause,
            "when": wording.when(report.made_at, g.at, zone),
            "name_url": f"{case_url(number)}/designation",
        }
        for report, number, zone in queries.undesignated(user)
    ]
