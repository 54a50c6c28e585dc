"""The page of pictures: what each says, the numbers beside it, and the cases behind every number."""

from collections.abc import Callable
from datetime import timedelta

import time_machine

from tests.cast import MONDAY, Cast
from tests.critic import CriticalClient
from tests.life import begin

SignIn = Callable[[str], CriticalClient]
MARCH = "/staff/reports/analysis?from=2026-02-26&to=2026-03-25"


def test_every_picture_says_what_it_shows_and_every_number_opens_its_cases(
    cast: Cast, elsewhere: Cast, signed_in: SignIn
) -> None:
    third = cast.building("3号楼").id
    ours = [begin(cast, phone=f"1390000000{n}", unit=f"{n}-101", building_id=third) for n in range(5)]
    other = begin(cast, MONDAY + timedelta(hours=2), category="security", phone="13900000009")
    theirs, inside = begin(elsewhere), begin(cast, channel="internal", building_id=third)
    with time_machine.travel(MONDAY + timedelta(days=5), tick=False):
        client = signed_in("hemei")
        page = client.get(MARCH)
        assert "受理 6 件" in page.one("#trend h2").get_text()
        assert "设施设备占 83%" in page.one("#categories h2").get_text()
        assert "3号楼的设施设备最多，5 件" in page.one("#places h2").get_text()
        assert page.one("#trend svg title").get_text() == page.one("#trend h2").get_text()
        hottest = page.one("#hours .heat-5 a")
        assert hottest.get_text() == "5"
        for link in (hottest["href"], page.one("#places .heat-5 a")["href"]):
            cases = client.get(link)
            assert "共 5 件" in cases.words
            assert all(story.number in cases.words for story in ours)
        cases = client.get(page.one("#trend td a")["href"])
        assert "共 6 件" in cases.words
        assert other.number in cases.words
        assert theirs.number not in cases.words
        assert inside.number not in cases.words
