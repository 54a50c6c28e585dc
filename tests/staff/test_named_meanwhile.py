"""A case that waits for an answer turns out to be about who is asked: they learn nothing, and hold nothing up."""

from collections.abc import Callable

import pytest

from shared.cases import triage
from shared.ownership import transferring
from tests.cast import Cast
from tests.critic import CriticalClient
from tests.life import Life, begin

SignIn = Callable[[str], CriticalClient]
pytestmark = pytest.mark.usefixtures("that_monday")


@pytest.fixture
def offered(cast: Cast, signed_in: SignIn) -> list[Life]:
    """Two cases that 李敏 hands over to 周琪 at the end of her shift; the first one is about 周琪, as is found then."""
    stories = [
        begin(cast, building_id=cast.building(name).id, phone=phone, topic=None).claimed()
        for name, phone in (("1号楼", "138 0013 8001"), ("2号楼", "138 0013 8002"))
    ]
    page = signed_in("limin").get("/staff/handover")
    ticked = [str(box["value"]) for box in page.soup.select("input[name=cases][checked]")]
    page.submit("/handover", to=str(cast.person("zhouqi").id), cases=ticked)
    stories[0].act("chenjing", triage.name_subject, subject=cast.person("zhouqi"))
    return stories


def test_the_rest_of_a_shift_is_taken_and_of_the_case_nothing_is_said(
    cast: Cast, offered: list[Life], signed_in: SignIn
) -> None:
    about_her, other = offered
    page = signed_in("zhouqi").get("/staff/handover").submit("/acceptance")
    assert "您已接班，1 件诉求现在由您负责。" in page.words
    assert about_her.number not in page.words
    assert other.case.first_responder_id == cast.person("zhouqi").id
    assert about_her.case.first_responder_id == cast.person("limin").id


def test_the_shift_can_be_declined_all_the_same(cast: Cast, offered: list[Life], signed_in: SignIn) -> None:
    page = signed_in("zhouqi").get("/staff/handover").submit("/refusal", reason="今天不在")
    assert "已答复不接班" in page.words
    assert "涉及您" not in page.words
    assert {story.case.first_responder_id for story in offered} == {cast.person("limin").id}


def test_the_first_responder_asks_somebody_else(cast: Cast) -> None:
    story = begin(cast).claimed()
    story.act("limin", transferring.ask, to=cast.person("zhouqi"), reason="下班了")
    story.act("chenjing", triage.name_subject, subject=cast.person("zhouqi"))
    assert transferring.pending(story.case) is None
    story.act("limin", transferring.ask, to=cast.person("liujie"), reason="下班了")
    story.act("liujie", transferring.answer, accepted=True)
    assert story.case.first_responder_id == cast.person("liujie").id
