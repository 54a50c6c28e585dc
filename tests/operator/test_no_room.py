"""The database can be read and takes no changes: its disk is full, or may no longer be written (F18, F20)."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from shared.attachments import check
from shared.cases.models import Statement
from shared.database import db
from tests.cast import MONDAY, Cast
from tests.critic import CriticalClient
from tests.portal.test_filing import DETAILS, file, receipt_of

WORDS = "电梯又停在五楼，" * 60  # more than a page of the database
FULL, READ_ONLY, STANDBY = "full", "PRAGMA query_only = ON", "SET default_transaction_read_only = on"
PAGE_AND_A_BIT = 5_000  # bytes


@contextmanager
def stricken(by: str) -> Iterator[None]:
    """Every connection of this desk is refused its changes."""
    with _full() if by == FULL else _told(by):
        yield


@contextmanager
def _full() -> Iterator[None]:
    """This process may write no file further than that."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (PAGE_AND_A_BIT, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def _told(by: str) -> Iterator[None]:
    def tell(connection: Any, _record: Any) -> None:
        connection.execute(by)
        connection.commit()

    db.session.remove()
    event.listen(db.engine, "connect", tell)
    db.engine.dispose()
    try:
        yield
    finally:
        db.session.remove()
        event.remove(db.engine, "connect", tell)
        db.engine.dispose()


@pytest.mark.parametrize(
    ("engine", "by"),
    [("sqlite", FULL), ("sqlite", READ_ONLY), ("postgresql", STANDBY)],
    indirect=["engine"],
    ids=["full", "read-only", "standby"],
)
def test_a_filing_is_refused_in_words_nothing_is_half_and_all_resumes_by_itself(
    app: Flask, cast: Cast, client: CriticalClient, that_monday: None, engine: str, by: str
) -> None:
    """P2, P4: what to do stands there with the telephone; what was typed is still in the form one step back."""
    reference, _code, link = receipt_of(file(client))
    details = client.get("/file").submit("/file", category="facilities:lift")
    typed = {**DETAILS, "description": WORDS}
    with stricken(by):
        for again in range(2):
            refused = details.submit("/file/details", **typed)
            assert refused.status_code == 503, again
            assert int(refused.headers["Retry-After"]) >= 30
            assert "您填写的内容请保留在本页" in refused.words
            assert cast.estate.hotline in refused.words
        assert client.get(link).status_code == 200
        assert reference in client.get("/track").submit("/track", reference=reference).words
        assert client.get("/board/jinxiu").status_code == 200
        if by == STANDBY:  # SQLite is not so far from its file that it would not begin
            ready = FlaskClient(app).get("/readyz")
            assert (ready.status_code, ready.get_json()["database"]) == (503, "failed")
    receipt_of(details.submit("/file/details", **typed).submit("/file/check"))
    assert [said.description for said in db.session.query(Statement).order_by(Statement.case_id)][1:] == [
        WORDS
    ]
    assert check.examine(MONDAY).files_without_rows == []
