"""Saved views and columns: a register once narrowed is one press away, for oneself or for all of the estate."""

import pytest

from shared.database import transaction
from shared.identity.models import Appointment
from shared.identity.permissions import Role
from tests.cast import MONDAY, file

pytestmark = pytest.mark.usefixtures("monday")


@pytest.fixture
def limin(cast, signed_in):
    return signed_in("limin")


def _save(client, name, whose="mine", **filters):
    page = client.get("/staff/cases", query_string=filters)
    return client.get(page.link("保存视图")).submit("/views/new", name=name, whose=whose)


def _chips(client):
    return {a.get_text(): a["href"] for a in client.get("/staff/cases").soup.select(".views a")}


def _heads(page):
    return [th.get_text() for th in page.soup.select(".queue th") if "vh" not in str(th)]


def test_a_narrowed_register_is_saved_and_opened_again(cast, limin):
    repair = file(cast, kind="repair")
    file(cast, kind="complaint")
    page = _save(limin, "未结报修", kind="repair", state="open", sort="oldest")
    assert "已保存视图“未结报修”" in page.words
    assert [td.get_text() for td in page.soup.select(".queue td.no")] == [repair.archive_number]
    assert page.one(".views a[aria-current]").get_text() == "未结报修"
    assert _chips(limin) == {"未结报修": "/staff/cases?state=open&kind=repair&sort=oldest"}


def test_the_words_of_a_search_are_not_saved_and_the_page_says_so(cast, limin):
    file(cast)
    page = limin.get("/staff/cases", query_string={"q": "王秀兰", "state": "open"})
    form = limin.get(page.link("保存视图"))
    assert "查找的字不记" in form.words
    assert "王秀兰" not in str(form.form("/views/new"))
    form.submit("/views/new", name="未结")
    assert _chips(limin) == {"未结": "/staff/cases?state=open"}


def test_a_shared_view_is_a_chip_of_everybody_and_goes_by_its_maker_or_the_director(cast, limin, signed_in):
    _save(limin, "投诉", whose="jinxiu", kind="complaint")
    assert list(_chips(signed_in("wangqiang"))) == ["投诉（共用）"]
    hers = signed_in("zhouqi").get("/staff/register/views")
    assert "李敏保存" in hers.words
    assert not hers.soup.select("form[action$='/views/removal']")
    assert (
        "已删掉视图“投诉”" in signed_in("hemei").get("/staff/register/views").submit("/views/removal").words
    )
    assert _chips(limin) == {}


def test_ones_own_is_no_chip_of_others_and_is_renamed(cast, limin, signed_in):
    _save(limin, "投诉", kind="complaint")
    assert _chips(signed_in("zhouqi")) == {}
    page = limin.get("/staff/register/views").submit("/views/name", name="所有投诉")
    assert "现在叫“所有投诉”" in page.words
    assert list(_chips(limin)) == ["所有投诉"]


@pytest.mark.parametrize(("name", "said"), [("", "请给视图起个名字"), ("投诉", "已有叫“投诉”的视图")])
def test_a_refused_name_keeps_what_was_chosen(cast, limin, name, said):
    _save(limin, "投诉", kind="complaint")
    page = _save(limin, name, whose="jinxiu" if not name else "mine", state="open")
    assert page.status_code == 409
    assert said in page.words
    assert page.one("input[name=state]")["value"] == "open"
    if not name:
        assert page.one("#whose option[selected]")["value"] == "jinxiu"


def test_a_view_of_somebody_else_or_of_another_estate_is_not_found(cast, limin, elsewhere, signed_in):
    _save(limin, "投诉", kind="complaint")
    view = limin.get("/staff/register/views").one("input[name=view]")["value"]
    theirs = signed_in("yunhe-limin")
    file(elsewhere)
    saver = theirs.get("/staff/register/views?state=open")
    assert saver.submit("/views/new", name="看看", whose="jinxiu").status_code == 404
    token = saver.one("input[name=csrf_token]")["value"]
    for door in ("name", "removal"):
        answer = theirs.post(
            f"/staff/register/views/{door}", data={"csrf_token": token, "view": view, "name": "我的"}
        )
        assert answer.status_code == 404
    assert list(_chips(limin)) == ["投诉"]


def test_columns_are_chosen_and_stay_in_the_address(cast, limin):
    file(cast)
    usual = limin.get("/staff/cases")
    assert _heads(usual) == ["时限", "档案编号", "摘要和地点", "处理人", "状态"]
    page = limin.get(
        "/staff/cases?columns=number&columns=filed&columns=responder&columns=nonsense&kind=complaint"
    )
    assert _heads(page) == ["档案编号", "摘要和地点", "登记时间", "首问责任人"]
    assert [td.get_text() for td in page.soup.select(".queue td.more")] == ["2026-03-02 10:00", "—"]
    kept = page.one("form[role=search] input[name=columns]")["value"]
    assert kept == "number,text,filed,responder"
    saved = _save(limin, "登记簿", columns=kept, kind="complaint")
    assert _heads(saved) == ["档案编号", "摘要和地点", "登记时间", "首问责任人"]


def test_every_column_can_be_drawn(cast, limin):
    file(cast)
    names = [box["value"] for box in limin.get("/staff/cases").soup.select("input[name=columns]")]
    page = limin.get("/staff/cases", query_string={"columns": names})
    assert len(_heads(page)) == len(names) + 1
    assert "报事" not in _heads(page)
    assert {"3号楼", "投诉", "设施设备", "第 1 轮"} <= {td.get_text() for td in page.soup.select("td.more")}


def test_whoever_moves_to_another_estate_leaves_their_shared_views_behind(cast, elsewhere, limin, signed_in):
    """T09: what colleagues read there is theirs to name no more."""
    _save(limin, "投诉", whose="jinxiu", kind="complaint")
    shared = limin.get("/staff/register/views").one("input[name=view]")["value"]
    _save(limin, "我的报修", kind="repair")
    with transaction():
        (post,) = cast.person("limin").appointments
        post.until = MONDAY
        there = Appointment(estate_id=elsewhere.estate.id, role=Role.DISPATCHER, since=MONDAY)
        cast.person("limin").appointments.append(there)
    away = signed_in("limin")
    assert list(_chips(away)) == ["我的报修"]
    token = away.get("/staff/register/views").one("input[name=csrf_token]")["value"]
    for door in ("name", "removal"):
        asked = {"csrf_token": token, "view": shared, "name": "不再归我"}
        assert away.post(f"/staff/register/views/{door}", data=asked).status_code == 404
    assert list(_chips(signed_in("zhouqi"))) == ["投诉（共用）"]
