"""A broken clock climbs rung by rung until somebody answers (GZ-13): one notice per level, however many sweeps run.

The machine's notice meets no duty; only a person's escalation does. Each rung is claimed by an insertion that the
unique pair of clock and level lets through once.
"""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, CursorResult, and_, or_, select, update

from shared import events
from shared.audit.models import TimelineRow
from shared.cases import participation, scope
from shared.cases.lifecycle import Act, State
from shared.cases.models import Case
from shared.database import db, transaction
from shared.deadlines.models import Deadline
from shared.escalation import holding, queries
from shared.escalation.events import RungGiven
from shared.escalation.holding import Recipient
from shared.escalation.models import Rung, RungPerson
from shared.identity.permissions import Role
from shared.outbox.rows import insert_once
from shared.policies.schema import Ladder
from shared.policies.versions import policy_of

log = logging.getLogger(__name__)

HEIGHT = {
    Role.DEPARTMENT_HEAD: 1,
    Role.DIRECTOR: 2,
    Role.SUPERVISOR: 2,
    Role.DEPUTY_MANAGER: 3,
    Role.GENERAL_MANAGER: 4,
}
# Under a policy without a ladder the next level up hears of it at once, and nothing climbs.
_NEXT_UP = (Role.DEPARTMENT_HEAD, Role.DIRECTOR, Role.GENERAL_MANAGER)


def on_breached(case: Case, deadline: Deadline, at: datetime) -> None:
    """Give the lowest rung to whoever holds the duty; the case is locked. Of a threshold nobody hears."""
    people = holding.holders(case, deadline.duty, at)
    if not people:
        return
    ladder = policy_of(case.policy_version).ladder
    lowest = _give(case, deadline, 0, people, at, _answer_by(case, people, ladder, at))
    if lowest is not None and ladder is None:
        above = next(_above(case, people, _NEXT_UP, at), None)
        if above is not None:
            _give(case, deadline, 1, above, at, None)


def climb_due(at: datetime) -> int:
    """Pass on what was not answered in time; how many rungs were given.

    Each in a change of its own, so one that fails holds up no other. Not to be called inside a change.
    """
    due = db.session.execute(
        select(Rung.id, Rung.case_id)
        .where(queries.OPEN, Rung.answer_by <= at)
        .order_by(Rung.answer_by, Rung.id)
    ).all()
    db.session.rollback()
    climbed = 0
    for rung_id, case_id in due:
        try:
            with transaction():
                climbed += _climb(rung_id, case_id, at)
        except Exception:
            log.exception("rung %s could not climb", rung_id)
    return climbed


def settle(case: Case, at: datetime) -> None:
    """End the rungs of duties of *case* that are done or fell away."""
    done = select(Deadline.id).where(
        Deadline.case_id == case.id, or_(Deadline.met_at.is_not(None), Deadline.ended_at.is_not(None))
    )
    _update(and_(Rung.case_id == case.id, Rung.deadline_id.in_(done)), ended_at=at)


def _climb(rung_id: int, case_id: int, at: datetime) -> bool:
    """Whether this caller has passed the rung on. Locks the case first, as every change does."""
    case = scope.lock_by_id(case_id)
    # What has climbed waits no longer: without this it would be looked at again by every sweep.
    if not _update(and_(Rung.id == rung_id, Rung.answer_by <= at), answer_by=None):
        return False
    rung = db.session.get_one(Rung, rung_id, populate_existing=True)
    deadline = db.session.get_one(Deadline, rung.deadline_id, populate_existing=True)
    ladder = policy_of(case.policy_version).ladder
    if ladder is None:
        return False
    if deadline.met_at or deadline.ended_at:
        rung.ended_at = at
        return False
    if _is_elsewhere(case):
        rung.answer_by = at + timedelta(hours=ladder.answer_within)
        return False
    return _pass_on(case, deadline, rung, ladder, at)


def _is_elsewhere(case: Case) -> bool:
    """With a body outside our contracts, which holds the clocks too (TR-9): nobody of ours can do it now."""
    rule = policy_of(case.policy_version).referral
    if case.stage is not State.REFERRED or rule is None or not rule.pauses:
        return False
    referral = db.session.scalar(
        select(TimelineRow)
        .where(TimelineRow.case_id == case.id, TimelineRow.act == Act.REFERRAL)
        .order_by(TimelineRow.seq.desc())
        .limit(1)
    )
    return referral is not None and bool(referral.data.get("outside"))


def _pass_on(case: Case, deadline: Deadline, rung: Rung, ladder: Ladder, at: datetime) -> bool:
    asked = _asked(deadline)
    below = [Recipient(person, rung.role) for person in queries.people_of(rung)]
    for people in _above(case, below, ladder.rungs, at):
        fresh = [person for person in people if person.user.id not in asked]
        if fresh:
            break
    else:
        return False
    given = _give(case, deadline, rung.level + 1, fresh, at, _answer_by(case, fresh, ladder, at))
    if given is not None and rung.level == 0:
        _tell_beside(case, deadline, ladder, at)
    return given is not None


def _tell_beside(case: Case, deadline: Deadline, ladder: Ladder, at: datetime) -> None:
    """Those beside the ladder hear of it when it begins to climb; below zero their rungs lead nowhere."""
    for place, role in enumerate(ladder.beside, 1):
        if people := holding.with_role(case, role, at):
            _give(case, deadline, -place, people, at, None)


def _above(
    case: Case, below: Sequence[Recipient], rungs: Sequence[str], at: datetime
) -> Iterator[list[Recipient]]:
    """The people of each rung above *below*, lowest first; rungs on which nobody can be asked are left out."""
    height = max(_height(person.role) for person in below)
    for role in sorted(rungs, key=_height):
        if _height(role) > height and (people := _on_rung(case, role, below, at)):
            yield people


def _on_rung(case: Case, role: str, below: Sequence[Recipient], at: datetime) -> list[Recipient]:
    """The head is that of the lead department for its handler, of their own department for anybody else."""
    if role != Role.DEPARTMENT_HEAD:
        return holding.with_role(case, role, at)
    if any(person.role == Role.HANDLER for person in below):
        return holding.heads_of(case, [case.lead_department_id], at)
    return holding.heads_of(case, sorted({d for p in below for d in p.user.department_ids}), at)


def _height(role: str) -> int:
    return HEIGHT.get(Role(role), 0) if role in set(Role) else 0


def _answer_by(
    case: Case, people: Sequence[Recipient], ladder: Ladder | None, at: datetime
) -> datetime | None:
    """Until when these are waited for; None where nobody stands above them."""
    if ladder is None or next(_above(case, people, ladder.rungs, at), None) is None:
        return None
    return at + timedelta(hours=ladder.answer_within)


def _give(
    case: Case,
    deadline: Deadline,
    level: int,
    people: Sequence[Recipient],
    at: datetime,
    answer_by: datetime | None,
) -> int | None:
    """Claim the level and ask *people*; the rung's id, or None when the level was given before."""
    done_at = deadline.met_at or deadline.ended_at  # noticed only afterwards: they hear of it, nothing climbs
    rung_id = insert_once(
        Rung,
        ("deadline_id", "level"),
        {
            "case_id": case.id,
            "deadline_id": deadline.id,
            "level": level,
            "role": people[0].role,
            "given_at": at,
            "answer_by": None if done_at else answer_by,
            "ended_at": done_at,
        },
    )
    if rung_id is None:
        return None
    for person in people:
        db.session.add(RungPerson(rung_id=rung_id, user_id=person.user.id))
        _let_see(case, person, at)
    climbed = level != 0 and policy_of(case.policy_version).ladder is not None
    events.publish(RungGiven(case.id, rung_id, climbed))
    return rung_id


def _let_see(case: Case, person: Recipient, at: datetime) -> None:
    """Whoever is asked about a case may read it."""
    sees = select(Case.id).where(Case.id == case.id, participation.visible_to(person.user))
    if db.session.scalar(sees) is None:
        participation.enter(case, participation.TOLD, at, user_id=person.user.id)


def _asked(deadline: Deadline) -> set[int]:
    """Everybody whom a rung of this clock has asked so far."""
    return set(
        db.session.scalars(
            select(RungPerson.user_id)
            .join(Rung, Rung.id == RungPerson.rung_id)
            .where(Rung.deadline_id == deadline.id, Rung.level >= 0)
        )
    )


def _update(which: ColumnElement[bool], **values: datetime | None) -> bool:
    """Change open rungs; whether any was."""
    result = db.session.execute(
        update(Rung).where(queries.OPEN, which).values(**values),
        execution_options={"synchronize_session": False},
    )
    assert isinstance(result, CursorResult)
    return result.rowcount > 0
