"""Reads of the case library: one lesson, and the lists that are searched (CO-7). Scope inside."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload

from shared.cases.models import Case
from shared.cases.participation import visible_to
from shared.database import db
from shared.errors import NotFound
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.improvement.models import Cause, Lesson

MOST = 100  # on one page; who looks for more narrows it


class View(StrEnum):
    LIBRARY = "library"
    WAITING = "waiting"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a search asks for; nothing is everything. *words*: each of them, anywhere in it."""

    category: str = ""
    cause: str = ""
    words: str = ""


_IS: dict[View, ColumnElement[bool]] = {
    View.LIBRARY: and_(Lesson.approved_at.is_not(None), Lesson.withdrawn_at.is_(None)),
    View.WAITING: and_(Lesson.approved_at.is_(None), Lesson.withdrawn_at.is_(None)),
    View.WITHDRAWN: Lesson.withdrawn_at.is_not(None),
}


def in_sight(user: User) -> ColumnElement[bool]:
    """What is approved: everybody of the estate. Before and after: writer and approvers, if they see the case."""
    seen = Lesson.case_id.in_(select(Case.id).where(visible_to(user)))
    at_work = or_(
        Lesson.written_by_id == user.id, Lesson.estate_id.in_(user.estates_where(Permission.LESSON_APPROVE))
    )
    return and_(
        Lesson.estate_id.in_(user.estates_where(Permission.LEARN)),
        or_(_IS[View.LIBRARY], and_(seen, at_work)),
    )


def of_estate(user: User, estate_id: int, view: View, wanted: Wanted) -> Sequence[Lesson]:
    """The latest first, at most MOST."""
    conditions = [Lesson.estate_id == estate_id, in_sight(user), _IS[view]]
    if wanted.category:
        conditions.append(Lesson.category == wanted.category)
    if wanted.cause:
        conditions.append(Lesson.cause == wanted.cause)
    for word in wanted.words.split():
        told = (Lesson.title, Lesson.happened, Lesson.learnt)
        conditions.append(or_(*(text.icontains(word, autoescape=True) for text in told)))
    order = Lesson.approved_at if view is View.LIBRARY else Lesson.written_at
    return db.session.scalars(
        select(Lesson).where(*conditions).order_by(order.desc(), Lesson.id.desc()).limit(MOST)
    ).all()


def of_case(user: User, case: Case) -> Sequence[Lesson]:
    """What was made of one case already and stands."""
    return db.session.scalars(
        select(Lesson)
        .where(Lesson.case_id == case.id, Lesson.withdrawn_at.is_(None), in_sight(user))
        .order_by(Lesson.id)
    ).all()


def read(user: User, lesson_id: int) -> Lesson:
    """Raises NotFound for what is out of sight."""
    lesson = db.session.scalar(
        select(Lesson)
        .where(Lesson.id == lesson_id, in_sight(user))
        .options(joinedload(Lesson.written_by), joinedload(Lesson.approved_by))
    )
    if lesson is None:
        raise NotFound
    return lesson


def lock(user: User, lesson_id: int) -> Lesson:
    """For a change, inside it: read afresh and held until the change ends. Raises NotFound as `read` does."""
    read(user, lesson_id)
    return db.session.scalars(
        select(Lesson)
        .where(Lesson.id == lesson_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def newest_cause(case: Case) -> str | None:
    """Why the matter came about, as it was found last."""
    return db.session.scalar(
        select(Cause.code).where(Cause.case_id == case.id).order_by(Cause.id.desc()).limit(1)
    )


def case_seen(user: User, lesson: Lesson) -> str | None:
    """The archive number of its case, for whoever may open that."""
    if lesson.case_id is None:
        return None
    return db.session.scalar(select(Case.archive_number).where(Case.id == lesson.case_id, visible_to(user)))
