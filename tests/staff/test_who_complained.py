"""Who complains of staff stays unknown to colleagues, by what else the same person has reported too."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from shared.incidents.repeats import special_reports_of
from tests.cast import MONDAY, Cast
from tests.critic import CriticalClient
from tests.domain.test_incidents import join_all
from tests.life import Life, begin

SignIn = Callable[[str], CriticalClient]
KEPT_FROM = ("limin", "liujie", "gaofeng", "yangbo", "xufei")
TOLD = ("chenjing", "hemei", "tangwen")


@pytest.fixture
def of_the_lift(cast: Cast) -> list[Life]:
    """Two complaints under a name, the third of the same matter about 赵磊 too."""
    days = [MONDAY + timedelta(days=day) for day in (0, 3, 5)]
    return [begin(cast, days[0]), begin(cast, days[1]), begin(cast, days[2], about="赵磊")]


@pytest.mark.parametrize("username", KEPT_FROM)
def test_no_page_says_what_else_the_person_who_complains_of_staff_has_reported(
    of_the_lift: list[Life], signed_in: SignIn, username: str
) -> None:
    """VK-4e: that it is the third time is said; which the others were would lead to a name."""
    first, second, of_staff = of_the_lift
    assert special_reports_of(of_staff.case)[0].earlier == [first.number, second.number]
    client = signed_in(username)
    page = client.get(f"/staff/cases/{of_staff.number}")
    if page.status_code == 200:
        assert "第 3 次" in page.words
        assert first.number not in page.get_data(as_text=True)
        assert second.number not in page.get_data(as_text=True)
    page = client.get(f"/staff/cases/{second.number}")
    if page.status_code == 200:
        assert first.number in page.words, "neither is about staff"


@pytest.mark.parametrize("username", ["limin", "wangqiang", "yangbo"])
def test_no_page_of_the_staff_face_names_who_complains_of_staff(
    app: Flask, cast: Cast, signed_in: SignIn, username: str
) -> None:
    """Every page and every form of the case, and every list."""
    who: dict[str, Any] = {
        "name": "欧阳南瓜",
        "phone": "13977771234",
        "unit": "9-9-909",
        "email": "nangua@example.com",
    }
    of_staff = begin(cast, about="赵磊", **who).claimed(by="chenjing").dispatched("wangqiang", by="chenjing")
    client, told = signed_in(username), []
    client.reads_pages = False
    for rule in app.url_map.iter_rules():
        is_read = rule.endpoint.startswith("staff.") and "GET" in (rule.methods or ())
        if is_read and rule.arguments <= {"number"}:
            page = client.get(rule.rule.replace("<number>", of_staff.number))
            read = page.get_data(as_text=True) if (page.mimetype or "").startswith("text/") else ""
            told += [f"{page.where}: {secret}" for secret in (*who.values(), "139****1234") if secret in read]
            assert page.status_code < 500, page.where
    assert told == []


@pytest.mark.parametrize("username", TOLD)
def test_who_is_told_reads_what_the_person_reported_before(
    of_the_lift: list[Life], signed_in: SignIn, username: str
) -> None:
    first, second, of_staff = of_the_lift
    page = signed_in(username).get(f"/staff/cases/{of_staff.number}")
    assert first.number in page.words
    assert second.number in page.words


def test_what_the_person_reports_afterwards_does_not_name_the_complaint_of_staff(
    cast: Cast, signed_in: SignIn
) -> None:
    of_staff = begin(cast, about="赵磊")
    begin(cast, MONDAY + timedelta(days=2))
    third = begin(cast, MONDAY + timedelta(days=4))
    assert special_reports_of(third.case)[0].earlier[0] == of_staff.number
    page = signed_in("limin").get(f"/staff/cases/{third.number}")
    assert "同一事项 3 次诉求" in page.words
    assert of_staff.number not in page.get_data(as_text=True)
    assert of_staff.number in signed_in("chenjing").get(f"/staff/cases/{third.number}").words


def test_an_incident_does_not_say_of_how_many_households_it_is_where_that_would_name_one(
    cast: Cast, signed_in: SignIn
) -> None:
    """Two cases of one household: who reported the one reported the other."""
    first, of_staff = begin(cast, MONDAY), begin(cast, MONDAY + timedelta(minutes=5), about="赵磊")
    incident_id = join_all(cast, [first, of_staff], "zhouqi")
    address = f"/staff/incidents/{incident_id}"
    kept = signed_in("limin").get(address)
    assert of_staff.number in kept.words
    assert "户数保密" in kept.words
    assert "1 户" not in kept.words
    assert "1 户" in signed_in("chenjing").get(address).words
    again = join_all(cast, [begin(cast, phone=f"1390013900{n}", unit=f"3-2-110{n}") for n in (2, 3)])
    assert "2 户" in signed_in("limin").get(f"/staff/incidents/{again}").words, "no staff is concerned there"
