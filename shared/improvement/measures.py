"""Measures (措施): raised, given to somebody, done, looked at later whether they worked, or dropped (CO-6, TR-15)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from flask_babel import gettext as _

from shared import events
from shared.cases import participation
from shared.cases.acting import refuse_unless
from shared.clock import local_date
from shared.database import db
from shared.errors import Refused
from shared.identity.models import Estate, User
from shared.identity.permissions import Permission
from shared.identity.queries import people_who_may
from shared.improvement import measures_guards as guards
from shared.improvement.events import MeasureGiven
from shared.improvement.models import Measure
from shared.outbox.rows import insert_once


class Kind(StrEnum):
    CORRECTIVE = "corrective"
    PREVENTIVE = "preventive"
    ROOT_CAUSE = "root_cause"
    ACTION = "action"


class Origin(StrEnum):
    CASE = "case"
    INCIDENT = "incident"
    RECURRENCE = "recurrence"
    REVISITS = "revisits"
    MEETING = "meeting"
    TRAINING = "training"


class Effect(StrEnum):
    EFFECTIVE = "effective"
    PARTLY = "partly"
    INEFFECTIVE = "ineffective"


A_YEAR = 366  # days: what is looked at later than that is looked at by nobody


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done, and what it comes from. *key*: where one reason is to raise one measure."""

    what: str
    kind: Kind
    origin: Origin
    clause: str
    case_id: int | None = None
    meeting_id: int | None = None
    category: str | None = None
    building_id: int | None = None
    cause: str | None = None
    key: str | None = None


def propose(estate: Estate, wanted: Wanted, *, by: User | None, at: datetime) -> Measure | None:
    """Raise a measure that nobody owns yet; None where its key has raised one. *by* None: the machine.

    Raises Refused where *by* may not raise any.
    """
    if by is not None:
        refuse_unless(guards.can_raise(by, estate.id), _("您的岗位不能提出措施。"), "CO-6")
    values = {
        "estate_id": estate.id,
        "kind": wanted.kind,
        "origin": wanted.origin,
        "origin_key": wanted.key,
        "clause": wanted.clause,
        "case_id": wanted.case_id,
        "meeting_id": wanted.meeting_id,
        "category": wanted.category,
        "building_id": wanted.building_id,
        "cause": wanted.cause,
        "what": wanted.what.strip(),
        "raised_by_id": by.id if by else None,
        "raised_at": at,
    }
    measure_id = insert_once(Measure, ["estate_id", "origin_key"], values)
    return db.session.get_one(Measure, measure_id) if measure_id is not None else None


def give(measure: Measure, *, by: User, at: datetime, owner: User, due_on: date) -> None:
    """Name who does it until when; the owner is told. Raises Refused for a day gone by or a stranger (CO-6)."""
    refuse_unless(guards.can_give(by, measure), _("这项措施已经完成或不做了，或您的岗位不能安排。"), "CO-6")
    entrust(measure, at=at, owner=owner, due_on=due_on)


def entrust(measure: Measure, *, at: datetime, owner: User, due_on: date) -> None:
    """The same, where the right to was asked by the verb that raised it. Raises Refused."""
    estate = db.session.get_one(Estate, measure.estate_id)
    refuse_unless(owner in owners_of(estate.id), _("负责人要是本小区在岗的员工。"), "CO-6")
    refuse_unless(due_on >= local_date(at, estate.zone), _("完成日期不能早于今天。"), "CO-6")
    if measure.case is not None and participation.is_about(measure.case, owner):
        raise Refused(_("这件诉求涉及此人，请另选负责人。"), "CO-6")
    is_news = (measure.owner_id, measure.due_on) != (owner.id, due_on)
    measure.owner, measure.owner_id, measure.due_on = owner, owner.id, due_on
    db.session.flush()
    if is_news:
        events.publish(MeasureGiven(measure.id, at))


def owners_of(estate_id: int) -> list[User]:
    """Whom a measure can be given to: everybody who works on what owners say."""
    return list(people_who_may(Permission.CASE_VIEW, estate_id))


def complete(measure: Measure, *, by: User, at: datetime, result: str, check_on: date) -> None:
    """The owner says what was done, and when it will be looked at whether it worked (CO-6)."""
    refuse_unless(guards.can_complete(by, measure), _("措施由负责人本人报完成。"), "CO-6")
    estate = db.session.get_one(Estate, measure.estate_id)
    days = (check_on - local_date(at, estate.zone)).days
    refuse_unless(days > 0, _("看效果的日期要晚于今天。"), "CO-6")
    refuse_unless(days <= A_YEAR, _("看效果的日期最晚在一年以内。"), "CO-6")
    measure.done_at, measure.done_by_id = at, by.id
    measure.result, measure.check_on = result.strip(), check_on


def check(measure: Measure, *, by: User, at: datetime, effect: Effect, note: str) -> None:
    """Say whether it worked; never whoever did it (CO-6). Not before somebody can know is theirs to judge."""
    refuse_unless(guards.can_check(by, measure), _("效果由负责人以外的人来看，每项措施看一次。"), "CO-6")
    measure.effect, measure.check_note = effect, note.strip()
    measure.checked_by_id, measure.checked_at = by.id, at


def drop(measure: Measure, *, by: User, at: datetime, reason: str) -> None:
    """Not to be done after all; the reason stands in its place (CO-6). Never by its owner."""
    refuse_unless(guards.can_drop(by, measure), _("负责人不能自己取消措施，请别人来决定。"), "CO-6")
    measure.dropped_at, measure.result = at, reason.strip()
