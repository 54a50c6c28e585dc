"""`flask clauses`: every clause of the rule book, what makes it happen, and which tests show it."""

import click

from shared.cli import printing
from shared.policies import proofs, versions
from shared.policies.clauses import Row, known_clauses, rows


@click.command("clauses")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def clauses(as_json: bool) -> None:
    """Every clause of the six regulations: enforced, recorded, shown or open; where; and by which tests."""
    tests = proofs.by_clause(known_clauses())
    found = rows({name: versions.preset_text(name) for name in versions.presets()})
    if as_json:
        printing.as_json([_whole(row, tests.get(row.clause.id, [])) for row in found])
        return
    for row in found:
        click.echo(_line(row, len(tests.get(row.clause.id, []))))


def _whole(row: Row, tests: list[str]) -> dict[str, object]:
    return {
        "clause": row.clause.id,
        "title": row.clause.titles["zh_Hans"],
        "source": row.clause.regulation.titles["zh_Hans"],
        "article": row.clause.article.get("zh_Hans"),
        "status": row.status.value,
        "where": ", ".join(row.where),
        "tests": tests,
    }


def _line(row: Row, tests: int) -> str:
    """One line a clause, in columns that a terminal keeps."""
    where = ", ".join(row.where) or "-"
    return f"{row.clause.id:8} {row.status.value:9} tests={tests:<3} {where}"
