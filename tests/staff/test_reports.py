"""Reports on pages that need no script: read, analysed, signed, received (GZ-3, AH-5.2, VK-4l)."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import time_machine

from shared.reports import making
from shared.reports.models import Report
from tests.cast import MONDAY, Cast
from tests.critic import CriticalClient, Page
from tests.life import Life, begin

SignIn = Callable[[str], CriticalClient]
THE_26TH = datetime(2026, 3, 25, 16, 5, tzinfo=UTC)


@pytest.fixture
def story(cast: Cast) -> Life:
    return begin(cast, MONDAY, building_id=cast.building("3号楼").id).closed()


def _month(client: CriticalClient) -> Page:
    page = client.get("/staff/reports?kind=monthly")
    return client.get(page.link("2026 年 3 月月度汇总"))


def test_gz_3_the_summary_goes_from_the_desk_to_supervision(
    cast: Cast, story: Life, signed_in: SignIn
) -> None:
    making.make_due(THE_26TH)
    with time_machine.travel(THE_26TH, tick=False):
        page = _month(signed_in("hemei"))
        assert "受理 1 件" in page.words
        assert "签发" in page.words
        assert "等督导接收" in page.submit("/signature").words
        page = _month(signed_in("tangwen"))
        assert "督导已接收" in page.submit("/receipt").words
        assert "何梅" in _month(signed_in("gaofeng")).words
