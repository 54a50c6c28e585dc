"""The database: base class, column types, and the one way to change anything.

Two engines are first class. On SQLite a change begins with BEGIN IMMEDIATE: a deferred transaction that
reads and then writes fails at once with "database is locked" when another writer came between, whatever
the busy timeout (trust.md, decision 4). On PostgreSQL the case row is locked instead (`for_update`).
"""

import logging
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

from flask import Flask, current_app, has_request_context
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import CursorResult, DateTime, Executable, MetaData, Table, bindparam, event, insert, update
from sqlalchemy.engine import Connection, Dialect, Engine, ExceptionContext
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, make_transient, make_transient_to_detached
from sqlalchemy.orm.attributes import instance_dict, instance_state
from sqlalchemy.types import TypeDecorator

from shared import counting, damage, file_systems, turns
from shared.clock import now
from shared.config import Config, Misconfigured
from shared.counting import What

log = logging.getLogger(__name__)

BUSY_TIMEOUT_MS = 15_000
BRIEF_MS = 200  # nobody waits longer for a log to be cut
MIGRATIONS = Path(__file__).parent.parent / "migrations"
# Every thread of a busy web process may hold a connection; PostgreSQL opens them as they are needed.
CONNECTIONS = {"pool_size": 20, "max_overflow": 40}
# Statements that a connection keeps planned. The desk has some 400; psycopg's own 100 push each other out.
PREPARED = 500
READ_ONLY = "25006"  # what PostgreSQL says of a change in a transaction that may only read
# As PostgreSQL says it: not serialisable, a deadlock, a lock not had, a statement that took too long.
TOO_BUSY = ("40001", "40P01", "55P03", "57014")

_HELD = "held"

_writing: ContextVar[bool] = ContextVar("writing", default=False)
_before_commit: list[Callable[[], None]] = []
_after_commit: list[Callable[[], None]] = []


class Base(DeclarativeBase):
    """All tables; the naming convention lets migrations name every constraint."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Instant(TypeDecorator[datetime]):
    """An instant, stored in UTC on both engines and always aware in Python."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


db = SQLAlchemy(
    model_class=Base,
    disable_autonaming=True,
    # Objects read in a change stay usable for the answer; every change reads what it decides on afresh.
    session_options={"expire_on_commit": False},
)
migrate = Migrate()


def folded(text: str | None) -> str | None:
    """Words as they are compared: full and half width are one (NFKC), so are large and small letters."""
    return None if text is None else unicodedata.normalize("NFKC", text).lower()


def _on_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # BEGIN is ours to write, see _on_begin
    for pragma in (
        "journal_mode = WAL",
        "foreign_keys = ON",
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "synchronous = FULL",  # an acknowledged filing survives a power cut
        "secure_delete = ON",  # a deleted draft is overwritten, however SQLite was built (CO-M5)
    ):
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("folded", 1, folded, deterministic=True)  # PostgreSQL has `normalize`


def cut_log(patience_ms: int = BRIEF_MS) -> bool:
    """Write SQLite's log into its file and cut it to nothing: what was deleted must not stand on in the log (CO-M5).

    Deleted rows are overwritten in the database itself (`secure_delete`). False where somebody was in the way for
    longer than *patience_ms*; the next turn tries again. PostgreSQL sees to its own log. Not to be called inside a
    change.
    """
    if db.engine.dialect.name != "sqlite":
        return True
    connection = db.engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {patience_ms}")
        # One more writer in the queue: beside it there is no gap on a busy desk, and the log would fill the disk.
        with _turn():
            is_busy, _pages, _moved = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    finally:
        connection.close()
    return not is_busy


def _on_begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


def _keep_plans(connection: Any, _record: Any) -> None:
    connection.prepared_max = PREPARED


def _on_error(context: ExceptionContext) -> None:
    """Too busy: SQLite's lock was held too long, or PostgreSQL ended a wait or a deadlock."""
    error = context.original_exception
    if getattr(error, "sqlstate", None) in TOO_BUSY or "locked" in str(error):
        counting.count(What.BUSY)


def damage_mark() -> damage.Mark | None:
    """Where damage of this app's database is noted; None on PostgreSQL."""
    mark: damage.Mark | None = current_app.extensions.get("damage_mark")
    return mark


def _on_loss(context: ExceptionContext) -> Exception | None:
    """What drivers call an internal error, and is a database that is away: one that only reads, or is damaged.

    A standby, or a database switched to reading, refuses changes (F20). Damage is noted where it is met first (F40).
    """
    error = context.original_exception
    is_damaged = damage.tells(error)
    if is_damaged and (mark := damage_mark()):
        mark.set(now())
    if not is_damaged and getattr(error, "sqlstate", None) != READ_ONLY:
        return None
    return OperationalError(context.statement, None, error, hide_parameters=True)


def _prepare(engine: Engine) -> None:
    event.listen(engine, "handle_error", _on_error)
    event.listen(engine, "handle_error", _on_loss, retval=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
    else:
        event.listen(engine, "connect", _keep_plans)


def _refuse_where_unsafe(engine: Engine) -> None:
    """Raises Misconfigured: rather no desk than one whose database two processes write over each other (F17)."""
    if engine.dialect.name == "sqlite" and engine.url.database:
        found = file_systems.trouble(Path(engine.url.database).parent)
        if found:
            raise Misconfigured(
                f"SQLite cannot be used there: {found}. Set DATA_DIR, or the folder of DATABASE_URL, to a disk of "
                "this machine, or DATABASE_URL to a PostgreSQL server."
            )


def _end_reading() -> None:
    """Not by a rollback: psycopg forgets every statement it has prepared then, and planning them takes longest."""
    db.session.commit()


def _is_pending() -> bool:
    return bool(db.session.new or db.session.dirty or db.session.deleted)


def _let_go(error: BaseException | None) -> None:
    """Give the connection back. If the database has gone by now, what was answered before it went is still told (F13).

    Flask-SQLAlchemy, which is asked after us, would have the error take the place of the answer.
    """
    try:
        if error is None and db.session.registry.has() and not _is_pending():
            with suppress(SQLAlchemyError):
                _end_reading()
        db.session.remove()
    except SQLAlchemyError as error:
        log.warning("a connection was lost when it was to be given back: %s", type(error).__name__)
        db.session.registry.clear()


def init_app(app: Flask, config: Config) -> None:
    app.config["SQLALCHEMY_DATABASE_URI"] = config.database_url.replace(
        "postgresql://", "postgresql+psycopg://", 1
    )
    # The last one used is the next: those that wait for a busy hour hold no plans.
    options: dict[str, Any] = {"pool_pre_ping": True, "pool_use_lifo": True}
    if config.database_url.startswith("sqlite"):
        options = {"connect_args": {"check_same_thread": False}}
    # An error that reaches the log must not quote what somebody typed (T44).
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {**options, **CONNECTIONS, "hide_parameters": True}
    db.init_app(app)
    app.teardown_appcontext(_let_go)
    migrate.init_app(app, db, directory=str(MIGRATIONS), render_as_batch=True, compare_type=True)
    with app.app_context():
        _prepare(db.engine)
        _refuse_where_unsafe(db.engine)
        if db.engine.dialect.name == "sqlite" and db.engine.url.database:
            app.extensions["writers_queue"] = f"{db.engine.url.database}-queue"
            app.extensions["damage_mark"] = damage.Mark(Path(f"{db.engine.url.database}-damaged"))


def before_commit(callback: Callable[[], None]) -> None:
    """Have *callback* run at the end of every change, inside it (wired once, in shared.subscriptions)."""
    if callback not in _before_commit:
        _before_commit.append(callback)


def after_commit(callback: Callable[[], None]) -> None:
    """Have *callback* run after a change stands. It must not raise: the change cannot be taken back."""
    if callback not in _after_commit:
        _after_commit.append(callback)


def is_changing() -> bool:
    """Whether a change is open; a read may hold what it decides on until the change ends."""
    return _writing.get()


def _forget_read_snapshot() -> None:
    """End the read transaction of this request; a change must start from the present, not from a snapshot."""
    if _is_pending():
        raise RuntimeError("something was changed outside a transaction")
    _end_reading()
    db.session.expire_all()
    db.session.info.clear()


def run(statement: Executable, *given: Any) -> CursorResult[Any]:
    """Run *statement* in the change that is open, past the session, which would take as long again to look after it.

    For rows that nothing in the session is about: what waits there to be written is not written first.
    """
    return db.session.connection().execute(statement, *given)


@cache
def _row_of(model: type[Base]) -> tuple[list[str], str | None, Executable]:
    """The columns of a new row, the one that the database fills in, and the statement that writes it."""
    table = cast("Table", model.__table__)
    counted = table.autoincrement_column
    names = [column.key for column in table.c if column is not counted]
    statement = insert(table)
    return (names, None, statement) if counted is None else (names, counted.key, statement.returning(counted))


def write(row: Base) -> None:
    """Insert *row* past the session, to which it is known from then on; what is not set is empty.

    The session takes five times as long to find out what is new. Nothing that *row* points at may still wait in it.
    """
    names, counted, statement = _row_of(type(row))
    written = run(statement, {name: getattr(row, name) for name in names})
    if counted is not None:
        setattr(row, counted, written.scalar_one())
    know(row)


def know(row: Base) -> None:
    """Let the session know *row*, which has been written past it, as if it had read it."""
    held = instance_dict(row)
    for name in _row_of(type(row))[0]:
        held.setdefault(name, None)
    _take_up(row)


def _take_up(row: Base) -> None:
    """What is set of *row* stands so in the database; what is not set is read when it is asked for."""
    make_transient_to_detached(row)
    db.session.add(row)


@cache
def _change_of(model: type[Base], names: frozenset[str]) -> Executable:
    table = cast("Table", model.__table__)
    (key,) = table.primary_key
    return update(table).where(key == bindparam("row")).values({name: bindparam(name) for name in names})


def rewrite(row: Base) -> None:
    """Write what was changed of *row*, then what else waits; past the session where columns alone were changed.

    For one row the session looks through everything that hangs on it.
    """
    state = instance_state(row)
    changed = frozenset(state.committed_state)
    if changed and changed.issubset(_row_of(type(row))[0]):
        (identity,) = state.identity or ()
        run(
            _change_of(type(row), changed), {"row": identity} | {name: getattr(row, name) for name in changed}
        )
        make_transient(row)
        _take_up(row)
    db.session.flush()


def _turn() -> AbstractContextManager[None]:
    """Only SQLite needs its writers in a queue; PostgreSQL locks rows."""
    path = current_app.extensions.get("writers_queue")
    return turns.turn(path) if path else nullcontext()


def _refuse_while_damaged() -> None:
    """Raises OperationalError: what people send is not entrusted to a damaged file (F40)."""
    mark = damage_mark()
    if mark is not None and has_request_context() and mark.since is not None:
        raise OperationalError("BEGIN", None, damage.Damaged(), hide_parameters=True)


def _all_or_none() -> Iterator[None]:
    try:
        _forget_read_snapshot()
        yield
        for callback in _before_commit:
            callback()
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        db.session.info.pop(_HELD, None)


def _hold(session: Any, row: Any) -> None:
    """A session knows its rows for as long as somebody else holds them; a change reads each of them once."""
    if _writing.get():
        session.info.setdefault(_HELD, []).append(row)


for _known in ("loaded_as_persistent", "pending_to_persistent", "detached_to_persistent"):
    event.listen(db.session, _known, _hold)


@contextmanager
def transaction() -> Iterator[None]:
    """One change: all of it or none. Only routes, jobs and commands open one.

    What must be decided on is read inside. Raises whatever the body raises, after undoing everything.
    """
    if _writing.get():
        raise RuntimeError("a change is already open; verbs never open one of their own")
    _refuse_while_damaged()
    token = _writing.set(True)
    try:
        with _turn():
            yield from _all_or_none()
    finally:
        _writing.reset(token)
    for callback in _after_commit:
        callback()
