"""How stories begin: what the verbs wrote the first time is written again, to the byte, the next time.

Driven by the verbs a case in handling costs 50 ms, on PostgreSQL 90; written again a tenth. Only what has happened in
just the same way since the database was fresh is written again: after any other change the verbs are called as ever.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, TypeVar

import psycopg
from flask import current_app
from sqlalchemy import event
from sqlalchemy.engine import Engine

from shared.clock import now
from shared.database import db, is_changing, transaction

T = TypeVar("T", bound=Hashable)

READS = ("SELECT", "PRAGMA", "BEGIN", "SAVEPOINT", "RELEASE", "SET", "SHOW", "EXPLAIN")
# Signing in changes nothing that a verb looks at.
BESIDE = ("INSERT INTO staff_sessions", "UPDATE staff_sessions", "DELETE FROM throttles")


@dataclass
class Tape:
    """What was written on the way from one state to the next, and what the caller was given."""

    written: list[tuple[str, Any]] = field(default_factory=list)
    given: Any = None
    leads_to: int = 0
    ended: datetime | None = None  # None: the clock stood still
    answers: list[Any] | None = None


class Beginnings:
    """What is remembered of one application's database, and which of the known states it is in."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._tapes: dict[Hashable, Tape] = {}
        self._states = 0
        self._state: Hashable = None  # None: nobody knows
        self._settings: Any = None
        self._recording: Tape | None = None
        event.listen(engine, "before_cursor_execute", self._hear)
        event.listen(engine, "rollback", self._undone)
        event.listen(engine, "rollback_savepoint", self._undone)

    def fresh(self, state: Hashable, settings: Any) -> None:
        """The database is as at first."""
        self._state, self._settings, self._recording = ("fresh", state), settings, None

    def lose(self) -> None:
        """The verbs are called from here on: others write too, or a story has changed how it is done."""
        self._state = self._recording = None

    def after(self, what: Hashable, do: Callable[[], T]) -> T:
        """Have *do* done, which *what* says in full, or have written what it wrote from here; gives what it gave."""
        if not self._may_remember():
            return do()
        moment = now()
        for when in (moment, _hour(moment)):  # stopped clocks first
            tape = self._tapes.get((self._state, what, when))
            if tape is not None:
                self._write(tape, moment - tape.ended if tape.ended else timedelta(0))
                return tape.given
        return self._record(what, do, moment)

    def _may_remember(self) -> bool:
        return (
            self._state is not None
            and self._recording is None
            and threading.current_thread() is threading.main_thread()
            and current_app.extensions["shouwen"] is self._settings
            and not is_changing()
            and not (db.session.new or db.session.dirty or db.session.deleted)
        )

    def _record(self, what: Hashable, do: Callable[[], T], began: datetime) -> T:
        before, tape = self._state, Tape()
        self._recording = tape
        try:
            given = do()
        except BaseException:
            self.lose()
            raise
        if self._recording is tape:
            ended = now()
            when = began if ended == began else _hour(began)
            self._states += 1
            tape.given, tape.leads_to, tape.ended = given, self._states, None if ended == began else ended
            self._tapes[before, what, when] = tape
            self._state = self._states
        self._recording = None
        return given

    def _hear(self, _connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        words = statement.lstrip()
        if words.startswith(READS):
            return
        if self._recording is not None and threading.current_thread() is threading.main_thread():
            self._recording.written.append((statement, parameters))
        elif not words.startswith(BESIDE):
            self.lose()

    def _undone(self, *_what: Any) -> None:
        if self._recording is not None:
            self.lose()

    def _write(self, tape: Tape, later: timedelta) -> None:
        with transaction():
            connection = db.session.connection().connection
            moved = [(statement, _later(values, later)) for statement, values in tape.written]
            if self._engine.dialect.name == "sqlite":
                answers = _written_one_by_one(connection, moved)
            else:
                answers = _written_at_once(connection, moved)
        db.session.expire_all()
        if tape.answers is None:
            tape.answers = answers
        assert answers == tape.answers, "somebody wrote here whom nobody heard"
        self._state = tape.leads_to


def _written_one_by_one(connection: Any, written: list[tuple[str, Any]]) -> list[Any]:
    cursor, answers = connection.cursor(), []
    for statement, values in written:
        if isinstance(values, list):
            cursor.executemany(statement, values)
        else:
            answers.append(cursor.execute(statement, values).fetchall())
    return answers


def _written_at_once(connection: Any, written: list[tuple[str, Any]]) -> list[Any]:
    """In one message: each costs PostgreSQL and us more than what it says."""
    cursor = psycopg.ClientCursor(connection.driver_connection)
    lines = [
        cursor.mogrify(statement, one)
        for statement, values in written
        for one in (values if isinstance(values, list) else [values])
    ]
    if not lines:
        return []
    cursor.execute(";".join(lines).encode())
    answers = []
    while True:
        answers.append(cursor.fetchall() if cursor.description else cursor.rowcount)
        if not cursor.nextset():
            return answers


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _later(values: Any, later: timedelta) -> Any:
    """What was read off a running clock, and so has microseconds, is as much later; a story's own times have none."""
    if isinstance(values, list | tuple):
        return type(values)(_later(value, later) for value in values)
    if isinstance(values, dict):
        return {name: _later(value, later) for name, value in values.items()}
    if isinstance(values, datetime) and values.microsecond:
        return values + later
    if isinstance(values, str) and len(values) == 26 and values[19] == "." and not values.endswith(".000000"):
        return f"{datetime.fromisoformat(values) + later:%Y-%m-%d %H:%M:%S.%f}"
    return values


def begun(what: Hashable, do: Callable[[], T]) -> T:
    """Have *do* done, by the verbs or from memory; *what* says all that it depends on beside database and clock."""
    remembered: Beginnings | None = current_app.extensions.get("beginnings")
    return do() if remembered is None or not _is_plain(what) else remembered.after(what, do)


def _is_plain(value: Any) -> bool:
    """Whether two of them that are equal are the same to everybody."""
    if isinstance(value, tuple):
        return all(map(_is_plain, value))
    if is_dataclass(value) and not isinstance(value, type):
        return all(_is_plain(getattr(value, part.name)) for part in fields(value))
    return value is None or isinstance(value, str | int | float | bool | Enum | datetime | timedelta)
