"""T28: nobody carries contacts away by the hundred unseen, neither one at a time, nor in small parts, nor at once."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from shared.audit.models import Access, Export
from shared.cases import contacts
from shared.database import db
from shared.exports import jobs, taking
from shared.notifications import wording
from shared.notifications.models import Message
from tests.cast import MONDAY, Cast, file
from tests.critic import CriticalClient, Page

SignIn = Callable[[str], CriticalClient]
DAY = timedelta(days=1)


@pytest.fixture
def numbers(cast: Cast) -> list[str]:
    with time_machine.travel(MONDAY, tick=False):
        return [file(cast, phone=f"1380013800{n}", kind="repair").archive_number for n in range(4)]


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY + DAY, tick=False) as travelling:
        yield travelling


def _cap(app: Flask, most: int) -> None:
    app.extensions["shouwen"] = replace(app.extensions["shouwen"], contacts_per_day=most)


def _reveal(client: CriticalClient, number: str) -> Page:
    address = f"/staff/cases/{number}"
    return client.get(address).submit("/reveal", field="phone")


def _export(client: CriticalClient, **asked: str) -> Page:
    token = client.get("/staff/cases").one("input[name=csrf_token]")["value"]
    return client.post("/staff/register/export", data={"csrf_token": token, "form": "csv", **asked})


def _told() -> list[Message]:
    return list(db.session.scalars(select(Message).where(Message.about == "many_opened")))


def test_beyond_the_days_number_no_contact_is_opened_and_the_next_day_it_is(
    app: Flask, numbers: list[str], signed_in: SignIn, clock: time_machine.Traveller
) -> None:
    _cap(app, 2)
    client = signed_in("limin")
    for number in numbers[:2]:
        assert "1380013800" in _reveal(client, number).words
    page = _reveal(client, numbers[2])
    assert page.status_code == 409
    assert "24 小时内最多查看或导出 2 件诉求的联系方式，您已打开 2 件" in page.words
    assert "13800138002" not in page.get_data(as_text=True)
    assert "13800138000" in _reveal(client, numbers[0]).words, "what is open already opens again"
    assert "13800138002" in _reveal(signed_in("zhouqi"), numbers[2]).words, "each has a number of their own"
    clock.shift(DAY)
    assert "13800138002" in _reveal(signed_in("limin"), numbers[2]).words


def test_an_export_with_telephones_counts_with_those_looked_at_one_by_one(
    app: Flask, numbers: list[str], signed_in: SignIn, clock: time_machine.Traveller
) -> None:
    _cap(app, 3)
    client = signed_in("limin")
    page = _export(client, phones="whole", reason="交街道办统计")
    assert page.status_code == 409
    assert "24 小时内最多" in page.words
    assert "13800138000" not in page.get_data(as_text=True)
    assert db.session.query(Access).count() == db.session.query(Export).count() == 0
    assert _export(client, reason="交街道办统计").status_code == 200, "masked they are no contacts"
    _cap(app, 0)
    assert b"13800138003" in _export(client, phones="whole", reason="交街道办统计").data


def test_the_register_does_not_leave_in_small_parts_without_a_word(
    numbers: list[str], signed_in: SignIn, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    monkeypatch.setattr(taking, "FREE", 4)
    client = signed_in("limin")
    assert _export(client, q=numbers[0]).mimetype == "text/csv"
    assert "要导出 4 件" in _export(client).words
    assert _export(client, reason="对账").mimetype == "text/csv"
    assert _export(client, q=numbers[1]).mimetype == "text/csv", "what was said what for counts no more"
    clock.shift(DAY)
    assert _export(signed_in("limin")).mimetype == "text/csv"


def test_a_long_export_called_off_pays_for_no_small_ones(
    numbers: list[str], signed_in: SignIn, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    monkeypatch.setattr(taking, "FREE", 2)
    monkeypatch.setattr(jobs, "DIRECT", 1)
    client = signed_in("limin")
    assert _export(client, reason="对账").status_code == 303
    client.get("/staff/exports").submit("/calling-off")
    taken = [_export(client, q=number).mimetype for number in numbers[:3]]
    assert taken == ["text/csv", "text/csv", "text/html"]


def test_of_very_many_in_a_day_supervision_hears_once_and_of_supervision_the_general_manager(
    cast: Cast,
    numbers: list[str],
    signed_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
    clock: time_machine.Traveller,
) -> None:
    monkeypatch.setattr(contacts, "MANY", 3)
    for number in numbers[:3]:
        assert _told() == []
        _reveal(signed_in("limin"), number)
        clock.shift(timedelta(hours=1))
    (message,) = _told()
    assert message.user_id == cast.person("tangwen").id
    said = wording.write(file(cast), message.about, message.detail, "zh_Hans_CN")
    assert said is not None
    assert "李敏在 24 小时内打开或导出了 3 件" in said.text
    clock.shift(timedelta(hours=21, minutes=30))
    _reveal(signed_in("limin"), numbers[3])
    assert len(_told()) == 1, "three again within a day, and heard of within a day"
    _export(signed_in("tangwen"))
    assert [each.user_id for each in _told()[1:]] == [cast.person("yangbo").id]
