"""Who was told of a breach, or had the case escalated to them, when, and when they answered (GZ-13)."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from shared import words
from shared.cases.models import Case, Escalation
from shared.deadlines import naming
from shared.deadlines.models import Deadline
from shared.escalation import queries
from shared.escalation.holding import FIRST_RESPONDER
from shared.escalation.models import Rung
from shared.identity.models import User
from staff.cases import wording


@dataclass(frozen=True, slots=True)
class Told:
    """One notice. *field*: what my answer to it sends; none where none is asked of me."""

    about: str
    whom: str
    when: str
    answer: str
    mark: str
    waits: bool
    field: tuple[str, int] | None


def role_name(role: str) -> str:
    """As what somebody is asked."""
    return _("首问责任人") if role == FIRST_RESPONDER else str(words.ROLES[role])


def told(case: Case, me: User, now: datetime) -> list[Told]:
    """Every notice on *case*, the latest first."""
    found = [(e.at, _escalation(e, case, me, now)) for e in queries.escalations_of(case.id)]
    found += [(r.given_at, _rung(r, d, p, case, me, now)) for r, d, p in queries.rungs_of(case.id)]
    return [line for _at, line in sorted(found, key=lambda pair: pair[0], reverse=True)]


def _rung(rung: Rung, deadline: Deadline, people: list[User], case: Case, me: User, now: datetime) -> Told:
    zone = case.estate.zone
    names = words.listed(person.name for person in people)
    is_open = rung.answered_at is None and rung.ended_at is None and case.is_open
    if rung.answered_at and rung.answered_by:
        time = wording.when(rung.answered_at, now, zone)
        answer, mark = _("%(name)s %(time)s 知悉", name=rung.answered_by.name, time=time), "kept"
    elif rung.ended_at:
        answer, mark = _("事情已办，不用知悉"), "ended"
    else:
        answer, mark = _("还没有知悉"), "near"
    return Told(
        about=_("%(clock)s超时（%(clause)s）", clock=naming.name(deadline.rule), clause=deadline.clause),
        whom=_("%(role)s %(names)s", role=role_name(rung.role), names=names),
        when=wording.when(rung.given_at, now, zone),
        answer=answer,
        mark=mark,
        waits=is_open,
        field=("rung", rung.id) if is_open and me in people else None,
    )


def _escalation(escalation: Escalation, case: Case, me: User, now: datetime) -> Told:
    zone, answered = case.estate.zone, escalation.answered_at
    waits = answered is None and case.is_open and escalation.round == case.round
    return Told(
        about=_("%(name)s上报", name=escalation.by.name),
        whom=escalation.to.name,
        when=wording.when(escalation.at, now, zone),
        answer=_("%(name)s %(time)s 知悉", name=escalation.to.name, time=wording.when(answered, now, zone))
        if answered
        else _("还没有知悉"),
        mark="kept" if answered else "near" if waits else "ended",
        waits=waits,
        field=("escalation", escalation.id) if waits and escalation.to_id == me.id else None,
    )
