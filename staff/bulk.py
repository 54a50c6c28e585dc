"""Bulk acts (批量处理) of the register: ticked cases, one act, and one page that says how it went on each."""

from collections import Counter
from http import HTTPStatus
from typing import Any

from flask import flash, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse

from shared import words
from shared.identity.permissions import Permission
from shared.register.rows import CaseRow
from shared.web import pages
from staff import blueprint, bulk_queries
from staff.access import me, requires
from staff.bulk_acts import (
    CLAIM,
    DISPATCH,
    JOINING,
    BulkAct,
    Fate,
    Order,
    Pick,
    Result,
    carry_out,
    read_picks,
)
from staff.cases import seats
from staff.cases.forms import ActForm, menu, moment, pick_from, text
from staff.lists import case_url, lines
from staff.way_back import way_back

MOST = 200  # of one press: more takes longer than a person waits for an answer
TITLES = {
    CLAIM.slug: _l("批量领取"),
    DISPATCH.slug: _l("批量派单"),
    JOINING.slug: _l("批量并入群诉"),
}
CHIPS = {
    Fate.DONE: ("kept", _l("已办")),
    Fate.REFUSED: ("broken", _l("不能办")),
    Fate.CHANGED: ("near", _l("已有变动")),
    Fate.MISSING: ("ended", _l("没有找到")),
    Fate.BROKEN: ("broken", _l("没办成")),
}
AGAIN = (Fate.CHANGED, Fate.REFUSED, Fate.BROKEN)


class DispatchForm(ActForm):
    """The same handler and the same words for every case."""

    handler = menu(
        _l("派给谁"),
        _l("请选择处理人。"),
        description=_l("每个部门里，手上件数少的在前。"),
        render_kw={"autofocus": True},
    )
    requirements = text(
        _l("要求"),
        description=_l("同样的要求会写在每一件上：要做什么，怎样算办好（GZ-10）。业主看不到。"),
        render_kw={"rows": 4},
    )
    wanted_by = moment(_l("希望办完"), description=_l("不改变对业主承诺的时限。"))


class JoiningForm(ActForm):
    incident = menu(_l("并入哪件群诉"), _l("请选择群诉。"), render_kw={"autofocus": True})


@blueprint.post("/register/bulk/claim")
@requires(Permission.CASE_CLAIM, Permission.CASE_ANSWER_INTERNAL)
def register_bulk_claim() -> BaseResponse:
    """Nothing to fill in: done at once."""
    picks = read_picks(request.form.getlist("case"))
    return _unfit(picks) or _results(CLAIM, carry_out(CLAIM, picks, Order(), me().id))


@blueprint.post("/register/bulk/dispatch")
@requires(Permission.CASE_DISPATCH)
def register_bulk_dispatch() -> BaseResponse:
    picks = read_picks(request.form.getlist("case"))
    if unfit := _unfit(picks):
        return unfit
    rows = _seen(picks)
    form = DispatchForm(DISPATCH.slug, formdata=request.form if "sent" in request.form else None)
    pick_from(form.handler, _handlers(rows), _("请选择"))
    if "sent" not in request.form or not form.validate():
        return _form(DISPATCH, picks, rows, form)
    department_id, handler_id = seats.ids(form.handler.data)
    order = Order(
        handler_id=handler_id,
        department_id=department_id,
        requirements=form.requirements.data or "",
        wanted_by=form.wanted_by.data,
    )
    return _results(DISPATCH, carry_out(DISPATCH, picks, order, me().id))


@blueprint.post("/register/bulk/joining")
@requires(Permission.INCIDENT_MANAGE)
def register_bulk_joining() -> BaseResponse:
    picks = read_picks(request.form.getlist("case"))
    if unfit := _unfit(picks):
        return unfit
    rows = _seen(picks)
    form = JoiningForm(JOINING.slug, formdata=request.form if "sent" in request.form else None)
    matters = bulk_queries.matters_at({row.estate_id for row in rows}, me())
    pick_from(form.incident, [(m.id, m.title) for m in matters], _("请选择"))
    if "sent" not in request.form or not form.validate():
        return _form(JOINING, picks, rows, form, nothing="" if matters else _("现在没有可以并入的群诉。"))
    order = Order(incident_id=int(form.incident.data))
    return _results(JOINING, carry_out(JOINING, picks, order, me().id))


def _seen(picks: list[Pick]) -> list[CaseRow]:
    return bulk_queries.seen([pick.number for pick in picks], me(), g.at)


def _back() -> str:
    """The list that asked."""
    return way_back(request.form.get("next"), url_for("staff.register"))


def _unfit(picks: list[Pick]) -> BaseResponse | None:
    """Back to the list where nothing was ticked, or more than one press may do."""
    if 0 < len(picks) <= MOST:
        return None
    flash(_("一次最多处理 %(n)s 件，请分几次。", n=MOST) if picks else _("请先勾选诉求件。"))
    return pages.see_other(_back())


def _handlers(rows: list[CaseRow]) -> list[tuple[str, str]]:
    """For cases of several estates each option says of which estate it is; a case of another is refused in its row."""
    names = {row.estate_id: row.estate for row in rows}
    found = []
    for estate_id, estate in sorted(names.items()):
        for department, handler, load, leave in bulk_queries.handlers_at(estate_id, g.at):
            place = f"{estate} {department.name}" if len(names) > 1 else department.name
            label = words.remarked(f"{place} · {handler.name}", seats.burden(load, leave))
            found.append((seats.code(department.id, handler.id), label))
    return found


def _form(
    act: BulkAct, picks: list[Pick], rows: list[CaseRow], form: ActForm, nothing: str = ""
) -> BaseResponse:
    """What is to be said once for all of them, beside the cases that are meant."""
    return pages.render(
        "staff/_bulk_form.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK,
        title=TITLES[act.slug],
        form=form,
        nothing=nothing,
        lines=lines(rows, me()),
        unseen=len(picks) - len(rows),
        picks=[pick.written for pick in picks],
        submit=_("办 %(n)s 件", n=len(picks)),
        back_url=_back(),
    )


def _results(act: BulkAct, results: list[Result]) -> BaseResponse:
    """What was not done stands first; the rest can be sent again with every word that was typed."""
    undone = [result for result in results if result.fate is not Fate.DONE]
    again = [result.pick.written for result in undone if result.fate in AGAIN]
    typed = [(n, v) for n, v in request.form.items(multi=True) if n not in ("csrf_token", "case", "next")]
    return pages.render(
        "staff/_bulk_results.html",
        title=TITLES[act.slug],
        summary=_summary(results),
        all_done=not undone,
        rows=[_row(result) for result in [*undone, *(r for r in results if r.fate is Fate.DONE)]],
        again=[*typed, *(("case", pick) for pick in again)] if again else [],
        again_count=len(again),
        back_url=_back(),
    )


def _row(result: Result) -> dict[str, Any]:
    state, word = CHIPS[result.fate]
    return {
        "number": result.pick.number,
        "url": "" if result.fate is Fate.MISSING else case_url(result.pick.number),
        "state": state,
        "word": str(word),
        "said": result.said,
    }


def _summary(results: list[Result]) -> str:
    """`已办 9 件，已有变动 1 件，不能办 2 件。`"""
    counted = Counter(result.fate for result in results)
    told = [_("%(what)s %(n)s 件", what=CHIPS[fate][1], n=counted[fate]) for fate in CHIPS if counted[fate]]
    return _("，").join(told) + _("。")
