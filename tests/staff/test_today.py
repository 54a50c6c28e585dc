"""The handler's round: what is in their hands by limit, photos before and after, done; all of it without a script."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from shared.attachments import queries as photos
from tests.cast import MONDAY, Cast
from tests.critic import CriticalClient, Page
from tests.life import begin

SignIn = Callable[[str], CriticalClient]
pytestmark = pytest.mark.usefixtures("that_monday")
ADDRESS = "/staff/today"
HTMX = {"HX-Request": "true"}
KEY = "0123456789abcdef" * 2


def _picture() -> BytesIO:
    paper = BytesIO()
    Image.new("RGB", (60, 40), "gray").save(paper, "JPEG")
    paper.seek(0)
    return paper


def _sends(
    client: CriticalClient, number: str, when: str = "before", key: str = KEY, photo: Any = None
) -> Page:
    token = client.get(ADDRESS).one("input[name=csrf_token]")["value"]
    content, name = photo or (_picture().read(), "p.jpg")
    data = {"csrf_token": token, "when": when, "key": key, "photo": (BytesIO(content), name)}
    return client.post(f"{ADDRESS}/{number}/photo", data=data, headers=HTMX)


def _places(page: Page) -> list[str]:
    return [h.get_text() for h in page.soup.select(".errand h3")]


def test_only_what_is_in_my_hands_stands_there_by_its_limit(cast: Cast, signed_in: SignIn) -> None:
    begin(cast, MONDAY + timedelta(hours=2), building_id=cast.building("5号楼").id).in_handling()
    begin(cast, building_id=cast.building("3号楼").id).in_handling()
    begin(cast, building_id=cast.building("7号楼").id).in_handling("zhaolei")
    begin(cast, building_id=cast.building("8号楼").id).completed()
    begin(cast, building_id=cast.building("9号楼").id).claimed()
    page = signed_in("wangqiang").get(ADDRESS)
    assert _places(page) == ["3号楼 2单元电梯", "5号楼 2单元电梯"]


def test_a_day_from_signing_to_done_without_a_script(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast, building_id=cast.building("3号楼").id).dispatched()
    client = signed_in("wangqiang")
    page = client.get(client.get("/staff/").link("今天要跑的"))
    page = page.submit("/acceptance")
    assert page.where == ADDRESS, "signing leads back to the round"
    page = page.submit("/photo", photo=(_picture(), "p.jpg"))
    assert "照片已收到" in page.words
    assert "已有 1 张" in page.words
    form = client.get(page.link("已处理"))
    page = form.submit("/completion", outcome="resolved", result="已更换门锁继电器，试运行正常")
    assert page.where == ADDRESS
    assert _places(page) == []
    assert story.case.state == "completed"


def test_the_photo_before_is_ours_and_the_photo_after_is_the_owners_too(
    cast: Cast, signed_in: SignIn
) -> None:
    story = begin(cast).in_handling()
    client = signed_in("wangqiang")
    assert _sends(client, story.number, "before").status_code == 200
    assert _sends(client, story.number, "after", KEY[::-1]).status_code == 200
    assert sorted((p.act, p.public) for p in photos.of_case(story.case.id)) == [
        ("progress", False),
        ("progress", True),
    ]
    assert [(row.public, row.data["photo"]) for row in story.rows if row.act == "progress"] == [
        (False, "before"),
        (True, "after"),
    ]


def test_a_photo_that_is_sent_again_is_one_photo(cast: Cast, signed_in: SignIn) -> None:
    """F30: the answer was lost on its way, and the telephone tries again."""
    story = begin(cast).in_handling()
    client = signed_in("wangqiang")
    for _time in range(3):
        assert _sends(client, story.number).status_code == 200
    assert len(photos.of_case(story.case.id)) == 1
    assert story.acts.count("progress") == 1


@pytest.mark.parametrize(
    "wrong",
    [{"when": "during"}, {"key": "x"}, {"photo": (b"", "")}, {"photo": (b"no", "p.jpg")}],
)
def test_what_is_no_photo_of_a_round_is_not_taken(
    cast: Cast, signed_in: SignIn, wrong: dict[str, Any]
) -> None:
    story = begin(cast).in_handling()
    page = _sends(signed_in("wangqiang"), story.number, **wrong)
    assert (page.status_code, page.mimetype) == (422, "text/plain")
    assert photos.of_case(story.case.id) == []


def test_a_photo_that_comes_when_the_case_is_over_is_refused_in_words(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).closed()
    begin(cast).in_handling()
    page = _sends(signed_in("wangqiang"), story.number)
    assert (page.status_code, page.mimetype) == (409, "text/plain")


def test_a_case_of_somebody_else_is_not_there(cast: Cast, elsewhere: Cast, signed_in: SignIn) -> None:
    """T09."""
    theirs = begin(elsewhere).in_handling()
    begin(cast).in_handling()
    assert _sends(signed_in("wangqiang"), theirs.number).status_code == 404
    assert signed_in("limin").get(ADDRESS).status_code == 403


def test_whoever_has_nothing_to_do_is_told_so(cast: Cast, signed_in: SignIn) -> None:
    assert "今天没有到时限的诉求" in signed_in("wangqiang").get(ADDRESS).words
