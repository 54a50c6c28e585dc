"""Leaving (离职): what somebody holds passes by force to whom a director names; nothing open names them afterwards."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import or_, select

from shared.audit import roots
from shared.cases import handling, outstanding, participation
from shared.cases.circumstances import Circumstances
from shared.cases.finding import find
from shared.cases.lifecycle import OPEN
from shared.cases.models import Case, Escalation, OutstandingWork, Participation
from shared.cases.vocabulary import Outcome
from shared.database import db, transaction
from shared.deadlines import queries as deadlines
from shared.errors import Refused
from shared.identity import leaves, people, posts, roster
from shared.identity.models import Appointment, CategoryRoute, Leave, Shift, User
from shared.identity.permissions import Role
from shared.notifications.models import Message
from shared.notifications.wording import write
from shared.ownership import (
    claiming,
    cooperating,
    dispatching,
    handing_over,
    leaving,
    planning,
    task_group,
    transferring,
)
from shared.ownership.leaving import StillHolds
from shared.ownership.models import Assignment, Handover, Task, Transfer
from tests.cast import MONDAY, Cast
from tests.life import Life, begin

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = MONDAY + 5 * HOUR
WHY = "离职，交接完毕"


def _hand_over(cast: Cast, who: str, by: str = "hemei", **choices: str) -> int:
    """*choices*: kind of thing, or kind and id joined by an underscore, to whom."""
    named = {key.replace("_", "-"): cast.person(name) for key, name in choices.items()}
    with transaction():
        return leaving.hand_over(
            cast.person(who), cast.estate, named, by=cast.person(by), at=LATER, reason=WHY
        )


def _refused(cast: Cast, who: str, by: str = "hemei", **choices: str) -> str:
    with pytest.raises(Refused) as refusal:
        _hand_over(cast, who, by, **choices)
    assert _user(who).is_active
    return refusal.value.message


def _user(username: str) -> User:
    db.session.commit()
    return db.session.query(User).filter_by(username=username).populate_existing().one()


def open_rows_naming(user: User) -> dict[str, list[Any]]:
    """Everything open that waits for, proposes or appoints *user*, but for the sight of what one took first."""
    is_open = Case.state.in_(sorted(OPEN))
    asked: dict[str, Any] = {
        "first responder": select(Case.id).where(is_open, Case.first_responder_id == user.id),
        "handler": select(Case.id).where(is_open, Case.handler_id == user.id),
        "assignment": select(Assignment.id).where(
            Assignment.handler_id == user.id, Assignment.ended_at.is_(None)
        ),
        "task": select(Task.id).where(Task.taken_by_id == user.id, Task.ended_at.is_(None)),
        "work": select(OutstandingWork.id).where(
            OutstandingWork.owner_id == user.id, OutstandingWork.ended_at.is_(None)
        ),
        "transfer": select(Transfer.id).where(
            or_(Transfer.giver_id == user.id, Transfer.receiver_id == user.id), Transfer.answered_at.is_(None)
        ),
        "handover": select(Handover.id).where(
            or_(Handover.giver_id == user.id, Handover.receiver_id == user.id), Handover.answered_at.is_(None)
        ),
        "escalation": select(Escalation.id).where(
            Escalation.to_id == user.id, Escalation.answered_at.is_(None)
        ),
        "part": select(Participation.part).where(
            Participation.user_id == user.id,
            Participation.until.is_(None),
            Participation.part.not_in((participation.FIRST_RESPONDER, participation.ABOUT)),
        ),
        "post": select(Appointment.id).where(Appointment.user_id == user.id, Appointment.until.is_(None)),
        "shift": select(Shift.id).where(Shift.user_id == user.id, Shift.ends_at > LATER),
        "leave": select(Leave.id).where(
            or_(Leave.user_id == user.id, Leave.deputy_id == user.id), Leave.ends_at > LATER
        ),
        "route": select(CategoryRoute.id).where(CategoryRoute.handler_id == user.id),
    }
    found = {name: list(db.session.scalars(statement)) for name, statement in asked.items()}
    return {name: rows for name, rows in found.items() if rows}


def _sound(*stories: Life) -> None:
    db.session.commit()
    assert roots.verify()[1] == []
    for story in stories:
        assert story.case.last_seq == len(story.rows)


# Each kind of thing


def test_first_responsibility_passes_without_being_asked(cast: Cast) -> None:
    """GZ-15."""
    story = begin(cast).claimed()
    due = story.case.next_due_at
    assert _hand_over(cast, "limin", first="zhouqi") == 0
    case, row = story.case, story.rows[-1]
    assert (case.first_responder_id, case.next_due_at) == (cast.person("zhouqi").id, due)
    assert (row.act, row.public, story.words_of(row)) == ("takeover", True, WHY)
    assert (row.data["from"], row.data["by"]) == (cast.person("limin").id, cast.person("hemei").id)
    transfer = db.session.query(Transfer).one()
    assert (transfer.forced, transfer.accepted, transfer.asked_by_id) == (True, True, cast.person("hemei").id)
    message = db.session.query(Message).filter_by(about="succeeded").one()
    assert message.user == cast.person("zhouqi")
    letter = write(case, message.about, message.detail, "zh_Hans")
    assert letter is not None
    assert "李敏离职" in letter.text
    assert open_rows_naming(_user("limin")) == {}
    _sound(story)


@pytest.mark.parametrize("stage", ["dispatched", "in_handling"])
def test_what_they_handle_is_dispatched_anew_and_the_promise_holds(cast: Cast, stage: str) -> None:
    story: Life = getattr(begin(cast), stage)()
    promised = {d.rule: d.due_at for d in _clocks(story) if d.ended_at is None and d.met_at is None}
    _hand_over(cast, "wangqiang", handling="zhaolei")
    case = story.case
    assert (case.state, case.handler_id) == ("dispatched", cast.person("zhaolei").id)
    held = dispatching.current_assignment(case)
    assert held is not None
    assert (held.handler_id, held.department_id) == (cast.person("zhaolei").id, cast.department("工程部").id)
    assert story.rows[-1].act == "dispatch"
    for deadline in _clocks(story):
        is_running = deadline.rule in promised and deadline.ended_at is None
        if is_running and deadline.rule != "stalled":  # when something last moved is judged anew
            assert deadline.due_at == promised[deadline.rule], deadline.rule
    assert db.session.query(Message).filter_by(about="assigned", user_id=case.handler_id).count() == 1
    assert open_rows_naming(_user("wangqiang")) == {}
    story.act("zhaolei", dispatching.accept)
    _sound(story)


def _clocks(story: Life) -> Any:
    return deadlines.of_case(story.case.id)


def test_what_they_have_completed_another_reports_and_may_get_back(cast: Cast) -> None:
    """GZ-16: nothing is to be signed for again."""
    story = begin(cast).completed()
    _hand_over(cast, "wangqiang", handling="zhaolei")
    assert (story.case.state, story.case.handler_id) == ("completed", cast.person("zhaolei").id)
    story.act("zhaolei", handling.report, text="继电器已换")
    story.act("limin", handling.redo, reason="又坏了")
    story.act("zhaolei", handling.complete, outcome=Outcome.RESOLVED, result="再换一次")
    assert open_rows_naming(_user("wangqiang")) == {}
    _sound(story)


def test_where_the_owner_has_the_answer_nobody_has_to_be_named(cast: Cast) -> None:
    story = begin(cast).informed()
    with transaction():
        leaving.leave(cast.person("wangqiang"), cast.estate, by=cast.person("hemei"), at=LATER)
    assert story.case.handler_id is None
    assert open_rows_naming(_user("wangqiang")) == {}
    story.revisited()
    _sound(story)


def test_a_task_goes_to_a_colleague_of_the_department(cast: Cast) -> None:
    """AH-3.3b."""
    story = begin(cast).in_handling("sunli", "秩序部")
    story.act("limin", cooperating.ask, department=cast.department("工程部"), requirements="查电源")
    task = cooperating.tasks_of(story.case)[0]
    story.act("wangqiang", cooperating.take, task=task)
    assert "不在协办的部门" in _refused(cast, "wangqiang", task="sunli")
    _hand_over(cast, "wangqiang", task="zhaolei")
    assert db.session.query(Task).populate_existing().one().taken_by_id == cast.person("zhaolei").id
    story.act("zhaolei", cooperating.finish, task=cooperating.tasks_of(story.case)[0], result="电源正常")
    assert open_rows_naming(_user("wangqiang")) == {}
    _sound(story)


def test_works_after_the_answer_keep_their_date(cast: Cast) -> None:
    story = begin(cast).closed()
    story.act(
        "limin",
        outstanding.add,
        text="换整块门锁",
        department=cast.department("工程部"),
        owner=cast.person("wangqiang"),
        until=MONDAY + 9 * DAY,
    )
    with pytest.raises(StillHolds), transaction():
        leaving.leave(cast.person("wangqiang"), cast.estate, by=cast.person("hemei"), at=LATER)
    _hand_over(cast, "wangqiang", work="zhaolei")
    work = db.session.query(OutstandingWork).populate_existing().one()
    assert (work.owner_id, work.promised_at) == (cast.person("zhaolei").id, MONDAY + 9 * DAY)
    assert not story.unseen_by("zhaolei")
    row = story.rows[-1]
    assert (row.act, row.public) == ("outstanding_date", False)
    assert open_rows_naming(_user("wangqiang")) == {}


def test_offices_end_with_them_and_each_end_is_on_record(cast: Cast) -> None:
    director = cast.person("hemei")
    with transaction():
        for starts_at in (MONDAY, MONDAY + 2 * DAY):
            roster.add(
                cast.estate.id,
                cast.person("zhouqi"),
                starts_at=starts_at,
                ends_at=starts_at + 12 * HOUR,
                by=director,
                at=MONDAY,
            )
        for who, deputy in (("chenjing", "zhouqi"), ("zhouqi", None)):
            leaves.grant(
                cast.person(who),
                estate_id=cast.estate.id,
                starts_at=MONDAY + (3 if deputy else 8) * DAY,
                ends_at=MONDAY + (5 if deputy else 9) * DAY,
                deputy=cast.person(deputy) if deputy else None,
                by=director,
                at=MONDAY,
            )
        route = db.session.query(CategoryRoute).first()
        assert route is not None
        route.handler_id = cast.person("zhouqi").id
    with transaction():
        leaving.leave(cast.person("zhouqi"), cast.estate, by=director, at=LATER)
    assert open_rows_naming(_user("zhouqi")) == {}
    assert [shift.ends_at for shift in db.session.query(Shift).filter_by(user_id=_user("zhouqi").id)] == [
        LATER
    ]
    assert db.session.query(Leave).one().deputy_id is None


def test_every_kind_at_once_and_none_is_orphaned(cast: Cast) -> None:
    """The head of a department leads, helps, is told, was named, stands in and was asked: all of it finds somebody."""
    head = cast.person("gaofeng")
    with transaction():
        posts.appoint(head, cast.estate, Role.DISPATCHER, None, by=cast.person("admin"), at=MONDAY)
    first = begin(cast).claimed("gaofeng")
    handled = begin(cast, building_id=cast.building("5号楼").id, phone="13800138001").in_handling("gaofeng")
    helped = begin(cast, building_id=cast.building("6号楼").id, phone="13800138002").in_handling(
        "sunli", "秩序部"
    )
    helped.act("limin", cooperating.ask, department=cast.department("工程部"), requirements="查电源")
    helped.act("gaofeng", cooperating.take, task=cooperating.tasks_of(helped.case)[0])
    done = begin(cast, building_id=cast.building("7号楼").id, phone="13800138003").closed()
    done.act(
        "limin",
        outstanding.add,
        text="换整块门锁",
        department=cast.department("工程部"),
        owner=cast.person("gaofeng"),
        until=MONDAY + 9 * DAY,
    )
    grave = begin(cast, building_id=cast.building("8号楼").id, phone="13800138004").in_handling()
    grave.act("limin", find, circumstances=Circumstances(injury=True), text="有人摔伤")
    members = [cast.person("gaofeng"), cast.person("sunli")]
    grave.act("hemei", task_group.form, group=members, led_by=cast.person("gaofeng"))
    grave.act("wangqiang", dispatching.escalate, to=cast.person("gaofeng"), reason="等配件")
    grave.act("limin", transferring.ask, to=cast.person("gaofeng"), reason="下周休假")
    with transaction():
        participation.enter(
            db.session.get_one(Case, grave.case.id),
            participation.DESIGNATED,
            MONDAY,
            user_id=cast.person("gaofeng").id,
        )
    stories = (first, handled, helped, done, grave)
    assert len(open_rows_naming(_user("gaofeng"))) >= 9
    with pytest.raises(StillHolds) as held, transaction():
        leaving.leave(cast.person("gaofeng"), cast.estate, by=cast.person("admin"), at=LATER)
    assert {case.archive_number for case in held.value.cases} == {
        story.number for story in (first, handled, helped, done)
    }
    everything = {"first": "zhouqi", "handling": "wangqiang", "task": "zhaolei", "work": "zhaolei"}
    assert _hand_over(cast, "gaofeng", by="admin", **everything) == 0
    assert open_rows_naming(_user("gaofeng")) == {}
    assert not _user("gaofeng").is_active
    leader = task_group.leader(grave.case)
    assert leader == cast.person("sunli")
    heard = db.session.query(Escalation).filter_by(answered_at=None).one()
    assert heard.to == cast.person("hemei")
    named = participation.designated(grave.case)
    assert named is not None
    assert (named.user_id, named.department_id) == (None, cast.department("工程部").id)
    assert grave.case.first_responder_id == cast.person("limin").id
    _sound(*stories)


# Who may, who may have it


def test_each_case_may_have_a_successor_of_its_own(cast: Cast) -> None:
    one = begin(cast).claimed()
    other = begin(cast, building_id=cast.building("5号楼").id, phone="13800138001").claimed()
    _hand_over(cast, "limin", **{"first": "zhouqi", f"first_{other.case.id}": "chenjing"})
    assert one.case.first_responder_id == cast.person("zhouqi").id
    assert other.case.first_responder_id == cast.person("chenjing").id


def test_nothing_moves_where_one_case_has_nobody(cast: Cast) -> None:
    plain = begin(cast).claimed()
    about = begin(cast, about="周琪态度差", phone="13800138001").claimed()
    said = _refused(cast, "limin", first="zhouqi")
    assert said.startswith(f"{about.number}：")
    assert plain.case.first_responder_id == cast.person("limin").id
    assert "请选择由谁接手" in _refused(cast, "limin")
    assert "为什么" in _no_reason(cast)


def _no_reason(cast: Cast) -> str:
    with pytest.raises(Refused) as refusal, transaction():
        leaving.hand_over(
            cast.person("limin"),
            cast.estate,
            {"first": cast.person("zhouqi")},
            by=cast.person("hemei"),
            at=LATER,
            reason=" ",
        )
    return refusal.value.message


def test_the_leaver_is_no_successor_of_themselves(cast: Cast) -> None:
    begin(cast).claimed()
    assert "不能接手" in _refused(cast, "limin", first="limin")


def test_more_than_one_press_can_do_is_done_in_several(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaving, "MOST", 1)
    for n in (4, 5):
        begin(cast, building_id=cast.building(f"{n}号楼").id, phone=f"1380013800{n}").claimed()
    assert _hand_over(cast, "limin", first="zhouqi") == 1
    assert _user("limin").is_active
    assert _hand_over(cast, "limin", first="zhouqi") == 0
    assert not _user("limin").is_active


def test_a_report_from_inside_goes_to_whoever_keeps_such_reports(cast: Cast) -> None:
    """CO-M5: whoever presses chooses nobody; without a second supervisor the general manager keeps it."""
    story = begin(cast)
    with transaction():
        db.session.get_one(Case, story.case.id).channel = "internal"
    story.act("tangwen", claiming.claim)
    assert _hand_over(cast, "tangwen", by="admin") == 0
    case = story.case
    assert case.first_responder_id == cast.person("yangbo").id
    assert not story.unseen_by("yangbo")
    assert story.unseen_by("hemei")
    assert open_rows_naming(_user("tangwen")) == {}


def test_an_unclaimed_report_from_inside_is_not_left_without_a_reader(cast: Cast) -> None:
    """CO-M5."""
    story = begin(cast)
    with transaction():
        db.session.get_one(Case, story.case.id).channel = "internal"
    with transaction():
        leaving.leave(cast.person("tangwen"), cast.estate, by=cast.person("admin"), at=LATER)
    assert not story.unseen_by("yangbo")


def test_nobody_goes_while_a_plan_waits_for_them_alone(cast: Cast) -> None:
    """VK-4g: a second general manager has to be there before the first one leaves."""
    story = begin(cast).in_handling()
    story.act("wangqiang", find, circumstances=Circumstances(injury=True), text="有人摔伤")
    group = [cast.person("wangqiang"), cast.person("sunli")]
    story.act("wangqiang", planning.plan, text="停梯检修", told=False, group=group)
    story.act("chenjing", planning.review, passed=True)
    boss = cast.person("yangbo")
    with pytest.raises(Refused, match="总经理"), transaction():
        leaving.leave(boss, cast.estate, by=cast.person("admin"), at=LATER)
    assert _user("yangbo").is_active
    with transaction():
        posts.appoint(
            cast.person("xufei"), cast.estate, Role.GENERAL_MANAGER, None, by=cast.person("admin"), at=LATER
        )
    with transaction():
        leaving.leave(cast.person("yangbo"), cast.estate, by=cast.person("admin"), at=LATER)
    story.act("xufei", planning.approve, passed=True)


def test_what_was_offered_to_them_stays_with_whoever_offered_it(cast: Cast) -> None:
    story = begin(cast).claimed()
    with transaction():
        handing_over.offer(cast.estate, by=cast.person("limin"), to=cast.person("zhouqi"), at=MONDAY + HOUR)
    with transaction():
        leaving.leave(cast.person("zhouqi"), cast.estate, by=cast.person("hemei"), at=LATER)
    assert story.case.first_responder_id == cast.person("limin").id
    assert transferring.pending(story.case) is None
    assert db.session.query(Message).filter_by(about="handover_answered").one().user == cast.person("limin")


def test_whoever_comes_back_is_appointed_anew(cast: Cast) -> None:
    with transaction():
        leaving.leave(cast.person("zhouqi"), cast.estate, by=cast.person("hemei"), at=LATER)
    with transaction():
        people.reactivate(cast.person("zhouqi"), cast.estate, by=cast.person("hemei"), at=LATER + DAY)
    assert _user("zhouqi").is_active
    assert not any(post.until is None for post in _user("zhouqi").appointments)
