"""Who was sent what about a case, by which channel, and why not (送达记录); dead letters are sent again from here."""

from dataclasses import dataclass
from datetime import datetime

from flask import flash, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from shared import clock
from shared.cases import internal_reports, scope
from shared.cases.models import Case
from shared.database import transaction
from shared.errors import Refused
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.notifications import naming, queries, reasons, resending
from shared.notifications.channels import groups
from shared.notifications.models import SENT, WAITING
from shared.notifications.queries import Track
from shared.web.pages import see_other
from staff import blueprint
from staff.access import me, requires
from staff.cases import wording
from staff.lists import case_url


@dataclass(frozen=True, slots=True)
class Line:
    """One message. *message_id*: it can be sent again by who looks; 0 when not."""

    about: str
    whom: str
    channel: str
    when: str
    mark: str
    state: str
    resent: str
    message_id: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """What went to the party, and what to staff; *unsent*: how many of the party's did not go out."""

    party: list[Line]
    staff: list[Line]
    unsent: int


def of(case: Case, user: User, now: datetime) -> Delivery:
    """As *user* sees it."""
    tracks = queries.of_case(case.id)
    may = _may_resend(user, case)
    party = [t for t in tracks if t.message.user_id is None and t.message.channel != groups.NAME]
    return Delivery(
        party=[_line(t, case, may, now) for t in party],
        staff=[_line(t, case, may, now) for t in tracks if t not in party],
        unsent=sum(t.message.state not in (SENT, WAITING) for t in party),
    )


def _may_resend(user: User, case: Case) -> bool:
    if case.is_internal:
        return internal_reports.is_kept_by(case, user)
    return user.can(Permission.CASE_INFORM, case.estate_id)


def _line(track: Track, case: Case, may: bool, now: datetime) -> Line:
    message, zone = track.message, case.estate.zone
    at = message.delivered_at or message.sent_at or message.made_at
    mark, state = _state(track, now, zone)
    return Line(
        about=naming.about(message),
        whom=naming.whom(message, track.name),
        channel=naming.channel(message),
        when=wording.when(at, now, zone),
        mark=mark,
        state=state,
        resent=_("%(name)s重发", name=track.resent_by) if track.resent_by else "",
        message_id=message.id if may and track.is_dead else 0,
    )


def _state(track: Track, now: datetime, zone: str) -> tuple[str, str]:
    """The mark and the words: 已送达 only where the carrier has said so."""
    message = track.message
    if message.state == SENT:
        return "kept", _("已送达") if message.delivered_at else _("已发出")
    if message.state == WAITING:
        return "near", _waits(track, now, zone)
    moot = message.reason == reasons.MOOT
    return "ended" if moot else "broken", _("没有发出：%(why)s", why=reasons.shown(message.reason))


def _waits(track: Track, now: datetime, zone: str) -> str:
    if track.attempts:
        return _("试过 %(n)s 次没有成功，会再试", n=track.attempts)
    if track.next_at and track.next_at > now:
        return _("等到 %(when)s 再发", when=wording.when(track.next_at, now, zone))
    return _("正在发")


@blueprint.post("/cases/<number>/resending", endpoint="case_resending")
@requires(Permission.CASE_INFORM, Permission.CASE_ANSWER_INTERNAL)
def resend(number: str) -> BaseResponse:
    """One message that was given up, once more."""
    asked = request.form.get("message", "")
    with transaction():
        case = scope.lock(me(), number)
        if not _may_resend(me(), case):
            raise Refused(_("您不能重发这件诉求的消息。"))
        message_id = int(asked) if asked.isdecimal() and len(asked) < 18 else 0
        again = resending.resend_message(message_id, case.id, by=me(), at=clock.now())
    flash(_("已重新发出。") if again else _("这条消息已经不用重发。"))
    return see_other(case_url(number) + "#delivery")
