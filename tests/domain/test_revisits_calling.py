"""The call list (VK-4k, TR-11, TR-13): one call a person, by the clock; attempts, and who was never asked."""

from datetime import timedelta
from typing import Any

from shared.cases import handling
from shared.cases.vocabulary import Hindrance, Method, Severity, Validity
from shared.database import db, transaction
from shared.notifications.models import Message
from shared.revisits import calling, recording
from shared.revisits.calling import Call
from shared.revisits.coverage import coverage
from shared.severity import grading
from tests.cast import MONDAY, Cast
from tests.life import CONTENT, NOT_CONTENT, Life, begin

HOUR = timedelta(hours=1)
# Each about something else: three times the same would be a grave matter (TR-3).
MATTERS = (("facilities", "天台水箱"), ("security", "东门"), ("environment", "垃圾房"), ("other", "前台"))
OTHER: dict[str, Any] = {"name": "赵国平", "phone": "139 0000 1111", "unit": "5-1-302"}


NOBODY: dict[str, Any] = {"anonymous": True, "name": None, "phone": None, "email": None, "unit": None}


def _list(story: Life, username: str = "liujie") -> list[list[str]]:
    return [_numbers(call) for call in calling.calls(story.cast.person(username), story.at)]


def _numbers(call: Call) -> list[str]:
    return [due.case.archive_number for due in call.due]


def _informed(cast: Cast, nth: int, **facts: Any) -> Life:
    """The *nth* matter of 王秀兰, told its result."""
    category, spot = MATTERS[nth % 4]
    told = f"第 {nth} 件：{spot}有问题"
    return begin(
        cast, category=category, topic=None, spot=f"{spot}{nth}", description=told, **facts
    ).informed()


def _not_reached(story: Life, hindrance: Hindrance, again_in: timedelta | None = None) -> None:
    story.act(
        "liujie",
        recording.record,
        method=Method.TELEPHONE,
        answers=None,
        hindrance=hindrance,
        again_at=story.at + again_in if again_in else None,
    )


def test_five_cases_of_one_person_are_one_call_and_the_sixth_another(cast: Cast) -> None:
    stories = [_informed(cast, nth) for nth in range(6)]
    other = begin(cast, **OTHER).informed()
    numbers = [story.number for story in stories]
    assert _list(other) == [numbers[:5], numbers[5:], [other.number]]


def test_without_a_telephone_every_case_is_a_visit_of_its_own(cast: Cast) -> None:
    facts: dict[str, Any] = {"phone": None, "email": None}
    first, second = begin(cast, **facts).informed(), begin(cast, **facts).informed()
    assert _list(second) == [[first.number], [second.number]]


def test_whose_clock_falls_due_first_is_called_first(cast: Cast) -> None:
    late = begin(cast, **OTHER).informed()
    early = begin(cast, at=late.at - timedelta(days=2)).informed()
    assert _list(late) == [[early.number], [late.number]]


def test_who_is_not_told_yet_who_is_satisfied_and_who_left_no_contact_is_not_called(cast: Cast) -> None:
    begin(cast).completed()
    begin(cast).informed().revisited(CONTENT)
    begin(cast, **NOBODY).informed()
    assert _list(begin(cast)) == []


def test_a_satisfied_owner_of_a_grave_case_stays_on_the_list_until_two_have_been_at_the_door(
    cast: Cast,
) -> None:
    """TR-11, GZ-17A: a telephone call does not do, nor does one visitor, nor a visit without a record."""
    story = begin(cast).informed()
    story.act("limin", grading.grade, severity=Severity.MAJOR, reason="后果严重")
    story.revisited(CONTENT)
    assert _list(story) == [[story.number]]
    at_the_door = {"method": Method.DOOR, "answers": CONTENT, "documented": True}
    story.act("liujie", recording.record, **at_the_door)
    assert _list(story) == [[story.number]]
    story.act("liujie", recording.record, **at_the_door, companion=cast.person("gaofeng"))
    assert _list(story) == []


def test_why_nobody_was_reached_and_when_to_try_again_is_kept(cast: Cast) -> None:
    story = begin(cast).informed()
    _not_reached(story, Hindrance.NO_ANSWER, again_in=3 * HOUR)
    (call,) = calling.calls(cast.person("liujie"), story.at)
    assert [revisit.hindrance for revisit in call.attempts] == ["no_answer"]
    assert call.waits_until_later(story.at)
    assert not call.waits_until_later(story.at + 3 * HOUR)
    assert story.rows[-1].data["hindrance"] == "no_answer"
    _not_reached(story, Hindrance.REFUSED)
    (call,) = calling.calls(cast.person("liujie"), story.at)
    assert len(call.attempts) == 2
    assert call.again_at is None, "the last attempt named no time"


def test_the_next_attempt_lies_ahead(cast: Cast) -> None:
    story = begin(cast).informed()
    assert "以后" in story.refused(
        "liujie",
        recording.record,
        method=Method.TELEPHONE,
        answers=None,
        hindrance=Hindrance.AWAY,
        again_at=story.at,
    )


def test_attempts_of_an_earlier_round_do_not_count_in_this_one(cast: Cast) -> None:
    story = begin(cast).informed()
    _not_reached(story, Hindrance.NO_ANSWER, again_in=HOUR)
    story.revisited(NOT_CONTENT)
    story.informed(by="zhaolei")
    (call,) = calling.calls(cast.person("liujie"), story.at)
    assert (call.attempts, call.again_at) == ([], None)


def test_who_handled_it_neither_calls_nor_comes_along(cast: Cast) -> None:
    """TR-11, and caller ≠ handler."""
    story = begin(cast).informed()
    with transaction():
        story.case.handler_id = cast.person("liujie").id
    refused = story.refused("liujie", recording.record, method=Method.TELEPHONE, answers=CONTENT)
    assert "TR-11" in refused
    refused = story.refused(
        "limin",
        recording.record,
        method=Method.DOOR,
        answers=CONTENT,
        companion=cast.person("liujie"),
    )
    assert "TR-11" in refused


def test_who_is_not_satisfied_gets_a_next_round_and_both_heads_are_told(cast: Cast) -> None:
    """TR-14."""
    story = begin(cast).informed()
    story.revisited(NOT_CONTENT)
    assert (story.case.round, story.case.state) == (2, "claimed")
    told = {m.user.username for m in db.session.query(Message).filter_by(case_id=story.case.id) if m.user}
    assert {"gaofeng", "hemei"} <= told


def test_another_estate_is_not_called(cast: Cast, elsewhere: Cast) -> None:
    story = begin(cast).informed()
    assert calling.calls(elsewhere.person("liujie"), story.at) == []
    assert coverage(elsewhere.person("liujie"), story.at).owed == 0


def test_everybody_who_was_told_is_to_be_asked_and_who_was_not_is_listed_by_age(cast: Cast) -> None:
    """TR-13: 100 %."""
    first, second = _informed(cast, 1), _informed(cast, 2, at=MONDAY + HOUR)
    _informed(cast, 3, at=MONDAY + HOUR).revisited(CONTENT)
    third = _informed(cast, 4, at=MONDAY + 2 * HOUR)
    for _ in range(3):
        _not_reached(third, Hindrance.NO_ANSWER)
    third.act("chenjing", recording.close)
    found = coverage(cast.person("liujie"), third.at)
    assert (found.owed, found.done, found.percent) == (4, 1, 25)
    assert [missing.case.archive_number for missing in found.missing] == [
        first.number,
        second.number,
        third.number,
    ]
    assert (found.missing[2].ground, found.missing[2].tried) == ("unreachable", 3)
    assert found.missing[0].informed_at == first.rows[-1].at


def test_of_the_valid_ones_it_is_counted_apart(cast: Cast) -> None:
    story = begin(cast).informed()
    with transaction():
        story.case.validity = Validity.VALID
    begin(cast).informed()
    found = coverage(cast.person("liujie"), story.at)
    assert (found.owed, found.valid_owed, found.valid_done) == (2, 1, 0)


def test_who_left_no_contact_is_not_counted(cast: Cast) -> None:
    story = begin(cast, **NOBODY).completed()
    story.act("limin", handling.inform, method=Method.LETTER, text="已贴公告")
    assert coverage(cast.person("liujie"), story.at).owed == 0
