"""The data requests that wait for an answer, the most urgent first, and those answered lately (T42)."""

from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from shared.cases.models import Case
from shared.cases.participation import visible_to
from shared.database import db
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.retention import requests
from shared.retention.models import DataRequest
from shared.retention.viewings import overseen

ANSWERED_SHOWN = 20


class Wish(NamedTuple):
    """A request; whether the reader may open its case, and may answer it."""

    request: DataRequest
    is_visible: bool
    is_answerable: bool


def of(user: User) -> tuple[list[Wish], list[Wish]]:
    """What *user* may see of the requests: those that wait, and the last ones answered."""
    waiting = _overseen(user).where(DataRequest.answered_at.is_(None)).order_by(DataRequest.due_at)
    answered = _overseen(user).where(DataRequest.answered_at.is_not(None))
    return _read(user, waiting), _read(
        user, answered.order_by(DataRequest.answered_at.desc()).limit(ANSWERED_SHOWN)
    )


def _overseen(user: User) -> Select[Any]:
    columns: tuple[Any, ...] = (DataRequest, visible_to(user).label("is_visible"))
    return (
        select(*columns)
        .join(Case, Case.id == DataRequest.case_id)
        .options(contains_eager(DataRequest.case).options(joinedload(Case.estate)))
        .where(overseen(user, Permission.PRIVACY_VIEW))
    )


def _read(user: User, statement: Select[Any]) -> list[Wish]:
    return [
        Wish(request, visible, visible and requests.can_answer(user, request.case))
        for request, visible in db.session.execute(statement)
    ]
