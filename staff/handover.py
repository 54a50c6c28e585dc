"""The end of a shift (交接班): what I offer to whoever comes next, and what is offered to me (GZ-15)."""

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any

from flask import flash, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms.validators import InputRequired

from shared.cases.models import Case
from shared.cases.participation import visible_to
from shared.database import db, transaction
from shared.errors import Refused
from shared.identity.models import Estate, User
from shared.identity.permissions import Permission
from shared.ownership import handing_over
from shared.ownership.handing_over import LONGEST_NOTE, MOST, Outcome
from shared.ownership.models import Handover
from shared.register.rows import load, selection
from shared.web import pages
from staff import blueprint, estates, row_ids
from staff.access import me, requires
from staff.cases import wording
from staff.cases.forms import menu, people, pick_from, text
from staff.lists import Line, lines

P = Permission


class HandoverForm(FlaskForm):
    class Meta:
        csrf = False  # every POST is checked before any view is reached (shared.web.forgery)

    lines: Mapping[str, Line] = MappingProxyType({})  # by number, for each box to say whose case it is

    to = menu(_l("谁接班"), _l("请选择谁接班。"))
    cases = people(_l("交哪些"), validators=[InputRequired(_l("请勾选要交的诉求。"))])
    note = text(
        _l("交接的话"),
        description=_l("接班的人会看到。哪一件要先办，和谁约好了什么。不要写业主的姓名和电话。"),
        longest=LONGEST_NOTE,
        render_kw={"rows": 4},
    )


def address(estate: Estate) -> str:
    return url_for("staff.handover", estate=estate.slug)


@blueprint.get("/handover")
@requires(P.CASE_CLAIM)
def handover() -> Any:
    estate = estates.chosen(P.CASE_CLAIM)
    return _page(estate, _form(estate))


@blueprint.post("/handover", endpoint="handover_offer")
@requires(P.CASE_CLAIM)
def offer() -> Any:
    """Ticked ones, or refused beside the form with every word kept."""
    estate = estates.chosen(P.CASE_CLAIM)
    form = _form(estate)
    if not form.validate():
        return _page(estate, form)
    to = db.session.get_one(User, int(form.to.data))
    try:
        with transaction():
            picked = _picked(form.cases.data or [])
            _made, outcome = handing_over.offer(
                estate, by=me(), to=to, at=g.at, case_ids=picked, note=form.note.data or ""
            )
    except Refused as refusal:
        form.to.errors = [refusal.message]
        return _page(estate, form)
    said = _("已请%(name)s接班，共 %(n)s 件。对方接班之前，责任还在您。", name=to.name, n=len(outcome.went))
    flash(said + _left_out(outcome))
    return pages.see_other(address(estate))


@blueprint.post("/handover/acceptance", endpoint="handover_acceptance")
@requires(P.CASE_CLAIM)
def accept() -> Any:
    """One press takes all that can still be taken."""

    def take(handover_id: int) -> str:
        outcome = handing_over.accept(handover_id, by=me(), at=g.at)
        if not outcome.went:
            return _("没有可以接的了。") + _left_out(outcome)
        return _("您已接班，%(n)s 件诉求现在由您负责。", n=len(outcome.went)) + _left_out(outcome)

    return _answered(take)


@blueprint.post("/handover/refusal", endpoint="handover_refusal")
@requires(P.CASE_CLAIM)
def decline() -> Any:
    def leave(handover_id: int) -> str:
        handing_over.decline(handover_id, by=me(), at=g.at, reason=request.form.get("reason", ""))
        return _("已答复不接班，责任不变。")

    return _answered(leave)


@blueprint.post("/handover/withdrawal", endpoint="handover_withdrawal")
@requires(P.CASE_CLAIM)
def take_back() -> Any:
    def back(handover_id: int) -> str:
        handing_over.take_back(handover_id, by=me(), at=g.at)
        return _("已收回，可以另请人接班。")

    return _answered(back)


def _answered(act: Callable[[int], str]) -> Any:
    """Do it to the handover that the form names, and say what came of it, or why not."""
    handover_id = row_ids.asked("handover")
    try:
        with transaction():
            said = act(handover_id)
    except Refused as refusal:
        said = refusal.message
    flash(said)
    return pages.see_other(url_for("staff.handover"))


def _left_out(outcome: Outcome) -> str:
    if not outcome.left_out:
        return ""
    return _("这些已有变动，没有移交：%(numbers)s。", numbers=_("、").join(outcome.left_out))


def _form(estate: Estate) -> HandoverForm:
    """Whoever comes next by the roster is chosen, and every case ticked."""
    form = HandoverForm()
    coming = handing_over.next_on_duty(me(), estate.id, g.at)
    offered = handing_over.receivers(me(), estate.id, g.at)
    pick_from(form.to, [(p.id, _called(p, coming)) for p in offered], _("请选择"))
    mine = _lines(handing_over.to_give(me(), estate.id)[:MOST])
    form.lines = {line.number: line for line in mine.values()}
    form.cases.choices = [(number, line.summary) for number, line in form.lines.items()]
    if request.method == "GET":
        form.to.data = str(coming.id) if coming in offered else ""
        form.cases.data = list(form.lines)
    return form


def _called(person: User, coming: User | None) -> str:
    return _("%(name)s（下一班）", name=person.name) if person is coming else person.name


def _lines(case_ids: Collection[int]) -> dict[int, Line]:
    """The cases of these ids that I may see, in that order."""
    if not case_ids:
        return {}
    keys = select(Case.id).where(Case.id.in_(case_ids), visible_to(me()))
    found = {line.id: line for line in lines(load(selection(keys), g.at), me())}
    return {case_id: found[case_id] for case_id in case_ids if case_id in found}


def _picked(numbers: Collection[str]) -> list[int]:
    """The ids of the ticked cases that I may see."""
    if not numbers:
        return []
    statement = select(Case.id).where(Case.archive_number.in_(numbers), visible_to(me()))
    return list(db.session.scalars(statement))


def _page(estate: Estate, form: HandoverForm) -> Any:
    to_me, by_me = handing_over.offered_to(me()), handing_over.offered_by(me())
    waiting = handing_over.cases_of([*to_me, *by_me])
    seen = _lines(list({case_id for ids in waiting.values() for case_id in ids}))
    return pages.render(
        "staff/handover.html",
        status=422 if form.errors else 200,
        of_estate=estate,
        estates=estates.views(P.CASE_CLAIM, estate, address),
        form=form,
        nothing=not form.cases.choices,
        to_me=[_offered(h, waiting[h.id], seen, estate) for h in to_me],
        by_me=[_offered(h, waiting[h.id], seen, estate) for h in by_me],
    )


def _offered(found: Handover, ids: list[int], seen: dict[int, Line], estate: Estate) -> dict[str, Any]:
    return {
        "id": found.id,
        "giver": found.giver.name,
        "receiver": found.receiver.name,
        "when": wording.when(found.asked_at, g.at, estate.zone),
        "note": found.note,
        "lines": [seen[case_id] for case_id in ids if case_id in seen],
        "n": len(ids),
    }


def waiting_for(user: User) -> list[str]:
    """Who has offered *user* a shift, for the desk."""
    if not user.estates_where(P.CASE_CLAIM):
        return []
    return [found.giver.name for found in handing_over.offered_to(user)]
