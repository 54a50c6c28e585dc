"""The end of a shift (交接班, GZ-15): offered together, taken with one acceptance, nobody's in between."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete

from shared.cases import ending, scope
from shared.database import db, transaction
from shared.errors import NotFound, Refused
from shared.identity import leaves, roster
from shared.identity.models import Shift, User
from shared.notifications import quiet
from shared.notifications.models import Message
from shared.notifications.wording import write
from shared.ownership import handing_over, transferring
from shared.ownership.handing_over import Outcome
from shared.ownership.models import Handover, Transfer
from shared.retention import erasure
from shared.revisits import recording
from tests.cast import MONDAY, Cast
from tests.life import Life, begin

HOUR = timedelta(hours=1)
SIX = MONDAY + 8 * HOUR  # the desk's shift ends at six in the evening
LIFT_FIRST = "电梯那件业主七点来电话"


def _claimed(cast: Cast, *buildings: str, by: str = "limin") -> list[Life]:
    return [
        begin(cast, building_id=cast.building(name).id, phone=f"138 0013 80{n:02d}", topic=None).claimed(by)
        for n, name in enumerate(buildings)
    ]


def _offer(cast: Cast, *stories: Life, by: str = "limin", to: str = "zhouqi", at: datetime = SIX) -> Outcome:
    with transaction():
        giver = cast.person(by)
        ids = [story.case.id for story in stories] or None
        _handover, outcome = handing_over.offer(
            cast.estate, by=giver, to=cast.person(to), at=at, case_ids=ids, note=LIFT_FIRST
        )
    return outcome


def _accept(cast: Cast, by: str = "zhouqi", at: datetime = SIX + HOUR) -> Outcome:
    with transaction():
        return handing_over.accept(_the_handover().id, by=cast.person(by), at=at)


def _the_handover() -> Handover:
    return db.session.query(Handover).order_by(Handover.id.desc()).limit(1).populate_existing().one()


def _responsible(story: Life) -> str:
    db.session.commit()
    return str(db.session.get_one(User, story.case.first_responder_id).name)


# Offering


def test_offered_everything_is_still_the_givers_and_no_clock_waits(cast: Cast) -> None:
    """GZ-15."""
    stories = _claimed(cast, "1号楼", "2号楼", "3号楼")
    due = [story.case.next_due_at for story in stories]
    outcome = _offer(cast)
    assert outcome == Outcome([story.number for story in stories], [])
    assert [_responsible(story) for story in stories] == ["李敏"] * 3
    assert [story.case.next_due_at for story in stories] == due
    assert {story.rows[-1].act for story in stories} == {"transfer"}


def test_one_press_takes_all_of_them(cast: Cast) -> None:
    """GZ-15."""
    stories = _claimed(cast, "1号楼", "2号楼", "3号楼")
    due = [story.case.next_due_at for story in stories]
    _offer(cast)
    assert _accept(cast) == Outcome([story.number for story in stories], [])
    assert [_responsible(story) for story in stories] == ["周琪"] * 3
    assert [story.case.next_due_at for story in stories] == due
    row = stories[0].rows[-1]
    assert (row.act, row.public, row.data["accepted"]) == ("takeover", True, True)
    assert not stories[0].unseen_by("limin")
    handover = _the_handover()
    assert (handover.accepted, handover.answered_at, handover.note) == (True, SIX + HOUR, LIFT_FIRST)


def test_only_what_was_chosen_is_offered(cast: Cast) -> None:
    kept, given = _claimed(cast, "1号楼", "2号楼")
    _offer(cast, given)
    _accept(cast)
    assert (_responsible(kept), _responsible(given)) == ("李敏", "周琪")


def test_what_went_to_somebody_else_before_the_offer_is_told_by_number(cast: Cast) -> None:
    story, other = _claimed(cast, "1号楼", "2号楼")
    story.act("limin", transferring.ask, to=cast.person("chenjing"), reason="她熟")
    assert _offer(cast, story, other) == Outcome([other.number], [story.number])


def test_nothing_to_offer_is_refused(cast: Cast) -> None:
    with pytest.raises(Refused, match="没有可以移交"):
        _offer(cast)
    assert db.session.query(Handover).count() == 0


@pytest.mark.parametrize("username", ["limin", "wangqiang", "admin", "tangwen"])
def test_whoever_cannot_be_first_responder_is_no_relief(cast: Cast, username: str) -> None:
    _claimed(cast, "1号楼")
    with pytest.raises(Refused, match="不能接班"):
        _offer(cast, to=username)


def test_a_case_about_whoever_comes_next_stays_and_is_told(cast: Cast) -> None:
    plain, about = _claimed(cast, "1号楼"), begin(cast, about="周琪态度差", phone="").claimed()
    assert _offer(cast) == Outcome([plain[0].number], [about.number])


def test_more_than_one_press_can_do_is_refused(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handing_over, "MOST", 1)
    _claimed(cast, "1号楼", "2号楼")
    with pytest.raises(Refused, match="一次最多交接 1 件"):
        _offer(cast)


# Answering


def test_declined_nothing_moves_and_the_giver_hears(cast: Cast) -> None:
    (story,) = _claimed(cast, "1号楼")
    _offer(cast)
    with transaction():
        handing_over.decline(_the_handover().id, by=cast.person("zhouqi"), at=SIX, reason="我明早才来")
    assert _responsible(story) == "李敏"
    assert transferring.pending(story.case) is None
    assert (story.rows[-1].public, story.words_of(story.rows[-1])) == (False, "我明早才来")
    message = db.session.query(Message).filter_by(about="handover_answered").one()
    assert message.user == cast.person("limin")
    letter = write(story.case, message.about, message.detail, "zh_Hans")
    assert letter is not None
    assert "周琪没有接班" in letter.text
    assert _offer(cast, to="chenjing").went == [story.number]


def test_nobody_declines_without_a_reason(cast: Cast) -> None:
    _claimed(cast, "1号楼")
    _offer(cast)
    with pytest.raises(Refused, match="为什么"), transaction():
        handing_over.decline(_the_handover().id, by=cast.person("zhouqi"), at=SIX, reason=" ")
    assert _the_handover().answered_at is None


@pytest.mark.parametrize("username", ["limin", "chenjing", "hemei"])
def test_nobody_else_accepts_it(cast: Cast, username: str) -> None:
    (story,) = _claimed(cast, "1号楼")
    _offer(cast)
    with pytest.raises(NotFound):
        _accept(cast, by=username)
    assert _responsible(story) == "李敏"


def test_accepted_twice_it_is_accepted_once(cast: Cast) -> None:
    (story,) = _claimed(cast, "1号楼")
    _offer(cast)
    _accept(cast)
    with pytest.raises(Refused, match="已经有了答复"):
        _accept(cast)
    assert story.acts.count("takeover") == 1


def test_what_ended_in_between_is_left_out_and_told_by_number(cast: Cast) -> None:
    going, ended, passed = _claimed(cast, "1号楼", "2号楼", "3号楼")
    _offer(cast)
    with transaction():
        ending.withdraw(scope.lock_by_id(ended.case.id), at=SIX)
    with transaction():
        passed.case.first_responder_id = cast.person("chenjing").id
    assert _accept(cast) == Outcome([going.number], [ended.number, passed.number])
    assert (_responsible(ended), _responsible(passed)) == ("李敏", "陈静")


def test_dispatched_in_between_it_goes_all_the_same(cast: Cast) -> None:
    """First responsibility is not whoever handles it."""
    (story,) = _claimed(cast, "1号楼")
    _offer(cast)
    story.dispatched()
    assert _accept(cast).went == [story.number]
    assert (_responsible(story), story.case.handler_id) == ("周琪", cast.person("wangqiang").id)


def test_one_of_them_answered_by_itself_is_not_asked_again(cast: Cast) -> None:
    one, other = _claimed(cast, "1号楼", "2号楼")
    _offer(cast)
    one.act("zhouqi", transferring.answer, accepted=True)
    assert _accept(cast) == Outcome([other.number], [])
    assert (_responsible(one), _responsible(other)) == ("周琪", "周琪")


def test_the_giver_takes_it_back_and_asks_somebody_else(cast: Cast) -> None:
    (story,) = _claimed(cast, "1号楼")
    _offer(cast)
    with pytest.raises(NotFound), transaction():
        handing_over.take_back(_the_handover().id, by=cast.person("zhouqi"), at=SIX)
    with transaction():
        handing_over.take_back(_the_handover().id, by=cast.person("limin"), at=SIX)
    assert handing_over.offered_to(cast.person("zhouqi")) == []
    assert _offer(cast, to="chenjing").went == [story.number]


# Who comes next, and what they hear


def _on_duty(cast: Cast, who: str, begins: datetime, hours: int) -> None:
    roster.add(
        cast.estate.id,
        cast.person(who),
        starts_at=begins,
        ends_at=begins + hours * HOUR,
        by=cast.person("hemei"),
        at=MONDAY - 2 * HOUR,
    )


@pytest.fixture
def shifts(cast: Cast) -> None:
    """李敏 until six, then 陈静, then 周琪 the next morning."""
    with transaction():
        db.session.execute(delete(Shift))
        _on_duty(cast, "limin", MONDAY - 2 * HOUR, 10)
        _on_duty(cast, "chenjing", SIX, 8)
        _on_duty(cast, "zhouqi", SIX + 14 * HOUR, 8)


@pytest.mark.usefixtures("shifts")
def test_whoever_has_the_next_shift_stands_first_and_others_can_be_chosen(cast: Cast) -> None:
    people = handing_over.receivers(cast.person("limin"), cast.estate.id, SIX - HOUR)
    assert people[0].name == "陈静"
    assert {"周琪", "何梅", "刘洁"} <= {person.name for person in people}
    assert "李敏" not in {person.name for person in people}


@pytest.mark.usefixtures("shifts")
@pytest.mark.parametrize(("deputy", "coming"), [("hemei", "何梅"), (None, "周琪")])
def test_while_the_next_is_away_their_deputy_comes_else_the_one_after(
    cast: Cast, deputy: str | None, coming: str
) -> None:
    with transaction():
        leaves.grant(
            cast.person("chenjing"),
            estate_id=cast.estate.id,
            starts_at=SIX - HOUR,
            ends_at=SIX + 12 * HOUR,
            deputy=cast.person(deputy) if deputy else None,
            by=cast.person("hemei"),
            at=MONDAY,
        )
    people = handing_over.receivers(cast.person("limin"), cast.estate.id, SIX - HOUR)
    assert people[0].name == coming
    assert "陈静" not in {person.name for person in people}


def test_one_message_tells_of_all_of_them(cast: Cast) -> None:
    stories = _claimed(cast, "1号楼", "2号楼")
    _offer(cast)
    message = db.session.query(Message).filter_by(user_id=cast.person("zhouqi").id).one()
    assert message.about == "handover_offered"
    letter = write(stories[0].case, message.about, message.detail, "zh_Hans")
    assert letter is not None
    assert "李敏下班前把 2 件诉求的首问责任交给您" in letter.text
    _accept(cast)
    assert write(stories[0].case, message.about, message.detail, "zh_Hans") is None
    answered = db.session.query(Message).filter_by(about="handover_answered").one()
    assert answered.user == cast.person("limin")
    letter = write(stories[0].case, answered.about, answered.detail, "zh_Hans")
    assert letter is not None
    assert "周琪已经接班，2 件" in letter.text


def test_whoever_comes_for_the_night_hears_before_the_morning(cast: Cast) -> None:
    """The shift ends whether or not it is quiet; that it was taken can wait."""
    (story,) = _claimed(cast, "1号楼")
    late = MONDAY + 11 * HOUR + timedelta(minutes=50)  # ten to ten in the evening
    assert quiet.held_until(story.case, "handover_offered", cast.person("zhouqi"), late) is None
    assert quiet.held_until(story.case, "handover_answered", cast.person("zhouqi"), late) is not None


def test_a_report_from_inside_is_never_part_of_it(cast: Cast) -> None:
    """CO-M5."""
    (story,) = _claimed(cast, "1号楼")
    with transaction():
        story.case.channel = "internal"
    assert handing_over.to_give(cast.person("limin"), cast.estate.id) == []


def test_a_transfer_nobody_answered_ends_with_its_case(cast: Cast) -> None:
    """Reopened, it can be asked of somebody anew, and no desk shows what nobody can answer."""
    story = begin(cast).informed().revisited()
    story.act("limin", transferring.ask, to=cast.person("zhouqi"), reason="下周休假")
    story.act("chenjing", recording.close)
    assert transferring.pending(story.case) is None
    assert db.session.query(Transfer).one().accepted is None


def test_the_note_goes_with_the_first_of_its_cases_that_is_erased(cast: Cast) -> None:
    """T41: it may speak of any of them."""
    first, second = _claimed(cast, "1号楼", "2号楼")
    _offer(cast, first, second)
    _accept(cast)
    with transaction():
        ending.withdraw(scope.lock_by_id(first.case.id), at=SIX + HOUR)
        erasure.erase(scope.lock_by_id(first.case.id), at=SIX + HOUR)
    assert _the_handover().note == ""
    assert second.case.statement is not None


def test_the_note_of_other_cases_stays(cast: Cast) -> None:
    first, second = _claimed(cast, "1号楼", "2号楼")
    _offer(cast, second)
    with transaction():
        ending.withdraw(scope.lock_by_id(first.case.id), at=SIX)
        erasure.erase(scope.lock_by_id(first.case.id), at=SIX)
    assert _the_handover().note == LIFT_FIRST
