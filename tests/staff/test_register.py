"""The register: filters that are the address, numbers and telephones that are found, nothing out of scope."""

from datetime import timedelta

import pytest

from shared.cases import scope
from shared.database import transaction
from shared.ownership import claiming
from shared.register import listing
from tests.cast import MONDAY, file

pytestmark = pytest.mark.usefixtures("monday")

QUERIES = 12


@pytest.fixture
def limin(cast, signed_in):
    return signed_in("limin")


def _numbers(page):
    return [cell.get_text() for cell in page.soup.select(".queue td.no")]


def _found(client, **args):
    page = client.get("/staff/cases", query_string=args)
    assert page.status_code == 200, page.headers.get("Location")
    return _numbers(page)


def test_the_newest_comes_first(cast, limin):
    first, second = file(cast, MONDAY - timedelta(hours=2)), file(cast, MONDAY - timedelta(hours=1))
    assert _found(limin) == [second.archive_number, first.archive_number]
    assert _found(limin, sort="oldest") == [first.archive_number, second.archive_number]


@pytest.mark.parametrize(
    "typed",
    ["JX-26-0001", "jx-26-0001", " JX 26 0001 ", "ＪＸ－２６－０００１", "26-0001", "260001", "JX260001"],
)
def test_an_archive_number_in_any_form_opens_the_case(cast, limin, typed):
    case = file(cast)
    assert case.archive_number == "JX-26-0001"
    answer = limin.get("/staff/cases", query_string={"q": typed})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/staff/cases/JX-26-0001")


def test_a_reference_as_an_owner_reads_it_out_opens_the_case(cast, limin):
    case = file(cast)
    for typed in (case.shown_reference, case.reference.lower(), case.reference.replace("0", "O")):
        answer = limin.get("/staff/cases", query_string={"q": typed})
        assert answer.headers.get("Location") == f"/staff/cases/{case.archive_number}", typed


def test_a_telephone_finds_by_its_last_four_and_whole(cast, limin):
    his = file(cast, phone="138 0013 8000")
    file(cast, phone="139 1234 5678")
    for typed in ("8000", "13800138000", "138-0013-8000", "+86 138 0013 8000"):
        assert _found(limin, q=typed) == [his.archive_number], typed


def test_a_name_finds_when_it_is_whole(cast, limin):
    hers = file(cast, name="王秀兰")
    file(cast, name="李大山")
    assert _found(limin, q="王秀兰") == [hers.archive_number]
    assert _found(limin, q="王秀") == []


def test_words_of_the_description_find(cast, limin):
    lift = file(cast, description="电梯又坏了")
    file(cast, description="垃圾没人收", spot="")
    assert _found(limin, q="电梯") == [lift.archive_number]


@pytest.mark.parametrize("typed", ["%", "_", "%%", "\\", "50%折", "' OR 1=1 --", "\x00", "“”"])
def test_signs_of_a_search_mean_themselves(cast, limin, typed):
    """T15: a percent sign does not find everything."""
    file(cast, description="电梯又坏了")
    assert _found(limin, q=typed) == ([] if typed.strip("\x00") else ["JX-26-0001"])


def test_a_percent_sign_that_was_written_is_found(cast, limin):
    case = file(cast, description="水费涨了50%，没有通知")
    file(cast, description="水费涨了50块")
    assert _found(limin, q="50%") == [case.archive_number]


def test_filters_narrow_and_the_address_keeps_them(cast, limin):
    lift = file(cast, kind="repair", category="facilities", building_id=cast.building("3号楼").id)
    file(cast, kind="complaint", category="security", building_id=cast.building("5号楼").id)
    for filters in (
        {"kind": "repair"},
        {"category": "facilities"},
        {"building": cast.building("3号楼").id},
        {"state": "open", "kind": "repair"},
        {"state": "received", "q": "", "kind": "repair"},
        {"channel": "portal", "urgency": "normal", "validity": "undecided", "kind": "repair"},
        {"handler": "-", "first_responder": "-", "kind": "repair"},
    ):
        assert _found(limin, **filters) == [lift.archive_number], filters
    page = limin.get("/staff/cases", query_string={"kind": "repair"})
    assert page.soup.select_one("#f-kind option[selected]")["value"] == "repair"


def test_people_narrow(cast, limin):
    case = file(cast)
    file(cast)
    with transaction():
        claiming.claim(scope.lock_by_id(case.id), by=cast.person("limin"), at=MONDAY)
    assert _found(limin, first_responder="limin") == [case.archive_number]
    assert _found(limin, handler="wangqiang") == []
    assert _found(limin, view="mine") == [case.archive_number]


def test_days_are_days_of_the_estate(cast, limin):
    # 2 March 23:30 and 3 March 00:30 in Shanghai are the same day in UTC.
    late, early = file(cast, MONDAY + timedelta(hours=13.5)), file(cast, MONDAY + timedelta(hours=14.5))
    assert _found(limin, **{"from": "2026-03-03"}) == [early.archive_number]
    assert _found(limin, to="2026-03-02") == [late.archive_number]


@pytest.mark.parametrize("asked", ["status=closed", "state=done", "building=abc", "%3Cb%3E=1"])
def test_what_narrows_nothing_is_said_and_not_taken_for_a_filter(cast, limin, asked):
    """All of them under an address that asks for some would be counted as those some."""
    file(cast)
    page = limin.get(f"/staff/cases?kind=complaint&columns=state&{asked}")
    name = {"state": "状态", "building": "楼栋", "%3Cb%3E": "<b>"}.get(asked.split("=")[0], "status")
    assert f"没有按这些条件筛选：{name}" in page.words
    assert "没有按这些条件" not in limin.get("/staff/cases?kind=complaint&columns=state&after=&q=").words


def test_a_date_that_is_none_is_said_and_left_out(cast, limin):
    file(cast)
    page = limin.get("/staff/cases?from=2026-02-30")
    assert "日期没有看懂" in page.words
    assert len(_numbers(page)) == 1


@pytest.mark.parametrize(
    "address",
    [
        "?state=nothing&kind=x&sort=id;drop&building=abc&department=-1&handler=%27",
        "?after=1.1&before=x&building=99999999999999999999",
        "?after=99999999999999999.9999999999",
        "?estate=nowhere",
        "?from=0001-01-01&to=9999-12-31",
    ],
)
def test_nonsense_in_the_address_breaks_nothing(cast, limin, address):
    file(cast)
    assert limin.get(f"/staff/cases{address}").status_code == 200


def test_pages_follow_each_other_without_gap_or_double(cast, limin, monkeypatch):
    monkeypatch.setattr(listing, "PAGE", 5)
    filed = [file(cast, MONDAY - timedelta(minutes=n // 2)).archive_number for n in range(12)]
    seen, address = [], "/staff/cases"
    for _ in range(3):
        page = limin.get(address)
        seen += _numbers(page)
        last = page
        address = page.link("下一页") if "下一页" in page.words else ""
    assert not address
    assert sorted(seen) == sorted(filed)
    assert len(seen) == len(set(seen))
    back = limin.get(last.link("上一页"))
    assert _numbers(back) == seen[5:10]


def test_by_time_left_only_what_waits(cast, limin):
    late, later = file(cast, MONDAY - timedelta(hours=5)), file(cast, MONDAY)
    assert _found(limin, sort="due") == [late.archive_number, later.archive_number]


def test_nothing_of_another_estate_by_any_door(cast, elsewhere, limin):
    """T09: list, filter, search by number, reference, telephone, name and word."""
    theirs = file(elsewhere, phone="137 7777 1234", name="赵无忌", description="云和苑的事")
    number = theirs.archive_number
    for args in (
        {},
        {"q": number},
        {"q": theirs.reference},
        {"q": "1234"},
        {"q": "13777771234"},
        {"q": "赵无忌"},
        {"q": "云和苑的事"},
        {"estate": "yunhe"},
        {"building": elsewhere.building("3号楼").id},
    ):
        assert number not in _found(limin, **args), args


def test_whom_it_is_about_finds_it_by_no_door(cast, signed_in):
    case = file(cast, about_user_id=cast.person("limin").id)
    limin = signed_in("limin")
    for typed in ("", case.archive_number, case.reference, "8000", "王秀兰", "电梯"):
        assert _found(limin, q=typed) == [], typed
    assert _found(signed_in("zhouqi")) == [case.archive_number]


def test_a_handler_finds_only_what_is_his(cast, signed_in):
    file(cast)
    assert _found(signed_in("wangqiang")) == []


def test_who_views_no_cases_is_refused(cast, signed_in):
    assert signed_in("admin").get("/staff/cases").status_code == 403


def test_the_owner_is_not_on_the_list(cast, limin):
    file(cast)
    text = limin.get("/staff/cases").get_data(as_text=True)
    for personal in ("王秀兰", "13800138000", "3-2-1101", "xiulan@example.com"):
        assert personal not in text


def test_the_register_asks_the_database_as_often_for_one_case_as_for_a_page(cast, limin, monkeypatch):
    monkeypatch.setattr(listing, "PAGE", 8)
    asked = []
    for more in (1, 12):
        for _ in range(more):
            file(cast)
        asked.append(len(limin.get("/staff/cases?state=open&kind=complaint").statements))
    assert asked[0] <= asked[1] <= asked[0] + 1, "one more: there is a next page, so they are counted"
    assert asked[1] <= QUERIES
