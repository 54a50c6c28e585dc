"""The end of a shift and of a job while others act: everything is somebody's, and each is told what happened (F25)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from shared.audit import roots
from shared.cases import ending, scope
from shared.cases.lifecycle import OPEN
from shared.cases.models import Case
from shared.database import db, transaction
from shared.errors import NotFound, Refused
from shared.identity.models import Department, Estate, User
from shared.ownership import claiming, dispatching, handing_over, leaving, transferring
from shared.ownership.handing_over import Outcome
from shared.ownership.models import Assignment, Handover, Transfer
from tests.at_once import at_once
from tests.cast import MONDAY, Cast
from tests.life import Life, begin

TIMES = 4  # a race is won by both sides, sooner or later
GONE = "gone"
HOUR = timedelta(hours=1)


def _person(username: str) -> User:
    return db.session.query(User).filter_by(username=username).one()


def _in_a_change(act: Callable[[], Any]) -> Callable[[], Any]:
    """What it gives; or the sentence of the refusal, or GONE."""

    def run() -> Any:
        try:
            with transaction():
                return act()
        except NotFound:
            return GONE
        except Refused as refusal:
            return refusal.message

    return run


def _at_once(app: Flask, *acts: Callable[[], Any]) -> list[Any]:
    """All of them together, each in a change of its own."""
    return at_once(app, *map(_in_a_change, acts))


def _filed(cast: Cast, n: int) -> Life:
    """Each by somebody else in another building: three of one matter would be a grave one (TR-3)."""
    return begin(cast, building_id=cast.building(f"{n % 12 + 1}号楼").id, phone=f"138 0013 8{n:03d}")


def _offered(cast: Cast, time: int, to: str = "zhouqi") -> tuple[list[Life], int]:
    stories = [_filed(cast, time * 3 + n).claimed() for n in range(3)]
    with transaction():
        made, _outcome = handing_over.offer(
            cast.estate,
            by=_person("limin"),
            to=_person(to),
            at=stories[0].at,
            case_ids=[s.case.id for s in stories],
        )
        return stories, made.id


def _accept(handover_id: int, by: str, story: Life) -> Callable[[], Outcome]:
    return lambda: handing_over.accept(handover_id, by=_person(by), at=story.at + HOUR)


def _whose(story: Life) -> str:
    return db.session.get_one(User, story.case.first_responder_id).username


def _sound(*stories: Life) -> None:
    """The record is whole, and nobody who has gone has anything to do."""
    db.session.commit()
    assert roots.verify()[1] == []
    for story in stories:
        assert story.case.last_seq == len(story.rows)
    gone = select(User.id).where(User.deactivated_at.is_not(None))
    is_open = Case.state.in_(sorted(OPEN))
    orphaned = select(Case.archive_number).where(
        is_open, Case.first_responder_id.in_(gone) | Case.handler_id.in_(gone)
    )
    assert db.session.scalars(orphaned).all() == []
    held = select(Assignment.id).where(Assignment.handler_id.in_(gone), Assignment.ended_at.is_(None))
    assert db.session.scalars(held).all() == []


def test_accepted_twice_at_once_it_passes_once(app: Flask, cast: Cast) -> None:
    for time in range(TIMES):
        stories, handover_id = _offered(cast, time)
        told = _at_once(app, *[_accept(handover_id, "zhouqi", stories[0])] * 2)
        went = [story.number for story in stories]
        assert Outcome(went, []) in told
        assert "这次交接已经有了答复。" in told
        _sound(*stories)
        assert [_whose(story) for story in stories] == ["zhouqi"] * 3
        assert all(story.acts.count("takeover") == 1 for story in stories)


def test_of_two_asked_at_once_for_the_same_cases_one_is_asked(app: Flask, cast: Cast) -> None:
    """Pressed twice, or in two windows: no case waits for two people."""
    for time in range(TIMES):
        stories = [_filed(cast, time * 3 + n).claimed() for n in range(3)]
        ids, at, estate = [s.case.id for s in stories], stories[0].at, cast.estate

        def offer(to: str, ids: list[int] = ids, at: Any = at, estate: Any = estate) -> Callable[[], Any]:
            return lambda: handing_over.offer(
                db.session.merge(estate, load=False), by=_person("limin"), to=_person(to), at=at, case_ids=ids
            )[1]

        told = _at_once(app, offer("zhouqi"), offer("chenjing"))
        _sound(*stories)
        for story in stories:
            pending = db.session.query(Transfer).filter_by(case_id=story.case.id, answered_at=None).count()
            assert pending == 1, told
        assert sum(isinstance(one, Outcome) for one in told) == 1, told


def test_a_case_that_ends_at_the_same_moment_goes_or_is_left_out_by_number(app: Flask, cast: Cast) -> None:
    for time in range(TIMES):
        stories, handover_id = _offered(cast, time)
        ended_id, at = stories[1].case.id, stories[0].at

        def withdraw(case_id: int = ended_id, at: Any = at) -> None:
            ending.withdraw(scope.lock_by_id(case_id), at=at)

        outcome, _ended = _at_once(
            app,
            _accept(handover_id, "zhouqi", stories[0]),
            withdraw,
        )
        _sound(*stories)
        assert isinstance(outcome, Outcome)
        assert sorted(outcome.went + outcome.left_out) == sorted(s.number for s in stories)
        assert stories[1].case.state == "withdrawn"
        assert (_whose(stories[1]) == "zhouqi") is (stories[1].number in outcome.went)
        assert [_whose(stories[0]), _whose(stories[2])] == ["zhouqi", "zhouqi"]
        assert db.session.query(Transfer).filter_by(handover_id=handover_id, answered_at=None).count() == 0


def test_one_taken_by_itself_and_all_at_once_is_taken_once(app: Flask, cast: Cast) -> None:
    for time in range(TIMES):
        stories, handover_id = _offered(cast, time)
        number, at = stories[1].number, stories[0].at

        def single(number: str = number, at: Any = at) -> None:
            user = _person("zhouqi")
            transferring.answer(scope.lock(user, number), by=user, at=at, accepted=True)

        outcome, alone = _at_once(app, _accept(handover_id, "zhouqi", stories[0]), single)
        _sound(*stories)
        assert isinstance(outcome, Outcome)
        assert outcome.left_out == []
        assert alone is None or "没有等您答复" in alone
        assert [_whose(story) for story in stories] == ["zhouqi"] * 3
        assert all(story.acts.count("takeover") == 1 for story in stories)


def _newcomer(cast: Cast, name: str, role_of: str) -> str:
    """A colleague with the same post, who may leave without taking the rest of the story with them."""
    like = cast.person(role_of).appointments[0]
    with transaction():
        user = User(username=name, name=name, password_hash="-")
        db.session.add(user)
        user.appointments.append(
            type(like)(
                estate_id=like.estate_id, department_id=like.department_id, role=like.role, since=like.since
            )
        )
    return name


def test_whoever_comes_next_leaves_while_they_accept(app: Flask, cast: Cast) -> None:
    """Either they have the cases and may not go yet, or they have gone and the giver keeps them."""
    for time in range(TIMES):
        name = _newcomer(cast, f"next{time}", "zhouqi")
        stories, handover_id = _offered(cast, time, to=name)
        estate_id, at = cast.estate.id, stories[0].at + HOUR

        def leave(name: str = name, estate_id: int = estate_id, at: Any = at) -> None:
            leaving.leave(_person(name), _estate(estate_id), by=_person("hemei"), at=at)

        accepted, left = _at_once(app, _accept(handover_id, name, stories[0]), leave)
        _sound(*stories)
        if left is None:
            assert accepted == "这次交接已经有了答复。"
            assert {_whose(story) for story in stories} == {"limin"}
        else:
            assert "手上还有" in left
            assert isinstance(accepted, Outcome)
            assert {_whose(story) for story in stories} == {name}


def _estate(estate_id: int) -> Any:
    return db.session.get_one(Estate, estate_id)


def test_the_giver_is_sent_away_while_the_next_accepts(app: Flask, cast: Cast) -> None:
    """Each case is the receiver's or the successor's, and nobody's waits for who has gone."""
    for time in range(TIMES):
        name = _newcomer(cast, f"giver{time}", "limin")
        stories = [_filed(cast, time * 3 + n).claimed(name) for n in range(3)]
        with transaction():
            made, _outcome = handing_over.offer(
                cast.estate, by=_person(name), to=_person("zhouqi"), at=stories[0].at
            )
            handover_id = made.id
        estate_id, at = cast.estate.id, stories[0].at + HOUR

        def send_away(name: str = name, estate_id: int = estate_id, at: Any = at) -> int:
            return leaving.hand_over(
                _person(name),
                _estate(estate_id),
                {"first": _person("chenjing")},
                by=_person("hemei"),
                at=at,
                reason="离职",
            )

        accepted, sent = _at_once(app, _accept(handover_id, "zhouqi", stories[0]), send_away)
        _sound(*stories)
        assert sent == 0
        assert {_whose(story) for story in stories} in ({"zhouqi"}, {"chenjing"})
        assert isinstance(accepted, Outcome) or "已经有了答复" in accepted
        assert db.session.query(Handover).filter_by(answered_at=None).count() == 0


def test_nothing_comes_to_somebody_who_leaves_at_the_same_moment(app: Flask, cast: Cast) -> None:
    """A claim of their own and a dispatch to them: seen by whoever sends them away, or refused."""
    for time in range(TIMES):
        claimer = _newcomer(cast, f"claimer{time}", "zhouqi")
        handler = _newcomer(cast, f"handler{time}", "wangqiang")
        new, sent = _filed(cast, time * 2), _filed(cast, time * 2 + 1).claimed()
        estate_id, at = cast.estate.id, sent.at + HOUR
        department_id = cast.department("工程部").id

        def leave(name: str, estate_id: int = estate_id, at: Any = at) -> Callable[[], None]:
            return lambda: leaving.leave(_person(name), _estate(estate_id), by=_person("hemei"), at=at)

        def claim(name: str = claimer, number: str = new.number, at: Any = at) -> None:
            user = _person(name)
            claiming.claim(scope.lock(user, number), by=user, at=at)

        def dispatch(
            name: str = handler, number: str = sent.number, at: Any = at, where: int = department_id
        ) -> None:
            user = _person("limin")
            dispatching.dispatch(
                scope.lock(user, number),
                by=user,
                at=at,
                department=db.session.get_one(Department, where),
                handler=_person(name),
            )

        told = _at_once(app, claim, leave(claimer), dispatch, leave(handler))
        _sound(new, sent)
        db.session.commit()
        for act, left, name, story in ((told[0], told[1], claimer, new), (told[2], told[3], handler, sent)):
            is_gone = not db.session.query(User).filter_by(username=name).populate_existing().one().is_active
            assert is_gone is (left is None), told
            assert is_gone is (act is not None), (told, story.acts)


def test_two_who_send_each_other_away_at_once_are_not_both_gone(app: Flask, cast: Cast) -> None:
    """An estate keeps somebody who manages its people (T21)."""
    for time in range(TIMES):
        names = [_newcomer(cast, f"director{time}{side}", "hemei") for side in "ab"]
        estate_id, at = cast.estate.id, MONDAY

        def dismiss(who: str, by: str, estate_id: int = estate_id, at: Any = at) -> Callable[[], None]:
            return lambda: leaving.leave(_person(who), _estate(estate_id), by=_person(by), at=at)

        told = _at_once(app, dismiss(names[0], names[1]), dismiss(names[1], names[0]))
        db.session.commit()
        left = db.session.query(User).filter(User.username.in_(names), User.deactivated_at.is_(None)).count()
        assert (sorted(told, key=str), left) == ([None, GONE], 1)
