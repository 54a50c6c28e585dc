"""The database goes when an answer is ready and only the connection is to be given back (F13)."""

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from shared.database import db

CUT_OFF = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND state = 'idle in transaction'"
)


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_f13_what_was_done_is_told_though_the_database_goes_meanwhile(app: Flask) -> None:
    """P4: else whoever filed reads of a fault, in the server's own English, and files again."""
    with app.app_context():
        db.session.execute(text("SELECT 1"))
        with psycopg.connect(app.extensions["shouwen"].database_url, autocommit=True) as operator:
            assert operator.execute(CUT_OFF).rowcount == 1
    with app.app_context():
        assert db.session.scalar(text("SELECT 1")) == 1
