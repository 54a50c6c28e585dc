"""Who had a case for how long: shut on its page until somebody wants to know, and in its file."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from shared.cli import case_file
from shared.ownership import returning
from tests.cast import Cast
from tests.critic import CriticalClient
from tests.life import begin

SignIn = Callable[[str], CriticalClient]
pytestmark = pytest.mark.usefixtures("that_monday")


def test_the_page_says_who_had_it_and_what_was_waiting(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).in_handling()
    story.act("wangqiang", returning.ask, reason="归秩序部")
    page = signed_in("limin").get(f"/staff/cases/{story.number}")
    (told,) = [d for d in page.soup.select("details") if "谁办了多久" in d.get_text()]
    words = " ".join(told.get_text().split())
    assert "李敏（首问责任） 20 分钟，其中在等 10 分钟" in words
    assert "王强（工程部，办理） 5 小时 30 分，其中在等 5 小时 20 分" in words
    assert "等签收 10 分钟、等退单答复 5 小时 20 分" in words
    assert not told.has_attr("open")


def test_the_file_has_every_stretch_in_seconds(cast: Cast) -> None:
    story = begin(cast).closed()
    found = case_file.of(story.case)["holding"]
    stretches = [(s["who"], s["department"], s["as"], s["seconds"], s["waited"]) for s in found["segments"]]
    minutes = 60
    assert stretches == [
        (None, None, "nobody", 10 * minutes, 0),
        ("limin", None, "first_responder", 20 * minutes, 10 * minutes),
        ("wangqiang", "工程部", "handler", 10 * minutes, 0),
        ("limin", None, "first_responder", 30 * minutes, 0),
    ]
    assert found["segments"][0]["from"] == story.case.received_at
    assert found["segments"][-1]["to"] == story.case.received_at + timedelta(minutes=70)
    assert found["by_person"] == {"limin": 50 * minutes, "wangqiang": 10 * minutes}
    assert found["by_department"] == {"工程部": 10 * minutes}
