"""Leaving (离职): nobody goes while something is theirs to do, so that no case is left without anybody."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, or_, select

from shared.cases.lifecycle import OPEN
from shared.cases.models import Case, OutstandingWork
from shared.database import db
from shared.errors import Refused
from shared.identity import people, posts
from shared.identity.models import Appointment, Estate, User
from shared.ownership.models import Task


class StillHolds(Refused):
    """*cases* are those that the person still answers for."""

    def __init__(self, user: User, cases: list[Case]) -> None:
        super().__init__(
            _("%(name)s手上还有没办完的诉求，先移交再停用，免得没有人管。", name=user.name), "GZ-15"
        )
        self.cases = cases


def _has_to_do(user: User) -> ColumnElement[bool]:
    task = select(Task.id).where(
        Task.case_id == Case.id, Task.taken_by_id == user.id, Task.ended_at.is_(None)
    )
    work = select(OutstandingWork.id).where(
        OutstandingWork.case_id == Case.id,
        OutstandingWork.owner_id == user.id,
        OutstandingWork.ended_at.is_(None),
    )
    open_case = Case.state.in_(sorted(OPEN)) & or_(
        Case.first_responder_id == user.id, Case.handler_id == user.id, task.exists()
    )
    return or_(open_case, work.exists())


def held_by(user: User) -> list[Case]:
    """Cases in which something is theirs now: open ones they lead, handle or help with, and works after the answer."""
    return list(db.session.scalars(select(Case).where(_has_to_do(user)).order_by(Case.filed_at, Case.id)))


def leave(user: User, estate: Estate, *, by: User, at: datetime) -> None:
    """*user* signs in no more. Raises StillHolds with what they hold, Refused for whom *by* may not send away."""
    people.refuse_unless_manageable(user, by)  # who may not send them away is not told what they hold
    held = held_by(user)
    if held:
        raise StillHolds(user, held)
    people.deactivate(user, estate, by=by, at=at)


def give_up(post: Appointment, *, by: User, at: datetime) -> None:
    """The post ends; the last one at an estate only when nothing of that estate is left to do. Raises as `leave`."""
    user = post.user
    others = [
        a for a in user.appointments if a.until is None and a.estate_id == post.estate_id and a.id != post.id
    ]
    posts.end(post, by=by, at=at)
    held = [case for case in held_by(user) if case.estate_id == post.estate_id]
    if held and not others:
        raise StillHolds(user, held)
