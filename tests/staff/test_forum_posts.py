"""VK-5.2: what stands on the internet is registered with its address, and answered there under another."""

from collections.abc import Callable
from typing import Any

import pytest

from shared.audit import timeline
from shared.cases import forum_posts
from shared.cases.models import Case, Words
from shared.database import db
from tests.cast import Cast
from tests.critic import CriticalClient, Page
from tests.life import begin

SignIn = Callable[[str], CriticalClient]
POST = "https://bbs.example.com/thread/1207?page=2#p8"
ANSWER = "https://bbs.example.com/thread/1207?page=3#p21"


def _register(client: CriticalClient, cast: Cast, **more: Any) -> Page:
    answers = {
        "description": "帖子说地下车库漏水两个月没人管",
        "building": str(cast.building("3号楼").id),
        "category": "facilities",
        "channel": "forum",
        "anonymous": "y",
        **more,
    }
    return client.get("/staff/cases/new").submit("/cases/new", **answers)


def _only() -> Case:
    return db.session.query(Case).populate_existing().one()


def _link(page: Page, called: str) -> dict[str, Any]:
    (found,) = [a for a in page.soup.select("section a[target=_blank]") if a.get_text() == called]
    return dict(found.attrs)


def test_vk_5_2_the_post_is_registered_and_our_answer_on_that_site_is_kept_with_its_link(
    cast: Cast, signed_in: SignIn
) -> None:
    client = signed_in("chenjing")
    assert _register(client, cast, link=POST).status_code == 200
    address = f"/staff/cases/{_only().archive_number}"
    shown = _link(client.get(address), "网上原帖")
    assert shown["href"] == POST
    assert "noreferrer" in shown["rel"]
    page = client.get(f"{address}/forum_answer").submit("/forum_answer", link=ANSWER)
    assert "已记下：在原网站答复了" in page.words
    assert _link(page, "我们在网上的答复")["href"] == ANSWER
    assert "网络论坛：已在原网站答复" in page.words


def test_the_address_is_kept_with_the_words_and_never_in_the_record(cast: Cast, signed_in: SignIn) -> None:
    """It leads to a person; what is erased takes it along (PIPL 47)."""
    _register(signed_in("limin"), cast, link=POST)
    case = _only()
    assert POST not in str([row.data for row in timeline.rows_of(case.id)])
    assert [said.text for said in db.session.query(Words).filter_by(case_id=case.id, public=False)] == [POST]


def test_of_a_complaint_about_staff_the_address_is_shown_to_whom_the_name_would_be(
    cast: Cast, signed_in: SignIn
) -> None:
    """The post stands under somebody's name."""
    _register(signed_in("limin"), cast, link=POST, category="attitude")
    address = f"/staff/cases/{_only().archive_number}"
    specialist, other = signed_in("chenjing"), signed_in("zhouqi")
    assert POST in specialist.get(address).get_data(as_text=True)
    late = other.get(f"{address}/progress")
    specialist.get(f"{address}/forum_answer").submit("/forum_answer", link=ANSWER)
    page = other.get(address)
    assert "已在原网站答复" in page.words, "that it was done is no secret"
    for shown in (page, late.submit("/progress", text="请稍候")):
        assert "bbs.example.com" not in shown.get_data(as_text=True)


@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)",
        "data:text/html,hello",
        "//bbs.example.com/1",
        "bbs.example.com/1",
        "https://",
        "https://bank.example@bbs.example.com/",
        "https://bbs.example.com:port/",
        "https://localhost/",
        "https://./",
        "https://bbs..example.com/",
        "https://bbs.example.com/<script>",
        "https://bbs.example.com/a b",
        "ftp://bbs.example.com/1",
        "https://bbs.example.com/" + "长" * 500,
    ],
)
def test_only_whole_addresses_of_the_web_are_linked_to(cast: Cast, signed_in: SignIn, typed: str) -> None:
    assert forum_posts.as_address(typed) == ""
    page = _register(signed_in("limin"), cast, link=typed)
    assert page.status_code == 422
    assert "网址要以 http:// 或 https:// 开头" in page.words
    assert db.session.query(Case).count() == 0


def test_an_address_belongs_to_what_came_from_the_internet(cast: Cast, signed_in: SignIn) -> None:
    page = _register(signed_in("limin"), cast, link=POST, channel="letter")
    assert page.status_code == 422
    assert "渠道请选网络论坛" in page.words
    story = begin(cast)
    page = signed_in("limin").get(f"/staff/cases/{story.number}")
    assert "登记原帖" not in page.words
    assert signed_in("limin").get(f"/staff/cases/{story.number}/forum_post").status_code == 409


def test_a_post_found_later_is_registered_then(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("limin")
    _register(client, cast)
    address = f"/staff/cases/{_only().archive_number}"
    page = client.get(f"{address}/forum_post").submit("/forum_post", link="nowhere")
    assert page.status_code == 422
    page = page.submit("/forum_post", link=POST)
    assert _link(page, "网上原帖")["href"] == POST
