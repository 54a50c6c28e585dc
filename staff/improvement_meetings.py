"""Review meetings (例会): those of an estate, and a new one with the agenda that the month proposes (MS-7)."""

from http import HTTPStatus
from typing import Any

from flask import flash, g, request, url_for
from flask_babel import gettext as _

from shared import words
from shared.clock import local_date
from shared.database import transaction
from shared.errors import Refused
from shared.identity.models import Estate
from shared.identity.permissions import Permission
from shared.identity.queries import people_who_may
from shared.improvement import measures, meetings, meetings_queries
from shared.improvement.measures_guards import is_open
from shared.improvement.meetings import Called
from shared.improvement.models import Meeting
from shared.web import pages
from staff import blueprint, estates, improvement_agenda, improvement_rooms
from staff.access import me, requires
from staff.cases import wording
from staff.cases.forms import instant
from staff.improvement_meetings_forms import CallForm

P = Permission


@blueprint.get("/improvement/meetings")
@requires(P.LEARN)
def improvement_meetings() -> Any:
    estate = estates.chosen(P.LEARN)
    return pages.render(
        "staff/improvement/meetings.html",
        **improvement_rooms.head(
            estate, P.LEARN, lambda e: url_for("staff.improvement_meetings", estate=e.slug)
        ),
        meetings=[_line(meeting, estate) for meeting in meetings_queries.of_estate(me(), estate.id)],
        can_call=me().can(P.MEETING_HOLD, estate.id),
        new_url=url_for("staff.improvement_meetings_new", estate=estate.slug),
    )


def _line(meeting: Meeting, estate: Estate) -> dict[str, Any]:
    return {
        "url": url_for("staff.improvement_meeting", meeting_id=meeting.id),
        "title": meeting.title,
        "when": wording.day_and_time(meeting.held_at, estate.zone),
        "place": meeting.place,
        "actions": len(meeting.actions),
        "left": sum(is_open(action) for action in meeting.actions),
        "chip": chip(meeting),
    }


def chip(meeting: Meeting) -> tuple[str, str]:
    if meeting.called_off_at is not None:
        return "ended", _("取消了")
    if meeting.closed_at is not None:
        return "kept", _("纪要已定")
    return ("running", _("还没开")) if meeting.held_at > g.at else ("near", _("等定纪要"))


@blueprint.route("/improvement/meetings/new", methods=["GET", "POST"])
@requires(P.MEETING_HOLD)
def improvement_meetings_new() -> Any:
    estate = estates.chosen(P.MEETING_HOLD)
    staff = measures.owners_of(estate.id)
    form = CallForm("call", formdata=request.form if request.method == "POST" else None, data=_begun(estate))
    form.offer(staff)
    if request.method == "GET":
        return _new_page(estate, form)
    if not form.validate():
        return _new_page(estate, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    called = Called(
        form.title.data or "",
        instant(form.held_at.data, estate.zone) or g.at,
        form.place.data or "",
        form.agenda.data or "",
        form.asked(staff),
    )
    try:
        with transaction():
            meeting_id = meetings.call(estate, called, by=me(), at=g.at).id
    except Refused as refusal:
        return _new_page(estate, form, HTTPStatus.CONFLICT, words.refusal(refusal))
    flash(_("已通知参加的人。"))
    return pages.see_other(url_for("staff.improvement_meeting", meeting_id=meeting_id))


def _begun(estate: Estate) -> dict[str, Any]:
    """The name of the month, what the month proposes, and those who lead (MS-7)."""
    if request.method == "POST":
        return {}
    month = local_date(g.at, estate.zone).month
    return {
        "title": _("%(month)s 月诉求工作例会", month=month),
        "agenda": improvement_agenda.propose(estate, me(), g.at),
        "people": [str(person.id) for person in people_who_may(P.REPORT_VIEW, estate.id)],
    }


def _new_page(estate: Estate, form: CallForm, status: int = HTTPStatus.OK, refusal: str = "") -> Any:
    return pages.render(
        "staff/improvement/meeting_new.html",
        status=status,
        of_estate=estate,
        form=form,
        refusal=refusal,
        has_errors=bool(form.errors or refusal),
        back_url=url_for("staff.improvement_meetings", estate=estate.slug),
    )
