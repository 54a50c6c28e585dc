"""One act for all cases of an incident: in each one's own rules and words, done once however often sent."""

from datetime import timedelta

import pytest

from shared.audit.models import TimelineRow
from shared.cases.lifecycle import State
from shared.cases.vocabulary import Method, Outcome
from shared.database import db
from shared.incidents import grouping
from shared.incidents.fanning import Kind, Order, Result, numbers_of
from shared.incidents.models import Incident
from shared.notifications.models import Message
from staff.incident_acts import carry_out
from tests.cast import Cast
from tests.domain.test_incidents import decide, join_all, lift, tell
from tests.life import Life

TEXT = "已更换导轮，今天 15:00 恢复运行"


def _send(cast: Cast, order: Order, who: str) -> list[Result]:
    """*who* sends the form."""
    user = cast.person(who)
    numbers = numbers_of(db.session.get_one(Incident, order.incident_id), user)
    return carry_out(order, numbers, user.id)


def _order(incident_id: int, kind: Kind = Kind.PROGRESS, key: str = "first-sending", **more: object) -> Order:
    return Order(kind=kind, incident_id=incident_id, key=key, text=TEXT, **more)  # type: ignore[arg-type]


def _acts(story: Life, act: str) -> list[TimelineRow]:
    return [row for row in story.rows if row.act == act]


def test_progress_is_written_on_every_open_case_and_reaches_each_owner_alone(cast: Cast) -> None:
    stories = [story.claimed() for story in lift(cast, 3)]
    incident_id = join_all(cast, stories)
    results = _send(cast, _order(incident_id), "limin")
    assert [(r.number, r.is_done) for r in results] == [(story.number, True) for story in stories]
    for story in stories:
        (row,) = _acts(story, "progress")
        assert (row.public, story.words_of(row)) == (True, TEXT)
        others = [other.number for other in stories if other is not story]
        assert not any(number in str(row.data) for number in others)
        assert row.data["incident"] == incident_id
    assert len({row.data["words"] for story in stories for row in _acts(story, "progress")}) == 3


def test_a_note_among_ourselves_is_seen_by_no_owner(cast: Cast) -> None:
    stories = [story.claimed() for story in lift(cast, 2)]
    _send(cast, _order(join_all(cast, stories), Kind.NOTE), "limin")
    assert [_acts(story, "progress")[0].public for story in stories] == [False, False]


def test_what_cannot_be_done_on_one_case_is_said_case_by_case(cast: Cast) -> None:
    ready, waiting, other = lift(cast, 3)
    ready.in_handling("wangqiang")
    other.in_handling("zhaolei")
    incident_id = join_all(cast, [ready, waiting, other])
    order = _order(incident_id, Kind.COMPLETION, outcome=Outcome.RESOLVED)
    results = {r.number: r for r in _send(cast, order, "gaofeng")}
    assert not any(r.is_done for r in results.values())
    for story in (ready, other):
        assert "方案" in results[story.number].reason, "three owners: major, so a plan comes first"
    assert "不能再做" in results[waiting.number].reason
    assert (ready.case.stage, waiting.case.stage) == (State.HANDLING, State.RECEIVED)


def test_completion_and_informing_go_to_each_case_by_its_own_state_and_tell_each_owner(cast: Cast) -> None:
    first, second = (story.in_handling() for story in lift(cast, 2))
    incident_id = join_all(cast, [first, second])
    done = _send(cast, _order(incident_id, Kind.COMPLETION, outcome=Outcome.RESOLVED), "wangqiang")
    assert [r.is_done for r in done] == [True, True]
    late = tell(cast, "3号楼2单元电梯门关不上", 1, "13900139060").claimed()
    decide(cast, "limin", grouping.join, incident_id, late, at=late.at)
    order = _order(incident_id, Kind.INFORMING, "second-sending", method=Method.TELEPHONE)
    told = {r.number: r for r in _send(cast, order, "limin")}
    assert [told[story.number].is_done for story in (first, second, late)] == [True, True, False]
    assert "不能再做" in told[late.number].reason or "办结后" in told[late.number].reason
    for story in (first, second):
        assert story.case.stage is State.INFORMED
        letters = db.session.query(Message).filter_by(
            case_id=story.case.id, about="informed", to_role="party"
        )
        assert letters.count() == 1
    assert db.session.query(Message).filter_by(case_id=late.case.id, about="informed").count() == 0


@pytest.mark.parametrize("kind", [Kind.PROGRESS, Kind.NOTE])
def test_the_same_sending_twice_does_nothing_twice(cast: Cast, kind: Kind) -> None:
    stories = [story.claimed() for story in lift(cast, 3)]
    order = _order(join_all(cast, stories), kind)
    _send(cast, order, "limin")
    again = _send(cast, order, "limin")
    assert [(r.is_done, r.before) for r in again] == [(True, True)] * 3
    assert [len(_acts(story, "progress")) for story in stories] == [1, 1, 1]
    _send(cast, _order(order.incident_id, kind, "second-sending"), "limin")
    assert [len(_acts(story, "progress")) for story in stories] == [2, 2, 2], "another sending is another act"


def test_what_was_refused_is_done_by_the_same_sending_once_it_is_possible(cast: Cast) -> None:
    first, second = lift(cast, 2)
    first.claimed()
    order = _order(join_all(cast, [first, second]))
    assert [r.is_done for r in _send(cast, order, "limin")] == [True, False]
    second.claimed()
    assert [(r.is_done, r.before) for r in _send(cast, order, "limin")] == [(True, True), (True, False)]
    assert [len(_acts(story, "progress")) for story in (first, second)] == [1, 1]


def test_who_may_see_only_some_of_the_cases_reaches_only_those(cast: Cast) -> None:
    mine, other = lift(cast, 2)
    mine.in_handling("wangqiang")
    other.dispatched("sunli", "秩序部")
    results = _send(cast, _order(join_all(cast, [mine, other])), "wangqiang")
    assert [r.number for r in results] == [mine.number]
    assert _acts(other, "progress") == []


def test_a_case_parted_meanwhile_is_left_alone(cast: Cast) -> None:
    first, second = (story.claimed() for story in lift(cast, 2))
    incident_id = join_all(cast, [first, second])
    numbers = [first.number, second.number]
    at = second.at + timedelta(hours=5)
    decide(cast, "limin", grouping.part, incident_id, second, at=at, reason="另一部电梯")
    results = carry_out(_order(incident_id), numbers, cast.person("limin").id)
    assert [r.is_done for r in results] == [True, False]
    assert "已移出" in results[1].reason
