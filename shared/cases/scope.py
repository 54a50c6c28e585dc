"""Loading a case for somebody: what is out of scope does not exist (T09)."""

from functools import lru_cache

from sqlalchemy import ColumnElement, Select, bindparam, select
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


def _held(statement: Select[Case]) -> Select[Case]:
    return statement.with_for_update(of=Case).execution_options(populate_existing=True)


# Built once, and once for each scope: a statement is longer in the making than in the asking.
_LOCKED_BY_ID = _held(select(Case).where(Case.id == bindparam("case_id")).options(*_WITH_IT))


@lru_cache(maxsize=500)
def _numbered(visible: ColumnElement[bool]) -> Select[Case]:
    return select(Case).where(Case.archive_number == bindparam("number"), visible).options(*_WITH_IT)


@lru_cache(maxsize=500)
def _locked(visible: ColumnElement[bool]) -> Select[Case]:
    return _held(_numbered(visible))


def read(user: User, archive_number: str) -> Case:
    """The case, to be looked at. Raises NotFound out of scope."""
    case = db.session.scalar(_numbered(visible_to(user)), {"number": archive_number.upper()})
    if case is None:
        raise NotFound
    return case


def lock(user: User, archive_number: str) -> Case:
    """The case, to be changed: read afresh and held until the change ends. Raises NotFound out of scope."""
    case = db.session.scalar(_locked(visible_to(user)), {"number": archive_number.upper()})
    if case is None:
        raise NotFound
    return case


def lock_by_id(case_id: int) -> Case:
    """The case of an id that the caller has a right to (a job; an owner whose link or code was checked)."""
    case = db.session.scalar(_LOCKED_BY_ID, {"case_id": case_id})
    if case is None:
        raise NotFound
    return case


def read_by_id(case_id: int) -> Case:
    """The case of an id, as this session knows it; read where it does not. Raises NotFound."""
    case = db.session.get(Case, case_id, options=_WITH_IT)
    if case is None:
        raise NotFound
    return case
