"""A case put together with others as one matter, and taken out again, from the page of the case."""

from functools import partial
from http import HTTPStatus

from flask import flash, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse
from wtforms import StringField

from shared.cases import scope
from shared.cases.models import Case
from shared.database import transaction
from shared.errors import NotFound, Refused
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.incidents import grouping, guards, queries
from shared.presence import unsent as keeping
from shared.web import pages
from shared.web.pages import see_other
from staff import blueprint
from staff.access import me, requires
from staff.cases import facts, unsent
from staff.cases.forms import ActForm, menu, pick_from, plain, text
from staff.cases.unsent import Offered, Place, names_of
from staff.incident_decisions import held

JOINING, PARTING = "joining", "parting"


class JoiningForm(ActForm):
    incident = menu(
        _l("并入哪件群诉"),
        _l("请从列出的里面选。"),
        required=False,
        default="",
        description=_l("同一小区还没有办结的群诉。"),
    )
    other = StringField(
        _l("或者和哪件诉求是同一件事"),
        filters=[plain],
        description=_l("写档案编号，例如 26-0147；会立一件新的群诉。"),
    )
    title = StringField(
        _l("新群诉叫什么"), filters=[plain], description=_l("例如“3号楼2单元电梯停运”。不写业主姓名和房号。")
    )


class PartingForm(ActForm):
    reason = text(
        _l("为什么不是同一件事"),
        _l("请写明为什么不是同一件事。"),
        description=_l("业主看不到。移出后不再提示它们是同一件。"),
        render_kw={"rows": 3},
    )


@blueprint.route("/cases/<number>/joining", methods=["GET", "POST"], endpoint="case_joining")
@requires(Permission.INCIDENT_MANAGE)
def case_joining(number: str) -> BaseResponse:
    case = scope.read(me(), number)
    place = _place(JOINING, case)
    again = unsent.offered_on_page(place, me(), case.estate.zone)
    form = JoiningForm(JOINING, formdata=unsent.filled(again))
    offered = queries.open_at(me(), case.estate_id)
    pick_from(form.incident, [(i.id, i.title) for i in offered], _("都不是"))
    if request.method == "GET" and again is None:
        form.title.data = facts.title(case, case.sealed_at is not None)[: grouping.LONGEST_TITLE]
    refused = "" if guards.can_join(me(), case) else _("这件诉求现在不能并入群诉。")
    if request.method == "POST" and not refused and form.validate():
        try:
            return see_other(url_for("staff.incident", incident_id=_joined(case, form)))
        except Refused as refusal:
            refused = refusal.message
    hint = _("每件诉求的查询号、隐私和时限都不变。")
    return _page(case, form, refused, again, place, title=_("并入群诉事件"), submit=_("并入"), hint=hint)


def _joined(case: Case, form: JoiningForm) -> int:
    """The incident that the case stands in afterwards. Raises Refused."""
    other = _other(case, form) if not form.incident.data else None
    with transaction():
        if other is None:
            incident, cases = held(int(form.incident.data or 0), case.archive_number)
            grouping.join(incident, cases[0], by=me(), at=g.at)
        elif other.incident_id is not None:
            incident, cases = held(other.incident_id, case.archive_number)
            grouping.join(incident, cases[0], by=me(), at=g.at)
        else:
            both = grouping.hold_cases([case.id, other.id])
            pair = [both[case.id], both[other.id]]
            incident = grouping.begin(pair, by=me(), at=g.at, title=form.title.data or "")
        incident_id: int = incident.id
        keeping.forget(me(), _place(JOINING, case))
    flash(_("已并入。"))
    return incident_id


def _other(case: Case, form: JoiningForm) -> Case:
    number = (form.other.data or "").strip().upper()[:20]
    if not number:
        raise Refused(_("请选一件群诉，或写另一件诉求的档案编号。"))
    if number[0].isdecimal():
        number = f"{case.estate.code}-{number}"  # 26-0147, as the form itself writes it
    try:
        other = scope.read(me(), number)
    except NotFound:
        raise Refused(_("没有查到档案编号 %(number)s。", number=number)) from None
    if other.id == case.id:
        raise Refused(_("这就是本件，请写另一件的档案编号。"))
    return other


@blueprint.route("/cases/<number>/parting", methods=["GET", "POST"], endpoint="case_parting")
@requires(Permission.INCIDENT_MANAGE)
def case_parting(number: str) -> BaseResponse:
    case = scope.read(me(), number)
    place = _place(PARTING, case)
    again = unsent.offered_on_page(place, me(), case.estate.zone)
    form = PartingForm(PARTING, formdata=unsent.filled(again))
    incident_id = case.incident_id
    refused = "" if guards.can_part(me(), case) else _("这件诉求不在群诉里，或已经办结。")
    if request.method == "POST" and not refused and incident_id and form.validate():
        try:
            with transaction():
                incident, cases = held(incident_id, case.archive_number)
                grouping.part(incident, cases[0], by=me(), at=g.at, reason=form.reason.data or "")
                keeping.forget(me(), place)
        except Refused as refusal:
            refused = refusal.message
        else:
            flash(_("已移出群诉。"))
            return see_other(url_for("staff.case", number=number))
    return _page(case, form, refused, again, place, title=_("移出群诉事件"), submit=_("移出"))


def _page(
    case: Case,
    form: ActForm,
    refused: str,
    again: Offered | None,
    place: str,
    *,
    title: str,
    submit: str,
    hint: str = "",
) -> BaseResponse:
    status = HTTPStatus.OK
    if refused:
        status = HTTPStatus.CONFLICT
    elif form.errors:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return pages.render(
        "staff/incidents/form.html",
        status=status,
        form=form,
        title=title,
        submit=submit,
        hint=hint,
        refused=refused,
        lead=f"{case.archive_number} {facts.title(case, case.sealed_at is not None)}",
        back_url=url_for("staff.case", number=case.archive_number),
        key="",
        cases=None,
        again=again,
        place=place,
    )


# The words that are typed there


def _place(form: str, case: Case) -> str:
    return f"{form}/{case.archive_number}"


_GUARDED = {JOINING: (JoiningForm, guards.can_join), PARTING: (PartingForm, guards.can_part)}


def _find(form: str, number: str, user: User) -> Place:
    case, (kind, allows) = scope.read(user, number), _GUARDED[form]
    if not allows(user, case):
        raise NotFound
    address = url_for(f"staff.case_{form}", number=number)
    return Place(_place(form, case), address, *names_of(kind), case)


def _asked(form: str) -> Place:
    number = (request.view_args or {}).get("number", "")
    return Place(f"{form}/{number}", "", *names_of(_GUARDED[form][0]))


for _form in _GUARDED:
    unsent.declare(_form, unsent.Forms(partial(_find, _form), partial(_asked, _form)), f"case_{_form}")
