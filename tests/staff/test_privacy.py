"""Sealed cases, the register of who opened what, data requests and retention dates (AH-6.2, T40–T42)."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from shared.audit.models import Access, SettingChange
from shared.cases import scope
from shared.cases.models import Case
from shared.cases.vocabulary import Channel
from shared.database import db, transaction
from shared.retention import purge, requests
from tests.cast import Cast
from tests.critic import CriticalClient, Page
from tests.held import PERSONAL, SAID, days, ended
from tests.life import Life, begin

SignIn = Callable[[str], CriticalClient]
CONTACTS = [PERSONAL[name] for name in ("name", "phone", "email", "unit")]
MASKED = "139****5678"
# Not the line for the lobby, nor the number by which 12345 knows it: neither is of the person.
WRITTEN = [words for words in SAID if words not in ("拐杖已还", "12345-欧阳-77")]


@pytest.fixture
def life(cast: Cast) -> Life:
    return ended(cast)


@pytest.fixture(autouse=True)
def now(life: Life) -> Iterator[Any]:
    """The day on which the case is to be sealed."""
    with time_machine.travel(life.at + days(181), tick=False) as traveller:
        yield traveller


@pytest.fixture
def sealed(life: Life) -> Life:
    purge.run(life.at + days(181))
    return life


def page_of(client: CriticalClient, life: Life) -> Page:
    return client.get(f"/staff/cases/{life.number}")


def opened() -> list[tuple[str, str]]:
    db.session.rollback()
    return [(row.what, str(row.user_id)) for row in db.session.scalars(select(Access).order_by(Access.id))]


# Sealed


def test_pipl_47_a_sealed_case_shows_neither_who_it_was_nor_what_anybody_said(
    signed_in: SignIn, sealed: Life
) -> None:
    """What it was, where it stands and when stays readable, and by which numbers it goes."""
    for username in ("limin", "wangqiang", "hemei", "tangwen", "yangbo"):
        page = page_of(signed_in(username), sealed)
        assert page.status_code == 200, username
        assert "联系方式和照片已封存" in page.words
        read = page.get_data(as_text=True)
        gone = (*PERSONAL.values(), *WRITTEN, "已更换门锁继电器", MASKED, "/files/")
        assert [words for words in gone if words in read] == [], username
        for kept in (sealed.number, "已结案", "设施设备", "7号楼", "原话和办理中写的文字已封存"):
            assert kept in page.words, (username, kept)


@pytest.mark.parametrize("typed", ["phone", "tail", "name", "words"])
def test_pipl_47_a_sealed_case_is_found_by_its_number_and_by_nothing_of_the_person(
    signed_in: SignIn, sealed: Life, typed: str
) -> None:
    sought = {**PERSONAL, "tail": PERSONAL["phone"][-4:], "words": "鞋柜"}[typed]
    for username in ("limin", "wangqiang", "chenjing", "yangbo"):
        page = signed_in(username).get(f"/staff/cases?q={sought}")
        assert sealed.number not in page.words, username
    for username in ("hemei", "tangwen"):
        page = signed_in(username).get(f"/staff/cases?q={sought}")
        assert sealed.number in page.words, "whoever may open it finds it"
        assert not any(words in page.one("main").get_text() for words in PERSONAL.values())
    found = signed_in("limin").get(f"/staff/cases?q={sealed.number}")
    assert found.headers["Location"].endswith(f"/staff/cases/{sealed.number}")


def test_pipl_47_lists_and_the_caller_box_say_no_word_of_a_sealed_case(
    signed_in: SignIn, sealed: Life
) -> None:
    client = signed_in("limin")
    listed = client.get("/staff/cases")
    assert sealed.number in listed.words
    assert "内容已封存" in listed.words
    assert not any(words in listed.get_data(as_text=True) for words in PERSONAL.values())
    for username, told in (("limin", "以前没有报过"), ("hemei", "内容已封存")):
        client = signed_in(username)
        token = client.get("/staff/cases/new").one("input[name=csrf_token]")["value"]
        box = client.post(
            "/staff/cases/new/caller", data={"csrf_token": token, "phone": PERSONAL["phone"]}
        ).get_data(as_text=True)
        assert told in box, username
        assert PERSONAL["description"] not in box


def test_opened_it_is_read_as_it_was(signed_in: SignIn, sealed: Life) -> None:
    page = page_of(signed_in("tangwen"), sealed).submit("/unsealing")
    for words in (PERSONAL["description"], PERSONAL["demands"], PERSONAL["spot"], SAID[0]):
        assert words in page.words


@pytest.mark.parametrize("username", ["limin", "chenjing", "wangqiang", "yangbo", "hemei", "tangwen"])
def test_pipl_47_no_page_about_a_sealed_case_tells_more_than_the_case_itself(
    app: Flask, signed_in: SignIn, sealed: Life, username: str
) -> None:
    """Every address under the case, whatever it answers."""
    client, told = signed_in(username), []
    for rule in app.url_map.iter_rules():
        if (
            rule.arguments == {"number"}
            and rule.endpoint.startswith("staff.")
            and "GET" in (rule.methods or ())
        ):
            page = client.get(rule.rule.replace("<number>", sealed.number))
            read = page.get_data(as_text=True)
            told += [f"{rule.rule}: {w}" for w in (*PERSONAL.values(), *WRITTEN, MASKED) if w in read]
    assert told == []


def test_what_is_still_open_of_the_same_person_is_found_and_both_are_counted(
    signed_in: SignIn, sealed: Life, cast: Cast
) -> None:
    """The same person has something new: that one is found, and counted as before."""
    new = begin(cast, sealed.at + days(181), **PERSONAL)
    page = signed_in("limin").get(f"/staff/cases?q={PERSONAL['phone']}")
    assert new.number in page.words
    assert "共 1 件" in page.words
    assert "共 2 件" in signed_in("limin").get("/staff/cases").words


def test_ah_6_2_opening_it_is_a_post_and_one_entry_however_often_one_looks(
    signed_in: SignIn, sealed: Life, now: Any
) -> None:
    """T40: opening the page leaves none."""
    client, before = signed_in("tangwen"), opened()
    page = page_of(client, sealed)
    assert opened() == before
    page = page.submit("/unsealing")
    assert "这次打开已登记" in page.words
    assert MASKED in page.words
    photo = str(page.one(".thumbs a")["href"])
    assert client.get(photo).mimetype == "image/jpeg"
    page_of(client, sealed)
    assert len(opened()) == len(before) + 1
    assert MASKED not in page_of(signed_in("hemei"), sealed).words, (
        "open to whoever opened it, and nobody else"
    )
    now.shift(timedelta(minutes=31))
    client = signed_in("tangwen")
    assert MASKED not in page_of(client, sealed).words
    assert client.get(photo).status_code == 409


def test_who_may_not_open_the_archive_gets_at_nothing_by_another_door(
    signed_in: SignIn, sealed: Life
) -> None:
    boss, worker = signed_in("tangwen"), signed_in("limin")
    photo = str(page_of(boss, sealed).submit("/unsealing").one(".thumbs a")["href"])
    before = opened()
    page = page_of(worker, sealed)
    assert "打开档案" not in page.words
    token = page.one("input[name=csrf_token]")["value"]
    base = f"/staff/cases/{sealed.number}"
    assert worker.post(f"{base}/unsealing", data={"csrf_token": token}).status_code == 403
    revealed = worker.post(f"{base}/reveal", data={"csrf_token": token, "field": "phone"})
    assert revealed.status_code == 409
    assert PERSONAL["phone"] not in revealed.words
    assert worker.get(photo).status_code == 409
    assert worker.get(f"{photo}/thumb").status_code == 409
    assert opened() == before


def test_an_erased_case_says_so_and_opens_no_more(signed_in: SignIn, life: Life, now: Any) -> None:
    late = life.at + days(1096)
    purge.run(late)
    now.move_to(late)
    page = page_of(signed_in("tangwen"), life)
    assert page.status_code == 200
    assert "个人信息已删除" in page.words
    assert "打开档案" not in page.words
    assert not any(words in page.get_data(as_text=True) for words in (*PERSONAL.values(), *SAID))
    for address in (
        "/staff/cases",
        f"/staff/cases?q={PERSONAL['phone']}",
        "/staff/privacy",
        "/staff/incidents",
    ):
        answer = signed_in("tangwen").get(address)
        assert answer.status_code == 200, address
        found = [words for words in (*CONTACTS, *SAID) if words in answer.soup.select_one("main").get_text()]  # type: ignore[union-attr]
        assert found == [], address


# The register


def test_ah_6_2_the_register_tells_who_opened_what_of_which_case_and_when(
    signed_in: SignIn, sealed: Life
) -> None:
    page_of(signed_in("hemei"), sealed).submit("/unsealing")
    page = signed_in("tangwen").get("/staff/privacy/accesses")
    rows = [" ".join(row.get_text(" ").split()) for row in page.soup.select("tbody tr")]
    assert rows[0].endswith(f"何梅 打开封存的档案 {sealed.number}")
    assert rows[1].endswith(f"李敏 看电话 {sealed.number}")
    narrowed = signed_in("tangwen").get("/staff/privacy/accesses?what=phone&from=2026-01-01")
    assert len(narrowed.soup.select("tbody tr")) == 1
    for nothing in ("case=JX-26-9999", "to=2026-01-01", "from=2030-01-01"):
        page = signed_in("tangwen").get(f"/staff/privacy/accesses?{nothing}")
        assert "没有符合条件的登记" in page.words, nothing


@pytest.mark.parametrize("nonsense", ["who=x", "before=-1", "from=yesterday", "to=9999-99-99", "case=%25"])
def test_nonsense_in_the_address_of_the_register_breaks_nothing_and_is_said(
    signed_in: SignIn, nonsense: str
) -> None:
    page = signed_in("tangwen").get(f"/staff/privacy/accesses?{nonsense}")
    assert page.status_code == 200
    assert ("没有按这些条件筛选" in page.words) == (nonsense.split("=")[0] in ("who", "from", "to"))


def test_the_register_turns_its_pages(signed_in: SignIn, life: Life, cast: Cast) -> None:
    with transaction():
        for n in range(120):
            db.session.add(
                Access(
                    at=life.at + timedelta(seconds=n),
                    user_id=cast.person("limin").id,
                    case_id=life.case.id,
                    what="email",
                )
            )
    client, seen = signed_in("admin"), []
    page = client.get("/staff/privacy/accesses?what=email")
    while True:
        seen += [row.get_text() for row in page.soup.select("tbody th")]
        if "下一页" not in page.words:
            break
        page = client.get(page.link("下一页"))
    assert len(seen) == len(set(seen)) == 120
    assert seen == sorted(seen, reverse=True)
    assert len(page.statements) < 20


def test_whoever_is_on_the_register_because_of_a_case_about_the_reader_stays_out_of_it(
    signed_in: SignIn, cast: Cast, elsewhere: Cast
) -> None:
    about = begin(cast, about="唐文收礼")
    theirs = begin(elsewhere)
    with transaction():
        for story in (about, theirs):
            db.session.add(
                Access(at=story.at, user_id=cast.person("limin").id, case_id=story.case.id, what="phone")
            )
    page = signed_in("tangwen").get("/staff/privacy/accesses")
    assert about.number not in page.words
    assert theirs.number not in page.words
    assert about.number in signed_in("admin").get("/staff/privacy/accesses").words


# Data requests


def _asks(life: Life, kind: str) -> None:
    with transaction():
        requests.ask(scope.lock_by_id(life.case.id), kind, at=life.at)


def test_t42_a_request_stands_in_the_queue_with_its_deadline_and_is_answered(
    signed_in: SignIn, client: CriticalClient, life: Life, now: Any
) -> None:
    _asks(life, requests.DELETION)
    now.move_to(life.at + days(1))
    director = signed_in("hemei")
    page = director.get("/staff/privacy")
    assert f"{life.number} 删除" in page.words
    assert "前" in page.one("#waiting ~ table .chip").get_text()
    page = director.get(page.link(life.number))
    assert "请选同意或不同意" in page.submit("/data-request").words
    page = page.submit("/data-request", granted="no")
    assert page.status_code == 409
    assert "请写明理由" in page.words.replace("不同意的话，", "")
    page = page.submit("/data-request", granted="no", reason="正在仲裁，保存到裁决生效")
    assert "没有同意" in page.words
    assert life.case.sealed_at is not None


def test_t42_granted_everything_is_gone_and_the_page_says_so(signed_in: SignIn, life: Life) -> None:
    _asks(life, requests.DELETION)
    director = signed_in("hemei")
    page = director.get(f"/staff/cases/{life.number}/data-request").submit("/data-request", granted="yes")
    assert "已同意" in page.words
    assert life.case.erased_at is not None
    assert not any(words in page_of(director, life).get_data(as_text=True) for words in PERSONAL.values())


def test_a_request_that_is_late_is_marked(signed_in: SignIn, life: Life) -> None:
    _asks(life, requests.COPY)
    for username in ("hemei", "yangbo", "tangwen", "admin"):
        assert "已过期限" in signed_in(username).get("/staff/privacy").words


def test_pipl_45_the_copy_is_handed_out_only_when_asked_for_and_each_time_is_on_record(
    signed_in: SignIn, life: Life
) -> None:
    director = signed_in("hemei")
    page = director.get(f"/staff/cases/{life.number}/data-request")
    token = page.one("input[name=csrf_token]")["value"]
    before = opened()
    refused = director.post(f"/staff/cases/{life.number}/data-request/copy", data={"csrf_token": token})
    assert refused.status_code == 409
    assert opened() == before
    page = page.submit("/data-request/new", kind="copy")
    assert "已登记" in page.words
    page = page.submit("/data-request/copy")
    assert all(words in page.words for words in CONTACTS)
    assert [what for what, _who in opened()] == [*(what for what, _who in before), "copy"]


def test_t40_the_copy_is_opened_only_by_who_may_see_contacts_and_of_a_sealed_case_once_that_is_open(
    signed_in: SignIn, sealed: Life
) -> None:
    """The general manager answers requests, and reads no telephone on the way."""
    _asks(sealed, requests.COPY)
    before = opened()
    boss = signed_in("yangbo")
    page = boss.get(f"/staff/cases/{sealed.number}/data-request")
    assert "/data-request/copy" not in page.get_data(as_text=True)
    assert "副本由服务中心主任打开" in page.words
    token = page.one("input[name=csrf_token]")["value"]
    refused = boss.post(f"/staff/cases/{sealed.number}/data-request/copy", data={"csrf_token": token})
    assert refused.status_code == 409
    assert not any(words in refused.get_data(as_text=True) for words in CONTACTS)
    director = signed_in("hemei")
    page = director.get(f"/staff/cases/{sealed.number}/data-request")
    refused = page.submit("/data-request/copy")
    assert (refused.status_code, "请先打开档案" in refused.words) == (409, True)
    assert opened() == before
    page_of(director, sealed).submit("/unsealing")
    copy = page.submit("/data-request/copy")
    assert all(words in copy.words for words in CONTACTS)
    assert [what for what, _who in opened()][-2:] == ["archive", "copy"]


def test_a_case_page_leads_to_the_request_that_waits(signed_in: SignIn, life: Life) -> None:
    _asks(life, requests.DELETION)
    assert "有请求等答复" in page_of(signed_in("hemei"), life).words
    assert "/data-request" not in page_of(signed_in("limin"), life).get_data(as_text=True)


# Retention


def test_the_terms_are_changed_on_record_and_shortened_only_when_meant(signed_in: SignIn, life: Life) -> None:
    admin = signed_in("admin")
    page = admin.get("/staff/settings/retention")
    assert "删除不能早于封存" in page.submit(sealed_after="200", erased_after="100").words
    assert "请填 30 到 3650 之间的天数" in page.submit(sealed_after="1", erased_after="100").words
    asked = page.submit(sealed_after="90", erased_after="120")
    assert "马上有 1 件" in asked.words
    assert _changes() == 0
    asked.submit(sealed_after="90", erased_after="120", sure="1")
    assert _changes() == 1
    assert "结束 90 天后封存，120 天后删除" in admin.get("/staff/settings/retention").words
    assert purge.run(life.at + days(181)).erased == 1


def test_co_m5_shorter_terms_do_not_tell_how_many_reports_from_inside_there_are(
    signed_in: SignIn, life: Life
) -> None:
    with transaction():
        life.case.channel = Channel.INTERNAL
    page = signed_in("hemei").get("/staff/settings/retention").submit(sealed_after="90", erased_after="120")
    assert "结束 90 天后封存，120 天后删除" in page.words
    assert "马上有" not in page.words
    assert purge.run(life.at + days(181)).erased == 1


def _changes() -> int:
    statement = (
        select(func.count()).select_from(SettingChange).where(SettingChange.what == "estate.retention")
    )
    return db.session.scalar(statement) or 0


def test_what_is_held_is_told_with_its_dates(signed_in: SignIn, life: Life) -> None:
    page = signed_in("tangwen").get("/staff/privacy")
    assert "还留着 1 件诉求" in page.words
    assert str((life.at + days(1095)).year) in page.words
    assert db.session.query(Case).count() == 1
