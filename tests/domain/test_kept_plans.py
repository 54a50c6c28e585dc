"""PostgreSQL plans what a page asks once for each connection, not at each look."""

import pytest
from flask import Flask
from sqlalchemy import text

from portal.tracking import queries
from shared.cases.models import Case
from shared.database import db
from tests.cast import Cast, file

OFTEN = 8  # psycopg has a statement planned at the sixth
PLANNED = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%FROM cases%'")


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_what_is_read_again_and_again_stays_planned(app: Flask, cast: Cast) -> None:
    reference = file(cast).reference
    db.session.remove()
    db.engine.dispose()  # what other stories left planned
    for _look in range(OFTEN):
        with app.app_context():
            assert queries.case_of_reference(reference)
    with app.app_context():
        assert db.session.scalar(PLANNED) == 1


@pytest.mark.parametrize("engine", ["postgresql", "sqlite"], indirect=True)
def test_what_was_changed_outside_a_change_is_not_written_at_the_end_of_a_page(
    app: Flask, cast: Cast
) -> None:
    number = file(cast).id
    db.session.remove()
    with app.app_context():
        db.session.get_one(Case, number).topic = "altered"
    with app.app_context():
        assert db.session.get_one(Case, number).topic != "altered"
