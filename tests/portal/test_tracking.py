"""Following a case: by reference alone, by a code, through the private link."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import delete, select

from shared import clock
from shared.attachments.models import Attachment
from shared.cases import handling, links
from shared.cases.models import Case
from shared.database import db, transaction
from shared.deadlines.models import Deadline
from shared.ownership import claiming
from tests import cast as company
from tests.cast import Cast
from tests.critic import CriticalClient, Page
from tests.life import begin

SECRETS = ("王秀兰", "13800138000", "138 0013 8000", "3-2-1101", "xiulan@example.com", "困了我半个小时")


@pytest.fixture
def case(cast: Cast) -> Case:
    return company.file(cast, clock.now())


def link_of(case: Case) -> str:
    return f"/c/{links.current_token(case)}"


def unlocked(client: CriticalClient, case: Case, code: str) -> Page:
    return client.get(f"/track/{case.shown_reference}").submit("/unlock", code=code)


def wrong(client: CriticalClient, reference: str, times: int) -> list[Page]:
    token = client.get("/track").form("/track").find("input", attrs={"name": "csrf_token"})
    data = {"csrf_token": token["value"], "code": "0000"}  # type: ignore[index]
    return [client.post(f"/track/{reference}/unlock", data=data) for _ in range(times)]


def some_photo() -> tuple[BytesIO, str]:
    held = BytesIO()
    Image.new("RGB", (40, 40), "teal").save(held, "PNG")
    held.seek(0)
    return held, "x.png"


@pytest.mark.parametrize("way", ["lower", "full width", "dashed", "spaced", "misread"])
def test_a_reference_is_understood_however_it_is_typed(client: CriticalClient, case: Case, way: str) -> None:
    plain = case.reference
    typed = {
        "lower": plain.lower(),
        "full width": "".join(chr(ord(c) + 0xFEE0) for c in plain),
        "dashed": case.shown_reference,
        "spaced": "  ".join(plain),
        "misread": plain.replace("0", "O").replace("1", "l"),
    }[way]
    page = client.get("/track").submit("/track", reference=typed)
    assert page.where == f"/track/{case.shown_reference}"
    assert page.status_code == 200


def test_looking_a_case_up_asks_the_database_one_thing(client: CriticalClient, case: Case) -> None:
    page = client.get(f"/track/{case.shown_reference}")
    assert "我们的承诺" in page.text
    assert len(page.statements) == 1, page.statements


def test_a_case_on_which_no_clock_runs_is_found_all_the_same(client: CriticalClient, case: Case) -> None:
    with transaction():
        db.session.execute(delete(Deadline))
    page = client.get(f"/track/{case.shown_reference}")
    assert page.status_code == 200
    assert "现在没有在计的时限。" in page.text


def test_the_public_page_tells_how_it_goes_and_nothing_personal(client: CriticalClient, case: Case) -> None:
    with transaction():
        person = company.Cast("jinxiu").person("limin")
        claiming.claim(db.session.get_one(Case, case.id), by=person, at=clock.now())
    page = client.get(f"/track/{case.shown_reference}")
    for told in ("设施设备", "已受理", "48 小时内办结", "还剩"):
        assert told in page.words
    html = page.get_data(as_text=True)
    for kept in (*SECRETS, "李敏", "/files/", "3号楼", "2单元"):
        assert kept not in html
    assert page.headers["X-Robots-Tag"].startswith("noindex")
    assert page.headers["Cache-Control"] == "no-store"


def test_a_mistyped_reference_is_told_as_mistyped(client: CriticalClient, case: Case) -> None:
    last = "0" if case.reference[-1] != "0" else "2"
    page = client.get("/track").submit("/track", reference=case.reference[:-1] + last)
    assert page.status_code == 422
    assert "有一位写错了" in page.words
    assert page.soup.title is not None
    assert page.soup.title.get_text().startswith("错误：")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("K7Q3 9FWM 2！", "第 10 位的“！”"),
        ("U7Q3-9FWM-2T", "第 1 位的“U”"),
        ("K7Q3", "您写了 4 位"),
        ("", "请填查询号"),
    ],
)
def test_what_is_wrong_with_a_reference_is_pointed_at(
    client: CriticalClient, cast: Cast, typed: str, told: str
) -> None:
    page = client.get("/track").submit("/track", reference=typed)
    assert page.status_code == 422
    assert told in page.words
    field = page.soup.select_one("#reference")
    assert field is not None
    assert field["value"] == typed


def test_an_address_with_a_mistyped_reference_explains_itself(client: CriticalClient, case: Case) -> None:
    page = client.get("/track/K7Q3")
    assert page.status_code == 404
    assert "您写了 4 位" in page.words


def test_an_unknown_reference_finds_nothing(client: CriticalClient, case: Case) -> None:
    page = client.get("/track/0000-0000-00")
    assert page.status_code == 404
    assert "没有查到" in page.words


@pytest.mark.parametrize("code", ["8000", "８０００", " 80 00 "])
def test_the_last_four_of_the_telephone_unlock(client: CriticalClient, case: Case, code: str) -> None:
    page = unlocked(client, case, code)
    assert page.where == f"/track/{case.shown_reference}"
    assert "困了我半个小时" in page.words
    assert "更换专属链接" not in page.words


def test_the_receipt_code_unlocks_too(client: CriticalClient, case: Case) -> None:
    page = unlocked(client, case, links.receipt_code(case))
    assert "困了我半个小时" in page.words
    assert "更换专属链接" in page.words


def test_an_anonymous_case_has_no_last_four(client: CriticalClient, cast: Cast) -> None:
    case = company.file(cast, clock.now(), anonymous=True, phone="", name="", unit="", email="")
    for code in ("", "0000", "8000"):
        assert unlocked(client, case, code).status_code == 422
    assert "困了我半个小时" in unlocked(client, case, links.receipt_code(case)).words


def test_t04_a_wrong_code_and_an_unknown_reference_look_the_same(client: CriticalClient, case: Case) -> None:
    known = wrong(client, case.shown_reference, 1)[0]
    unknown = wrong(client, "0000-0000-00", 1)[0]
    assert known.status_code == unknown.status_code == 422

    def masked(page: Page, reference: str) -> str:
        """Without the reference itself and the forgery token, which is signed with the second it was made in."""
        text = page.get_data(as_text=True).replace(reference, "R")
        return re.sub(r'(name="csrf_token"[^>]*value=)"[^"]+"', r"\1", text)

    assert masked(known, case.shown_reference) == masked(unknown, "0000-0000-00")


def test_t03_five_wrong_codes_close_that_door_and_the_private_link_stays_open(
    client: CriticalClient, case: Case
) -> None:
    tries = wrong(client, case.shown_reference, 6)
    assert [page.status_code for page in tries] == [422] * 5 + [429]
    assert 0 < int(tries[-1].headers["Retry-After"]) <= 3600
    assert "专属链接不受影响" in tries[-1].words
    assert unlocked(client, case, "8000").status_code == 429
    assert client.get(link_of(case)).status_code == 200


def test_t03_unknown_references_close_alike(client: CriticalClient, case: Case) -> None:
    assert [page.status_code for page in wrong(client, "0000-0000-00", 6)] == [422] * 5 + [429]


def test_a_right_code_wipes_the_wrong_ones(client: CriticalClient, case: Case) -> None:
    wrong(client, case.shown_reference, 4)
    assert unlocked(client, case, "8000").status_code == 200
    client.delete_cookie("session")
    assert wrong(client, case.shown_reference, 1)[0].status_code == 422


def test_an_unlocked_page_closes_after_two_hours(client: CriticalClient, case: Case) -> None:
    import time_machine

    unlocked(client, case, "8000")
    assert "困了我半个小时" in client.get(f"/track/{case.shown_reference}").words
    with time_machine.travel(clock.now().timestamp() + 2 * 3600 + 1, tick=True):
        assert "困了我半个小时" not in client.get(f"/track/{case.shown_reference}").words


def test_an_unlocked_page_is_locked_again_by_its_reader(client: CriticalClient, case: Case) -> None:
    page = unlocked(client, case, "8000").submit("/lock")
    assert page.where == f"/track/{case.shown_reference}"
    assert "困了我半个小时" not in page.words


def test_the_private_link_shows_the_whole_story(client: CriticalClient, case: Case, cast: Cast) -> None:
    with transaction():
        held = db.session.get(Case, case.id)
        assert held is not None
        claiming.claim(held, by=cast.person("limin"), at=clock.now())
        handling.progress(held, by=cast.person("limin"), at=clock.now(), text="已请维保单位来看", public=True)
        handling.progress(held, by=cast.person("limin"), at=clock.now(), text="合同十二月到期", public=False)
    page = client.get(link_of(case))
    for told in ("首问责任人", "李敏", "困了我半个小时", "已请维保单位来看", "48 小时内办结"):
        assert told in page.words
    assert "合同十二月到期" not in page.words
    assert "13800138000" not in page.words
    assert page.headers["X-Robots-Tag"].startswith("noindex")
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_the_owner_adds_words_and_a_photo_once(client: CriticalClient, case: Case) -> None:
    page = client.get(link_of(case))
    after = page.submit("/addition", description="今天又响了", photos=some_photo())
    assert "已收到您的补充" in after.words
    assert "今天又响了" in after.words
    photo = after.soup.select_one(".entry .thumbs a")
    assert photo is not None
    assert client.get(str(photo["href"])).mimetype == "image/jpeg"
    for _ in range(2):
        page.submit("/addition", description="第二句补充")
    assert client.get(link_of(case)).words.count("第二句补充") == 1


def test_an_empty_addition_says_what_is_missing(client: CriticalClient, case: Case) -> None:
    page = client.get(link_of(case)).submit("/addition", description="")
    assert page.status_code == 422
    assert "请写几句，或选照片" in page.words


def test_a_bad_photo_does_not_lose_the_words(client: CriticalClient, case: Case) -> None:
    page = client.get(link_of(case)).submit(
        "/addition", description="配图如下", photos=(BytesIO(b"nothing"), "a.jpg")
    )
    assert "配图如下" in page.words
    assert "不是可以使用的照片" in page.words


def test_t07_photos_open_only_behind_their_own_door(client: CriticalClient, app: Flask, cast: Cast) -> None:
    mine, other = company.file(cast, clock.now()), company.file(cast, clock.now(), phone="13900139000")
    client.get(link_of(mine)).submit("/addition", description="照片", photos=some_photo())
    photo = db.session.scalars(select(Attachment)).one()
    stranger = app.test_client()
    assert client.get(f"{link_of(mine)}/files/{photo.id}").status_code == 200
    assert client.get(f"{link_of(other)}/files/{photo.id}").status_code == 404
    assert stranger.get(f"/track/{mine.shown_reference}/files/{photo.id}").status_code == 404
    unlocked(client, mine, "8000")
    assert client.get(f"/track/{mine.shown_reference}/files/{photo.id}").status_code == 200
    with transaction():
        db.session.get(Attachment, photo.id).public = False  # type: ignore[union-attr]
    assert client.get(f"{link_of(mine)}/files/{photo.id}").status_code == 404


def test_withdrawing_is_asked_first_and_possible_until_dispatch(
    client: CriticalClient, case: Case, cast: Cast
) -> None:
    confirm = client.get(client.get(link_of(case)).link("撤回这件事"))
    assert "要撤回这件事吗" in confirm.words
    after = confirm.submit("/withdrawal", reason="邻居已经解决")
    assert "已撤回" in after.words
    db.session.expire_all()
    assert db.session.get(Case, case.id).state == "withdrawn"  # type: ignore[union-attr]
    assert "撤回这件事" not in after.words
    again = confirm.submit("/withdrawal")
    assert again.status_code == 409


def test_t06_a_changed_link_opens_and_the_old_one_is_like_any_wrong_one(
    client: CriticalClient, case: Case
) -> None:
    old = link_of(case)
    receipt = client.get(f"{old}/link").submit("/link")
    assert "旧链接打不开了" in receipt.words
    db.session.expire_all()
    assert client.get(link_of(case)).status_code == 200
    gone, never = client.get(old), client.get("/c/AAAAAAAAAAAAAAAAAAAAAA")
    assert gone.status_code == never.status_code == 404
    assert "这个链接打不开" in gone.words
    assert gone.words == never.words
    assert client.get(f"{old}/receipt").status_code == 404


def test_the_last_four_do_not_change_the_link(client: CriticalClient, case: Case) -> None:
    unlocked(client, case, "8000")
    assert client.get(f"/track/{case.shown_reference}/link").status_code == 409


def test_t39_the_last_four_withdraw_nothing(client: CriticalClient, case: Case) -> None:
    """They stand on the screen of whoever would rather not do the work."""
    page = unlocked(client, case, "8000")
    assert "撤回这件事" not in page.words
    token = page.one("input[name=csrf_token]")["value"]
    address = f"/track/{case.shown_reference}/withdrawal"
    assert client.get(address).status_code == 409
    refused = client.post(address, data={"csrf_token": token})
    assert refused.status_code == 409
    assert "要撤回，请用回执码打开" in refused.words
    db.session.expire_all()
    assert db.session.get(Case, case.id).state == "received"  # type: ignore[union-attr]


def test_acts_need_an_open_door(client: CriticalClient, case: Case) -> None:
    for act in ("addition", "withdrawal", "link"):
        assert client.get(f"/track/{case.shown_reference}/{act}").status_code == 404
        assert client.get(f"/c/AAAAAAAAAAAAAAAAAAAAAA/{act}").status_code == 404


def test_the_whole_telephone_number_unlocks_as_its_last_four_do(client: CriticalClient, case: Case) -> None:
    assert "困了我半个小时" in unlocked(client, case, "138 0013 8000").words


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh-Hans", r"前首次联系（[A-Z]+-\w+）。"),
        ("zh-Hant", r"前首次聯繫（[A-Z]+-\w+）。"),
        ("en", r"Deadline: .+ \([A-Z]+-\w+\)\."),
    ],
)
def test_what_comes_next_names_the_clause_of_its_deadline(
    client: CriticalClient, case: Case, language: str, said: str
) -> None:
    page = client.get(f"/track/{case.shown_reference}?lang={language}")
    assert re.search(said, page.one(".next").get_text()), page.words


def test_the_time_of_what_comes_next_is_not_cut_in_two(client: CriticalClient, case: Case) -> None:
    for address in (link_of(case), f"{link_of(case)}/receipt", f"/track/{case.shown_reference}"):
        whole = client.get(address).one(".next .whole").get_text()
        assert re.fullmatch(r"(明天|\d+ 日) \d\d:\d\d 前", whole), address


def test_the_promise_that_falls_due_next_is_the_large_one_for_everybody(
    client: CriticalClient, case: Case
) -> None:
    for address in (link_of(case), f"/track/{case.shown_reference}"):
        page = client.get(address)
        assert "24 小时内首次联系" in page.one(".promise-l").get_text()
    ended = client.get(f"{link_of(case)}/withdrawal").submit("/withdrawal")
    assert ended.soup.select(".promise-l") == []
    assert client.get(f"/track/{case.shown_reference}").soup.select(".promise-l") == []


def test_of_a_withdrawn_case_nobody_promises_anything_more(client: CriticalClient, case: Case) -> None:
    page = client.get(f"{link_of(case)}/withdrawal").submit("/withdrawal")
    assert "还没有人领取" not in page.words
    ended = [promise.get_text(" ") for promise in page.soup.select(".promise.is-ended")]
    assert ended
    assert [said.count("不再计时") for said in ended] == [1] * len(ended)


def test_what_cannot_be_done_now_is_not_asked_about(client: CriticalClient, cast: Cast) -> None:
    door = link_of(begin(cast, clock.now()).dispatched().case)
    for act, asked in (("withdrawal", "要撤回这件事吗"), ("appeal", "申诉，请换人处理")):
        page = client.get(f"{door}/{act}")
        assert page.one("h1").get_text().startswith("现在不能"), act
        assert asked not in page.words


def test_months_of_kept_promises_do_not_fill_the_page(client: CriticalClient, cast: Cast) -> None:
    story = begin(cast, clock.now() - timedelta(days=13)).in_handling()
    for _visit in range(6):
        story.at += timedelta(days=2)
        story.act("wangqiang", handling.progress, text="到过现场，在等配件", public=True)
    for address in (link_of(story.case), f"/track/{story.case.shown_reference}"):
        page = client.get(address)
        older = page.one(".kept-before")
        assert older.find("summary").get_text(strip=True) == "此前按时做到的 5 次"  # type: ignore[union-attr]
        assert len(older.select(".promise.is-kept")) == 5
        assert older.select_one(".is-broken") is None
        assert len(page.soup.select(".promise.is-broken")) == 2, "what was broken stays in sight"
        assert len(page.soup.select(".promises > .promise.is-kept")) == 5 + 1
    receipt = client.get(f"{link_of(story.case)}/receipt").words
    assert receipt.count("每 3 天告知进展") == 1, "a receipt says what is promised, not how often it was"
