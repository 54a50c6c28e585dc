"""The monthly review meeting (例会, MS-7): called, held, its minutes written, its actions given, and closed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _

from shared import events
from shared.cases.acting import refuse_unless
from shared.database import db
from shared.identity.models import Estate, User
from shared.identity.permissions import Permission
from shared.improvement import measures, meetings_guards
from shared.improvement.events import MeetingCalled
from shared.improvement.measures import Kind, Origin, Wanted
from shared.improvement.models import Measure, Meeting, MeetingParticipant

CLAUSE = "MS-7"


@dataclass(frozen=True, slots=True)
class Called:
    """When and where, about what, and who is asked to it."""

    title: str
    held_at: datetime
    place: str
    agenda: str
    people: Collection[User]


def call(estate: Estate, called: Called, *, by: User, at: datetime) -> Meeting:
    """Call a meeting; whoever is asked to it is told. Raises Refused for an hour gone by or strangers (MS-7)."""
    refuse_unless(by.can(Permission.MEETING_HOLD, estate.id), _("您的岗位不能召开例会。"), CLAUSE)
    refuse_unless(called.held_at > at, _("开会时间要晚于现在。"), CLAUSE)
    refuse_unless(bool(called.people), _("请选谁参加。"), CLAUSE)
    able = {user.id for user in measures.owners_of(estate.id)}
    refuse_unless(all(user.id in able for user in called.people), _("参加的人要是本小区在岗的员工。"), CLAUSE)
    meeting = Meeting(
        estate_id=estate.id,
        title=called.title.strip(),
        held_at=called.held_at,
        place=called.place.strip(),
        agenda=called.agenda.strip(),
        called_by_id=by.id,
        called_at=at,
        participants=[MeetingParticipant(user_id=user.id) for user in called.people],
    )
    db.session.add(meeting)
    db.session.flush()
    events.publish(MeetingCalled(meeting.id, at))
    return meeting


def write(
    meeting: Meeting,
    *,
    by: User,
    at: datetime,
    minutes: str,
    seen: str,
    owners_present: int | None,
    present: Collection[int],
) -> None:
    """Keep what was said, who of the staff came, and how many owners (MS-7). *seen*: the minutes one began from."""
    refuse_unless(meetings_guards.can_write(by, meeting), _("会议已经了结，纪要不能再改。"), CLAUSE)
    refuse_unless(meeting.held_at <= at, _("会还没有开，不能写纪要。"), CLAUSE)
    refuse_unless(
        seen == meeting.minutes or minutes.strip() == meeting.minutes,
        _("别人刚改过纪要。您写的还在下面，请对照后再存。"),
    )
    meeting.minutes, meeting.owners_present = minutes.strip(), owners_present
    for participant in meeting.participants:
        participant.present = participant.user_id in present


def resolve(meeting: Meeting, *, by: User, at: datetime, what: str, owner: User, due_on: date) -> Measure:
    """An action of the meeting, with whoever does it until when (MS-7)."""
    refuse_unless(meetings_guards.can_write(by, meeting), _("会议已经了结，不能再加议定的事。"), CLAUSE)
    estate = db.session.get_one(Estate, meeting.estate_id)
    wanted = Wanted(what, Kind.ACTION, Origin.MEETING, CLAUSE, meeting_id=meeting.id)
    measure = measures.propose(estate, wanted, by=by, at=at)
    assert measure is not None  # without a key nothing was raised before
    measures.entrust(measure, at=at, owner=owner, due_on=due_on)
    return measure


def close(meeting: Meeting, *, by: User, at: datetime) -> None:
    """From here on the minutes stand (MS-7). Raises Refused before they are written and somebody was there."""
    refuse_unless(meetings_guards.can_write(by, meeting), _("会议已经了结。"), CLAUSE)
    refuse_unless(bool(meeting.minutes), _("请先写会议纪要。"), CLAUSE)
    refuse_unless(any(p.present for p in meeting.participants), _("请先记下谁到了。"), CLAUSE)
    refuse_unless(meeting.owners_present is not None, _("请先记下到了几位业主代表，没有就填 0。"), CLAUSE)
    meeting.closed_at, meeting.closed_by_id = at, by.id


def call_off(meeting: Meeting, *, by: User, at: datetime) -> None:
    """It is not held after all; what was written or given already stands, so then it cannot be called off."""
    refuse_unless(meetings_guards.can_call_off(by, meeting), _("会议已经有纪要，不能取消。"), CLAUSE)
    meeting.called_off_at = at
