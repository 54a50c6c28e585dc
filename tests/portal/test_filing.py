"""An owner files: three steps, plain forms, one receipt."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from shared.attachments.models import Attachment
from shared.cases.models import Case, Draft, Party
from shared.clock import now
from shared.database import db, transaction
from shared.identity import places
from tests.cast import MONDAY, Cast
from tests.critic import CriticalClient, Page

WORDS = "三号楼电梯每天早上异响，今天困人十分钟"
DETAILS: dict[str, Any] = {
    "description": WORDS,
    "phone": "138 0013 8000",
    "name": "王秀兰",
    "spot": "2单元电梯",
}
MOST_ASKED = 29  # by the last step, with its beginning and its savepoint


@pytest.fixture(autouse=True)
def settled(cast: Cast) -> None:
    """Every story happens at 锦绣花园."""


def photo(size: tuple[int, int] = (64, 48)) -> BytesIO:
    held = BytesIO()
    Image.new("RGB", size, "olive").save(held, "JPEG")
    held.seek(0)
    return held


def check_page(client: CriticalClient, category: str = "facilities:lift", **answers: Any) -> Page:
    """As far as the last step, from the first door on."""
    topics = client.get(client.get("/").link("我要反映"))
    details = topics.submit("/file", category=category)
    assert details.where == "/file/details"
    return details.submit("/file/details", **{**DETAILS, **answers})


def receipt_of(page: Page) -> tuple[str, str, str]:
    """Reference, code and private link as the receipt shows them."""
    shown = page.soup.select("[data-reference]")
    assert len(shown) == 1, page.words[:400]
    return str(shown[0]["data-reference"]), str(shown[0]["data-code"]), page.link("/c/")


def file(client: CriticalClient, **answers: Any) -> Page:
    return check_page(client, **answers).submit("/file/check")


def cases() -> list[Case]:
    db.session.expire_all()
    return list(db.session.scalars(select(Case).order_by(Case.id)))


def count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_an_owner_files_in_four_taps_and_two_typed_fields(client: CriticalClient) -> None:
    check = check_page(client, name="", spot="")
    assert "还没有提交，请核对" in check.words
    assert WORDS in check.words
    receipt = check.submit("/file/check")
    assert receipt.status_code == 200
    reference, code, link = receipt_of(receipt)
    case = cases()[0]
    assert reference == case.shown_reference
    assert code.isdigit()
    assert len(code) == 6
    assert case.archive_number in receipt.words
    assert "48 小时内办结" in receipt.words
    assert receipt.soup.select_one("svg.qr, .qr svg") is not None
    assert (case.kind, case.category, case.topic) == ("complaint", "facilities", "lift")
    assert WORDS in client.get(link).words


def test_a_poster_in_the_lift_presets_building_and_spot(client: CriticalClient, cast: Cast) -> None:
    home = client.get("/?place=jinxiu-3-2-lift")
    assert "3号楼 2单元电梯" in home.words
    details = client.get("/file").submit("/file", category="facilities:lift")
    check = details.submit("/file/details", description=WORDS, phone="13800138000")
    assert "3号楼 2单元电梯" in check.words
    check.submit("/file/check")
    case = cases()[0]
    assert case.building_id == cast.building("3号楼").id
    assert case.spot == "2单元电梯"


def test_a_building_that_ends_while_somebody_writes_is_not_lost_with_its_name(
    client: CriticalClient, cast: Cast
) -> None:
    """It can be chosen no more, and whoever reads the case is told all the same where it is."""
    client.get("/?place=jinxiu-3-2-lift")
    details = client.get("/file").submit("/file", category="facilities:lift")
    details.submit("/file/details", description=WORDS, phone="13800138000")
    with transaction():
        place = places.lock(places.Kind.BUILDING, cast.building("3号楼").id, cast.estate.id)
        places.end(places.Kind.BUILDING, place, by=cast.person("hemei"), at=now())
    check = client.get("/file/check")
    assert "3号楼 2单元电梯" in check.words
    check.submit("/file/check")
    case = cases()[0]
    assert (case.building_id, case.spot) == (None, "3号楼 2单元电梯")


def test_a_plain_client_may_send_everything_at_once(client: CriticalClient, cast: Cast) -> None:
    everything = {
        **DETAILS,
        "kind": "repair",
        "category": "facilities",
        "building": "5号楼",
        "demands": "尽快修好",
        "occurred_at": "2026-01-02T08:30",
        "about": "工程部",
        "urgency": "urgent",
        "unit": "5-1-302",
        "email": "x@example.com",
    }
    check = client.get("/file").submit("/file", **everything)
    assert check.where == "/file/check"
    check.submit("/file/check")
    case = cases()[0]
    assert (case.kind, case.category, case.topic) == ("repair", "facilities", None)
    assert case.building_id == cast.building("5号楼").id
    assert case.urgency == "urgent"
    assert case.occurred_at is not None
    assert case.occurred_at.isoformat() == "2026-01-02T00:30:00+00:00"
    assert case.statement is not None
    assert case.statement.about == "工程部"


def test_the_last_step_asks_the_database_for_no_more_than_it_has_a_use_for(client: CriticalClient) -> None:
    """Of its draft and its place, what came before it, and what is written of it."""
    file(client)
    page = check_page(client, description="二单元门口的路灯不亮了", phone="139 0013 9000")
    asked = page.submit("/file/check", follow=False).statements
    assert len(cases()) == 2
    assert len(asked) <= MOST_ASKED, "\n".join(asked)


def test_opening_pages_writes_nothing_and_begins_no_draft(client: CriticalClient) -> None:
    for address in ("/", "/file", "/file/details", "/file/check", "/track", "/privacy", "/policy"):
        client.get(address)
    assert count(Draft) == 0


def test_errors_are_told_on_top_and_beside_and_nothing_is_lost(client: CriticalClient) -> None:
    page = check_page(client, description="坏了", phone="123", spot="地下二层")
    assert page.status_code == 422
    assert page.soup.title is not None
    assert page.soup.title.get_text().startswith("错误：")
    summary = page.soup.select_one("#errors")
    assert summary is not None
    assert summary.has_attr("data-focus")
    assert [a["href"] for a in summary.select("a")] == ["#description", "#phone"]
    assert "至少 5 个字" in page.words
    assert page.soup.select_one("#phone-error") is not None
    spot = page.soup.select_one("#spot")
    assert spot is not None
    assert spot["value"] == "地下二层"
    again = client.get("/file/details")
    assert "坏了" in again.words


def test_typing_may_be_replaced_by_a_call(client: CriticalClient) -> None:
    refused = check_page(client, description="", call_me="1", phone="")
    assert refused.status_code == 422
    assert "请填手机号，我们才能打给您" in refused.words
    assert "错误：" in refused.words
    refused.submit("/file/details", phone="13800138000", call_me="1").submit("/file/check")
    assert cases()[0].call_me


def test_anonymous_is_anonymous(client: CriticalClient, app: Flask) -> None:
    check = check_page(client, anonymous="1")
    assert "物业也不知道您是谁" in check.words
    assert "13800138000" not in check.words.replace(" ", "")
    receipt = check.submit("/file/check")
    assert "谁也找不回" in receipt.words
    assert cases()[0].anonymous
    assert count(Party) == 0
    assert count(Draft) == 0
    assert client.get_cookie("draft") is None


def test_anonymous_and_a_call_exclude_each_other(client: CriticalClient) -> None:
    page = check_page(client, anonymous="1", call_me="1")
    assert page.status_code == 422
    assert "两个里选一个" in page.words


def test_back_and_resubmit_give_the_same_receipt(client: CriticalClient) -> None:
    details = client.get("/file").submit("/file", category="environment:noise")
    check = details.submit("/file/details", **DETAILS)
    first = receipt_of(check.submit("/file/check"))
    assert receipt_of(check.submit("/file/check")) == first
    earlier = details.submit("/file/details", **DETAILS)
    assert receipt_of(earlier) == first
    assert "已经提交过了" in earlier.words
    assert len(cases()) == 1


def test_two_first_taps_lead_to_one_case(client: CriticalClient) -> None:
    topics = client.get("/file")
    one = topics.submit("/file", category="facilities:lift")
    topics.submit("/file", category="facilities:lift")
    check = one.submit("/file/details", **DETAILS)
    check.submit("/file/check")
    check.submit("/file/check")
    assert len(cases()) == 1


def test_a_page_checked_in_another_tab_is_shown_again_not_sent(client: CriticalClient) -> None:
    old = check_page(client)
    client.delete_cookie("draft")
    fresh = check_page(client, description="另一件事：地下车库积水很深")
    shown = old.submit("/file/check")
    assert shown.where == "/file/check"
    assert "地下车库积水" in shown.words
    assert not cases()
    fresh.submit("/file/check")
    assert len(cases()) == 1


def test_a_draft_waits_on_the_first_page_until_it_is_not_wanted(client: CriticalClient) -> None:
    check_page(client)
    home = client.get("/")
    assert home.link("继续上次没填完的") == "/file/check"
    after = home.submit("/file/discard")
    assert "继续上次没填完的" not in after.words
    assert count(Draft) == 0


def test_a_photo_comes_with_the_form(client: CriticalClient) -> None:
    check = check_page(client, photos=(photo(), "IMG_1.jpg"))
    assert "1 张" in check.words
    picture = str(check.soup.select_one("main img")["src"])  # type: ignore[index]
    assert client.get(picture).mimetype == "image/jpeg"
    receipt = check.submit("/file/check")
    _reference, _code, link = receipt_of(receipt)
    shown = client.get(link).soup.select_one(".thumbs img")
    assert shown is not None
    assert client.get(str(shown["src"])).mimetype == "image/jpeg"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "空的"),
        (b"%PDF-1.7 not a picture", "不是可以使用的照片"),
        (photo((400, 300)).getvalue()[:700], "打不开"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "不是可以使用的照片"),
    ],
)
def test_a_photo_that_cannot_be_used_is_refused_and_the_text_kept(
    client: CriticalClient, content: bytes, said: str
) -> None:
    page = check_page(client, photos=(BytesIO(content), "../../x.jpg"))
    assert page.status_code == 422
    assert said in page.words
    assert "x.jpg：" in page.words
    assert ".." not in page.words
    assert WORDS in page.words
    check = page.submit("/file/details")
    assert check.where == "/file/check"
    check.submit("/file/check")
    assert len(cases()) == 1


def test_six_photos_and_no_more(client: CriticalClient) -> None:
    seven = [(photo(), f"{n}.jpg") for n in range(7)]
    page = check_page(client, photos=seven)
    assert page.status_code == 422
    assert "最多 6 张照片" in page.words
    assert count(Attachment) == 6
    assert page.soup.select_one("input.file") is None


def test_a_photo_can_be_taken_out_without_losing_what_was_typed(client: CriticalClient) -> None:
    check_page(client, photos=(photo(), "a.jpg"))
    details = client.get("/file/details")
    button = details.soup.select_one("button[name=remove_photo]")
    assert button is not None
    after = details.submit("/file/details", description="改过的说明文字", remove_photo=str(button["value"]))
    assert "改过的说明文字" in after.words
    assert count(Attachment) == 0


def test_t08_a_photo_of_another_browser_is_neither_seen_nor_had(client: CriticalClient, app: Flask) -> None:
    check_page(client, photos=(photo(), "a.jpg"))
    held = db.session.scalars(select(Attachment)).one()
    stranger = app.test_client()
    assert isinstance(stranger, CriticalClient)
    mine = check_page(stranger)
    assert stranger.get(f"/file/photos/{held.id}").status_code == 404
    refused = mine.submit("/file/check", photos=held.id)
    assert refused.status_code == 422
    assert "不在这份草稿里" in refused.words
    stranger.get("/file/details").submit("/file/details", remove_photo=held.id)
    db.session.expire_all()
    assert db.session.scalars(select(Attachment)).one().draft_id == held.draft_id


def test_photos_sent_in_the_background_join_the_draft(client: CriticalClient) -> None:
    page = client.get("/file")
    carried = {
        str(field["name"]): field["value"] for field in page.form("/file").find_all("input", type="hidden")
    }
    done = client.post("/file/photos", data={**carried, "photos": (photo(), "a.jpg")})
    assert done.status_code == 200
    assert done.soup.select_one("li.photo img") is not None
    failed = client.post("/file/photos", data={**carried, "photos": (BytesIO(b"no"), "b.jpg")})
    assert failed.status_code == 422
    assert "不是可以使用的照片" in failed.words
    check = page.submit("/file", category="facilities:lift").submit("/file/details", **DETAILS)
    check.submit("/file/check")
    assert count(Attachment) == 1
    assert cases()[0].id == db.session.scalars(select(Attachment)).one().case_id


def test_letters_that_turn_the_reading_order_or_break_databases_are_left_out(client: CriticalClient) -> None:
    file(client, description="电梯\x00坏了\u202e反向 第二行\r\n第三行")
    statement = cases()[0].statement
    assert statement is not None
    assert statement.description == "电梯坏了反向 第二行\n第三行"


def test_letters_that_nobody_sees_are_no_words(client: CriticalClient) -> None:
    details = client.get("/file").submit("/file", category="facilities:lift")
    page = details.submit(
        "/file/details", **{**DETAILS, "description": "\u200b\u2060 \ufeff\u200d\u00ad" * 3}
    )
    assert page.status_code == 422
    assert count(Case) == 0


def test_markup_in_words_is_text(client: CriticalClient) -> None:
    evil = "<script>alert(1)</script> <img src=x onerror=alert(1)> 电梯"
    receipt = file(client, description=evil, name="<b>王</b>", spot="<i>3</i>")
    _reference, _code, link = receipt_of(receipt)
    assert evil in client.get(link).words


def test_a_whom_the_case_is_about_is_noted(client: CriticalClient, cast: Cast) -> None:
    from shared.cases import participation

    file(client, category="attitude:attitude", about="王强师傅态度不好")
    assert participation.is_about(cases()[0], cast.person("wangqiang"))


def test_an_unknown_estate_is_not_found_and_a_known_one_is_chosen(
    client: CriticalClient, elsewhere: Cast
) -> None:
    assert client.get("/?estate=nowhere").status_code == 404
    choice = client.get("/")
    assert "您在哪个小区" in choice.words
    home = client.get(choice.link("云和苑"))
    assert "我要反映" in home.words
    file(client)
    assert cases()[0].estate_id == elsewhere.estate.id


@pytest.mark.parametrize("typed", ["xiulan,lan@example.com", "秀兰@example.com", "xiulan@example"])
def test_an_address_that_our_mail_cannot_reach_is_told_before_anything_is_filed(
    client: CriticalClient, typed: str
) -> None:
    """Whoever leaves nothing else would wait for news that nobody can send them."""
    page = check_page(client, email=typed, phone="")
    assert page.status_code == 422
    assert "邮箱好像写错了" in page.words
    assert cases() == []


@pytest.mark.parametrize("field", ["occurred_at", "wanted_reply_by"])
@pytest.mark.parametrize(
    "typed",
    [
        "0001-01-01T00:00",
        "9999-12-31T23:59",
        "9999-12-31T23:59-08:00",
        "0001-01-01T00:00+14:00",
        "0206-11-22T08:00",
    ],
)
def test_a_time_outside_every_calendar_is_told_as_not_understood(
    client: CriticalClient, field: str, typed: str
) -> None:
    page = check_page(client, **{field: typed})
    assert page.status_code == 422
    assert "时间看不懂" in page.words
    assert WORDS in page.one("textarea[name=description]").get_text()
    assert not cases()


def repair(client: CriticalClient, **answers: Any) -> Page:
    """As far as the last step of 家里要修."""
    return check_page(client, category="facilities:home", **{"unit": "3-2-1101", **answers})


def test_a_repair_says_the_flat_and_when_somebody_is_at_home(
    client: CriticalClient, signed_in: Callable[[str], CriticalClient]
) -> None:
    with time_machine.travel(MONDAY, tick=False):
        check = repair(client, visit_on="2026-03-04", visit_part="afternoon")
        assert "3 月 4 日 周三 下午 12–18 点" in check.words
        assert "3-2-1101" in check.words
        receipt = check.submit("/file/check")
        assert "3 月 4 日 12:00–18:00" in receipt.words
        case = cases()[0]
        assert case.kind == "repair"
        assert case.visit_from == datetime(2026, 3, 4, 4, tzinfo=UTC)
        assert case.visit_until == datetime(2026, 3, 4, 10, tzinfo=UTC)
        assert "3 月 4 日 12:00–18:00" in signed_in("limin").get(f"/staff/cases/{case.archive_number}").words


def test_a_repair_without_a_day_is_rung_up_about(client: CriticalClient) -> None:
    repair(client, visit_part="evening").submit("/file/check")
    assert cases()[0].visit_from is None


@pytest.mark.parametrize(
    ("on", "part", "said"),
    [
        ("2026-03-01", "any", "已经过去"),
        ("2026-03-02", "morning", "已经过去"),  # it is past noon
        ("2026-05-30", "any", "60 天以内"),
        ("明天", "any", "日期看不懂"),
        ("9999-12-31", "any", "60 天以内"),
        ("0001-01-01", "any", "日期看不懂"),
    ],
)
def test_a_day_on_which_nobody_can_come_is_told_beside_its_field(
    client: CriticalClient, on: str, part: str, said: str
) -> None:
    with time_machine.travel(MONDAY + timedelta(hours=3), tick=False):
        page = repair(client, visit_on=on, visit_part=part)
    assert page.status_code == 422
    assert said in page.one("#visit_on-error").get_text()
    assert not cases()


def test_a_complaint_is_not_asked_for_a_visit(client: CriticalClient) -> None:
    check = check_page(client, visit_on="2026-03-04")
    assert "上门" not in check.words
    check.submit("/file/check")
    assert cases()[0].visit_from is None


def test_what_is_to_be_mended_at_home_is_not_where_the_poster_hangs(client: CriticalClient) -> None:
    client.get("/?place=jinxiu-3-2-lift")
    details = client.get("/file").submit("/file", category="facilities:home")
    assert details.one("#spot")["value"] == ""
    assert details.one(".place .chosen").get_text() == "3号楼"


def test_the_place_of_a_poster_is_folded_away_until_it_is_wrong(client: CriticalClient) -> None:
    client.get("/?place=jinxiu-3-2-lift")
    details = client.get("/file").submit("/file", category="facilities:lift")
    assert details.one(".place .chosen").get_text() == "3号楼 2单元电梯"
    assert not details.one("details.place").has_attr("open")
    wrong = details.submit("/file/details", spot="电" * 61)
    assert wrong.one("details.place").has_attr("open")


def test_co_9_our_own_people_are_not_offered_the_public_way(client: CriticalClient) -> None:
    details = client.get("/file").submit("/file", category="facilities:lift")
    offered = [option["value"] for option in details.soup.select("#party_type option")]
    assert offered == ["owner", "tenant", "visitor", "buyer", "other"]
    check_page(client, party_type="staff").submit("/file/check")
    party = cases()[0].party
    assert party is not None
    assert party.type == "owner"


def test_every_step_says_whom_to_call_when_it_burns(client: CriticalClient) -> None:
    check = check_page(client)
    for page in (client.get("/"), client.get("/file"), client.get("/file/details"), check):
        assert "电梯困人、漏电、火警，请直接打电话" in page.one("aside.emergency").get_text()
        assert page.one("aside.emergency a")["href"] == "tel:02088886667"


def test_every_line_that_is_checked_can_be_changed(client: CriticalClient) -> None:
    check = repair(client, demands="尽快修好", email="x@example.com", urgency="urgent", about="工程部")
    rows = check.soup.select("dl.summary > div")
    assert len(rows) >= 10
    for row in rows:
        change = row.select_one(".change a")
        assert change is not None
        page = client.get(str(change["href"]))
        anchor = str(change["href"]).partition("#")[2]
        assert not anchor or page.soup.find(id=anchor) is not None
