"""Outstanding works (遗留事项): what the answer leaves to do, whose it is, until when; tracked to its end."""

from collections.abc import Collection
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from shared import events
from shared.cases import acting, guards, participation
from shared.cases.events import OutstandingGiven
from shared.cases.lifecycle import Act
from shared.cases.models import Case, OutstandingWork, Participation
from shared.cases.vocabulary import Outcome
from shared.database import db
from shared.identity import people
from shared.identity.models import Department, User
from shared.identity.permissions import Permission

# The answers that leave something to explain, and often something to do.
UNFINISHED = frozenset({Outcome.PARTLY, Outcome.CANNOT})


def of_case(case: Case) -> list[OutstandingWork]:
    """All of them, of every round, oldest first."""
    return list(
        db.session.scalars(
            select(OutstandingWork)
            .where(OutstandingWork.case_id == case.id)
            .options(joinedload(OutstandingWork.department), joinedload(OutstandingWork.owner))
            .order_by(OutstandingWork.id)
        )
    )


def open_of(case: Case) -> list[OutstandingWork]:
    """Those still to be done, the earliest date first."""
    return sorted(
        (work for work in of_case(case) if work.ended_at is None), key=lambda work: work.promised_at
    )


def open_of_owner(user: User, case_ids: Collection[int]) -> dict[int, OutstandingWork]:
    """Of each of these cases the work of *user* that is to be done first; in one query."""
    found = db.session.scalars(
        select(OutstandingWork)
        .where(
            OutstandingWork.case_id.in_(case_ids),
            OutstandingWork.owner_id == user.id,
            OutstandingWork.ended_at.is_(None),
        )
        .order_by(OutstandingWork.promised_at.desc(), OutstandingWork.id.desc())
    )
    return {work.case_id: work for work in found}


def can_keep(user: User, case: Case, work: OutstandingWork) -> bool:
    """Whose it is, the head of its department, and whoever answers for the case to the owner."""
    return user.can(Permission.CASE_CONTACT, case.estate_id) and (
        work.owner_id == user.id
        or user.heads(work.department_id)
        or guards.is_first_responder(user, case)
        or guards.serves_estate(user, case)
    )


def can_own(user: User, department: Department, case: Case) -> bool:
    """Somebody of that department who works on cases of the estate, and whom this one is not about."""
    return (
        user.is_active
        and department.estate_id == case.estate_id
        and department.id in user.department_ids
        and user.can(Permission.CASE_CONTACT, case.estate_id)
        and not participation.is_about(case, user)
    )


def add(
    case: Case, *, by: User, at: datetime, text: str, department: Department, owner: User, until: datetime
) -> OutstandingWork:
    """What is still to be done, from the completion on; its person sees the case from now on.

    The owner of the case reads the date and the department, never *text*.
    """
    acting.refuse_unless(
        guards.can_leave_outstanding(by, case),
        _("办结以后，由处理人、首问责任人或调度登记遗留事项。"),
        "GZ-12",
    )
    acting.refuse_unless(bool(text.strip()), _("请写明还要做什么。"), "GZ-12")
    acting.refuse_unless(
        can_own(owner, department, case),
        _("%(name)s不能负责这件遗留事项，请另选。", name=owner.name),
        "GZ-12",
    )
    acting.refuse_unless(until > at, _("做完的日期要在以后。"), "GZ-12")
    words_id, words = acting.write_words(case, text, public=False)
    work = OutstandingWork(
        case_id=case.id,
        round=case.round,
        by_id=by.id,
        at=at,
        words_id=words_id,
        department=department,
        owner=owner,
        due_at=until,
        promised_at=until,
    )
    db.session.add(work)
    db.session.flush()
    participation.enter(case, participation.OUTSTANDING, at, user_id=owner.id)
    people.refuse_if_gone(owner)
    said = {"work": work.id, "to": owner.id, "department": department.id, "until": until.isoformat()}
    acting.perform(case, Act.OUTSTANDING, by=by, at=at, public=True, data={**said, **words})
    events.publish(OutstandingGiven(case.id, work.id))
    return work


def set_date(
    case: Case, *, work: OutstandingWork, by: User, at: datetime, until: datetime, reason: str
) -> None:
    """Another date. The first stays beside it, on our pages and on the owner's."""
    _check(case, work, by)
    acting.refuse_unless(until > at, _("做完的日期要在以后。"), "GZ-12")
    acting.refuse_unless(bool(reason.strip()), _("请写明为什么改日期。"), "GZ-12")
    _id, words = acting.write_words(case, reason, public=False)
    said = {"work": work.id, "before": work.promised_at.isoformat(), "until": until.isoformat()}
    work.promised_at = until
    acting.perform(case, Act.OUTSTANDING_DATE, by=by, at=at, public=True, data={**said, **words})


def end(case: Case, *, work: OutstandingWork, by: User, at: datetime, done: bool, text: str) -> None:
    """It is done, or given up with a reason; either in words of ours.

    Of a case whose words are erased only that it ended is kept (T41).
    """
    _check(case, work, by)
    acting.refuse_unless(bool(text.strip()), _("请写明做了什么，或为什么不做了。"), "GZ-12")
    words_id, words = acting.write_words(case, "" if case.erased_at else text, public=False)
    work.ended_at, work.ended_by_id, work.done, work.result_words_id = at, by.id, done, words_id
    acting.perform(
        case, Act.OUTSTANDING_END, by=by, at=at, public=True, data={"work": work.id, "done": done, **words}
    )
    _leave(case, work, at)


def _check(case: Case, work: OutstandingWork, by: User) -> None:
    acting.refuse_unless(
        work.case_id == case.id and can_keep(by, case, work),
        _("遗留事项由负责人、部门负责人、首问责任人或调度来改。"),
        "GZ-12",
    )
    acting.refuse_unless(work.ended_at is None, _("这件遗留事项已经了结。"), "GZ-12")


def _leave(case: Case, work: OutstandingWork, at: datetime) -> None:
    """Its person keeps the case in sight as long as another work of it is theirs."""
    db.session.flush()
    if open_of_owner(work.owner, [case.id]):
        return
    db.session.execute(
        update(Participation)
        .where(
            Participation.case_id == case.id,
            Participation.user_id == work.owner_id,
            Participation.part == participation.OUTSTANDING,
            Participation.until.is_(None),
        )
        .values(until=at)
    )
