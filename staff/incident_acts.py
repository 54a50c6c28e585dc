"""One act for all cases of an incident: each in a change of its own, each with its result."""

from collections.abc import Iterable
from functools import partial
from http import HTTPStatus
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse
from wtforms import HiddenField

from shared import clock, words
from shared.cases import drafts
from shared.cases.vocabulary import Method, Outcome
from shared.database import db, transaction
from shared.errors import NotFound, Refused
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.incidents import fanning, queries
from shared.incidents.fanning import Kind, Order, Result
from shared.incidents.models import Incident
from shared.presence import unsent as keeping
from shared.web import pages
from staff import blueprint, row_ids
from staff.access import me, requires
from staff.cases import unsent
from staff.cases.completion import concrete
from staff.cases.forms import ActForm, choice, options, text
from staff.cases.unsent import Offered, Place, names_of
from staff.lists import case_url

HEAD = "incident"

SAME_WORDS = _l("同样的话会分别发给每位诉求人。请勿写任何人的姓名、电话、房号。")


class FanForm(ActForm):
    key = HiddenField()  # the same for every sending of this form, so that nothing is done twice


class ProgressForm(FanForm):
    note = text(
        _l("写给业主的话"), _l("请写明进展：做了什么，接下来做什么，什么时候。"), description=SAME_WORDS
    )


class NoteForm(FanForm):
    note = text(_l("内部备注"), _l("请写下备注。"), description=_l("业主看不到。会记在每一件诉求上。"))


class CompletionForm(FanForm):
    outcome = choice(_l("结论"), options(words.OUTCOMES), _l("请选择结论。"))
    note = text(
        _l("处理结果"),
        _l("请写明处理结果，业主会看到。"),
        rules=[concrete],
        description=SAME_WORDS,
        render_kw={"rows": 6},
    )


class InformingForm(FanForm):
    method = choice(
        _l("怎么告知"),
        options(words.METHODS, "questionnaire"),
        _l("请选择怎么告知的。"),
        default=Method.MESSAGE.value,
    )
    note = text(
        _l("告诉诉求人的话"), _l("请写明告诉了诉求人什么。"), description=SAME_WORDS, render_kw={"rows": 6}
    )


FORMS: dict[Kind, type[FanForm]] = {
    Kind.PROGRESS: ProgressForm,
    Kind.NOTE: NoteForm,
    Kind.COMPLETION: CompletionForm,
    Kind.INFORMING: InformingForm,
}
TITLES = {
    Kind.PROGRESS: _l("统一写给业主"),
    Kind.NOTE: _l("统一内部备注"),
    Kind.COMPLETION: _l("统一办结"),
    Kind.INFORMING: _l("统一告知结果"),
}


def carry_out(order: Order, numbers: Iterable[str], user_id: int) -> list[Result]:
    """Do it on one case after the other. What stops half-way is taken up by sending the same order again."""
    results = []
    for number in numbers:
        try:
            with transaction():
                by = db.session.get_one(User, user_id)
                results.append(fanning.carry_out(order, number, by=by, at=clock.now()))
        except Refused as refusal:
            results.append(fanning.refused(number, refusal))
    return results


def _view_of(kind: Kind) -> Any:
    @requires(Permission.INCIDENT_VIEW)
    def view(incident_id: int) -> BaseResponse:
        found = queries.read(me(), incident_id)
        again = unsent.offered_on_page(_place(incident_id, kind), me(), found.estate.zone)
        form = FORMS[kind](str(kind), formdata=unsent.filled(again))
        if request.method == "GET":
            form.key.data = drafts.new_key()
        if request.method == "POST" and form.validate():
            return _results(kind, found, form)
        return _form(kind, found, form, again)

    return view


def _place(incident_id: int, kind: str) -> str:
    return f"{HEAD}/{incident_id}/{kind}"


def _find(tail: str, user: User) -> Place:
    incident_id, _, kind = tail.partition("/")
    if kind not in FORMS or not user.estates_where(Permission.INCIDENT_VIEW):
        raise NotFound
    found = queries.read(user, row_ids.read(incident_id))
    address = url_for(f"staff.incident_{kind}", incident_id=found.id)
    return Place(_place(found.id, kind), address, *names_of(FORMS[Kind(kind)]))


def _asked(kind: Kind) -> Place:
    return Place(_place((request.view_args or {}).get("incident_id", 0), kind), "", *names_of(FORMS[kind]))


for _kind in Kind:
    unsent.declare(HEAD, unsent.Forms(_find, partial(_asked, _kind)), f"incident_{_kind}")
    blueprint.add_url_rule(
        f"/incidents/<int:incident_id>/{_kind}",
        f"incident_{_kind}",
        _view_of(_kind),
        methods=["GET", "POST"],
    )


def _order(kind: Kind, incident_id: int, form: Any) -> Order:
    return Order(
        kind=kind,
        incident_id=incident_id,
        key=(form.key.data or drafts.new_key())[:64],
        text=form.note.data or "",
        outcome=Outcome(form.outcome.data) if "outcome" in form else Outcome.RESOLVED,
        method=Method(form.method.data) if "method" in form else Method.MESSAGE,
    )


def _form(kind: Kind, found: Incident, form: FanForm, again: Offered | None) -> BaseResponse:
    numbers = fanning.numbers_of(found, me())
    return pages.render(
        "staff/incidents/form.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK,
        form=form,
        title=TITLES[kind],
        submit=_("发到 %(n)s 件诉求", n=len(numbers)),
        hint=_("对每一件未结诉求各做一次；不能办的会列出原因，其余照办。"),
        refused="",
        lead=found.title,
        back_url=url_for("staff.incident", incident_id=found.id),
        key=form.key.data or drafts.new_key(),
        cases=[{"number": number, "url": case_url(number)} for number in numbers],
        again=again,
        place=_place(found.id, kind),
    )


def _results(kind: Kind, found: Incident, form: FanForm) -> BaseResponse:
    """A row for every case; the same sending again does only what is left."""
    order = _order(kind, found.id, form)
    results = carry_out(order, fanning.numbers_of(found, me()), me().id)
    with transaction():
        keeping.forget(me(), _place(found.id, kind))
    undone = [result for result in results if not result.is_done]
    return pages.render(
        "staff/incidents/results.html",
        title=TITLES[kind],
        incident=found,
        url=url_for("staff.incident", incident_id=found.id),
        summary=_summary(len(results) - len(undone), len(undone)),
        rows=[
            {"number": r.number, "url": case_url(r.number), "reason": r.reason, "done": r.is_done}
            for r in [*undone, *(result for result in results if result.is_done)]
        ],
        again={name: value for name, value in request.form.items() if name != "csrf_token"}
        if undone
        else None,
    )


def _summary(done: int, undone: int) -> str:
    if not undone:
        return _("已办 %(n)s 件。", n=done)
    return _("已办 %(n)s 件；%(m)s 件不能办，原因如下。", n=done, m=undone)
