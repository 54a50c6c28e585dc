"""The case: facts, promises, people, what happened, and what can be done now by whoever looks."""

from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from shared import clock
from shared.cases import guards, participation, scope
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.deadlines import naming
from shared.deadlines.promises import PromiseState, promises
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.retention import archive, requests
from shared.web.pages import render
from staff import assessment_lines, blueprint, improvement_lessons, story
from staff.access import me, requires
from staff.cases import (
    delivery,
    entries,
    facts,
    gravity,
    holding,
    matter,
    outside,
    outstanding_shown,
    plans,
    queries,
    recurring,
    returns,
    row_wording,
    steps,
    tasks,
    told,
)
from staff.cases.acts import ACTS
from staff.cases.entries import Show
from staff.cases.queries import Dossier

TOLD = 3  # changes, to whoever was overtaken; the rest is read on the case


@blueprint.get("/cases/<number>", endpoint="case")
@requires(Permission.CASE_VIEW)
def case_page(number: str) -> BaseResponse:
    """The page; with htmx and a filter, the timeline alone."""
    case = scope.read(me(), number)
    fragment = "staff/cases/_timeline.html" if "show" in request.args else None
    return show(case, fragment=fragment)


def last_change(case: Case) -> str:
    """`李敏刚刚派给张强。`"""
    found = queries.last_change(case)
    return row_wording.last_changed(*found, clock.now(), case.estate.zone) if found else ""


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody did while another form lay open, and what they wrote."""

    said: str
    text: str


def changes(case: Case, seen: int | None) -> list[Change]:
    """The last things that happened since the case had the version *seen*, newest first."""
    now = clock.now()
    missed = min(case.version - seen, TOLD) if seen is not None else 1
    rows, words, names = queries.last_changes(case, missed)
    shut = archive.is_shut(case, me(), now)
    return [
        Change(
            row_wording.last_changed(row, names, now, case.estate.zone),
            "" if shut else words.get(row.data.get("words", 0), ""),
        )
        for row in rows
    ]


def show(
    case: Case,
    *,
    status: int = HTTPStatus.OK,
    fragment: str | None = None,
    refusal: str = "",
    revealed: str = "",
) -> BaseResponse:
    """The whole page of *case* as I see it. *revealed*: which contact is shown in full this once."""
    return render(
        "staff/cases/case.html",
        fragment=fragment,
        status=status,
        **context(case, refusal=refusal, revealed=revealed),
    )


def _asked_show() -> Show:
    asked = request.args.get("show", Show.ALL)
    return Show(asked) if asked in list(Show) else Show.ALL


def views(case: Case, current: Show) -> list[dict[str, Any]]:
    labels = {Show.ALL: _("全部"), Show.OWNER: _("业主可见"), Show.INTERNAL: _("内部")}
    return [
        {
            "label": label,
            "url": url_for("staff.case", number=case.archive_number, show=show) + "#timeline",
            "current": show is current,
        }
        for show, label in labels.items()
    ]


def _as_far_as_open(dossier: Dossier, user: User, now: datetime) -> tuple[Dossier, bool]:
    """What *user* may see of it now, and whether it is shut to them (AH-6.2).

    Sealing shuts who it was, where exactly, photos and all that anybody wrote (PIPL 47). Numbers stay, and the line
    that was written for the lobby.
    """
    shut = archive.is_shut(dossier.case, user, now)
    return (replace(dossier, photos=[], words={}) if shut else dossier), shut


def _wishes(case: Case, dossier: Dossier, user: User) -> dict[str, Any] | None:
    """The way to what the party asked of their data, for whoever answers it; whether something waits."""
    if not requests.can_answer(user, case):
        return None
    asked, answered = (
        sum(row.act == act for row in dossier.rows) for act in (Act.DATA_REQUEST, Act.DATA_ANSWER)
    )
    address = url_for("staff.case_data_request", number=case.archive_number)
    return {"url": address, "waits": asked > answered}


def context(case: Case, *, refusal: str = "", revealed: str = "") -> dict[str, Any]:
    """What the case page, and any fragment of it, is made of."""
    now, user = clock.now(), me()
    dossier, sealed = _as_far_as_open(queries.dossier(case), user, now)
    current = _asked_show()
    is_kept = participation.is_party_kept_from(case, user)
    return {
        "case": case,
        "estate": case.estate,
        "dossier": dossier,
        "title": facts.title(case, sealed),
        "chips": facts.chips(case, gravity.word(case, dossier.grading)),
        "gravity": gravity.of(dossier, user, now, is_kept=is_kept),
        "grading": ACTS["grading"],
        "matter": matter.of(case, dossier.rows, user, is_kept=is_kept),
        "facts": facts.facts(dossier, now, sealed),
        "people": facts.people(dossier, now),
        "holding": holding.of(dossier, now),
        "party": None if sealed else facts.party(case, revealed, is_kept=is_kept),
        "sealed": sealed,
        "can_open": sealed and archive.can_open(user, case),
        "wishes": _wishes(case, dossier, user),
        "can_reveal": guards.can_reveal(user, case, is_kept=is_kept),
        "since": facts.responsible_since(dossier),
        "outside": outside.of(case, dossier.orders, user, now),
        "outstanding": outstanding_shown.of(case, dossier.rows, dossier.words, user, now),
        "photos": entries.thumbnails(case.archive_number, [p for p in dossier.photos if p.act == "filing"]),
        "chapters": entries.chapters(dossier, current, now),
        "views": views(case, current),
        "told": told.told(case, user, now),
        "delivery": delivery.of(case, user, now),
        "assessed": assessment_lines.of_case(case, user),
        "recurring": recurring.of(case, user, now),
        "story_url": story.address(case, user),
        "lesson_url": improvement_lessons.write_url(case, user, is_kept=is_kept),
        "refusal": refusal,
        **_promised(dossier, user, now),
        **_around(dossier, user, now, sealed),
    }


def _promised(dossier: Dossier, user: User, now: datetime) -> dict[str, Any]:
    """The clocks by what they ask for now, and the step that they lead to."""
    case = dossier.case
    drawn = promises(dossier.deadlines, now, case.estate.zone, case.clocks_parked)
    duties = [p for p in drawn if p.is_duty]
    step = steps.step(case, user, dossier, duties)
    settled = [p for p in duties if not steps.is_waiting(p)]
    return {
        "step": step,
        "keyed": [act for act in step.mine_to_do if act.key],
        "waiting": sorted(filter(steps.is_waiting, duties), key=lambda p: p.due_at),
        "thresholds": [p for p in drawn if not p.is_duty],
        "settled": settled,
        "broken": sum(p.state is PromiseState.BROKEN for p in settled),
        "parked": naming.parked(case.clocks_parked) if case.clocks_parked else "",
    }


def _around(dossier: Dossier, user: User, now: datetime, sealed: bool) -> dict[str, Any]:
    """Plan, returns and tasks: the record says whether there are any, so most pages ask for none of them."""
    case, done = dossier.case, set() if sealed else {row.act for row in dossier.rows}
    cooperation = tasks.of(case, user, now) if Act.TASK in done else []
    return {
        "plan": plans.of(case, now) if Act.PLAN in done else None,
        "returns": returns.of(case, user, now) if Act.RETURN_REQUEST in done else [],
        "tasks": cooperation,
        "my_tasks": any(task.is_mine for task in cooperation),
    }
