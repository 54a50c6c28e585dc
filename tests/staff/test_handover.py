"""The end of a shift on the screens: offered from the list, seen on the desk, taken with one press (交接班)."""

from collections.abc import Callable

import pytest

from shared.cases import ending, scope
from shared.database import db, transaction
from shared.identity.models import User
from tests.cast import Cast
from tests.critic import CriticalClient, Page
from tests.life import Life, begin

SignIn = Callable[[str], CriticalClient]
pytestmark = pytest.mark.usefixtures("that_monday")

ADDRESS = "/staff/handover"
NOTE = "电梯那件业主七点来电话"


def _claimed(cast: Cast, *buildings: str) -> list[Life]:
    return [
        begin(cast, building_id=cast.building(name).id, phone=f"138 0013 80{n:02d}", topic=None).claimed()
        for n, name in enumerate(buildings)
    ]


def _offered(cast: Cast, client: CriticalClient, to: str = "zhouqi") -> Page:
    page = client.get(ADDRESS).submit(
        "/handover", to=str(cast.person(to).id), cases=_ticked(client), note=NOTE
    )
    assert page.status_code == 200, page.words[:400]
    return page


def _ticked(client: CriticalClient) -> list[str]:
    boxes = client.get(ADDRESS).soup.select("input[name=cases][checked]")
    return [str(box["value"]) for box in boxes]


def _responsible(story: Life) -> str:
    return str(db.session.get_one(User, story.case.first_responder_id).name)


def test_each_box_says_which_case_it_is_and_how_long_is_left(cast: Cast, signed_in: SignIn) -> None:
    (story,) = _claimed(cast, "1号楼")
    label = signed_in("limin").get(ADDRESS).one(f"label:has(input[value='{story.number}'])")
    said = label.get_text()
    assert all(word in said for word in (story.number, "1号楼", "已受理"))
    assert "小时" in label.select(".num")[-1].get_text(), "a time of which no part stands on the next line"


def test_offered_on_one_screen_taken_on_the_other(cast: Cast, signed_in: SignIn) -> None:
    """GZ-15."""
    stories = _claimed(cast, "1号楼", "2号楼")
    page = _offered(cast, signed_in("limin"))
    assert "已请周琪接班，共 2 件。对方接班之前，责任还在您。" in page.words
    assert "等周琪接班" in page.words
    assert [_responsible(story) for story in stories] == ["李敏", "李敏"]
    receiver = signed_in("zhouqi")
    desk = receiver.get("/staff/")
    assert "李敏请您接班。" in desk.words
    offer = receiver.get(desk.link("去接班"))
    assert NOTE in offer.words
    assert all(story.number in offer.words for story in stories)
    taken = offer.submit("/acceptance")
    assert "您已接班，2 件诉求现在由您负责。" in taken.words
    assert [_responsible(story) for story in stories] == ["周琪", "周琪"]
    assert "请您接班" not in receiver.get("/staff/").words


def test_what_changed_meanwhile_is_named_to_whoever_takes_the_rest(cast: Cast, signed_in: SignIn) -> None:
    going, ended = _claimed(cast, "1号楼", "2号楼")
    _offered(cast, signed_in("limin"))
    page = signed_in("zhouqi").get(ADDRESS)
    with transaction():
        ending.withdraw(scope.lock_by_id(ended.case.id), at=going.at)
    taken = page.submit("/acceptance")
    assert "1 件诉求现在由您负责" in taken.words
    assert f"这些已有变动，没有移交：{ended.number}。" in taken.words


def test_a_second_press_is_told_that_it_was_answered(cast: Cast, signed_in: SignIn) -> None:
    _claimed(cast, "1号楼")
    _offered(cast, signed_in("limin"))
    page = signed_in("zhouqi").get(ADDRESS)
    page.submit("/acceptance")
    assert "这次交接已经有了答复。" in page.submit("/acceptance").words


def test_declined_with_a_reason_and_taken_back_by_whoever_offered(cast: Cast, signed_in: SignIn) -> None:
    (story,) = _claimed(cast, "1号楼")
    giver = signed_in("limin")
    _offered(cast, giver)
    page = signed_in("zhouqi").get(ADDRESS)
    assert "请写明为什么不接手。" in page.submit("/refusal", reason="").words
    assert "已答复不接班，责任不变。" in page.submit("/refusal", reason="我明早才来").words
    page = _offered(cast, giver, to="chenjing")
    assert "已收回，可以另请人接班。" in page.submit("/withdrawal").words
    assert _responsible(story) == "李敏"


def test_nobody_chosen_is_said_beside_the_field_and_the_note_is_kept(cast: Cast, signed_in: SignIn) -> None:
    (story,) = _claimed(cast, "1号楼")
    page = signed_in("limin").get(ADDRESS).submit("/handover", to="", cases=[story.number], note=NOTE)
    assert page.status_code == 422
    assert "请选择谁接班。" in page.words
    assert NOTE in page.get_data(as_text=True)
    assert "checked" in str(page.one("input[name=cases]"))


def test_of_another_estate_nothing_is_there(cast: Cast, elsewhere: Cast, signed_in: SignIn) -> None:
    """T09."""
    _claimed(cast, "1号楼")
    _offered(cast, signed_in("limin"))
    stranger = signed_in("yunhe-zhouqi")
    page = stranger.get(ADDRESS)
    assert "请您接班" not in page.words
    token = str(page.one("input[name=csrf_token]")["value"])
    for door in ("acceptance", "refusal", "withdrawal"):
        data = {"csrf_token": token, "handover": "1", "reason": "x"}
        assert stranger.post(f"{ADDRESS}/{door}", data=data).status_code == 404
    assert stranger.get(f"{ADDRESS}?estate=jinxiu").status_code == 404
