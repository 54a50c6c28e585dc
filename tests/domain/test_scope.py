"""Who sees a case at all: what is out of scope does not exist (T09)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from shared.cases import handling, scope, triage
from shared.cases.models import Case
from shared.cases.participation import visible_to
from shared.cases.triage import judgement_of
from shared.database import db, transaction
from shared.errors import NotFound, Refused
from shared.identity import sessions
from shared.identity.models import Appointment
from shared.identity.permissions import Role
from shared.ownership import claiming, dispatching, transferring
from shared.revisits import recording
from tests.cast import LONG_AGO, MONDAY, PEOPLE, Cast
from tests.life import CONTENT, NOT_CONTENT, begin

SEE_THE_ESTATE = ["limin", "chenjing", "liujie", "hemei", "tangwen", "xufei", "yangbo"]
HANDLERS = ["wangqiang", "zhaolei", "sunli"]


def _sees(cast: Cast, username: str) -> set[str]:
    """The archive numbers in this person's register."""
    user = cast.person(username)
    return set(db.session.scalars(select(Case.archive_number).where(visible_to(user))))


@pytest.mark.parametrize("username", SEE_THE_ESTATE)
def test_whose_work_is_the_estate_sees_its_cases_from_the_filing_on(cast: Cast, username: str) -> None:
    story = begin(cast)
    assert _sees(cast, username) == {story.number}


@pytest.mark.parametrize("username", [*HANDLERS, "admin"])
def test_whose_work_is_some_cases_sees_none_before_taking_part(cast: Cast, username: str) -> None:
    begin(cast).claimed()
    assert _sees(cast, username) == set()


def test_ms_1_a_head_sees_what_is_filled_in_for_the_department_before_anybody_dispatches(cast: Cast) -> None:
    story, other = begin(cast), begin(cast, category="security")
    assert _sees(cast, "gaofeng") == {story.number}
    other.dispatched(to="wangqiang", department="工程部")
    assert _sees(cast, "gaofeng") == {story.number, other.number}


def test_a_dispatch_shows_the_case_to_its_handler_and_department_and_to_no_other(cast: Cast) -> None:
    story = begin(cast).dispatched(to="wangqiang", department="工程部")
    for colleague in ("wangqiang", "zhaolei", "gaofeng"):
        assert _sees(cast, colleague) == {story.number}
    assert _sees(cast, "sunli") == set()


def test_a_handler_from_whom_a_case_was_taken_sees_it_no_more(cast: Cast) -> None:
    story = begin(cast).dispatched(to="wangqiang").dispatched(to="sunli", department="秩序部")
    assert _sees(cast, "sunli") == {story.number}
    assert _sees(cast, "wangqiang") == _sees(cast, "gaofeng") == set()


def test_the_next_round_is_not_for_the_handler_of_the_last(cast: Cast) -> None:
    begin(cast).informed(by="wangqiang").revisited(NOT_CONTENT)
    assert _sees(cast, "wangqiang") == set()


def test_whoever_was_first_responder_once_keeps_sight_of_the_case_for_ever(cast: Cast) -> None:
    """Even when their work no longer shows them the whole estate."""
    story = begin(cast).claimed(by="limin")
    story.act("limin", transferring.ask, to=cast.person("zhouqi"), reason="调岗")
    story.act("zhouqi", transferring.answer, accepted=True)
    with transaction():
        limin = cast.person("limin")
        limin.appointments[0].until = story.at
        db.session.add(
            Appointment(
                user_id=limin.id,
                estate_id=cast.estate.id,
                department_id=cast.department("环境部").id,
                role=Role.HANDLER,
                since=story.at,
            )
        )
    db.session.expire_all()
    begin(cast)
    assert _sees(cast, "limin") == {story.number}


def test_an_appointment_that_has_ended_shows_nothing(cast: Cast) -> None:
    begin(cast)
    with transaction():
        for appointment in cast.person("limin").appointments:
            appointment.until = MONDAY
    db.session.expire_all()
    assert _sees(cast, "limin") == set()


@pytest.mark.parametrize("username", PEOPLE)
def test_nobody_of_another_estate_sees_anything(cast: Cast, elsewhere: Cast, username: str) -> None:
    story = begin(cast).in_handling()
    assert _sees(elsewhere, username) == set()
    for load in (scope.read, scope.lock):
        with pytest.raises(NotFound):
            load(elsewhere.person(username), story.number)


def test_a_handler_at_two_estates_sees_their_own_part_at_each(cast: Cast, elsewhere: Cast) -> None:
    with transaction():
        db.session.add(
            Appointment(
                user_id=cast.person("wangqiang").id,
                estate_id=elsewhere.estate.id,
                department_id=elsewhere.department("工程部").id,
                role=Role.HANDLER,
                since=LONG_AGO,
            )
        )
    db.session.expire_all()
    here, there = begin(cast).dispatched(to="wangqiang"), begin(elsewhere).dispatched(to="zhaolei")
    begin(elsewhere).dispatched(to="sunli", department="秩序部")
    assert _sees(cast, "wangqiang") == {here.number, there.number}


def test_an_archive_number_is_found_however_its_letters_are_typed_and_only_whole(cast: Cast) -> None:
    story = begin(cast)
    limin = cast.person("limin")
    assert scope.read(limin, story.number.lower()).archive_number == story.number
    for wrong in ("", "%", "JX-26-%", "JX-26-000", f"{story.number} "):
        with pytest.raises(NotFound):
            scope.read(limin, wrong)


# Nobody whom the case is about (product.md; MS-2, CO-M5)


@pytest.mark.parametrize("username", PEOPLE)
def test_whoever_is_named_in_a_complaint_neither_sees_nor_touches_it(cast: Cast, username: str) -> None:
    name = cast.person(username).name
    story = begin(cast, about=f"{name}，说话难听")
    assert _sees(cast, username) == set()
    assert story.unseen_by(username)
    user = cast.person(username)
    with pytest.raises(Refused), transaction():
        claiming.claim(story.case, by=user, at=story.at)
    assert story.case.state == "received"


def test_a_department_complained_about_is_kept_out_whole(cast: Cast) -> None:
    """Its head and handlers, and its dispatchers too, who otherwise see the whole estate."""
    engineers = begin(cast, about_department_id=cast.department("工程部").id)
    desk = begin(cast, about_department_id=cast.department("客服中心").id)
    assert _sees(cast, "wangqiang") == set()
    assert _sees(cast, "gaofeng") == {desk.number}, "filled in for the department that he heads"
    assert _sees(cast, "limin") == _sees(cast, "zhouqi") == {engineers.number}
    assert _sees(cast, "chenjing") == {engineers.number, desk.number}


def test_first_responder_or_not_whoever_turns_out_to_be_meant_is_out(cast: Cast) -> None:
    story = begin(cast, about="那位师傅").in_handling(to="wangqiang")
    story.dispatched(to="sunli", department="秩序部", by="limin")
    story.act("limin", triage.name_subject, subject=cast.person("wangqiang"))
    assert story.unseen_by("wangqiang")


def test_each_verb_refuses_whom_the_case_is_about_even_if_a_door_were_left_open(cast: Cast) -> None:
    """The query hides the case; the one place that performs acts refuses in any event."""
    story = begin(cast, about="陈静专员").informed().revisited(CONTENT)
    chenjing = cast.person("chenjing")
    with pytest.raises(Refused) as refusal, transaction():
        recording.close(story.case, by=chenjing, at=story.at)
    assert "涉及您本人" in refusal.value.message
    with pytest.raises(Refused), transaction():
        triage.triage(story.case, judgement_of(story.case), by=chenjing, at=story.at)
    assert story.case.state == "informed"


def test_whom_it_is_about_gets_it_by_no_way_round(cast: Cast) -> None:
    story = begin(cast, about="王强").claimed()
    department, handler = cast.department("工程部"), cast.person("wangqiang")
    story.refused("limin", dispatching.dispatch, department=department, handler=handler)
    story.dispatched(to="zhaolei")
    assert _sees(cast, "wangqiang") == set(), "his department has the case, he has not"
    with pytest.raises(Refused), transaction():
        handling.progress(story.case, by=handler, at=story.at, text="没这回事", public=False)


@pytest.mark.parametrize(
    ("about", "out"),
    [
        ("", []),
        ("王", []),
        ("王强", ["wangqiang"]),
        ("王强和赵磊", ["wangqiang", "zhaolei"]),
        ("小王强子", ["wangqiang"]),
    ],
)
def test_whole_names_are_recognised_in_the_owners_words(cast: Cast, about: str, out: list[str]) -> None:
    """Rather one too many kept out than one too few; a surname alone names nobody."""
    story = begin(cast, about=about).claimed()
    story.dispatched(to="gaofeng")
    assert [name for name in ("wangqiang", "zhaolei") if story.unseen_by(name)] == out


def test_people_of_another_estate_are_not_taken_for_those_named_here(cast: Cast, elsewhere: Cast) -> None:
    here, there = begin(cast, about="李敏"), begin(elsewhere)
    assert _sees(cast, "limin") == set()
    assert _sees(elsewhere, "limin") == {there.number}
    assert here.unseen_by("limin")


def test_who_has_left_signs_in_no_more_whatever_they_took_part_in(cast: Cast) -> None:
    begin(cast).claimed(by="limin")
    with transaction():
        _session, token = sessions.begin(cast.person("limin"), "10.0.0.1", MONDAY)
        sessions.deactivate(cast.person("limin"), MONDAY + timedelta(seconds=1))
    assert sessions.of_token(token, MONDAY + timedelta(seconds=2)) is None
