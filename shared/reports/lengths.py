"""How much time lies between two instants, asked of the database: each engine counts in its own way."""

from typing import Any

from sqlalchemy import ColumnElement, func

from shared.database import db

SECONDS_A_DAY = 86_400


def seconds_between(earlier: Any, later: Any) -> ColumnElement[Any]:
    """From one column's instant to another's."""
    if db.engine.dialect.name == "sqlite":
        return (func.julianday(later) - func.julianday(earlier)) * SECONDS_A_DAY
    return func.extract("epoch", later) - func.extract("epoch", earlier)
