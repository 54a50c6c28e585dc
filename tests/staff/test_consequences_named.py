"""Whatever cannot be taken back says first what follows, and its button says what it does, and to which row."""

from collections.abc import Callable

import pytest

from tests.cast import Cast
from tests.critic import CriticalClient, Page
from tests.life import begin
from tests.staff.test_incidents import _address, join_all, lift

SignIn = Callable[[str], CriticalClient]
pytestmark = pytest.mark.usefixtures("that_monday")


def _asked_first(page: Page, action: str) -> str:
    """What stands folded away around the button that does it."""
    folded = page.form(action).find_parent("details")
    assert folded is not None, f"{action} is one press away"
    return " ".join(folded.get_text(" ").split())


def test_to_dispatch_again_says_from_whom_the_case_is_taken(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).claimed().dispatched()
    client = signed_in("limin")
    page = client.get(f"/staff/cases/{story.number}/dispatch")
    assert "现在由王强办理。改派以后由新的处理人签收，王强不再办理" in page.words
    other = begin(cast, phone="13900139009", topic=None).claimed()
    assert "改派" not in client.get(f"/staff/cases/{other.number}/dispatch").words


def test_a_notice_is_not_taken_down_with_one_press(cast: Cast, signed_in: SignIn) -> None:
    writer = signed_in("limin")
    page = writer.get("/staff/notices/new").submit(
        "/new", title="停水通知", body="明天九点到十一点停水", submit="1"
    )
    said = _asked_first(page, "/withdraw")
    assert "不能恢复" in said
    assert "确认撤下" in said
    assert "已撤下" in page.submit("/withdraw").words


def test_a_matter_is_not_ended_with_one_press(cast: Cast, signed_in: SignIn) -> None:
    incident_id = join_all(cast, lift(cast, 2))
    page = signed_in("chenjing").get(_address(incident_id))
    said = _asked_first(page, "/ending")
    assert "不能改回" in said
    assert "确认已办结" in said


def test_a_post_is_ended_by_a_button_that_says_so(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in("hemei").get(f"/staff/settings/people/person?person={cast.person('limin').id}")
    said = page.one("form[action$='/post_end'] button").get_text()
    assert said.startswith("确认免去")
    assert "调度" in said


@pytest.mark.parametrize("address", ["/staff/cases", "/staff/?view=unclaimed"])
def test_each_claim_says_of_which_case(cast: Cast, signed_in: SignIn, address: str) -> None:
    story = begin(cast)
    page = signed_in("limin").get(address)
    assert page.one("form[action$='/claim'] button").get_text().split() == ["领取", story.number]
