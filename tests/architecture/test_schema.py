"""The database as the migrations make it is the database as the models describe it, on both engines, there and back."""

from datetime import timedelta

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import inspect, select

from shared.cases.vocabulary import Hindrance, Method
from shared.database import db
from shared.revisits import recording
from shared.revisits.models import Revisit
from tests.cast import Cast
from tests.databases import ENGINES
from tests.life import begin

both = pytest.mark.parametrize("engine", ENGINES, indirect=True)


def _run(app: Flask, step: str, *arguments: str) -> None:
    with app.app_context():
        getattr(command, step)(app.extensions["migrate"].migrate.get_config(), *arguments)


def _tables(app: Flask) -> set[str]:
    with app.app_context():
        return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


@both
def test_models_and_migrations_describe_one_schema(app: Flask) -> None:
    """`check` raises and names what differs."""
    _run(app, "check")


@both
def test_every_migration_can_be_taken_back_and_made_again(app: Flask) -> None:
    before = _tables(app)
    assert {"cases", "timeline", "outbox"} <= before
    _run(app, "downgrade", "base")
    assert _tables(app) == set()
    _run(app, "upgrade", "head")
    assert _tables(app) == before
    _run(app, "check")


@both
def test_the_time_agreed_for_another_attempt_survives_the_migration_that_gives_it_a_column(
    app: Flask, settled: str
) -> None:
    with app.app_context():
        story = begin(Cast(settled)).informed()
        again = story.at + timedelta(days=1)
        attempt = {"method": Method.TELEPHONE, "answers": None, "hindrance": Hindrance.NO_ANSWER}
        story.act("liujie", recording.record, **attempt)
        story.act("liujie", recording.record, **attempt, again_at=again)
        db.session.remove()
    _run(app, "downgrade", "0005")
    _run(app, "upgrade", "head")
    with app.app_context():
        assert db.session.scalars(select(Revisit.again_at).order_by(Revisit.id)).all() == [None, again]


def test_there_is_one_line_of_migrations(app: Flask) -> None:
    with app.app_context():
        config = app.extensions["migrate"].migrate.get_config()
    scripts = list(ScriptDirectory.from_config(config).walk_revisions())
    assert sum(script.is_head for script in scripts) == 1
    assert [script.revision for script in reversed(scripts)] == [
        f"{n:04d}" for n in range(1, len(scripts) + 1)
    ]
