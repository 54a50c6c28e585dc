"""The cases behind a figure of a report, by today's record: what has changed since shows in the comparison."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, false, func

from shared.cases.models import Case, Party, Resolution
from shared.database import db
from shared.deadlines.models import Deadline
from shared.identity.models import Estate
from shared.improvement.models import Cause
from shared.reports import standing
from shared.reports.periods import Period
from shared.reports.statements import ANSWERS, Statement, Statements
from shared.revisits.models import Revisit

NONE = "-"  # the key of cases without a building, or a department
COLUMNS: Mapping[str, Any] = {
    "kind": Case.kind,
    "category": Case.category,
    "channel": Case.channel,
    "building": Case.building_id,
}
NUMBER = re.compile(r"[0-9]{1,9}")
Narrow = Callable[[Statements, str], Statement]


def cases(estate: Estate, period: Period, figure: str, key: str) -> Statement | None:
    """The ids of the cases behind *figure*, of its line *key*; None for what is no figure, or no line of it."""
    wanted = Statements(estate, period)
    if figure in COLUMNS:
        return _ids(wanted.received().where(_is(COLUMNS[figure], key)))
    if figure == "state":
        return _in_state(wanted, key, period.instants(estate.zone)[1])
    narrow = _NARROW.get(figure)
    return None if narrow is None else _ids(narrow(wanted, key))


def _ids(statement: Statement) -> Statement:
    return statement.with_only_columns(Case.id)


def _is(column: Any, key: str) -> ColumnElement[bool]:
    """Of what is numbered only a number is looked for."""
    if key == NONE:
        return column.is_(None)
    if column is Case.kind or column is Case.category or column is Case.channel:
        return column == key
    return column == int(key) if NUMBER.fullmatch(key) else false()


def _in_state(wanted: Statements, key: str, ends: datetime) -> Statement:
    moved = list(db.session.scalars(_ids(wanted.received().where(Case.changed_at >= ends))))
    then = [case_id for case_id, state in standing.states_at(moved, ends).items() if state == key]
    quiet = (Case.changed_at < ends) & (Case.state == key)
    return _ids(wanted.received().where(quiet | standing.among_ids(then)))


def _department(wanted: Statements, key: str) -> Statement:
    return wanted.received().where(_is(wanted.department().element, key))


def _broken(wanted: Statements, key: str) -> Statement:
    """*key* as in `GZ-8:relay`; empty: all."""
    clause, _colon, rule = key.partition(":")
    statement = wanted.broken()
    return statement.where(Deadline.clause == clause, Deadline.rule == rule) if key else statement


def _caused(wanted: Statements, key: str) -> Statement:
    return wanted.causes().where(Cause.code == key)


def _completed(wanted: Statements, key: str) -> Statement:
    statement = wanted.completed()
    return statement.where(Resolution.outcome == key) if key else statement


def _answered(wanted: Statements, key: str) -> Statement:
    """*key* as in `satisfied:no`, or `satisfied` for all who were asked that; empty: every revisit."""
    question, _colon, answer = key.partition(":")
    statement = wanted.revisits()
    if not key:
        return statement
    if question not in ANSWERS:
        return statement.where(false())
    given = getattr(Revisit, question)
    return statement.where(given.is_(answer == "yes") if answer else given.is_not(None))


def _repeated(wanted: Statements, _key: str) -> Statement:
    often = (
        wanted.phones()
        .with_only_columns(Party.phone_index)
        .group_by(Party.phone_index)
        .having(func.count() > 1)
    )
    return wanted.phones().where(Party.phone_index.in_(often))


_NARROW: Mapping[str, Narrow] = {
    "received": lambda wanted, _key: wanted.received(),
    "open": lambda wanted, _key: wanted.open(),
    "department": _department,
    "causes": _caused,
    "completed": _completed,
    "broken": _broken,
    "revisits": _answered,
    "repeats": _repeated,
    "incidents": lambda wanted, _key: wanted.received().where(Case.incident_id.is_not(None)),
}
