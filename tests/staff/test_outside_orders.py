"""Outside orders on the screens: taken at the desk or later, answered, found, and shown to the owner."""

from collections.abc import Callable
from typing import Any

from shared.cases import links, outside_orders
from shared.cases.models import Case
from shared.database import db
from tests.cast import Cast
from tests.critic import CriticalClient, Page
from tests.life import begin

SignIn = Callable[[str], CriticalClient]
NUMBER = "GZ20260302-0017"


def register(client: CriticalClient, cast: Cast, **more: str) -> Page:
    answers: dict[str, Any] = {
        "description": "三号楼楼道灯不亮",
        "building": str(cast.building("3号楼").id),
        "category": "facilities",
        "phone": "13800138000",
        "name": "王女士",
        "received_at": "2026-03-02T10:00",
        "channel": "city_hotline",
    }
    return client.get("/staff/cases/new").submit("/cases/new", **{**answers, **more})


def only() -> Case:
    return db.session.query(Case).one()


def test_of_12345_the_number_is_asked_for_and_their_limit_may_be_missing(
    cast: Cast, signed_in: SignIn
) -> None:
    client = signed_in("limin")
    page = register(client, cast)
    assert page.status_code == 422
    assert "请填 12345、街道办给的工单编号" in page.words
    assert db.session.query(Case).count() == 0
    page = page.submit("/cases/new", their_number=NUMBER)
    assert page.status_code == 200
    (order,) = outside_orders.of_case(only().id)
    assert (order.issuer, order.number, order.due_at) == ("city_hotline", NUMBER, None)
    assert "没有期限，还没回复对方" in client.get(f"/staff/cases/{only().archive_number}").words


def test_a_caller_has_no_order(cast: Cast, signed_in: SignIn) -> None:
    register(signed_in("limin"), cast, channel="hotline")
    assert outside_orders.of_case(only().id) == []


def test_an_order_that_comes_later_is_recorded_and_answered(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).claimed()
    client = signed_in("limin")
    address = f"/staff/cases/{story.number}"
    page = client.get(client.get(address).link("登记外部工单"))
    page = page.submit("outside_order", issuer="street_office", number="JD-77", due_at="2026-12-30T18:00")
    assert "街道办 JD-77" in page.words
    assert "12 月 30 日 18:00 前" in page.words
    assert "外部工单：街道办 JD-77，对方要求 12 月 30 日 18:00 前" in page.words
    page = client.get(page.link("记下已回复对方")).submit("outside_answer")
    assert "已按时回复对方" in page.words
    assert "记下已回复对方" not in page.words
    late = client.get(f"{address}/outside_answer")
    assert "没有等回复的外部工单" in late.words


def test_of_two_orders_that_is_answered_whose_button_was_used(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("limin")
    register(client, cast, their_number=NUMBER)
    page = client.get(f"/staff/cases/{only().archive_number}/outside_order")
    page = page.submit("outside_order", issuer="street_office", number="JD-77")
    buttons = [str(a["href"]) for a in page.soup.find_all("a") if "已回复对方" in a.get_text()]
    assert len(buttons) == 2
    client.get(buttons[1]).submit("outside_answer")
    assert [order.answered_at is not None for order in outside_orders.of_case(only().id)] == [False, True]


def test_what_is_no_number_is_said_beside_its_field(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).claimed()
    page = signed_in("limin").get(f"/staff/cases/{story.number}/outside_order")
    page = page.submit("outside_order", number="号码不明")
    assert page.status_code == 409
    assert "工单编号只有字母" in page.words
    assert page.one("input[name=number]")["value"] == "号码不明"


def test_the_desk_marks_their_limit_and_the_search_knows_their_number(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("limin")
    register(client, cast, their_number=NUMBER, their_due_at="2026-03-02T10:01")
    number = only().archive_number
    for address in ("/staff/?view=mine", "/staff/cases"):
        page = client.get(address)
        assert "12345 热线" in page.words, address
        assert NUMBER in page.words, address
    found = client.get(f"/staff/cases?q={NUMBER}")
    assert found.status_code == 303
    assert found.headers["Location"].endswith(number)


def test_the_owner_reads_under_which_number_12345_has_it(
    cast: Cast, signed_in: SignIn, client: CriticalClient
) -> None:
    register(signed_in("limin"), cast, their_number=NUMBER, their_due_at="2026-12-30T18:00")
    page = client.get(f"/c/{links.current_token(only())}")
    assert f"12345 热线工单号 {NUMBER}" in page.words


def test_whoever_has_only_the_reference_reads_nothing_of_it(
    cast: Cast, signed_in: SignIn, client: CriticalClient
) -> None:
    register(signed_in("limin"), cast, their_number=NUMBER)
    assert NUMBER not in client.get(f"/track/{only().shown_reference}").words
