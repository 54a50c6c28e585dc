"""Staff see which screen is dark, choose its night, and decide on the case what of it may hang there (B1.3)."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
import time_machine

from shared.database import db, transaction
from shared.identity.models import Estate
from shared.notices import screens
from tests.cast import MONDAY, Cast
from tests.critic import CriticalClient, Page
from tests.life import begin

SignIn = Callable[[str], CriticalClient]
MINUTE = timedelta(minutes=1)
PAGE = "/staff/settings/screens"


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def hang(client: CriticalClient, clock: Any, name: str = "大堂屏", slug: str = "jinxiu") -> datetime:
    """The screen asks twice, two minutes apart; gives when it was last heard."""
    return ask_twice(client, clock, ours(name, slug), slug)


def ours(name: str = "大堂屏", slug: str = "jinxiu") -> str:
    """What stands in the address that the settings made."""
    estate = db.session.query(Estate).filter_by(slug=slug).one()
    return screens.introduction(estate.id, name)


def ask_twice(client: CriticalClient, clock: Any, said: str, slug: str = "jinxiu") -> datetime:
    client.get(f"/board/{slug}?screen={said}")
    clock.shift(2 * MINUTE)
    client.get(f"/board/{slug}/fragment?screen={said}&layout=portrait")
    return MONDAY + 2 * MINUTE


def banners(page: Page) -> str:
    return " ".join(" ".join(b.get_text(" ").split()) for b in page.soup.select(".page-banners .banner"))


def test_a_dark_screen_is_told_on_every_page_of_who_looks_after_it(
    cast: Cast, client: CriticalClient, signed_in: SignIn, clock: Any
) -> None:
    hang(client, clock)
    people = {name: signed_in(name) for name in ("hemei", "admin", "limin")}
    clock.shift(4 * MINUTE)
    assert banners(people["hemei"].get("/staff/")) == ""
    clock.shift(8 * MINUTE)
    page = people["hemei"].get("/staff/cases")
    assert "公示屏“大堂屏”离线 12 分钟" in banners(page)
    assert page.one(".page-banners a")["href"] == f"{PAGE}?estate=jinxiu"
    assert "离线 12 分钟" in banners(people["admin"].get(PAGE))
    assert banners(people["limin"].get("/staff/")) == ""
    client.get(f"/board/jinxiu/fragment?screen={ours()}")
    assert banners(people["hemei"].get("/staff/")) == ""


def test_two_dark_screens_are_one_banner_and_cost_no_query(
    cast: Cast, client: CriticalClient, signed_in: SignIn, clock: Any
) -> None:
    director = signed_in("hemei")
    director.get("/staff/")
    quiet = director.get("/staff/")
    hang(client, clock)
    hang(client, clock, "北门屏")
    clock.shift(18 * MINUTE)
    director.get("/staff/")
    loud = director.get("/staff/")
    assert "有 2 块公示屏离线，最久的“大堂屏”20 分钟" in banners(loud)
    assert len(loud.statements) <= len(quiet.statements)


def test_at_night_a_dark_screen_is_as_it_should_be(
    cast: Cast, client: CriticalClient, signed_in: SignIn, clock: Any
) -> None:
    hang(client, clock)
    director = signed_in("hemei")
    clock.move_to(MONDAY.replace(hour=15, minute=30))  # 23:30 in Shanghai
    assert "离线" not in banners(director.get("/staff/"))


def test_a_screen_that_is_up_goes_on_asking_as_itself(cast: Cast, client: CriticalClient) -> None:
    for said, asks in (
        (ours(), f"?screen={quote(ours())}"),
        ("大堂屏", f"?screen={quote('大堂屏')}"),
        ("大堂屏.x", "/fragment"),
    ):
        page = client.get(f"/board/jinxiu?screen={said}").get_data(as_text=True)
        assert f'{asks}"' in page


def test_the_page_lists_the_screens_and_says_how_to_hang_one(
    cast: Cast, client: CriticalClient, signed_in: SignIn, clock: Any
) -> None:
    clerk = signed_in("limin")
    assert "还没有屏报过到" in clerk.get(PAGE).words
    assert "请管设置的人在这里生成" in clerk.get(PAGE).words
    hang(client, clock)
    page = clerk.get(PAGE)
    assert "大堂屏" in page.words
    assert "在线" in page.words
    assert "竖屏" in page.words
    assert ours() not in page.words
    assert not page.soup.select(".act-cell")
    clock.shift(20 * MINUTE)
    assert "离线 20 分钟" in clerk.get(PAGE).words


def test_a_screen_that_was_taken_down_is_missed_no_longer(
    cast: Cast, client: CriticalClient, signed_in: SignIn, clock: Any
) -> None:
    hang(client, clock)
    clock.shift(20 * MINUTE)
    director = signed_in("hemei")
    page = director.get(PAGE).submit("/removal")
    assert "“大堂屏”已登记为拆下" in page.words
    assert "公示屏“大堂屏”拆下" in page.words
    assert banners(page) == ""
    again = director.post(f"{PAGE}/removal", data={"csrf_token": _token(page), "screen": "1"})
    assert again.status_code == 404


def _token(page: Page) -> str:
    return str(page.one("input[name=csrf_token]")["value"])


def test_the_night_is_chosen_for_an_estate(cast: Cast, signed_in: SignIn, client: CriticalClient) -> None:
    page = signed_in("hemei").get(PAGE).submit("/night", begins="09:00", ends="11:00")
    assert "熄屏时段已改" in page.words
    assert "熄屏时段改为 09:00–11:00" in page.words
    db.session.expire_all()
    estate = db.session.query(Estate).one()
    assert (estate.dark_from, estate.dark_until) == (540, 660)
    assert "night" in client.get("/board/jinxiu").one("html")["class"]
    assert "night" not in client.get("/board/jinxiu?night=show").one("html")["class"]


def test_a_slip_in_the_hours_loses_nothing(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in("hemei").get(PAGE).submit("/night", begins="25 点", ends="06:00")
    assert page.status_code == 422
    assert "请填几点开始" in page.words
    assert page.one("[name=ends]")["value"] == "06:00"


def test_a_name_becomes_the_address_with_which_a_screen_enters(
    cast: Cast, client: CriticalClient, signed_in: SignIn, clock: Any
) -> None:
    director = signed_in("hemei")
    assert f"/board/jinxiu?screen={ours()}" in director.get(PAGE).words
    page = director.get(f"{PAGE}?name=3号楼 大堂")
    address = next(word for word in page.words.split() if "/board/jinxiu?screen=" in word)
    for _ in range(2):
        client.get(address.partition("localhost")[2])
        clock.shift(2 * MINUTE)
    assert [screens.called(screen.name) for screen in screens.hanging(cast.estate.id)] == ["3号楼 大堂"]
    assert "没有凭证的屏" not in director.get(PAGE).words
    wrong = director.get(f"{PAGE}?name=请回电13800138000")
    assert wrong.status_code == 422
    assert "名称用字、数字和横线" in wrong.words
    assert "/board/" not in wrong.words


def test_t27_a_stranger_invents_screens_and_nobody_is_alarmed(
    cast: Cast, client: CriticalClient, signed_in: SignIn, clock: Any
) -> None:
    for said in ("大堂屏", "大堂屏.aaaaaaaa", "<script>", "../..", "快打13800138000", "x" * 300, "%00"):
        ask_twice(client, clock, said)
    clock.shift(20 * MINUTE)
    assert [screen.name for screen in screens.hanging(cast.estate.id)] == ["大堂屏"]
    director = signed_in("hemei")
    assert banners(director.get("/staff/")) == ""
    apart = director.get(PAGE).one("section[aria-labelledby=bare]").get_text(" ")
    assert "大堂屏" in apart
    assert "离线" in apart


def test_a_line_is_written_by_one_and_approved_by_another(
    cast: Cast, client: CriticalClient, signed_in: SignIn
) -> None:
    stories = [begin(cast, phone=f"138 0000 {n:04}", unit=f"3-2-{n}").informed() for n in range(3)]
    case = f"/staff/cases/{stories[0].number}"
    clerk, director = signed_in("limin"), signed_in("hemei")
    page = clerk.get(f"{case}/publicity").submit("/publicity", display="yes", line="已更换门锁继电器")
    assert "等另一人批准" in page.words
    assert "已更换门锁继电器" not in client.get("/board/jinxiu").words
    assert clerk.get(f"{case}/publication").status_code == 403
    asked = director.get(f"{case}/publication")
    assert "要显示的是：已更换门锁继电器" in asked.words
    assert "已批准" in asked.submit("/publication", passed="yes").words
    assert "已更换门锁继电器" in client.get("/board/jinxiu").words
    assert "公示决定：批准处理说明" in director.get(case).words


def test_keeping_a_case_off_needs_a_reason(cast: Cast, client: CriticalClient, signed_in: SignIn) -> None:
    stories = [begin(cast) for _ in range(4)]
    case = f"/staff/cases/{stories[0].number}"
    clerk = signed_in("limin")
    page = clerk.get(f"{case}/publicity").submit("/publicity", display="no", line="写了也不显示")
    assert page.status_code == 422
    assert "请写明为什么不公示" in page.words
    page = page.submit("/publicity", reason="当事人认得出来")
    assert "不再出现在公示屏上" in page.words
    assert stories[0].number not in client.get("/board/jinxiu").get_data(as_text=True)
    assert stories[1].number in client.get("/board/jinxiu").get_data(as_text=True)


def test_a_database_that_cannot_write_darkens_no_screen(
    cast: Cast, client: CriticalClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F18: the heartbeat fails, the board is answered."""

    def full(*_args: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(screens, "mark", full)
    assert client.get(f"/board/jinxiu?screen={ours()}").status_code == 200
    monkeypatch.undo()
    with transaction():
        assert screens.hanging(cast.estate.id) == []
