"""The tables of a database as they stand in it, whatever release made them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Boolean, Date, DateTime, Float, Integer, LargeBinary, MetaData, Numeric, Table, inspect
from sqlalchemy.engine import Connection
from sqlalchemy.types import TypeEngine

from shared.backup.columns import Kind

SEARCH = "case_terms"  # on SQLite a virtual table, with tables of its own behind it
VERSION = "alembic_version"
_KINDS: Sequence[tuple[type[TypeEngine[Any]], Kind]] = (
    (Boolean, Kind.BOOLEAN),
    (LargeBinary, Kind.BYTES),
    (DateTime, Kind.INSTANT),
    (Date, Kind.TEXT),
    (Integer, Kind.INTEGER),
    (Float, Kind.NUMBER),
    (Numeric, Kind.NUMBER),
)


def names(connection: Connection) -> list[str]:
    """Those that hold what was entered, in alphabetical order."""
    found = inspect(connection).get_table_names()
    return sorted(name for name in found if name != VERSION and not name.startswith(SEARCH))


def has_search(connection: Connection) -> bool:
    return SEARCH in inspect(connection).get_table_names()


def described(connection: Connection) -> list[Table]:
    """The same with their columns; whatever a row refers to comes before it."""
    found = MetaData()
    found.reflect(connection, only=names(connection), resolve_fks=False)
    return found.sorted_tables


def kinds(table: Table) -> list[Kind]:
    return [
        next((kind for kind_of, kind in _KINDS if isinstance(column.type, kind_of)), Kind.TEXT)
        for column in table.columns
    ]
