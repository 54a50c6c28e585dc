"""Who is told by mail of measures and meetings: the owner that it is theirs, and whoever is asked to come.

They are of no case that the letter could name, so these letters stand in the outbox alone.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from shared import addresses
from shared.clock import local_date, written
from shared.database import db
from shared.identity.models import Estate, User
from shared.identity.permissions import Permission
from shared.identity.queries import estates, people_who_may
from shared.improvement import measures_guards, meetings_guards
from shared.improvement.models import Measure, Meeting, MeetingParticipant
from shared.notifications import letters
from shared.notifications.channels import Letter
from shared.notifications.letters import Said
from shared.outbox.tasks import task

MEASURE, MEETING = "send_measure", "send_meeting"
GIVEN, DUE, OVERDUE, UNOWNED = "given", "due", "overdue", "unowned"
AHEAD = timedelta(days=1)  # † before it is due, so that there is a day left to do it
STALE = timedelta(days=7)  # what was missed while nothing ran is not told weeks later


def on_given(measure_id: int, at: datetime) -> None:
    """The owner, that it is theirs until that day; another day is news again."""
    measure = db.session.get_one(Measure, measure_id)
    if measure.owner_id is not None:
        _write(measure, GIVEN, measure.owner_id, at)


def on_called(meeting_id: int, at: datetime) -> None:
    """Everybody who is asked to come."""
    meeting = db.session.get_one(Meeting, meeting_id)
    estate = db.session.get_one(Estate, meeting.estate_id)
    for participant in meeting.participants:
        payload = {"meeting": meeting.id, "user": participant.user_id}
        letters.owe(MEETING, payload, f"meeting:{meeting.id}:{participant.user_id}", estate, at)


def on_unowned(measure_id: int, at: datetime) -> None:
    """Whoever signs the reports names the owner of what the machine has raised (TR-15)."""
    measure = db.session.get_one(Measure, measure_id)
    for person in people_who_may(Permission.REPORT_SIGN, measure.estate_id):
        _write(measure, UNOWNED, person.id, at)


def remind(at: datetime) -> None:
    """The owner once from the day before it is due, and once when it is over; inside a change. Safe to repeat."""
    for estate in estates():
        today = local_date(at, estate.zone)
        found = db.session.scalars(
            select(Measure).where(
                Measure.estate_id == estate.id,
                Measure.owner_id.is_not(None),
                Measure.done_at.is_(None),
                Measure.dropped_at.is_(None),
                Measure.due_on.between(today - STALE, today + AHEAD),
            )
        )
        for measure in found:
            if measure.due_on is not None and measure.owner_id is not None:
                _write(measure, OVERDUE if measure.due_on < today else DUE, measure.owner_id, at)


def _write(measure: Measure, event: str, user_id: int, at: datetime) -> None:
    estate = db.session.get_one(Estate, measure.estate_id)
    payload = {"measure": measure.id, "event": event, "user": user_id}
    key = f"measure:{measure.id}:{event}:{user_id}:{measure.due_on or ''}"
    letters.owe(MEASURE, payload, key, estate, at)


@task(MEASURE)
def send_measure(payload: dict[str, Any]) -> None:
    """One letter; nothing where the measure is done, or somebody else's by now. Raises Undone."""
    measure = db.session.get(Measure, payload["measure"])
    person = db.session.get(User, payload["user"])
    event = payload["event"]
    is_meant = (
        measure is not None
        and person is not None
        and measures_guards.is_open(measure)
        and (measure.owner_id is None if event == UNOWNED else measure.owner_id == person.id)
    )
    letters.send(_of_measure(measure, person, event) if is_meant and measure and person else None)


@task(MEETING)
def send_meeting(payload: dict[str, Any]) -> None:
    """One letter; nothing once the meeting is closed or called off. Raises Undone."""
    meeting = db.session.get(Meeting, payload["meeting"])
    person = db.session.get(User, payload["user"])
    asked = select(MeetingParticipant.id).where(
        MeetingParticipant.meeting_id == payload["meeting"], MeetingParticipant.user_id == payload["user"]
    )
    is_meant = meeting is not None and meetings_guards.is_open(meeting) and db.session.scalar(asked)
    letters.send(_of_meeting(meeting, person) if is_meant and meeting and person else None)


def _of_measure(measure: Measure, person: User, event: str) -> Letter | None:
    """What is to be done is read behind a sign-in."""
    estate = db.session.get_one(Estate, measure.estate_id)
    facts = {"estate": estate.name, "due": measure.due_on}
    with letters.in_our_language():
        subject, said = {
            GIVEN: (
                _("%(estate)s：有一项措施由您落实", **facts),
                _("有一项措施由您落实，请在 %(due)s 前完成，做完报一声。", **facts),
            ),
            DUE: (
                _("%(estate)s：措施快到期了", **facts),
                _("由您落实的一项措施 %(due)s 到期，还没有报完成。", **facts),
            ),
            OVERDUE: (
                _("%(estate)s：措施过期了", **facts),
                _("由您落实的一项措施应在 %(due)s 完成，还没有报完成。", **facts),
            ),
            UNOWNED: (
                _("%(estate)s：有一项措施等定负责人", **facts),
                _("回访数据没有达标，系统提出了一项措施，请定负责人和日期。", **facts),
            ),
        }[event]
        mark = f"measure:{measure.id}:{event}:{person.id}:{measure.due_on}"
        return _letter(estate, person, subject, [said], addresses.staff_measure(measure.id), mark)


def _of_meeting(meeting: Meeting, person: User) -> Letter | None:
    estate = db.session.get_one(Estate, meeting.estate_id)
    with letters.in_our_language():
        lines = [
            _("请参加：%(title)s。", title=meeting.title),
            _("时间：%(when)s", when=written(meeting.held_at, estate.zone)),
        ]
        if meeting.place:
            lines.append(_("地点：%(place)s", place=meeting.place))
        subject = _("%(estate)s：请参加%(title)s", estate=estate.name, title=meeting.title)
        mark = f"meeting:{meeting.id}:{person.id}"
        return _letter(estate, person, subject, lines, addresses.staff_meeting(meeting.id), mark)


def _letter(
    estate: Estate, person: User, subject: str, lines: Sequence[str], link: str, mark: str
) -> Letter | None:
    """None for somebody who works there no more."""
    if not person.can(Permission.LEARN, estate.id):
        return None
    return letters.to(person, Said(subject, lines, link, mark, "improvement"), estate.name)
