"""The figures of a desk: how much stands in each view, and what came since the list was drawn. One query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, select

from shared.cases.models import Case
from shared.cases.participation import ordinary, visible_to
from shared.database import db
from shared.escalation.queries import waiting
from shared.identity.models import User
from shared.register.views import IS_OPEN, View, condition

MOST = 100  # a desk with more than this needs no exact figure, and twenty views are counted on every page


@dataclass(frozen=True, slots=True)
class Counts:
    """*by_view* stops at MOST: so many or more. *news*: new or changed lines of the view on screen.

    *asked*: breaches and escalations that wait for this person's answer, whatever views they have.
    """

    by_view: dict[View, int]
    news: int
    asked: int


def _counted(*conditions: ColumnElement[bool]) -> ScalarSelect[Any]:
    some = select(Case.id).where(*conditions).limit(MOST).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def open_cases_by_version(estate_id: int) -> dict[int, int]:
    """How many open cases are handled by each version of the policy; versions without any are left out."""
    found = db.session.execute(
        select(Case.policy_version_id, func.count())
        .where(Case.estate_id == estate_id, IS_OPEN, ordinary())
        .group_by(Case.policy_version_id)
    )
    return dict(found.all())


def counts(
    user: User,
    views: Sequence[View],
    at: datetime,
    *,
    shown: View | None = None,
    since: datetime | None = None,
) -> Counts:
    """How many cases each of *views* holds for *user*, and how many of view *shown* changed after *since*."""
    columns: list[ColumnElement[Any]] = [waiting(user)]
    columns += [_counted(visible_to(user), condition(view, user, at)) for view in views]
    if shown is not None and since is not None:
        columns.append(_counted(visible_to(user), condition(shown, user, at), Case.changed_at > since))
    asked, *found = db.session.execute(select(*columns)).one()
    news = found[len(views)] if len(found) > len(views) else 0
    return Counts(dict(zip(views, found, strict=False)), news, asked)
