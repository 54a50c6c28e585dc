"""Notices: written by one person, approved by another, shown from then until then (MS-8)."""

from datetime import datetime
from typing import Any

from flask import abort, flash, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse

from shared.cases.models import Case
from shared.clock import local
from shared.database import transaction
from shared.identity.models import Estate
from shared.identity.permissions import Permission
from shared.notices import guards, publishing, queries
from shared.notices.models import Notice
from shared.notices.stages import Kind, Stage, stage
from shared.presence import unsent as keeping
from shared.web import pages
from staff import blueprint, notices_unsent, row_ids, story
from staff.access import me, requires
from staff.cases import unsent
from staff.cases.forms import wall
from staff.cases.unsent import Offered
from staff.context import my_estates
from staff.notices_form import KINDS, NoticeForm, is_whole, notice_form, text_of

STAGES = {
    Stage.SUBMITTED: _l("待批准"),
    Stage.DRAFT: _l("草稿"),
    Stage.SCHEDULED: _l("已排期"),
    Stage.PUBLISHED: _l("公示中"),
    Stage.EXPIRED: _l("已过期"),
    Stage.WITHDRAWN: _l("已撤下"),
}
CHIPS = {
    Stage.SUBMITTED: "near",
    Stage.SCHEDULED: "running",
    Stage.PUBLISHED: "kept",
    Stage.EXPIRED: "ended",
    Stage.WITHDRAWN: "ended",
}


def _writable() -> list[Estate]:
    return [e for e in my_estates() if guards.can_write(me(), e.id)]


def _form_page(
    form: NoticeForm,
    address: str,
    one_estate: bool,
    again: Offered | None,
    notice: Notice | None = None,
    case: Case | None = None,
) -> BaseResponse:
    """*case*: what an improvement story is told of; *again*: found unsent words, which stand in the form."""
    return pages.render(
        "staff/notices/form.html",
        status=422 if form.errors else 200,
        form=form,
        notice=notice,
        address=address,
        one_estate=one_estate,
        case=case,
        again=again,
        place=notices_unsent.of(notice.id) if notice else notices_unsent.of_new(case),
        back_url=_back(notice, case),
    )


def _back(notice: Notice | None, case: Case | None) -> str:
    if case is not None:
        return url_for("staff.case", number=case.archive_number)
    return url_for("staff.notice", notice_id=notice.id) if notice else url_for("staff.notices")


def _read(notice_id: int) -> Notice:
    notice = queries.read(notice_id)
    if not guards.can_see(me(), notice):
        abort(404)
    return notice


def _lock(notice_id: int) -> Notice:
    """For a change, inside it."""
    notice = queries.lock(notice_id)
    if not guards.can_see(me(), notice):
        abort(404)
    return notice


def _shown(notice: Notice, at: datetime) -> dict[str, Any]:
    """A notice as the list and its page show it."""
    zone, stands = notice.estate.zone, stage(notice, at)
    return {
        "url": url_for("staff.notice", notice_id=notice.id),
        "title": notice.title,
        "body": notice.body,
        "estate": notice.estate.name,
        "kind": str(KINDS[Kind(notice.kind)]),
        "urgent": notice.kind == Kind.URGENT,
        "pinned": notice.pinned,
        "stage": stands,
        "stage_label": str(STAGES[stands]),
        "chip": CHIPS.get(stands, ""),
        "from_text": _time(notice.publish_at, zone),
        "until_text": _time(notice.expire_at, zone) if notice.expire_at else _("撤下为止"),
        "written_by": notice.written_by.name,
        "written_text": _time(notice.written_at, zone),
        "approved_by": notice.approved_by.name if notice.approved_by else "",
        "approved_text": _time(notice.approved_at, zone) if notice.approved_at else "",
    }


def _time(at: datetime, zone: str) -> str:
    return f"{local(at, zone):%Y-%m-%d %H:%M}"


@blueprint.get("/notices")
@requires(Permission.DESK_VIEW)
def notices() -> Any:
    user, here = me(), {e.id for e in my_estates()}
    before = row_ids.asked("before") if "before" in request.args else None
    at_work = [] if before is not None else queries.in_hand(here, g.at)
    rest = queries.others(here, g.at, before)
    listed = rest[: queries.STAFF_PAGE]
    order = list(STAGES)  # what waits for somebody first
    first = sorted(at_work, key=lambda n: (not n.pinned, order.index(stage(n, g.at))))
    return pages.render(
        "staff/notices/index.html",
        notices=[_shown(n, g.at) for n in (*first, *listed) if guards.can_see(user, n)],
        next_url=url_for("staff.notices", before=listed[-1].id) if len(rest) > len(listed) else "",
        first_url=url_for("staff.notices") if before is not None else "",
        may_write=bool(_writable()),
        several_estates=len(my_estates()) > 1,
    )


@blueprint.route("/notices/new", methods=["GET", "POST"], endpoint="new_notice")
@requires(Permission.NOTICE_WRITE)
def new() -> Any:
    estates = _writable()
    told = story.asked(me())
    estates = [told.estate] if told else estates
    begun = story.beginning(told) if told else {"kind": Kind.NOTICE}
    place, zone = notices_unsent.of_new(told), estates[0].zone
    again = unsent.offered_on_page(place, me(), zone)
    form = notice_form(estates, again, publish_at=wall(g.at, zone), **begun)
    address = url_for("staff.new_notice", case=told.archive_number if told else None)
    if request.method == "GET" or form.estate.data not in {e.id for e in estates}:
        return _form_page(form, address, len(estates) == 1, again, case=told)
    estate = next(e for e in estates if e.id == form.estate.data)
    if not is_whole(form, estate.zone, g.at):
        return _form_page(form, address, len(estates) == 1, again, case=told)
    submit = "submit" in request.form
    with transaction():
        notice = publishing.write(
            estate.id,
            text_of(form, estate.zone, g.at, told.id if told else None),
            by=me(),
            at=g.at,
            submit=submit,
        )
        notice_id = notice.id
        keeping.forget(me(), place)
    _say_saved(submit)
    return pages.see_other(url_for("staff.notice", notice_id=notice_id))


def _say_saved(submitted: bool) -> None:
    flash(_("公告已送批，批准后按时公示。") if submitted else _("公告已存为草稿，还没有送批。"))


@blueprint.get("/notices/<int:notice_id>")
@requires(Permission.DESK_VIEW)
def notice(notice_id: int) -> Any:
    found, user = _read(notice_id), me()
    return pages.render(
        "staff/notices/show.html",
        notice=_shown(found, g.at),
        read=publishing.seen(found),
        case=story.told_of(found, user),
        edit_url=url_for("staff.edit_notice", notice_id=found.id)
        if guards.can_edit(user, found, g.at)
        else "",
        approve_url=_if(guards.can_approve(user, found, g.at), "staff.approve_notice", found),
        withdraw_url=_if(guards.can_withdraw(user, found, g.at), "staff.withdraw_notice", found),
        waits_for_another=found.written_by_id == user.id and stage(found, g.at) is Stage.SUBMITTED,
        public_url=f"/notices/{found.id}" if stage(found, g.at) is Stage.PUBLISHED else "",
    )


def _if(condition: bool, endpoint: str, notice: Notice) -> str:
    return url_for(endpoint, notice_id=notice.id) if condition else ""


@blueprint.route("/notices/<int:notice_id>/edit", methods=["GET", "POST"])
@requires(Permission.NOTICE_WRITE)
def edit_notice(notice_id: int) -> Any:
    found = _read(notice_id)
    if not guards.can_edit(me(), found, g.at):
        flash(_("公告批准以后不能再改，只能撤下后重写。"))
        return pages.see_other(url_for("staff.notice", notice_id=notice_id))
    zone, address = found.estate.zone, url_for("staff.edit_notice", notice_id=notice_id)
    again = unsent.offered_on_page(notices_unsent.of(notice_id), me(), zone)
    form = notice_form(
        [found.estate],
        again,
        estate=found.estate_id,
        kind=found.kind,
        title=found.title,
        body=found.body,
        pinned=found.pinned,
        publish_at=wall(found.publish_at, zone),
        expire_at=wall(found.expire_at, zone) if found.expire_at else None,
    )
    if request.method == "GET" or not is_whole(form, zone, g.at):
        return _form_page(form, address, True, again, found)
    submit = "submit" in request.form
    with transaction():
        publishing.edit(
            _lock(notice_id), text_of(form, zone, g.at, found.case_id), by=me(), at=g.at, submit=submit
        )
        keeping.forget(me(), notices_unsent.of(notice_id))
    _say_saved(submit)
    return pages.see_other(url_for("staff.notice", notice_id=notice_id))


@blueprint.post("/notices/<int:notice_id>/approve")
@requires(Permission.NOTICE_APPROVE)
def approve_notice(notice_id: int) -> Any:
    with transaction():
        publishing.approve(_lock(notice_id), by=me(), at=g.at, read=request.form.get("read", ""))
    flash(_("公告已批准，按时公示。"))
    return pages.see_other(url_for("staff.notice", notice_id=notice_id))


@blueprint.post("/notices/<int:notice_id>/withdraw")
@requires(Permission.DESK_VIEW)
def withdraw_notice(notice_id: int) -> Any:
    with transaction():
        publishing.withdraw(_lock(notice_id), by=me(), at=g.at)
    flash(_("公告已撤下，门户和大堂屏不再显示。"))
    return pages.see_other(url_for("staff.notice", notice_id=notice_id))
