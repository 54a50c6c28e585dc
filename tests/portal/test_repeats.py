"""F24, F45: however often one filing is sent, and however many at once, it is one case."""

from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from shared.cases.models import ArchiveCounter, Case, Draft, Party, Statement
from shared.database import db
from tests.cast import Cast
from tests.critic import CriticalClient, _filled

WORDS = "地下二层车库积水，车进不去"
AT_ONCE = 50


def sent_at_once(app: Flask, client: CriticalClient, data: dict[str, str], times: int) -> list[str]:
    """The same form, sent *times* at once from one browser; the addresses it is sent on to."""
    cookies = "; ".join(f"{c.key}={c.value}" for c in client._cookies.values())  # type: ignore[union-attr]

    def send(_n: int) -> str:
        raw = FlaskClient(app, use_cookies=False)
        answer = raw.post("/file/check", data=data, headers={"Cookie": cookies})
        assert answer.status_code == 303, answer.status
        return str(answer.headers["Location"])

    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(send, range(times)))


def test_fifty_at_once_are_one_case_and_one_receipt(app: Flask, client: CriticalClient, cast: Cast) -> None:
    details = client.get("/file").submit("/file", category="security:parking")
    check = details.submit("/file/details", description=WORDS, phone="13800138000")
    addresses = sent_at_once(app, client, _filled(check._form("/file/check")), AT_ONCE)
    assert len(set(addresses)) == 1
    assert addresses[0].endswith("/receipt")
    assert WORDS not in client.get(addresses[0]).words
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Case)) == 1
    assert db.session.scalar(select(func.count()).select_from(Party)) == 1
    assert db.session.scalar(select(func.count()).select_from(Draft)) == 0
    assert db.session.scalars(select(ArchiveCounter.last)).all() == [1]


def test_nothing_that_the_browser_held_is_kept_with_the_case(client: CriticalClient, cast: Cast) -> None:
    """CO-M5: neither the submission key nor the draft's cookie leads to an anonymous case by what is stored."""
    details = client.get("/file").submit("/file", category="attitude:attitude")
    check = details.submit("/file/details", description=WORDS, anonymous="1")
    key = _filled(check._form("/file/check"))["submission_key"]
    token = client.get_cookie("draft").value  # type: ignore[union-attr]
    check.submit("/file/check")
    db.session.rollback()
    raw = db.session.connection().connection
    stored = "\n".join(str(row) for table in db.metadata.sorted_tables for row in _rows(raw, table.name))
    assert WORDS in stored
    assert key not in stored
    assert token not in stored
    assert "127.0.0.1" not in stored


def _rows(connection: object, table: str) -> list[object]:
    return connection.execute(f'SELECT * FROM "{table}"').fetchall()  # type: ignore[attr-defined]


def test_what_another_tab_changed_after_the_check_is_checked_again(
    client: CriticalClient, cast: Cast
) -> None:
    """One browser has one draft: what was read on the check page is what is filed, or it is read again."""
    first = client.get("/file").submit("/file", category="security:parking")
    second = client.get("/file").submit("/file", category="facilities:lift")
    checked = first.submit("/file/details", description=WORDS, phone="13800138000")
    second.submit("/file/details", description="三号楼电梯异响，请来看看", phone="13800138000")
    again = checked.submit("/file/check")
    assert again.where == "/file/check"
    assert "刚才在另一页改过" in again.words
    assert "三号楼电梯异响" in again.words
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Case)) == 0
    assert again.submit("/file/check").where.endswith("/receipt")
    db.session.rollback()
    assert db.session.scalars(select(Statement.description)).all() == ["三号楼电梯异响，请来看看"]
