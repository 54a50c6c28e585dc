"""Loading a case for somebody: what is out of scope does not exist (T09)."""

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from shared.cases.models import Case
from shared.cases.participation import visible_to
from shared.database import db
from shared.errors import NotFound
from shared.identity.models import User

_WITH_IT = (
    joinedload(Case.estate),
    joinedload(Case.building),
    joinedload(Case.lead_department),
    joinedload(Case.policy_version),
    joinedload(Case.statement),
    joinedload(Case.party),
)


def _loaded(statement: Select[Case]) -> Select[Case]:
    return statement.options(*_WITH_IT)


def read(user: User, archive_number: str) -> Case:
    """The case, to be looked at. Raises NotFound out of scope."""
    case = db.session.scalar(
        _loaded(select(Case).where(Case.archive_number == archive_number.upper(), visible_to(user)))
    )
    if case is None:
        raise NotFound
    return case


def lock(user: User, archive_number: str) -> Case:
    """The case, to be changed: read afresh and held until the change ends. Raises NotFound out of scope."""
    case = db.session.scalar(
        _loaded(select(Case).where(Case.archive_number == archive_number.upper(), visible_to(user)))
        .with_for_update(of=Case)
        .execution_options(populate_existing=True)
    )
    if case is None:
        raise NotFound
    return case


def lock_by_id(case_id: int) -> Case:
    """The case of an id that the caller has a right to (a job; an owner whose link or code was checked)."""
    case = db.session.scalar(
        _loaded(select(Case).where(Case.id == case_id))
        .with_for_update(of=Case)
        .execution_options(populate_existing=True)
    )
    if case is None:
        raise NotFound
    return case


def read_by_id(case_id: int) -> Case:
    """The case of an id, as this session knows it; read where it does not. Raises NotFound."""
    case = db.session.get(Case, case_id, options=_WITH_IT)
    if case is None:
        raise NotFound
    return case
