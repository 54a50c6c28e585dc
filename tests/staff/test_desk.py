"""The desk: what is mine, by time left; counts that ask again; nothing of anybody else's."""

from datetime import timedelta

import pytest

from shared.cases import scope
from shared.database import transaction
from shared.ownership import claiming, dispatching, transferring
from tests.cast import MONDAY, file

pytestmark = pytest.mark.usefixtures("monday")

QUERIES = 12


def _claim(cast, case, who="limin", at=MONDAY):
    with transaction():
        claiming.claim(scope.lock_by_id(case.id), by=cast.person(who), at=at)


def _numbers(page):
    return [cell.get_text() for cell in page.soup.select(".queue td.no")]


def _counts(page):
    return {a.contents[0].strip(): a.find(class_="count").get_text() for a in page.soup.select(".views a")}


def test_a_new_case_waits_unclaimed_and_is_claimed_from_the_list(cast, signed_in):
    case = file(cast)
    desk = signed_in("limin").get("/staff/?view=unclaimed")
    assert _numbers(desk) == [case.archive_number]
    assert _counts(desk)["未领取"] == "1"
    after = desk.submit(f"/staff/cases/{case.archive_number}/claim")
    assert after.where.startswith("/staff/")
    assert _counts(after)["未领取"] == "0"
    assert _counts(after)["我的"] == "1"


def test_what_is_mine_stands_by_time_left(cast, signed_in, monday):
    old, new = file(cast, MONDAY - timedelta(hours=30)), file(cast, MONDAY)
    for case in (new, old):
        _claim(cast, case)
    desk = signed_in("limin").get("/staff/")
    assert _numbers(desk) == [old.archive_number, new.archive_number]


def test_overdue_and_near_are_told_apart(cast, signed_in, monday):
    late = file(cast, MONDAY)
    _claim(cast, late)
    monday.shift(timedelta(hours=49))
    mine = signed_in("limin")
    assert _numbers(mine.get("/staff/?view=overdue")) == [late.archive_number]
    assert _numbers(mine.get("/staff/?view=near")) == []
    assert "已超时" in mine.get("/staff/?view=overdue").soup.select_one(".queue .time").get_text()


def test_a_handler_sees_what_was_given_to_him_and_no_more(cast, signed_in):
    given, other = file(cast), file(cast)
    for case in (given, other):
        _claim(cast, case)
    with transaction():
        dispatching.dispatch(
            scope.lock_by_id(given.id),
            by=cast.person("limin"),
            at=MONDAY,
            department=cast.department("工程部"),
            handler=cast.person("wangqiang"),
            requirements="请先到现场",
        )
    desk = signed_in("wangqiang").get("/staff/?view=to_accept")
    assert _numbers(desk) == [given.archive_number]
    expected = {
        "我的": "1",
        "等我签收": "1",
        "请我协办": "0",
        "遗留事项": "0",
        "即将超时": "0",
        "已超时": "0",
    }
    assert _counts(desk) == expected
    assert _numbers(signed_in("sunli").get("/staff/")) == []
    head = signed_in("gaofeng").get("/staff/?view=department")
    assert set(_numbers(head)) == {given.archive_number, other.archive_number}


def test_an_offered_responsibility_waits_for_an_answer(cast, signed_in):
    case = file(cast)
    _claim(cast, case)
    with transaction():
        transferring.ask(
            scope.lock_by_id(case.id),
            by=cast.person("limin"),
            to=cast.person("zhouqi"),
            at=MONDAY,
            reason="我明天休假",
        )
    assert _numbers(signed_in("zhouqi").get("/staff/?view=transfers")) == [case.archive_number]


def test_whom_it_is_about_sees_neither_line_nor_count(cast, signed_in):
    file(cast, about_user_id=cast.person("limin").id)
    desk = signed_in("limin").get("/staff/?view=unclaimed")
    assert _numbers(desk) == []
    assert _counts(desk)["未领取"] == "0"


def test_another_estate_stays_another_estates(cast, elsewhere, signed_in):
    mine, theirs = file(cast), file(elsewhere)
    assert _numbers(signed_in("limin").get("/staff/?view=unclaimed")) == [mine.archive_number]
    assert _numbers(signed_in("yunhe-limin").get("/staff/?view=unclaimed")) == [theirs.archive_number]


def test_the_figures_ask_again_and_say_nothing_when_nothing_is_new(cast, signed_in, monday):
    mine = signed_in("limin")
    desk = mine.get("/staff/?view=unclaimed")
    ask = desk.soup.find(id="desk-counts")["hx-get"]
    again = mine.get(ask, headers={"HX-Request": "true"})
    assert (again.status_code, again.data) == (204, b"")
    monday.shift(timedelta(seconds=10))
    file(cast, MONDAY + timedelta(seconds=10))
    news = mine.get(ask, headers={"HX-Request": "true"})
    assert news.status_code == 200
    assert "1 件新的或有进展的诉求" in news.words
    assert not news.soup.select(".queue"), "the list itself never moves"
    assert len(news.statements) <= 4


def test_the_poll_opened_by_hand_is_the_desk(cast, signed_in):
    answer = signed_in("limin").get("/staff/desk/counts?view=near")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/staff/?view=near")


@pytest.mark.parametrize("nonsense", ["?view=nothing", "?view=", "?view=mine&since=abc", "?view=%00"])
def test_nonsense_in_the_address_is_the_first_view(cast, signed_in, nonsense):
    assert signed_in("limin").get(f"/staff/{nonsense}").status_code == 200


@pytest.mark.parametrize("who", ["limin", "wangqiang", "gaofeng", "hemei", "tangwen", "admin", "liujie"])
def test_every_role_has_a_desk(cast, signed_in, who):
    file(cast)
    assert signed_in(who).get("/staff/").status_code == 200


def test_the_desk_asks_the_database_as_often_for_one_case_as_for_a_dozen(cast, signed_in):
    mine = signed_in("limin")
    asked = []
    for more in (1, 11):
        for _ in range(more):
            _claim(cast, file(cast))
        asked.append(len(mine.get("/staff/").statements))
    assert asked[0] == asked[1] <= QUERIES
