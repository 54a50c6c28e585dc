"""A desk of every earlier release comes to this one with all that stands in it (F38)."""

import json
import os
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    Numeric,
    Table,
    event,
    func,
    insert,
    select,
    text,
)

from shared.audit import roots
from shared.backup import tables
from shared.cases.models import Case
from shared.database import MIGRATIONS, db
from shared.register import terms
from tests.cast import MONDAY, Cast
from tests.critic import CriticalClient
from tests.databases import ENGINES
from tests.held import ended
from tests.life import begin

both = pytest.mark.parametrize("engine", ENGINES, indirect=True)
# Their rows hang together by digests; those of the story do.
CHAINED = {"timeline", "daily_roots"}
Rows = set[tuple[Any, ...]]

_numbers = count(1_000_000)  # so that of two made-up rows the later has the greater
_taken: defaultdict[str, Iterator[int]] = defaultdict(
    lambda: count(1)
)  # by column: short words come round by chance


def migrate(app: Flask, step: str, *arguments: str) -> None:
    db.session.remove()
    getattr(command, step)(app.extensions["migrate"].migrate.get_config(), *arguments)


def revisions() -> list[str]:
    return sorted(script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions())


def _value(connection: Connection, column: Column[Any]) -> Any:
    """Something that may stand there; of what a row refers to, the newest."""
    for key in column.foreign_keys:
        if key.column.table is column.table:
            return None
        return connection.scalar(select(func.max(key.column)))
    number = next(_taken[str(column)])
    kinds: list[tuple[Any, Any]] = [
        (Boolean, True),
        (LargeBinary, secrets.token_bytes(32)),
        (DateTime, datetime.combine(MONDAY, time()) + timedelta(minutes=number)),
        (Date, date(2000, 1, 1) + timedelta(days=number)),
        (Integer, next(_numbers)),
        (Float | Numeric, 1.5),
        (JSON, {}),
    ]
    longest = getattr(column.type, "length", None) or 40
    word = f"{number:0{longest}x}"[-longest:]
    return next((value for kind, value in kinds if isinstance(column.type, kind)), word)


def _fill(connection: Connection, described: Sequence[Table]) -> None:
    """A row more in every table, made up of what its columns take."""
    for table in described:
        if table.name not in CHAINED:
            values = {column.name: _value(connection, column) for column in table.columns}
            connection.execute(insert(table).values(values))


def _described() -> Sequence[Table]:
    with db.engine.connect() as connection:
        return tables.described(connection)


def _rows(table: Table, connection: Connection, names: Sequence[str]) -> Rows:
    found = connection.execute(select(*(table.c[name] for name in names)))
    return {tuple(json.dumps(v) if isinstance(v, dict | list) else v for v in row) for row in found}


@both
def test_each_migration_finds_rows_in_every_table_and_leaves_them_there(
    app: Flask, cast: Cast, engine: str, signed_in: Callable[[str], CriticalClient]
) -> None:
    story = ended(cast)
    number, case_id = story.number, story.case.id
    first, *later = revisions()
    migrate(app, "downgrade", first)
    described = _described()
    for revision in later:
        with db.engine.begin() as connection:
            _fill(connection, described)
            before = {table.name: _rows(table, connection, table.columns.keys()) for table in described}
        migrate(app, "upgrade", revision)
        was, described = described, _described()
        now = {table.name: table for table in described}
        with db.engine.connect() as connection:
            for table in was:
                assert table.name in now, f"{revision} took the table {table.name}"
                lost = set(table.columns.keys()) - set(now[table.name].columns.keys())
                assert lost == set(), (revision, table.name)
                rows = _rows(now[table.name], connection, table.columns.keys())
                assert rows == before[table.name], (revision, table.name)
    migrate(app, "check")
    assert [fault for fault in roots.verify()[1] if fault.where == f"case {case_id}"] == []
    assert signed_in("hemei").get(f"/staff/cases/{number}").status_code == 200


def _upgrade_that_is_killed(app: Flask, at: str) -> None:
    """In a process of its own, which dies as `kill -9` has it when *at* is done and the migration is not."""
    pid = os.fork()
    if pid == 0:
        db.engine.dispose(close=False)

        def die(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            if at in statement:
                os._exit(9)

        event.listen(db.engine, "after_cursor_execute", die)
        migrate(app, "upgrade", "head")
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 9


@both
def test_a_migration_that_is_killed_half_way_is_finished_by_the_same_command(
    app: Flask, cast: Cast, engine: str
) -> None:
    """F38: what stands is whole at one migration or another, the desk says which part is not ready, nothing is lost."""
    case_id = begin(cast).case.id
    migrate(app, "downgrade", "0003")
    db.engine.dispose()
    _upgrade_that_is_killed(app, "TABLE case_terms")
    with db.engine.connect() as connection:
        at = connection.scalar(text("SELECT version_num FROM alembic_version"))
        assert at in ("0003", "0004")
        assert connection.scalar(text("SELECT id FROM cases")) == case_id
    probe = FlaskClient(app)  # which tries whether a change can be begun
    ready = probe.get("/readyz")
    assert (ready.status_code, ready.get_json()["migrations"]) == (503, "failed")
    migrate(app, "upgrade", "head")
    migrate(app, "check")
    assert probe.get("/readyz").status_code == 200
    found = terms.candidates("电梯")
    assert found is not None
    assert db.session.scalars(found).all() == [case_id]


def test_a_backup_from_before_an_upgrade_is_restored_after_it(app: Flask, cast: Cast, tmp_path: Path) -> None:
    """As an operator makes it: the new release is there already, its migrations have not run."""
    number = begin(cast).number
    migrate(app, "downgrade", "0004")
    commands = app.test_cli_runner()
    made = commands.invoke(args=["backup", "create", str(tmp_path), "--json"])
    assert made.exit_code == 0, made.output
    restored = commands.invoke(
        args=["backup", "restore", json.loads(made.stdout)["file"], "--yes", "--replace"]
    )
    assert "revision=0004" in restored.output
    migrate(app, "check")
    assert db.session.scalars(select(Case.archive_number)).all() == [number]
