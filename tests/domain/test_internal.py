"""CO-M5: staff report what is wrong inside; supervision alone has to do with it, never whom it is about."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from shared.cases import ending, handling, triage
from shared.cases.lifecycle import State
from shared.cases.models import Case
from shared.cases.participation import visible_to
from shared.cases.triage import judgement_of
from shared.cases.vocabulary import Category, Channel, Kind, Method, Outcome, PartyType, Validity
from shared.database import db, transaction
from shared.deadlines import sweep
from shared.deadlines.models import Deadline
from shared.errors import NotFound, Refused
from shared.escalation import climbing, holding
from shared.escalation.models import Rung, RungPerson
from shared.identity import leaves
from shared.identity.models import Appointment, User
from shared.identity.permissions import Role
from shared.incidents import proposing
from shared.incidents.models import Incident, SpecialReport
from shared.incidents.repeats import earlier_of
from shared.notifications.models import Message
from shared.ownership import claiming, dispatching, transferring
from shared.register import counts
from shared.register.views import View, offered
from shared.revisits import recording
from tests.cast import LONG_AGO, MONDAY, PEOPLE, Cast, report
from tests.life import CONTENT, Life, begin

WORDS = "维修材料以次充好，发票对不上"
LIFT = str(report().description)
NOT_SUPERVISION = sorted(PEOPLE.keys() - {"tangwen"})


def reported(cast: Cast, **more: Any) -> Life:
    """Somebody of ours has reported something, without a name unless *more* gives one."""
    facts: dict[str, Any] = {
        "channel": Channel.INTERNAL,
        "kind": Kind.COMPLAINT,
        "category": Category.OTHER,
        "description": WORDS,
        "topic": None,
        "spot": None,
        "anonymous": True,
        "party_type": PartyType.STAFF,
    }
    return begin(cast, **(facts | more))


def _see(story: Life) -> set[str]:
    """Whose registers hold the case."""
    found = set()
    for username in PEOPLE:
        user = story.cast.person(username)
        if db.session.scalar(select(Case.id).where(Case.archive_number == story.number, visible_to(user))):
            found.add(username)
    return found


def _told(story: Life) -> set[str]:
    """Who of us got any message about it."""
    case_id = story.case.id
    people = db.session.scalars(
        select(User).join(Message, Message.user_id == User.id).where(Message.case_id == case_id)
    )
    return {user.username for user in people}


def _appoint(cast: Cast, username: str, role: Role, department: str | None = None) -> None:
    with transaction():
        db.session.add(
            Appointment(
                user_id=cast.person(username).id,
                estate_id=cast.estate.id,
                department_id=cast.department(department).id if department else None,
                role=role,
                since=LONG_AGO,
            )
        )


def _dismiss(cast: Cast, username: str) -> None:
    with transaction():
        for appointment in cast.person(username).appointments:
            appointment.until = MONDAY


# Who sees it


def test_co_m5_supervision_alone_sees_what_staff_report(cast: Cast) -> None:
    story = reported(cast)
    assert _see(story) == {"tangwen"}
    assert _told(story) == {"tangwen"}


@pytest.mark.parametrize(
    ("about", "left"),
    [
        ("王强", {"tangwen"}),
        ("总经理杨波", {"tangwen"}),
        ("唐文", {"yangbo"}),
        ("督导专员", {"yangbo"}),
        ("唐文和总经理", {"xufei"}),
        ("唐文、副总经理", {"yangbo"}),
    ],
)
def test_co_m5_whom_it_is_about_never_sees_it_and_the_next_in_turn_answers(
    cast: Cast, about: str, left: set[str]
) -> None:
    story = reported(cast, about=about)
    assert _see(story) == _told(story) == left
    duty = {r.user.username for r in holding.holders(story.case, "first_responder", story.at)}
    assert duty == left


def test_whoever_is_named_only_in_the_story_is_kept_away_as_well(cast: Cast) -> None:
    """People leave the field empty, and name them where they tell it."""
    assert _see(reported(cast, description=f"{WORDS}，是唐文拿的回扣")) == {"yangbo"}


def test_a_supervisor_of_the_department_it_is_about_does_not_answer_for_it(cast: Cast) -> None:
    _appoint(cast, "tangwen", Role.HANDLER, "环境部")
    story = reported(cast, about_department_id=cast.department("环境部").id)
    assert _see(story) == {"yangbo"}


def test_where_there_is_another_supervisor_it_stays_with_supervision(cast: Cast) -> None:
    _appoint(cast, "zhouqi", Role.SUPERVISOR)
    assert _see(reported(cast, about="唐文")) == {"zhouqi"}


def test_what_nobody_could_judge_fairly_is_not_taken_and_says_where_to_turn(cast: Cast) -> None:
    with pytest.raises(Refused, match="12345"):
        reported(cast, about="唐文、杨波、许飞")
    db.session.rollback()
    assert db.session.scalar(select(Case.id)) is None


def test_who_has_ceased_to_be_supervision_sees_it_no_more_and_a_new_one_does(cast: Cast) -> None:
    story = reported(cast)
    story.act("tangwen", claiming.claim)
    _appoint(cast, "zhouqi", Role.SUPERVISOR)
    _dismiss(cast, "tangwen")
    _appoint(cast, "tangwen", Role.DISPATCHER)
    assert _see(story) == {"zhouqi"}
    duty = [r.user.username for r in holding.holders(story.case, "handler", story.at)]
    assert duty == ["zhouqi"]


def test_found_to_be_about_supervision_it_passes_to_the_general_manager(cast: Cast) -> None:
    _appoint(cast, "zhouqi", Role.SUPERVISOR)
    story = reported(cast)
    story.act("zhouqi", triage.name_subject, subject=cast.person("tangwen"))
    assert _see(story) == {"zhouqi"}
    other = reported(cast)
    other.act("tangwen", triage.name_subject, subject=cast.person("yangbo"))
    assert _see(other) == {"tangwen", "zhouqi"}


def test_a_deputy_of_supervision_who_is_none_of_it_hears_nothing(cast: Cast) -> None:
    with transaction():
        leaves.grant(
            cast.person("tangwen"),
            estate_id=cast.estate.id,
            starts_at=MONDAY - timedelta(days=1),
            ends_at=MONDAY + timedelta(days=9),
            deputy=cast.person("limin"),
            by=cast.person("hemei"),
            at=MONDAY - timedelta(days=1),
        )
    story = reported(cast)
    assert _told(story) == {"tangwen"}
    assert [r.user.username for r in holding.holders(story.case, "handler", story.at)] == ["tangwen"]


# Who acts on it


@pytest.mark.parametrize("username", NOT_SUPERVISION)
def test_nobody_else_can_load_it_for_any_act(cast: Cast, username: str) -> None:
    story = reported(cast)
    with pytest.raises(NotFound):
        story.act(username, claiming.claim)


@pytest.mark.parametrize("username", NOT_SUPERVISION)
def test_nobody_else_could_act_even_on_a_case_that_lay_before_them(cast: Cast, username: str) -> None:
    """The guard behind the door: an act that forgot to look through somebody's scope is refused all the same."""
    story = reported(cast)
    person = cast.person(username)
    for verb, more in (
        (claiming.claim, {}),
        (handling.progress, {"text": "x", "public": False}),
        (triage.name_subject, {"subject": cast.person("limin")}),
        (dispatching.escalate, {"to": cast.person("hemei"), "reason": "x"}),
    ):
        with pytest.raises(Refused):
            verb(story.case, by=person, at=story.at, **more)
        db.session.rollback()
    assert story.acts == ["filing"]


def test_supervision_carries_it_from_the_claim_to_the_archive_by_itself(cast: Cast) -> None:
    story = reported(cast)
    story.act("tangwen", claiming.claim)
    assert story.case.first_responder_id == cast.person("tangwen").id
    story.act("tangwen", handling.progress, text="已调取采购单据", public=True)
    story.act("tangwen", handling.complete, outcome=Outcome.RESOLVED, result="差价已追回，责任人已处理")
    story.act("tangwen", handling.inform, method=Method.MESSAGE, text="已查实并追回")
    story.act("tangwen", recording.close)
    story.act("tangwen", ending.archive, cause="验收没有两人", prevention="入库两人签字")
    assert story.case.stage is State.ARCHIVED
    assert _see(story) == _told(story) == {"tangwen"}


def test_who_left_a_telephone_is_asked_how_it_was_before_it_closes(cast: Cast) -> None:
    story = reported(cast, anonymous=False, phone="13900139000", name="某某")
    story.act("tangwen", claiming.claim)
    story.act("tangwen", handling.contact, method=Method.TELEPHONE, reached=True)
    story.act("tangwen", handling.complete, outcome=Outcome.RESOLVED, result="差价已追回，责任人已处理")
    story.act("tangwen", handling.inform, method=Method.TELEPHONE, text="已查实并追回")
    story.refused("tangwen", recording.close)
    story.act("tangwen", recording.record, method=Method.TELEPHONE, answers=CONTENT)
    story.act("tangwen", recording.close)
    assert story.case.party is not None
    assert story.case.party.type == PartyType.STAFF


def test_it_is_handed_to_nobody(cast: Cast) -> None:
    story = reported(cast)
    story.act("tangwen", claiming.claim)
    story.refused(
        "tangwen",
        dispatching.dispatch,
        department=cast.department("工程部"),
        handler=cast.person("wangqiang"),
    )
    story.refused("tangwen", transferring.ask, to=cast.person("limin"), reason="调岗")
    story.refused("tangwen", dispatching.escalate, to=cast.person("hemei"), reason="x")


def test_first_responsibility_passes_within_supervision_only(cast: Cast) -> None:
    _appoint(cast, "zhouqi", Role.SUPERVISOR)
    story = reported(cast)
    story.act("tangwen", claiming.claim)
    story.act("tangwen", transferring.ask, to=cast.person("zhouqi"), reason="调岗")
    story.act("zhouqi", transferring.answer, accepted=True)
    assert story.case.first_responder_id == cast.person("zhouqi").id


def test_what_is_no_internal_report_supervision_still_only_looks_at(cast: Cast) -> None:
    story = begin(cast)
    story.refused("tangwen", claiming.claim)
    story.claimed()
    story.refused("tangwen", handling.progress, text="x", public=True)
    story.refused("tangwen", handling.complete, outcome=Outcome.RESOLVED, result="已经修好了电梯")
    assert "办结" in story.refused("limin", handling.complete, outcome=Outcome.RESOLVED, result="已经修好了")


def test_one_judged_invalid_is_explained(cast: Cast) -> None:
    story = reported(cast)
    story.act("tangwen", claiming.claim)
    judged = judgement_of(story.case)
    story.act(
        "tangwen",
        triage.triage,
        judgement=type(judged)(**{**_fields(judged), "validity": Validity.INVALID}),
        reason="查无实据",
    )
    story.act("tangwen", handling.inform, method=Method.MESSAGE, text="查过采购单据，没有发现")
    assert story.case.stage is State.INFORMED


def _fields(judged: Any) -> dict[str, Any]:
    return {name: getattr(judged, name) for name in judged.__slots__}


# Clocks


def test_its_clocks_run_and_none_of_them_asks_that_it_be_handed_on(cast: Cast) -> None:
    story = reported(cast)
    rules = {d.rule for d in db.session.scalars(select(Deadline).where(Deadline.case_id == story.case.id))}
    assert {"completion", "feedback"} <= rules
    assert not rules & {"relay", "relay_urgent", "escalation", "unresolved"}


def test_a_broken_clock_is_told_to_supervision_and_climbs_to_nobody(cast: Cast) -> None:
    story = reported(cast)
    for days in (1, 3, 5, 9):
        at = MONDAY + timedelta(days=days)
        sweep.sweep(at)
        climbing.climb_due(at)
    asked = db.session.scalars(select(User).join(RungPerson, RungPerson.user_id == User.id))
    assert {user.username for user in asked} == {"tangwen"}
    assert {rung.level for rung in db.session.scalars(select(Rung))} == {0}
    assert _see(story) == _told(story) == {"tangwen"}


def test_when_supervision_has_gone_whoever_is_next_hears_of_it_and_may_read_it(cast: Cast) -> None:
    story = reported(cast)
    _dismiss(cast, "tangwen")
    assert _see(story) == set()
    sweep.sweep(MONDAY + timedelta(days=9))
    assert _see(story) == {"yangbo"}


# What others count and the machine proposes


def test_it_stands_in_no_incident_whatever_it_is_like(cast: Cast) -> None:
    begin(cast)
    like = begin(cast, phone="13900139001")
    story = reported(cast, description=LIFT, topic="lift", spot="2单元电梯")
    proposing.propose(story.case.id)
    assert db.session.scalar(select(Incident.id)) is None
    proposing.propose(like.case.id)
    assert story.case.incident_id is None
    assert proposing.find(story.case) is None
    assert story.case.id not in proposing.unproposed(cast.estate.id)


def test_the_special_report_on_an_ordinary_case_does_not_name_it(cast: Cast) -> None:
    """Whoever reported from inside with a telephone complains with the same one as somebody who lives here."""
    reported(cast, anonymous=False, phone="13800138000", category=Category.FACILITIES)
    reported(cast, anonymous=False, phone="13800138000", category=Category.FACILITIES)
    story = begin(cast)
    assert earlier_of(story.case) == []
    assert db.session.scalar(select(SpecialReport.id)) is None
    assert story.case.severity == "ordinary"


def test_it_is_routed_to_no_department_and_graded_by_no_machine(cast: Cast) -> None:
    story = reported(cast, description=f"{WORDS}，有人受伤，被媒体曝光")
    assert story.case.lead_department_id is None
    assert [row.act for row in story.rows] == ["filing"]


def test_the_numbers_of_other_cases_have_no_gap_where_it_was_filed(cast: Cast) -> None:
    """A gap would tell every reader of the register that, and between which hours, somebody reported."""
    before, story, after = begin(cast), reported(cast), begin(cast)
    assert (before.case.archive_serial, after.case.archive_serial) == (1, 2)
    assert story.number == "JX-26-900001"
    assert reported(cast).number == "JX-26-900002"
    assert reported(cast).case.archive_serial == 900_003


def test_no_figure_counts_it(cast: Cast) -> None:
    begin(cast)
    version = begin(cast).case.policy_version_id
    before = counts.open_cases_by_version(cast.estate.id)
    reported(cast)
    assert counts.open_cases_by_version(cast.estate.id) == before == {version: 2}


def test_the_desk_of_supervision_has_a_view_of_its_own(cast: Cast) -> None:
    reported(cast)
    tangwen = cast.person("tangwen")
    assert View.INTERNAL in offered(tangwen)
    assert counts.counts(tangwen, [View.INTERNAL], MONDAY).by_view == {View.INTERNAL: 1}
    for username in NOT_SUPERVISION:
        assert View.INTERNAL not in offered(cast.person(username)), username
