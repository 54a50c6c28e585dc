"""One spot check (抽查), and one case of it: what the record says, whom to ask, and what supervision finds (GZ-4)."""

from http import HTTPStatus
from typing import Any

from flask import abort, flash, g, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from shared import words
from shared.cases import contacts, participation, scope
from shared.cases.models import Case
from shared.database import transaction
from shared.errors import Refused
from shared.identity.permissions import Permission
from shared.retention import archive
from shared.revisits.models import Revisit
from shared.supervision import drawing, finding, guards, queries
from shared.supervision.finding import Found
from shared.supervision.models import SpotCheck, SpotCheckItem
from shared.supervision.queries import Tally
from shared.web import pages
from staff import blueprint
from staff.access import me, requires
from staff.cases import facts, wording
from staff.lists import case_url
from staff.supervision import days_of, what_of
from staff.supervision_forms import FindingForm

P = Permission
SEEN = "spot_check"  # in the register of who saw what (AH-6.2)
STATES = {Found.AGREES: "kept", Found.DIFFERS: "broken", Found.UNREACHED: "ended"}


@blueprint.get("/supervision/<int:check_id>")
@requires(P.SPOT_CHECK, P.DEPARTMENT_CHECK)
def supervision_check(check_id: int) -> Any:
    """What was drawn, from what, and whether it still comes out the same."""
    check = queries.read(me(), check_id)
    seen = queries.visible(me(), check)
    worked = guards.worked_on(me(), check, seen)
    return pages.render(
        "staff/supervision/check.html",
        check=check,
        what=what_of(check),
        rate=_rate(check) if check.department_id else "",
        days=days_of(check),
        drawn=wording.when(check.drawn_at, g.at, check.estate.zone),
        digest=check.digest.hex(),
        is_reproduced=drawing.is_reproduced(check),
        tally=tally_of(check),
        items=[_line(item, item.case_id in worked) for item in check.items if item.case_id in seen],
        hidden=sum(item.case_id not in seen for item in check.items),
        back_url=url_for("staff.supervision", estate=check.estate.slug),
    )


def _rate(check: SpotCheck) -> str:
    """All that a department takes on is to be handled (GZ-18)."""
    done, of = queries.handled(check)
    return _(
        "%(of)s 件里办完 %(done)s 件（%(percent)s%%）",
        of=of,
        done=done,
        percent=100 * done // of if of else 0,
    )


def tally_of(check: SpotCheck) -> Tally:
    """Counted from what is read already."""
    found = [item.finding for item in check.items]
    return Tally(len(found), *(found.count(each) for each in (Found.AGREES, Found.DIFFERS, Found.UNREACHED)))


def _line(item: SpotCheckItem, is_mine: bool) -> dict[str, Any]:
    case = item.case
    return {
        "url": _address(item),
        "number": case.archive_number,
        "title": facts.title(case, archive.is_shut(case, me(), g.at)),
        "round": item.round,
        "state": STATES[Found(item.finding)] if item.finding else "",
        "finding": str(words.CHECKED[item.finding]) if item.finding else "",
        "by": item.found_by.name if item.found_by else "",
        "is_mine": is_mine and item.finding is None,
    }


def _address(item: SpotCheckItem) -> str:
    return url_for("staff.supervision_item", check_id=item.check_id, item_id=item.id)


@blueprint.route("/supervision/<int:check_id>/<int:item_id>", methods=["GET", "POST"])
@requires(P.SPOT_CHECK, P.DEPARTMENT_CHECK)
def supervision_item(check_id: int, item_id: int) -> BaseResponse:
    """One case of the sample; what was found is kept once."""
    item = queries.item_of(me(), check_id, item_id)
    form = FindingForm("finding", formdata=request.form if request.method == "POST" else None)
    if request.method == "GET":
        return _show(item, form)
    if not form.validate():
        return _show(item, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with transaction():
            locked = queries.lock_item(me(), check_id, item_id)
            finding.record(
                scope.lock(me(), item.case.archive_number),
                item=locked,
                by=me(),
                at=g.at,
                found=Found(form.found.data),
                text=form.note.data or "",
            )
    except Refused as refusal:
        item = queries.item_of(me(), check_id, item_id)
        return _show(item, form, status=HTTPStatus.CONFLICT, refusal=words.refusal(refusal))
    flash(
        _(
            "已记下：%(number)s %(found)s。",
            number=item.case.archive_number,
            found=words.CHECKED[form.found.data],
        )
    )
    return pages.see_other(url_for("staff.supervision_check", check_id=check_id))


@blueprint.post("/supervision/<int:check_id>/<int:item_id>/phone")
@requires(P.SPOT_CHECK, P.DEPARTMENT_CHECK)
def supervision_phone(check_id: int, item_id: int) -> BaseResponse:
    """The number in whole, in this answer only, and one row in the register of who saw what (T40)."""
    with transaction():
        contacts.take_turn(me())
        item = queries.lock_item(me(), check_id, item_id)
        case = scope.lock(me(), item.case.archive_number)
        if not _can_call(item, case) or case.party is None or not case.party.phone:
            abort(404)
        contacts.register([case.id], SEEN, by=me(), at=g.at)
    return _show(
        queries.item_of(me(), check_id, item_id), FindingForm("finding", formdata=None), revealed="phone"
    )


def _can_call(item: SpotCheckItem, case: Case) -> bool:
    """Whoever is to check it, as long as it is not checked: to ask the owner is what the check consists of."""
    return (
        item.finding is None
        and not guards.worked_on(me(), item.check, [case.id])
        and not participation.is_party_kept_from(case, me())
        and not archive.is_shut(case, me(), g.at)
    )


def _show(
    item: SpotCheckItem,
    form: FindingForm,
    *,
    status: int = HTTPStatus.OK,
    refusal: str = "",
    revealed: str = "",
) -> BaseResponse:
    case = scope.read(me(), item.case.archive_number)
    shut, found = archive.is_shut(case, me(), g.at), queries.recorded(item)
    return pages.render(
        "staff/supervision/item.html",
        fragment="staff/supervision/_party.html" if revealed else None,
        status=status,
        case=case,
        title=facts.title(case, shut),
        chips=facts.chips(case),
        shut=shut,
        party=None if shut else facts.party(case, revealed),
        can_call=_can_call(item, case),
        description=case.statement.description if case.statement and not shut else "",
        result="" if shut else found.result,
        round=item.round,
        revisits=[_said(revisit, case, {} if shut else found.words) for revisit in found.revisits],
        finding=_found(item, case, {} if shut else found.words),
        propose_url=_proposing(item, case),
        is_mine=bool(guards.worked_on(me(), item.check, [case.id])),
        form=form,
        refusal=refusal,
        has_errors=bool(form.errors or refusal),
        address=_address(item),
        case_url=case_url(case.archive_number),
        phone_url=url_for("staff.supervision_phone", check_id=item.check_id, item_id=item.id),
        back_url=url_for("staff.supervision_check", check_id=item.check_id),
    )


def _proposing(item: SpotCheckItem, case: Case) -> str:
    """Where what differs becomes an entry of the ledger, with the case in it; empty for whoever may propose nothing."""
    if item.finding != Found.DIFFERS or not me().can(P.ASSESSMENT_PROPOSE, case.estate_id):
        return ""
    return url_for("staff.assessment_new", estate=case.estate.slug, case=case.archive_number)


def _said(revisit: Revisit, case: Case, texts: dict[int, str]) -> dict[str, Any]:
    """What the record says of one revisit, as a question to whom it is about."""
    answers = (
        (_("对结果满意"), revisit.satisfied),
        (_("处理及时"), revisit.timely),
        (_("态度好"), revisit.courteous),
    )
    return {
        "when": wording.when(revisit.at, g.at, case.estate.zone),
        "facts": [
            (_("谁回访的"), revisit.by.name),
            (_("谁一同回访"), revisit.companion.name if revisit.companion else ""),
            (_("怎么回访的"), str(words.METHODS[revisit.method])),
            (_("联系上了吗"), _("联系上了") if revisit.reached else _not_reached(revisit)),
            *((name, _("是") if said else _("否")) for name, said in answers if said is not None),
            (_("书面记录或回执"), _("有") if revisit.documented else ""),
            (_("意见和建议"), texts.get(revisit.words_id or 0, "")),
        ],
    }


def _not_reached(revisit: Revisit) -> str:
    return str(words.HINDRANCES[revisit.hindrance]) if revisit.hindrance else _("没联系上")


def _found(item: SpotCheckItem, case: Case, texts: dict[int, str]) -> dict[str, Any] | None:
    if item.finding is None or item.found_at is None or item.found_by is None:
        return None
    return {
        "state": STATES[Found(item.finding)],
        "label": str(words.CHECKED[item.finding]),
        "by": item.found_by.name,
        "when": wording.when(item.found_at, g.at, case.estate.zone),
        "text": texts.get(item.words_id or 0, ""),
    }
