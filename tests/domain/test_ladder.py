"""A broken clock climbs until somebody answers (GZ-13): who is asked at each level, and when it ends."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from shared.cases import handling, participation
from shared.cases.ending import recall, refer
from shared.cases.models import Escalation
from shared.cases.vocabulary import Method, Outcome
from shared.database import db, transaction
from shared.deadlines import queries as deadlines
from shared.deadlines.models import Deadline
from shared.deadlines.sweep import sweep
from shared.errors import NotFound, Refused
from shared.escalation import acknowledging, climbing, holding, queries
from shared.escalation.models import Rung
from shared.identity import leaves
from shared.identity.models import Appointment, Shift, User
from shared.notifications.models import Message
from shared.ownership import dispatching
from tests import cast as company
from tests.cast import LONG_AGO, MONDAY, Cast
from tests.life import NOT_CONTENT, Life, begin

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
CLOCKS = """
title = "梯子"
number = "TZ"
interpreter = "客服中心"

[revisit]
attempts = 3

[reopen]
days = 30

[referral]
clause = "TR-9"
pauses = true

{ladder}

[[clock]]
rule = "relay"
clause = "GZ-8"
name = "转达"
start = "received"
stop = ["dispatch"]
minutes = 5
owner_sees = false
duty = "dispatcher"

[[clock]]
rule = "completion"
clause = "MS-3"
name = "办结"
start = "received"
stop = ["completion"]
hours = 48
owner_sees = true
duty = "handler"
"""
LADDER = """[ladder]
clause = "GZ-13"
rungs = ["handler", "department_head", "director", "deputy_manager", "general_manager"]
beside = ["supervisor"]
answer_within = 4
"""
BREAKS = MONDAY + 48 * HOUR + MINUTE  # when the completion clock is found broken


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def here(app: Flask, clock: time_machine.Traveller) -> Iterator[Cast]:
    """An estate that lives by a policy of two clocks and a ladder."""
    with app.app_context():
        yield company.settle(body=CLOCKS.format(ladder=LADDER))


@pytest.fixture
def pass_(clock: time_machine.Traveller) -> Callable[[datetime], int]:
    """The schedule's line at that instant; how many rungs it passed on."""

    def at(instant: datetime) -> int:
        clock.move_to(instant)
        sweep(instant)
        return climbing.climb_due(instant)

    return at


def waiting(user: User) -> int:
    """How much waits for this person's answer."""
    return len(queries.breaches(user)) + len(queries.reports(user))


def rungs(story: Life, rule: str = "completion") -> list[tuple[int, str, list[str]]]:
    """(level, role, whom) of the clock of that rule."""
    db.session.expire_all()
    return [
        (rung.level, rung.role, [person.name for person in people])
        for rung, deadline, people in queries.rungs_of(story.case.id)
        if deadline.rule == rule
    ]


def names(people: list[holding.Recipient]) -> list[str]:
    return [person.user.name for person in people]


def rung_of(story: Life, level: int, rule: str = "completion") -> Rung:
    db.session.expire_all()
    return next(r for r, d, _p in queries.rungs_of(story.case.id) if (r.level, d.rule) == (level, rule))


def answered(story: Life, level: int, by: str, at: datetime) -> None:
    with transaction():
        acknowledging.answer_rung(rung_of(story, level).id, by=story.cast.person(by), at=at)


def test_gz_13_unanswered_it_climbs_level_by_level_to_the_general_manager(
    here: Cast, pass_: Callable[[datetime], int]
) -> None:
    story = begin(here).in_handling()
    pass_(BREAKS)
    assert rungs(story) == [(0, "handler", ["王强"])]
    assert pass_(BREAKS + 4 * HOUR - MINUTE) == 0
    levels = [
        (1, "department_head", ["高峰"]),
        (2, "director", ["何梅"]),
        (3, "deputy_manager", ["许飞"]),
        (4, "general_manager", ["杨波"]),
    ]
    for level, role, people in levels:
        assert pass_(BREAKS + level * 4 * HOUR) == 1
        assert (level, role, people) in rungs(story)
    assert (-1, "supervisor", ["唐文"]) in rungs(story), "told beside, when it began to climb"
    assert rung_of(story, 4).answer_by is None
    assert pass_(BREAKS + 400 * HOUR) == 0
    assert len(rungs(story)) == 6


def test_who_answers_stops_the_climbing_but_not_the_clock(
    here: Cast, pass_: Callable[[datetime], int]
) -> None:
    story = begin(here).in_handling()
    pass_(BREAKS)
    answered(story, 0, "wangqiang", BREAKS + HOUR)
    pass_(BREAKS + 40 * HOUR)
    assert rungs(story) == [(0, "handler", ["王强"])]
    completion = next(d for d in deadlines.of_case(story.case.id) if d.rule == "completion")
    assert completion.met_at is None
    assert completion.breached_at == completion.due_at


def test_a_late_answer_from_below_does_not_answer_for_the_level_above(
    here: Cast, pass_: Callable[[datetime], int]
) -> None:
    story = begin(here).in_handling()
    pass_(BREAKS)
    pass_(BREAKS + 4 * HOUR)
    answered(story, 0, "wangqiang", BREAKS + 5 * HOUR)
    assert pass_(BREAKS + 8 * HOUR) == 1
    assert (2, "director", ["何梅"]) in rungs(story)


def test_only_who_is_asked_answers_and_the_second_hears_who_was_first(
    here: Cast, pass_: Callable[[datetime], int]
) -> None:
    story = begin(here)
    with transaction():
        here.person("zhouqi")
        director = Appointment(
            user_id=here.person("zhouqi").id, estate_id=here.estate.id, role="director", since=LONG_AGO
        )
        db.session.add(director)
    pass_(MONDAY + 6 * MINUTE)
    pass_(MONDAY + 5 * HOUR)
    asked = rung_of(story, 1, "relay")
    assert (1, "director", ["何梅", "周琪"]) in rungs(story, "relay")
    with pytest.raises(NotFound), transaction():
        acknowledging.answer_rung(asked.id, by=here.person("wangqiang"), at=MONDAY)
    for _twice in range(2):
        with transaction():
            acknowledging.answer_rung(asked.id, by=here.person("hemei"), at=MONDAY + 5 * HOUR)
    with pytest.raises(Refused, match="何梅"), transaction():
        acknowledging.answer_rung(asked.id, by=here.person("zhouqi"), at=MONDAY + 6 * HOUR)


def test_rungs_end_when_the_duty_is_done(here: Cast, pass_: Callable[[datetime], int]) -> None:
    story = begin(here).in_handling()
    pass_(BREAKS)
    story.at = BREAKS
    story.act("wangqiang", handling.complete, outcome=Outcome.RESOLVED, result="已修好")
    assert rung_of(story, 0).ended_at == story.at
    assert pass_(BREAKS + 40 * HOUR) == 0
    assert waiting(here.person("wangqiang")) == 0


def test_what_was_done_late_is_told_and_does_not_climb(here: Cast, pass_: Callable[[datetime], int]) -> None:
    story = begin(here).claimed()
    story.dispatched()
    assert rungs(story, "relay") == [(0, "first_responder", ["李敏"])]
    rung = rung_of(story, 0, "relay")
    assert rung.ended_at is not None
    assert pass_(MONDAY + 40 * HOUR) == 0


def test_while_another_body_has_it_nobody_of_ours_is_asked(
    here: Cast, pass_: Callable[[datetime], int]
) -> None:
    story = begin(here).in_handling()
    pass_(BREAKS)
    story.at = BREAKS
    story.act("limin", refer, body="自来水公司", reason="市政管道", outside=True)
    assert pass_(BREAKS + 5 * HOUR) == 0
    story.at = BREAKS + 6 * HOUR
    story.act("limin", recall, reason="对方不受理")
    assert pass_(BREAKS + 10 * HOUR) == 1
    assert (1, "department_head", ["高峰"]) in rungs(story)


def test_unclaimed_it_lies_with_who_is_on_duty_else_with_the_director(
    here: Cast, pass_: Callable[[datetime], int]
) -> None:
    story = begin(here)
    case = story.case
    assert names(holding.holders(case, "dispatcher", MONDAY)) == ["李敏"]
    assert names(holding.holders(case, "handler", MONDAY)) == ["李敏"]
    after_the_roster = MONDAY + timedelta(days=8000)
    assert names(holding.holders(case, "dispatcher", after_the_roster)) == ["何梅"]
    pass_(MONDAY + 6 * MINUTE)
    pass_(MONDAY + 5 * HOUR)
    assert rungs(story, "relay")[:2] == [(0, "dispatcher", ["李敏"]), (1, "director", ["何梅"])]


@pytest.mark.parametrize(
    ("duty", "who"),
    [
        ("first_responder", ["李敏"]),
        ("handler", ["王强"]),
        ("dispatcher", ["李敏"]),
        ("specialist", ["陈静"]),
        ("assistant", ["刘洁"]),
        ("department_head", ["高峰"]),
        ("director", ["何梅"]),
        ("supervisor", ["唐文"]),
        ("nobody", []),
    ],
)
def test_each_duty_has_its_holder(here: Cast, duty: str, who: list[str]) -> None:
    case = begin(here).in_handling().case
    assert names(holding.holders(case, duty, MONDAY)) == who


def test_a_relay_claimed_by_somebody_else_is_still_the_dispatchers(here: Cast) -> None:
    case = begin(here).claimed("liujie").case
    assert names(holding.holders(case, "first_responder", MONDAY)) == ["刘洁"]
    assert names(holding.holders(case, "dispatcher", MONDAY)) == ["李敏"]


def test_for_who_is_away_the_deputy_hears_it(here: Cast, pass_: Callable[[datetime], int]) -> None:
    story = begin(here).in_handling()
    with transaction():
        leaves.grant(
            here.person("wangqiang"),
            estate_id=here.estate.id,
            starts_at=MONDAY + HOUR,
            ends_at=MONDAY + timedelta(days=9),
            deputy=here.person("zhaolei"),
            by=here.person("hemei"),
            at=MONDAY,
        )
    pass_(BREAKS)
    assert rungs(story) == [(0, "handler", ["赵磊"])]
    assert waiting(here.person("zhaolei")) == 1
    answered(story, 0, "zhaolei", BREAKS)
    assert pass_(BREAKS + 9 * HOUR) == 0


def test_nobody_hears_of_a_case_about_themselves_the_next_does(
    here: Cast, pass_: Callable[[datetime], int]
) -> None:
    story = begin(here)
    with transaction():
        for username in ("limin", "hemei"):
            participation.enter(story.case, participation.ABOUT, MONDAY, user_id=here.person(username).id)
        db.session.add(
            Shift(
                estate_id=here.estate.id,
                user_id=here.person("zhouqi").id,
                starts_at=MONDAY - HOUR,
                ends_at=MONDAY + HOUR,
            )
        )
    pass_(MONDAY + 6 * MINUTE)
    pass_(MONDAY + 5 * HOUR)
    assert rungs(story, "relay")[:2] == [(0, "dispatcher", ["周琪"]), (1, "deputy_manager", ["许飞"])]


def test_who_is_asked_may_read_the_case_and_only_that_one(
    here: Cast, pass_: Callable[[datetime], int]
) -> None:
    with transaction():
        head = Appointment(
            user_id=here.person("sunli").id,
            estate_id=here.estate.id,
            department_id=here.department("客服中心").id,
            role="department_head",
            since=LONG_AGO,
        )
        db.session.add(head)
    asked, other = begin(here), begin(here)
    other.dispatched()
    pass_(MONDAY + 6 * MINUTE)
    assert asked.unseen_by("sunli")
    pass_(MONDAY + 5 * HOUR)
    assert (1, "department_head", ["孙丽"]) in rungs(asked, "relay"), (
        "the head of the dispatcher's own department"
    )
    assert not asked.unseen_by("sunli")
    assert other.unseen_by("sunli")


def test_without_a_ladder_the_holder_and_the_next_level_hear_at_once(
    app: Flask, clock: time_machine.Traveller, pass_: Callable[[datetime], int]
) -> None:
    with app.app_context():
        here = company.settle(body=CLOCKS.format(ladder=""))
        story = begin(here).in_handling()
        pass_(BREAKS)
        assert rungs(story) == [(0, "handler", ["王强"]), (1, "department_head", ["高峰"])]
        assert pass_(BREAKS + 100 * HOUR) == 0
        told = db.session.execute(
            select(Message.to_role, Message.about)
            .where(Message.about.like("deadline%"))
            .order_by(Message.to_role)
        ).all()
        assert {about for _role, about in told} <= {"deadline_broken", "deadline_near"}


def test_every_level_is_written_to_once(here: Cast, pass_: Callable[[datetime], int]) -> None:
    story = begin(here).in_handling()
    for hours in range(40):
        pass_(BREAKS + hours * HOUR)
    rows = db.session.execute(
        select(Message.about, Message.to_role).where(
            Message.case_id == story.case.id, Message.about.in_(("deadline_broken", "deadline_unanswered"))
        )
    ).all()
    broken = [role for about, role in rows if about == "deadline_broken"]
    climbed = [role for about, role in rows if about == "deadline_unanswered"]
    assert sorted(broken) == ["first_responder", "first_responder", "handler"], (
        "relay done late, and completion"
    )
    assert sorted(climbed) == [
        "department_head",
        "deputy_manager",
        "director",
        "general_manager",
        "supervisor",
    ]


def test_the_machines_notices_never_meet_gz_13(here: Cast, pass_: Callable[[datetime], int]) -> None:
    story = begin(here).in_handling()
    before = story.acts
    for level in range(6):
        pass_(BREAKS + level * 4 * HOUR)
    assert story.acts == before
    assert all(d.met_at is None for d in open_clocks(story))


def open_clocks(story: Life) -> list[Deadline]:
    return [d for d in deadlines.of_case(story.case.id) if d.rule == "completion"]


def test_gz_13_a_persons_escalation_waits_for_the_answer_of_whom_it_names(here: Cast) -> None:
    story = begin(here).in_handling()
    escalation = story.act(
        "wangqiang", dispatching.escalate, to=here.person("gaofeng"), reason="配件要等三天，请协调"
    )
    assert isinstance(escalation, Escalation)
    (report,) = queries.reports(here.person("gaofeng"))
    assert (report.words, report.escalation.by.name) == ("配件要等三天，请协调", "王强")
    assert waiting(here.person("gaofeng")) == 1
    with pytest.raises(NotFound), transaction():
        acknowledging.answer_escalation(escalation.id, by=here.person("hemei"), at=story.at)
    with transaction():
        acknowledging.answer_escalation(escalation.id, by=here.person("gaofeng"), at=story.at + HOUR)
    db.session.expire_all()
    assert waiting(here.person("gaofeng")) == 0
    assert [r.escalation.answered_at for r in queries.answered_reports(here.person("gaofeng"), MONDAY)] == [
        story.at + HOUR
    ]


def test_an_escalation_of_a_round_that_is_over_asks_nobody(here: Cast) -> None:
    story = begin(here).in_handling()
    story.act("wangqiang", dispatching.escalate, to=here.person("gaofeng"), reason="来不及")
    story.act("wangqiang", handling.complete, outcome=Outcome.RESOLVED, result="已修好")
    assert waiting(here.person("gaofeng")) == 1, "still in the same round"
    story.act("limin", handling.inform, method=Method.TELEPHONE, text="已修好")
    story.revisited(NOT_CONTENT)
    assert story.case.round == 2
    assert waiting(here.person("gaofeng")) == 0
