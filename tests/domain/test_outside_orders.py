"""12345 and the street office pass a matter on: their number and their limit stand beside ours (CO-1, AH-2.1)."""

from datetime import datetime, timedelta

import pytest

from shared.cases import outside_orders
from shared.cases.models import Case
from shared.cases.outside_orders import Order
from shared.cases.vocabulary import Channel
from shared.cli import case_file
from shared.deadlines import outside
from shared.deadlines.promises import PromiseState
from shared.register import search
from shared.register.filters import parse
from shared.register.listing import page
from tests.cast import MONDAY, Cast
from tests.life import Life, begin

NUMBER = "GZ20260302-0017"
HOUR = timedelta(hours=1)


def ordered(cast: Cast, due_at: datetime | None = MONDAY + 6 * HOUR, number: str = NUMBER) -> Life:
    story = begin(cast).claimed()
    story.act("limin", outside_orders.record, given=Order(Channel.CITY_HOTLINE, number, due_at))
    return story


def order_of(story: Life) -> outside_orders.OutsideOrder:
    (order,) = outside_orders.of_case(story.case.id)
    return order


def test_ah_2_1_an_order_keeps_number_limit_and_who_took_it(cast: Cast) -> None:
    story = ordered(cast)
    (shown,) = case_file.of(story.case)["outside_orders"]
    assert shown == {
        "issuer": "city_hotline",
        "number": NUMBER,
        "due_at": MONDAY + 6 * HOUR,
        "at": story.at,
        "by": "limin",
        "answered_at": None,
        "answered_by": None,
    }
    row = story.rows[-1]
    assert (row.act, row.public, row.data["number"]) == ("outside_order", False, NUMBER)


def test_their_limit_moves_no_clock_of_ours(cast: Cast) -> None:
    story = begin(cast).claimed()
    before = story.case.next_due_at
    story.act("limin", outside_orders.record, given=Order(Channel.STREET_OFFICE, "S-1", MONDAY + HOUR))
    assert story.case.next_due_at == before


@pytest.mark.parametrize("number", ["", "编号", "<script>", "A" * 41, "-1"])
def test_what_is_no_number_is_refused(cast: Cast, number: str) -> None:
    story = begin(cast).claimed()
    told = story.refused("limin", outside_orders.record, given=Order(Channel.CITY_HOTLINE, number))
    assert "工单编号" in told


def test_an_order_of_anybody_else_is_none(cast: Cast) -> None:
    story = begin(cast).claimed()
    assert "谁的工单" in story.refused("limin", outside_orders.record, given=Order(Channel.FORUM, NUMBER))


def test_a_number_is_known_however_it_is_typed(cast: Cast) -> None:
    story = ordered(cast)
    again = Order(Channel.CITY_HOTLINE, " ｇｚ20260302-0017", MONDAY + 6 * HOUR)
    assert "已经登记过" in story.refused("limin", outside_orders.record, given=again)
    later = Order(Channel.CITY_HOTLINE, NUMBER.lower(), MONDAY + 9 * HOUR)
    story.act("limin", outside_orders.record, given=later)
    assert order_of(story).due_at == MONDAY + 9 * HOUR


def test_the_answer_goes_back_once(cast: Cast) -> None:
    story = ordered(cast).in_handling()
    order = order_of(story)
    assert "负责告知" in story.refused("wangqiang", outside_orders.answer, order=order)
    story.act("liujie", outside_orders.answer, order=order_of(story))
    assert order_of(story).answered_at == story.at
    assert "已经回复过" in story.refused("liujie", outside_orders.answer, order=order_of(story))


def test_who_does_not_take_reports_records_no_orders(cast: Cast) -> None:
    story = begin(cast).in_handling()
    given = Order(Channel.CITY_HOTLINE, NUMBER)
    assert "AH-2.1" in story.refused("wangqiang", outside_orders.record, given=given)


@pytest.mark.parametrize(
    ("hours", "answered", "state", "said"),
    [
        (1, None, PromiseState.RUNNING, "还剩 4 小时 50 分"),
        (5, None, PromiseState.NEAR, "还剩 50 分钟"),
        (7, None, PromiseState.BROKEN, "已超时 1 小时 10 分"),
        (9, 3, PromiseState.KEPT, "已按时回复对方"),
        (9, 8, PromiseState.BROKEN, "已回复对方，超时 2 小时 10 分"),
    ],
)
def test_their_limit_is_told_as_ours_are(
    cast: Cast, hours: int, answered: int | None, state: PromiseState, said: str
) -> None:
    order = order_of(ordered(cast, MONDAY + 6 * HOUR))
    order.at, order.due_at = MONDAY, MONDAY + 5 * HOUR + timedelta(minutes=50)
    order.answered_at = MONDAY + answered * HOUR if answered else None
    drawn = outside.promise(order, MONDAY + hours * HOUR, "Asia/Shanghai")
    assert drawn is not None
    assert (drawn.state, drawn.standing, drawn.clause) == (state, said, NUMBER)
    assert 0 <= drawn.filled <= 100
    assert 0 < drawn.due_mark <= 100


def test_without_a_limit_there_is_nothing_to_draw(cast: Cast) -> None:
    assert outside.promise(order_of(ordered(cast, None)), MONDAY, "Asia/Shanghai") is None


def test_a_list_shows_whichever_falls_due_first(cast: Cast) -> None:
    theirs = ordered(cast, MONDAY + timedelta(minutes=1))
    ours = ordered(cast, MONDAY + timedelta(days=300), number="GZ20260302-0018")
    rows = {
        row.number: row for row in page(cast.person("limin"), parse({}), None, MONDAY, "Asia/Shanghai").rows
    }
    first, second = rows[theirs.number].promise, rows[ours.number].promise
    assert first is not None
    assert (first.rule, first.name, first.clause) == ("outside_order", "12345 热线", NUMBER)
    assert second is not None
    assert second.rule != "outside_order"


@pytest.mark.parametrize("typed", [NUMBER, "gz20260302-0017", " ＧＺ20260302-0017 "])
def test_a_case_is_found_by_their_number(cast: Cast, typed: str) -> None:
    story = ordered(cast)
    begin(cast)
    sought = search.understand(typed, MONDAY, "Asia/Shanghai")
    assert sought is not None
    assert search.exact_case(sought, cast.person("limin")) == story.number
    assert search.exact_case(sought, cast.person("sunli")) is None


def test_two_cases_under_one_order_are_listed(cast: Cast) -> None:
    numbers = {ordered(cast, number="2026030200017").number for _n in range(2)}
    begin(cast)
    found = page(cast.person("limin"), parse({"q": "2026030200017"}), None, MONDAY, "Asia/Shanghai")
    assert {row.number for row in found.rows} == numbers
    assert isinstance(ordered(cast).case, Case)
