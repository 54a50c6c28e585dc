"""Where the same comes again and again: suggested, taken up with one click, let be, and suggested anew (未诉先办)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from shared.cases.models import Case
from shared.database import db, transaction
from shared.improvement.models import Measure
from tests.cast import MONDAY, Cast, file
from tests.critic import CriticalClient
from tests.domain.test_recurrences import again, times

SignIn = Callable[[str], CriticalClient]
pytestmark = pytest.mark.usefixtures("that_monday")
PAGE = "/staff/improvement/recurrences"


def test_three_times_at_one_place_are_suggested_and_taken_up_with_one_click(
    cast: Cast, signed_in: SignIn
) -> None:
    again(cast, 2)
    client = signed_in("hemei")
    assert "没有反复发生的地方" in client.get(PAGE).words
    again(cast, 1, before=5)
    page = client.get(PAGE)
    assert "3号楼 2单元电梯" in page.words
    assert "3 次" in page.words
    taken = page.submit("/taking")
    assert "请定负责人和日期" in taken.words
    assert "3号楼2单元电梯“设施设备”反复发生（3 次）" in taken.words
    assert db.session.query(Measure).one().kind == "root_cause"
    assert "没有反复发生的地方" in client.get(PAGE).words
    assert page.submit("/taking").status_code == 404, "it is taken up already"


def test_what_is_let_be_is_suggested_again_when_it_has_happened_three_times_more(
    cast: Cast, signed_in: SignIn
) -> None:
    again(cast, 3)
    client = signed_in("hemei")
    client.get(PAGE).submit("/dismissal")
    assert times(cast) == []
    measure = db.session.query(Measure).one()
    with transaction():
        measure.dropped_at = MONDAY - timedelta(hours=12)  # as if it had been said half a day before
    for hour in (1, 2, 3):
        assert times(cast) == []
        file(
            cast,
            MONDAY - timedelta(hours=hour),
            phone=f"1360013800{hour}",
            unit="",
            description=f"又停了{hour}",
        )
    assert times(cast) == [3]


def test_the_page_of_a_case_says_that_the_same_comes_again_there(cast: Cast, signed_in: SignIn) -> None:
    first = db.session.get_one(Case, again(cast, 1, before=9)[0]).archive_number
    client = signed_in("hemei")
    assert "反复发生" not in client.get(f"/staff/cases/{first}").words
    again(cast, 2)
    page = client.get(f"/staff/cases/{first}")
    assert "90 天内发生 3 次" in page.words
    assert client.get(page.link("看反复发生的地方")).status_code == 200
    assert "天内发生" not in signed_in("limin").get(f"/staff/cases/{first}").words
