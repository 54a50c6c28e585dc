"""One review meeting (例会): its agenda, who came, what was said, what is to be done, and its end (MS-7)."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import flash, g, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from shared import words
from shared.database import db, transaction
from shared.errors import Refused
from shared.identity.models import Estate, User
from shared.identity.permissions import Permission
from shared.improvement import measures, meetings, meetings_guards, meetings_queries
from shared.improvement.models import Meeting
from shared.web import pages
from staff import blueprint, improvement
from staff.access import me, requires
from staff.cases import wording
from staff.cases.forms import ActForm
from staff.improvement_meetings import chip
from staff.improvement_meetings_forms import MinutesForm, ResolvingForm

P = Permission


@blueprint.get("/improvement/meetings/<int:meeting_id>")
@requires(P.LEARN)
def improvement_meeting(meeting_id: int) -> Any:
    return _page(meetings_queries.read(me(), meeting_id))


@blueprint.post("/improvement/meetings/<int:meeting_id>/minutes")
@requires(P.MEETING_HOLD)
def improvement_meeting_minutes(meeting_id: int) -> Any:
    """What was said, and who came; until it is closed it can be written anew."""

    def do(meeting: Meeting, form: MinutesForm) -> None:
        meetings.write(
            meeting,
            by=me(),
            at=g.at,
            minutes=form.minutes.data or "",
            seen=form.saw,
            owners_present=form.owners_present.data,
            present=[p.user_id for p in meeting.participants if str(p.user_id) in (form.present.data or ())],
        )

    form = MinutesForm("minutes", formdata=request.form)
    form.offer(meetings_queries.read(me(), meeting_id))
    return _change(meeting_id, form, do, _("已存下纪要。"))


@blueprint.post("/improvement/meetings/<int:meeting_id>/action")
@requires(P.MEETING_HOLD)
def improvement_meeting_action(meeting_id: int) -> Any:
    """Something to be done, by whom and until when."""

    def do(meeting: Meeting, form: ResolvingForm) -> None:
        assert form.due_on.data is not None  # the form has made sure of it
        owner = db.session.get_one(User, int(form.owner.data))
        what = form.what.data or ""
        meetings.resolve(meeting, by=me(), at=g.at, what=what, owner=owner, due_on=form.due_on.data)

    form = ResolvingForm("action", formdata=request.form)
    form.offer(measures.owners_of(meetings_queries.read(me(), meeting_id).estate_id))
    return _change(meeting_id, form, do, _("已记下议定的事，负责人会收到通知。"))


@blueprint.post("/improvement/meetings/<int:meeting_id>/closing")
@requires(P.MEETING_HOLD)
def improvement_meeting_closing(meeting_id: int) -> Any:
    return _change(
        meeting_id,
        None,
        lambda meeting, _form: meetings.close(meeting, by=me(), at=g.at),
        _("会议已了结，纪要不再改。"),
    )


@blueprint.post("/improvement/meetings/<int:meeting_id>/calling-off")
@requires(P.MEETING_HOLD)
def improvement_meeting_calling_off(meeting_id: int) -> Any:
    return _change(
        meeting_id,
        None,
        lambda meeting, _form: meetings.call_off(meeting, by=me(), at=g.at),
        _("会议已取消。"),
    )


def _change(meeting_id: int, form: ActForm | None, do: Callable[[Meeting, Any], object], said: str) -> Any:
    """*do* with the meeting held; what was typed stays on the page when it is refused."""
    if form is not None and not form.validate():
        return _page(meetings_queries.read(me(), meeting_id), form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with transaction():
            do(meetings_queries.lock(me(), meeting_id), form)
    except Refused as refusal:
        meeting = meetings_queries.read(me(), meeting_id)
        return _page(meeting, form, HTTPStatus.CONFLICT, words.refusal(refusal))
    flash(said)
    return pages.see_other(url_for("staff.improvement_meeting", meeting_id=meeting_id))


def _page(
    meeting: Meeting, sent: ActForm | None = None, status: int = HTTPStatus.OK, refusal: str = ""
) -> BaseResponse:
    estate = db.session.get_one(Estate, meeting.estate_id)
    return pages.render(
        "staff/improvement/meeting.html",
        status=status,
        meeting=meeting,
        of_estate=estate,
        chip=chip(meeting),
        facts=_facts(meeting, estate),
        measures=[improvement.line(action, estate) for action in meeting.actions],
        forms=_forms(meeting, sent),
        can_close=bool(meeting.minutes) and meetings_guards.can_write(me(), meeting),
        can_call_off=meetings_guards.can_call_off(me(), meeting),
        refusal=refusal,
        has_errors=bool(refusal or (sent and sent.errors)),
        back_url=url_for("staff.improvement_meetings", estate=estate.slug),
    )


def _facts(meeting: Meeting, estate: Estate) -> list[tuple[str, str]]:
    names = [p.user.name for p in meeting.participants]
    came = [p.user.name for p in meeting.participants if p.present]
    owners = meeting.owners_present
    closed = meeting.closed_by.name if meeting.closed_by else ""
    return [
        (_("什么时候开"), wording.day_and_time(meeting.held_at, estate.zone)),
        (_("在哪里开"), meeting.place),
        (_("谁召开的"), meeting.called_by.name),
        (_("谁参加"), _("、").join(names)),
        (_("谁到了"), _("、").join(came)),
        (_("到了几位业主代表"), _("%(n)s 位", n=owners) if owners is not None else ""),
        (_("谁定的纪要"), closed),
    ]


def _forms(meeting: Meeting, sent: ActForm | None) -> dict[str, Any]:
    """What this person may write now, each as it begins or as it was sent."""
    if not meetings_guards.can_write(me(), meeting):
        return {}
    action = ResolvingForm("action", formdata=None)
    action.offer(measures.owners_of(meeting.estate_id))
    found: dict[str, ActForm] = {"action": action}
    if meeting.held_at <= g.at:
        begun = {
            "minutes": meeting.minutes,
            "seen": meeting.minutes,
            "owners_present": meeting.owners_present,
            "present": [str(p.user_id) for p in meeting.participants if p.present],
        }
        minutes = MinutesForm("minutes", formdata=None, data=begun)
        minutes.offer(meeting)
        found = {"minutes": minutes, **found}
    return {name: sent if isinstance(sent, type(form)) else form for name, form in found.items()}
