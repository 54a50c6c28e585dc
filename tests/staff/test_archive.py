"""Who complains of staff is kept from staff by every door; the archive, and the register of who opened what."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from shared.audit.models import Access
from shared.cases import ending
from shared.cases.vocabulary import Category
from shared.database import db, transaction
from shared.retention import archive
from tests.cast import Cast
from tests.critic import CriticalClient, Page
from tests.life import Life, begin
from tests.paper import text_of

SignIn = Callable[[str], CriticalClient]
NAME, PHONE, MASKED, FLAT = "王秀兰", "13800138000", "138****8000", "3-2-1101"
TOLD = ("chenjing", "hemei", "tangwen")  # specialist, director, supervision
KEPT_FROM = ("limin", "liujie", "gaofeng", "yangbo")


@pytest.fixture
def of_manner(cast: Cast) -> Life:
    """About somebody's manner, with no name in it."""
    return begin(cast, category=Category.ATTITUDE, topic="attitude", description="前台说话很冲")


@pytest.fixture
def of_a_person(cast: Cast) -> Life:
    """About a lift and 赵磊, who mended it."""
    return begin(cast, about="赵磊")


@pytest.fixture(params=["of_manner", "of_a_person"])
def about_staff(request: pytest.FixtureRequest) -> Life:
    life: Life = request.getfixturevalue(request.param)
    return life


def _token(page: Page) -> str:
    return str(page.one("input[name=csrf_token]")["value"])


@pytest.mark.parametrize("username", KEPT_FROM)
def test_colleagues_see_nothing_of_who_complains_of_staff(
    about_staff: Life, signed_in: SignIn, username: str
) -> None:
    life = about_staff.claimed(by="chenjing")
    life.dispatched("wangqiang", by="chenjing")
    client = signed_in(username)
    for address in (f"/staff/cases/{life.number}", f"/staff/cases/{life.number}/progress"):
        page = client.get(address)
        if page.status_code != 200:
            continue
        for secret in (NAME, PHONE, MASKED, FLAT, "xiulan"):
            assert secret not in page.words, f"{secret} on {address}"
    page = client.get(f"/staff/cases/{life.number}")
    assert "诉求人身份保密" in page.words
    # No button is shown; whoever knows the address all the same is told that there is nothing.
    answer = client.post(
        f"/staff/cases/{life.number}/reveal", data={"csrf_token": _token(page), "field": "phone"}
    )
    assert answer.status_code == 404
    assert db.session.query(Access).count() == 0


@pytest.mark.parametrize("username", TOLD)
def test_specialist_director_and_supervision_are_told_and_registered(
    about_staff: Life, signed_in: SignIn, username: str
) -> None:
    page = signed_in(username).get(f"/staff/cases/{about_staff.number}")
    assert NAME in page.words
    assert MASKED in page.words
    shown = page.submit("/reveal", field="phone")
    assert PHONE in shown.words
    assert [access.what for access in db.session.query(Access)] == ["phone"]


def test_gz_15_whoever_took_it_first_can_call_who_complained(about_staff: Life, signed_in: SignIn) -> None:
    client = signed_in("limin")
    assert MASKED not in client.get(f"/staff/cases/{about_staff.number}").words
    about_staff.claimed(by="limin")
    page = client.get(f"/staff/cases/{about_staff.number}")
    assert MASKED in page.words
    assert PHONE in page.submit("/reveal", field="phone").words
    assert about_staff.number in client.get(f"/staff/cases?q={NAME}", follow_redirects=True).words


def test_supervision_is_shown_no_telephone_where_no_staff_is_concerned(cast: Cast, signed_in: SignIn) -> None:
    life = begin(cast)
    client = signed_in("tangwen")
    assert "显示（会登记）" not in client.get(f"/staff/cases/{life.number}").words
    assert "显示（会登记）" in signed_in("limin").get(f"/staff/cases/{life.number}").words


def test_a_telephone_or_name_leads_no_colleague_to_the_case(about_staff: Life, signed_in: SignIn) -> None:
    for typed in (PHONE, "8000", NAME):
        assert about_staff.number not in signed_in("limin").get(f"/staff/cases?q={typed}").words
        found = signed_in("chenjing").get(f"/staff/cases?q={typed}", follow_redirects=True)
        assert about_staff.number in found.words
    assert about_staff.number in signed_in("limin").get("/staff/cases").words, "the case itself is no secret"


def test_the_intake_does_not_tell_that_this_caller_complained_of_staff(
    about_staff: Life, signed_in: SignIn
) -> None:
    client = signed_in("limin")
    page = client.get("/staff/cases/new")
    answer = client.post("/staff/cases/new/caller", data={"csrf_token": _token(page), "phone": PHONE})
    assert about_staff.number not in answer.get_data(as_text=True)


def test_the_call_list_leaves_the_case_to_those_who_are_told(of_manner: Life, signed_in: SignIn) -> None:
    of_manner.informed()
    assert of_manner.number not in signed_in("liujie").get("/staff/revisits").words
    assert of_manner.number in signed_in("chenjing").get("/staff/revisits").words


def _archived(life: Life) -> Life:
    life.closed()
    life.act("chenjing", ending.archive, cause="门锁老化", prevention="每季度检查一次")
    return life


def test_the_archive_stands_in_the_order_of_its_numbers(cast: Cast, signed_in: SignIn) -> None:
    """AH-6.1: filed in number order, with the days on which each is sealed and erased."""
    lives = [
        begin(cast, description=f"第 {n} 件", phone=f"1390013900{n}", name="", unit=f"3-2-110{n}")
        for n in range(3)
    ]
    for life in reversed(lives):
        _archived(life)
    begin(cast)
    words = signed_in("hemei").get("/staff/archive").words
    places = [words.index(life.number) for life in lives]
    assert places == sorted(places)
    assert "JX-26-0004" not in words, "what is not archived stands in the register alone"
    assert "2026-08-29" in words  # sealed 180 days after Monday 2 March
    assert "2029-03-01" in words
    assert NAME not in words
    assert "第 1 件" not in words


def test_whoever_takes_a_sheet_out_stands_in_the_register(cast: Cast, signed_in: SignIn) -> None:
    """AH-6.2: who, when, what."""
    life = _archived(begin(cast))
    client = signed_in("hemei")
    page = client.get("/staff/archive")
    assert db.session.query(Access).count() == 0, "looking at the shelf opens nothing"
    sheet = page.submit(f"/archive/{life.number}/sheet")
    text = text_of(sheet.get_data())
    assert life.number in text
    assert "按铃没人理" in text.replace("\n", "")
    assert "已更换门锁继电器" in text.replace("\n", "")
    assert MASKED in text
    assert PHONE not in text
    assert [(a.what, a.user_id) for a in db.session.query(Access)] == [("sheet", cast.person("hemei").id)]
    register = signed_in("tangwen").get("/staff/privacy/accesses").words
    assert "何梅 取归档单" in register


def test_a_sheet_is_for_few_and_for_what_is_archived(cast: Cast, elsewhere: Cast, signed_in: SignIn) -> None:
    life, still_open = _archived(begin(cast)), begin(cast)
    assert "归档单（会登记）" not in signed_in("limin").get("/staff/archive").words
    client = signed_in("hemei")
    page = client.get("/staff/archive")
    token = {"csrf_token": _token(page)}
    assert client.post(f"/staff/archive/{still_open.number}/sheet", data=token).status_code == 409
    stranger = signed_in("yunhe-hemei")
    page = stranger.get("/staff/settings/spots")
    answer = stranger.post(f"/staff/archive/{life.number}/sheet", data={"csrf_token": _token(page)})
    assert answer.status_code == 404
    assert life.number not in stranger.get("/staff/archive").words


def test_a_sealed_case_is_opened_before_its_sheet_is_taken_out(cast: Cast, signed_in: SignIn) -> None:
    life = _archived(begin(cast))
    db.session.rollback()
    with transaction():
        archive.seal(life.case, at=life.at + timedelta(days=181))
    client = signed_in("hemei")
    page = client.get("/staff/archive").submit(f"/archive/{life.number}/sheet")
    assert page.status_code == 409
    assert "请先打开档案" in page.words
    assert db.session.query(Access).count() == 0
