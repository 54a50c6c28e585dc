"""Views of the desk for what easily goes under: appealed, stalled, and what 12345 wants sooner than we do."""

from datetime import timedelta
from typing import Any

import pytest

from shared.cases import handling, outside_orders
from shared.cases.outside_orders import Order
from shared.cases.vocabulary import Channel, Method, Outcome
from shared.cases.vocabulary import Rating as Level
from shared.database import transaction
from shared.ownership import dispatching, planning
from shared.register import listing
from shared.register.counts import counts
from shared.register.views import View, offered
from shared.revisits import appeal, rating, recording
from shared.revisits.rating import Judgement
from tests.cast import MONDAY, Cast
from tests.life import NOT_CONTENT, Life, begin

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SOON = timedelta(hours=-1)  # before any clock of ours


def queue(cast: Cast, view: View, at: Any = MONDAY, who: str = "limin") -> list[str]:
    person = cast.person(who)
    rows, _more = listing.queue(person, view, at)
    assert counts(person, [view], at).by_view == {view: len(rows)}, "the figure is that of the list"
    return [row.number for row in rows]


def appealed(cast: Cast) -> Life:
    story = begin(cast).closed()
    with transaction():
        appeal.appeal(story.case, door=rating.LINK, at=story.at, text="还在漏")
    return story


def ordered(story: Life, due_at: Any) -> Life:
    story.act("limin", outside_orders.record, given=Order(Channel.CITY_HOTLINE, f"GZ-{story.number}", due_at))
    return story


def test_an_appeal_stands_apart_until_its_round_has_ended(cast: Cast) -> None:
    again, story = begin(cast).informed().revisited(NOT_CONTENT), appealed(cast)
    assert queue(cast, View.APPEALED) == [story.number]
    assert again.number in queue(cast, View.MINE), "who said it at a revisit goes the way of revisits"
    story.dispatched("zhaolei")
    story.act("zhaolei", dispatching.accept)
    story.act("zhaolei", planning.plan, text="拆开重做防水", told=False)
    story.act("zhaolei", handling.complete, outcome=Outcome.RESOLVED, result="换了防水")
    story.act("limin", handling.inform, method=Method.TELEPHONE, text="已换防水")
    assert queue(cast, View.APPEALED) == [story.number], "told is not settled"
    story.revisited().act("chenjing", recording.close)
    assert queue(cast, View.APPEALED) == []


def test_a_low_rating_stands_with_the_appeals(cast: Cast) -> None:
    begin(cast).closed()
    low = begin(cast).informed()
    with transaction():
        rating.rate(low.case, Judgement(Level.DISSATISFIED), door=rating.LINK, at=low.at)
    assert queue(cast, View.APPEALED) == [low.number]


def test_ah_4_1_what_has_not_moved_for_the_policys_days_is_stalled(cast: Cast) -> None:
    still, moved = begin(cast).in_handling(), begin(cast).in_handling()
    late = still.at + 2 * DAY + HOUR
    moved.at = still.at + DAY
    moved.act("wangqiang", handling.progress, text="配件明天到", public=False)
    assert queue(cast, View.STALLED, still.at + DAY) == []
    assert queue(cast, View.STALLED, late) == [still.number]
    still.at = late
    still.act("wangqiang", handling.progress, text="还在等配件", public=False)
    assert queue(cast, View.STALLED, late + HOUR) == []


def test_nothing_is_stalled_that_nobody_has_been_given(cast: Cast) -> None:
    begin(cast)
    begin(cast).closed()
    assert queue(cast, View.STALLED, MONDAY + 9 * DAY) == []


def test_what_12345_wants_sooner_comes_first(cast: Cast) -> None:
    """CO-1: the nearest of our limit and theirs decides; an order that was answered decides no longer."""
    first, second, third = (begin(cast, MONDAY + n * HOUR).claimed() for n in range(3))
    assert queue(cast, View.MINE) == [first.number, second.number, third.number]
    ordered(third, MONDAY + SOON)
    ordered(first, None)
    ordered(second, MONDAY + 20 * DAY)
    assert queue(cast, View.MINE) == [third.number, first.number, second.number]
    (order,) = outside_orders.of_case(third.case.id)
    third.act("limin", outside_orders.answer, order=order)
    assert queue(cast, View.MINE) == [first.number, second.number, third.number]


def test_a_page_is_cut_by_both_limits(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    stories = [begin(cast, MONDAY + n * HOUR).claimed() for n in range(5)]
    ordered(stories[4], MONDAY + SOON)
    monkeypatch.setattr(listing, "PAGE", 2)
    rows, more = listing.queue(cast.person("limin"), View.MINE, MONDAY)
    assert ([row.number for row in rows], more) == ([stories[4].number, stories[0].number], True)


def test_who_leads_sees_what_is_appealed_and_stalled(cast: Cast) -> None:
    for who in ("limin", "gaofeng", "hemei", "tangwen"):
        assert {View.APPEALED, View.STALLED} <= set(offered(cast.person(who))), who
    assert not {View.APPEALED, View.STALLED} & set(offered(cast.person("wangqiang")))


def test_the_desk_names_them(cast: Cast, signed_in: Any) -> None:
    story = appealed(cast)
    page = signed_in("limin").get("/staff/?view=appealed")
    assert story.number in page.words
    assert "申诉" in page.words
    assert "没有停滞的诉求" in signed_in("limin").get("/staff/?view=stalled").words
