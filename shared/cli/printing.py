"""How commands print: a table for people, JSON for programs."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import click


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


def as_json(value: Any) -> None:
    """Print *value* as JSON; instants in ISO 8601, UTC."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def as_table(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print rows of one shape, a line each."""
    for row in rows:
        click.echo("  ".join(f"{key}={value}" for key, value in row.items() if value is not None))
