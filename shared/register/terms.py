"""The words of cases cut into terms that an index finds: pairs of characters, so that Chinese needs no dictionary.

The table `case_terms` is made by a migration, in the way of each database. What it finds are candidates: whoever
searches looks at the words themselves again (`says`). Terms go when the words go (T41).
"""

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    cast,
    column,
    delete,
    func,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from shared.cases.models import Case, Statement
from shared.database import db, folded, run

_RUN = re.compile(r"[a-z0-9]+|[^\W_a-z0-9]+")
LONGEST = 40  # of a Latin word or a number: PostgreSQL takes no term beyond 2 kB
ESCAPE = "\\"

_SQLITE = table("case_terms", column("rowid"), column("case_terms"))
_POSTGRESQL = table("case_terms", column("case_id"), column("terms"))
_WRITE = {
    "sqlite": text("INSERT OR REPLACE INTO case_terms (rowid, terms) VALUES (:id, :terms)"),
    "postgresql": text(
        "INSERT INTO case_terms (case_id, terms) VALUES (:id, array_to_tsvector(string_to_array(:terms, ' ')))"
        " ON CONFLICT (case_id) DO UPDATE SET terms = excluded.terms"
    ),
}


class _Folded(FunctionElement[str]):
    """`folded` of a column: SQLite asks us (shared.database), PostgreSQL knows it."""

    name = "folded"
    type = Text()
    inherit_cache = True


@compiles(_Folded)
def _in_postgresql(element: _Folded, compiler: Any, **more: Any) -> str:
    return f"lower(normalize({compiler.process(element.clauses, **more)}, NFKC))"


@compiles(_Folded, "sqlite")
def _in_sqlite(element: _Folded, compiler: Any, **more: Any) -> str:
    return f"folded({compiler.process(element.clauses, **more)})"


def _engine() -> str:
    return str(db.engine.dialect.name)


def cut(words: str) -> list[str]:
    """The terms of *words*: each pair of neighbours, the last character alone, Latin words and numbers whole."""
    found: dict[str, None] = {}
    for chain in _RUN.findall(folded(words) or ""):
        if chain.isascii():
            found[chain[:LONGEST]] = None
        else:
            found |= dict.fromkeys([*(chain[i : i + 2] for i in range(len(chain) - 1)), chain[-1]])
    return list(found)


def write(case: Case) -> None:
    """Make the words of *case* findable, or findable anew; belongs into the change that wrote them."""
    said = case.statement
    if said is not None:
        write_words({case.id: "\n".join(filter(None, [said.description, said.demands, case.spot]))})


def write_words(said: Mapping[int, str]) -> None:
    """The same for many cases at once: the words of each, by its id."""
    rows = [{"id": case_id, "terms": " ".join(cut(words))} for case_id, words in said.items()]
    if rows := [row for row in rows if row["terms"]]:
        run(_WRITE[_engine()], rows)


def remove(case_id: int) -> None:
    """Have the words of the case found no longer."""
    if _engine() == "sqlite":
        db.session.execute(delete(_SQLITE).where(_SQLITE.c.rowid == case_id))
    else:
        db.session.execute(delete(_POSTGRESQL).where(_POSTGRESQL.c.case_id == case_id))


def forget_traces() -> None:
    """Rewrite the index after removals: SQLite's keeps a removed term until it puts its parts together (T41)."""
    if _engine() == "sqlite":
        db.session.execute(text("INSERT INTO case_terms (case_terms) VALUES ('optimize')"))


def _asked(words: str) -> dict[str, bool]:
    """The terms by which *words* are sought; True: those that begin so.

    A character alone begins a pair or is a last one. A word or number may not be typed to its end.
    """
    asked: dict[str, bool] = {}
    for chain in _RUN.findall(words):
        if chain.isascii() or len(chain) == 1:
            asked[chain[:LONGEST]] = True
        else:
            asked |= {chain[i : i + 2]: False for i in range(len(chain) - 1)}
    return asked


def candidates(words: str) -> Select[Any] | None:
    """The ids of the cases that may hold *words*, folded; None when there is nothing in them that has terms."""
    asked = _asked(words)
    if not asked:
        return None
    # A character alone begins very many pairs; beside anything longer it is left to the second look.
    asked = {term: begins for term, begins in asked.items() if len(term) > 1} or asked
    # Terms are letters and digits only: no quotation mark can be among them.
    if _engine() == "sqlite":
        match = " AND ".join(f'"{term}"{"*" if begins else ""}' for term, begins in asked.items())
        return select(_SQLITE.c.rowid).where(_SQLITE.c.case_terms.op("MATCH")(match))
    query = " & ".join(f"'{term}'{':*' if begins else ''}" for term, begins in asked.items())
    return select(_POSTGRESQL.c.case_id).where(_POSTGRESQL.c.terms.op("@@")(cast(query, TSQUERY)))


def _like(word: str) -> str:
    """*word* anywhere, with nothing in it that LIKE would take for more than itself (T15)."""
    for special in (ESCAPE, "%", "_"):
        word = word.replace(special, ESCAPE + special)
    return f"%{word}%"


def says(words: str) -> ColumnElement[bool]:
    """Whether a case holds every one of *words*, folded and parted by spaces: in what was said, wanted, or where.

    A scalar, which databases ask of one case after the other in the order of the list, and stop when a page is full.
    """
    # SQLite's || is nothing where one part is.
    everything = _Folded(
        Statement.description + "\n" + Statement.demands + "\n" + func.coalesce(Case.spot, "")
    )
    found = [everything.like(_like(word), escape=ESCAPE) for word in words.split()]
    said: Select[Any] = (
        select(literal_column("1")).select_from(Statement).where(Statement.case_id == Case.id, *found)
    )
    return said.correlate(Case).scalar_subquery().is_not(None)
