"""The article that a rule of a policy rests on. Pure."""

from shared.policies.clauses import known_clauses
from shared.policies.reading import Table


def clause_of(table: Table, default: str | None = None) -> str:
    """What *table* cites; versions published before a section had a clause keep *default*. Raises PolicyError."""
    clause: str = table.take("clause", str, default)
    if clause not in known_clauses():
        raise table.fail(f"{clause!r} is no clause of the rule book", "clause")
    return clause
