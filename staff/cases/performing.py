"""The one mechanism of all acts: a form that loses nothing, a guard, a verb; refused, stale, wrong or done."""

from http import HTTPStatus
from typing import Any

from flask import flash, request, url_for
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from werkzeug.wrappers import Response as BaseResponse

from shared import clock
from shared.cases import scope
from shared.cases.models import Case
from shared.database import transaction
from shared.errors import NotFound, Refused
from shared.web.pages import see_other
from staff import blueprint
from staff.access import me, requires
from staff.cases import answers, photos, phrases, unsent
from staff.cases.acts import ACTS, CaseAct
from staff.cases.forms import ActForm
from staff.way_back import way_back


class Stale(Exception):
    """The case has changed since the form was given out."""


def mount() -> None:
    """Put every declared act on the staff face: GET gives its form as page or fragment, POST does it."""
    for act in ACTS.values():
        blueprint.add_url_rule(
            f"/cases/<number>/{act.slug}", f"case_{act.slug}", _view_of(act), methods=["GET", "POST"]
        )


def _view_of(act: CaseAct) -> Any:
    @requires(act.permission, *act.other_permissions)
    def view(number: str) -> BaseResponse:
        if request.method != "POST":
            return give(act, scope.read(me(), number))
        take = _insert if phrases.is_asked() else _take
        try:
            case = scope.read(me(), number)
            return take(act, case, _posted(act, case))
        except NotFound:
            return answers.gone(act, request.form)

    return view


def _posted(act: CaseAct, case: Case) -> ActForm:
    return _prepared(act, case, CombinedMultiDict[str, Any]((request.files, request.form)))


def _prepared(act: CaseAct, case: Case, filled: MultiDict[str, Any] | None) -> ActForm:
    form = act.form(act.slug, formdata=filled)
    if act.prepare:
        act.prepare(form, case, me())
    return form


def give(act: CaseAct, case: Case) -> BaseResponse:
    """The form of *act*, with what its reader has typed into it before and not sent (F44)."""
    if not act.allowed(me(), case):
        return answers.not_now(act, case)
    refusal = act.obstacle(case) if act.obstacle else None
    if refusal:
        return answers.held_up(case, refusal)
    again = unsent.offered_of(act, case, me(), clock.now())
    form = _prepared(act, case, again.typed if again else None)
    form.version.data = str(case.version)
    return answers.panel(act, case, form, again=again)


def _insert(act: CaseAct, case: Case, form: ActForm) -> BaseResponse:
    """The form again with a reply template in it: nothing is judged and nothing is sent."""
    if not act.allowed(me(), case):
        return answers.not_now(act, case)
    return answers.panel(act, case, form, inserted=phrases.insert(act, case, form))


def _take(act: CaseAct, case: Case, form: ActForm) -> BaseResponse:
    number = case.archive_number
    try:
        _check_version(act, case, form)
        field = form._fields.get("photos")
        taken, told = photos.take(form.files, field) if _is_whole(act, form) else ([], [])
        if form.errors:
            return answers.panel(act, case, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        said = _do(act, number, form, taken)
    except Stale:
        return answers.stale(act, scope.read(me(), number), form)
    except Refused as refusal:
        return answers.refused(act, scope.read(me(), number), form, refusal)
    for sentence in (said, *told):
        flash(sentence)
    return see_other(_next(number))


def _is_whole(act: CaseAct, form: ActForm) -> bool:
    return form.validate() and phrases.is_filled(act, form)


def _check_version(act: CaseAct, case: Case, form: ActForm) -> None:
    if act.checks_version and form.seen_version not in (None, case.version):
        raise Stale


def _do(act: CaseAct, number: str, form: ActForm, taken: list[photos.Received]) -> str:
    with transaction():
        case = scope.lock(me(), number)
        _check_version(act, case, form)
        at = clock.now()
        said = act.do(case, form, me(), at)
        photos.attach(taken, case, act.act, public=act.public, at=at)
        unsent.forget(act, case, by=me())
    return said + (act.afterwards(case) if act.afterwards else "")


def _next(number: str) -> str:
    """Where to go afterwards: the list on this face that asked for it, else the case."""
    return way_back(request.form.get("next"), url_for("staff.case", number=number))
