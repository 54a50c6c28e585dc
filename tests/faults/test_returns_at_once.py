"""A return decided while others act on the case: one thing happens at a time, and each is told what did (F25)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from shared.audit import roots
from shared.cases import handling, scope
from shared.cases.vocabulary import Outcome
from shared.database import db, transaction
from shared.errors import NotFound, Refused
from shared.identity.models import User
from shared.ownership import cooperating, dispatching, returning
from shared.ownership.models import Assignment, Return, Task
from tests.at_once import at_once
from tests.cast import LONG_AGO, Cast
from tests.life import Life, begin

TIMES = 6  # a race is won by both sides, sooner or later
# Out of the person's sight by then; or, where the case was found before it went, not theirs any more.
GONE = "gone"
NOT_THEIRS = (GONE, "签收由派单指定的处理人本人来做。", "办结由签收的处理人或其部门负责人来做。")
REASON = "归秩序部"


def _do(story: Life, username: str, verb: Callable[..., Any], **more: Any) -> Callable[[], str | None]:
    """What the person is told, or None where their act stands."""
    at, number = story.at + timedelta(minutes=10), story.number

    def act() -> str | None:
        try:
            with transaction():
                user = db.session.query(User).filter_by(username=username).one()
                verb(scope.lock(user, number), by=user, at=at, **more)
        except NotFound:
            return GONE
        except Refused as refusal:
            return refusal.message
        return None

    return act


def _sound(story: Life) -> None:
    """The record is whole, and the case is with somebody exactly when an assignment says so."""
    db.session.commit()  # what this session has seen so far may be from before
    case = story.case
    held = db.session.query(Assignment).filter_by(case_id=case.id, ended_at=None).count()
    is_held = case.state in ("dispatched", "handling", "completed")
    assert (held == 1, case.handler_id is not None) == (is_held, is_held), case.state
    assert case.last_seq == len(story.rows)
    assert roots.verify()[1] == []


def _filed(cast: Cast, time: int) -> Life:
    """Each time by somebody else in another building: three of one matter would be a grave one (TR-3)."""
    return begin(cast, building_id=cast.building(f"{time + 1}号楼").id, phone=f"138 0013 80{time:02d}")


def _asked(cast: Cast, time: int, accepted: bool = True) -> Life:
    story = _filed(cast, time)
    story = story.in_handling() if accepted else story.dispatched()
    story.act("wangqiang", returning.ask, reason=REASON)
    return story


def test_of_two_who_decide_at_once_one_decides_and_the_other_hears_who(app: Flask, cast: Cast) -> None:
    for time in range(TIMES):
        story = _asked(cast, time)
        told = at_once(
            app,
            _do(story, "limin", returning.approve, reason=REASON),
            _do(story, "zhouqi", returning.refuse, reason="归你们"),
        )
        assert told.count(None) == 1, told
        loser = next(sentence for sentence in told if sentence)
        if told[0] is None:
            assert loser == "李敏已经同意退单。"
        else:
            assert loser == "周琪已经答复不同意退单。"
        _sound(story)
        assert story.case.state == ("claimed" if told[0] is None else "handling")
        assert story.acts.count("returning") + story.acts.count("return_refusal") == 1


def test_twice_the_same_decision_counts_once(app: Flask, cast: Cast) -> None:
    for time in range(TIMES):
        story = _asked(cast, time)
        people = ("limin", "zhouqi", "hemei", "chenjing")
        told = at_once(app, *(_do(story, who, returning.approve, reason=REASON) for who in people))
        assert told.count(None) == 1, told
        assert all("已经同意退单" in sentence for sentence in told if sentence)
        _sound(story)


def test_a_signature_and_a_consent_at_once_end_with_the_consent(app: Flask, cast: Cast) -> None:
    """Signed for first it goes back all the same; gone back first there is nothing to sign for."""
    for time in range(TIMES):
        story = _asked(cast, time, accepted=False)
        signed, agreed = at_once(
            app,
            _do(story, "wangqiang", dispatching.accept),
            _do(story, "limin", returning.approve, reason=REASON),
        )
        assert agreed is None
        assert signed in (None, *NOT_THEIRS)
        _sound(story)
        assert story.case.state == "claimed"
        assert story.acts.count("acceptance") == (signed is None)


def test_a_completion_and_a_consent_at_once_leave_one_of_the_two(app: Flask, cast: Cast) -> None:
    for time in range(TIMES):
        story = _asked(cast, time)
        completed, agreed = at_once(
            app,
            _do(story, "wangqiang", handling.complete, outcome=Outcome.RESOLVED, result="已更换门锁继电器"),
            _do(story, "limin", returning.approve, reason=REASON),
        )
        assert [completed, agreed].count(None) == 1, (completed, agreed)
        if completed is None:
            assert agreed is not None
            assert "没有等您答复的退单" in agreed
        else:
            assert completed in NOT_THEIRS
        _sound(story)
        assert story.case.state == ("completed" if completed is None else "claimed")
        assert db.session.query(Return).filter_by(case_id=story.case.id, decided_at=None).count() == 0


def test_a_dispatch_to_another_and_a_refusal_at_once_leave_no_open_question(app: Flask, cast: Cast) -> None:
    def elsewhere(case: Any, **more: Any) -> None:
        dispatching.dispatch(case, department=cast.department("秩序部"), handler=cast.person("sunli"), **more)

    for time in range(TIMES):
        story = _asked(cast, time)
        sent, refused = at_once(
            app,
            _do(story, "zhouqi", elsewhere),
            _do(story, "limin", returning.refuse, reason="归你们", final=True),
        )
        assert sent is None
        assert refused is None or "没有等您答复的退单" in refused
        _sound(story)
        assert story.case.handler_id == cast.person("sunli").id
        last = db.session.query(Assignment).filter_by(case_id=story.case.id, ended_at=None).one()
        assert not last.final, "what was final was the assignment before"
        assert db.session.query(Return).filter_by(case_id=story.case.id, decided_at=None).count() == 0


def test_asked_twice_at_once_there_is_one_question(app: Flask, cast: Cast) -> None:
    for time in range(TIMES):
        story = _filed(cast, time).in_handling()
        told = at_once(
            app,
            _do(story, "wangqiang", returning.ask, reason=REASON),
            _do(story, "gaofeng", returning.ask, reason="也这么看"),
        )
        assert told.count(None) == 1, told
        assert any("正在等答复" in sentence for sentence in told if sentence)
        assert db.session.query(Return).filter_by(case_id=story.case.id).count() == 1
        _sound(story)


@pytest.fixture
def colleagues(cast: Cast) -> list[str]:
    """Ten people of one department."""
    from_whom = cast.person("sunli").appointments[0]
    with transaction():
        for n in range(10):
            user = User(username=f"order{n}", name=f"秩序{n:02d}", password_hash="-")
            db.session.add(user)
            user.appointments.append(
                type(from_whom)(
                    estate_id=from_whom.estate_id,
                    department_id=from_whom.department_id,
                    role=from_whom.role,
                    since=LONG_AGO,
                )
            )
    return [f"order{n}" for n in range(10)]


def test_of_ten_who_take_a_task_at_once_one_has_it_and_nine_hear_who(
    app: Flask, cast: Cast, colleagues: list[str]
) -> None:
    story = begin(cast).in_handling()
    story.act("limin", cooperating.ask, department=cast.department("秩序部"), requirements="调看监控")
    task_id = cooperating.tasks_of(story.case)[0].id

    def take(case: Any, **more: Any) -> None:
        cooperating.take(case, task=db.session.get_one(Task, task_id), **more)

    told = at_once(app, *(_do(story, who, take) for who in colleagues))
    assert told.count(None) == 1, told
    winner = f"秩序{told.index(None):02d}"
    assert all(sentence == f"{winner}已经领了这项协办。" for sentence in told if sentence)
    _sound(story)
