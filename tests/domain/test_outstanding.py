"""Outstanding works (遗留事项): what the answer leaves to do keeps a person and a date until it is done (GZ-12)."""

from datetime import datetime, timedelta

from shared.cases import handling, outstanding
from shared.cases.models import OutstandingWork, Words
from shared.cases.vocabulary import Method, Outcome
from shared.database import db, transaction
from shared.notifications.models import Message
from shared.notifications.wording import write
from shared.register.counts import counts
from shared.register.listing import queue
from shared.register.views import View
from shared.retention import erasure
from shared.revisits import recording
from tests.cast import Cast
from tests.life import NOT_CONTENT, Life, begin

DAY = timedelta(days=1)
WHAT = "等厂家发来导轮，到货后更换"


def _answered(cast: Cast) -> Life:
    """The lift runs again, slowly; a part is still to come."""
    story = begin(cast).in_handling()
    story.act("wangqiang", handling.complete, outcome=Outcome.PARTLY, result="已临时修复，限速运行\n导轮缺货")
    return story


def _left(
    story: Life, to: str = "sunli", department: str = "秩序部", until: datetime | None = None
) -> OutstandingWork:
    """The handler hands what is left to somebody of another department, who did not see the case before."""
    work = story.act(
        "wangqiang",
        outstanding.add,
        text=WHAT,
        department=story.cast.department(department),
        owner=story.cast.person(to),
        until=until or story.at + 10 * DAY,
    )
    assert isinstance(work, OutstandingWork)
    return work


def _told(story: Life) -> list[str]:
    found = db.session.query(Message).filter_by(case_id=story.case.id, about="outstanding_given").all()
    return sorted({message.user.name for message in found if message.user})


def _mine(story: Life, username: str) -> list[tuple[str, str]]:
    """The lines of 遗留事项 on that person's desk: number and state of its date."""
    rows, _more = queue(story.cast.person(username), View.OUTSTANDING, story.at)
    return [(row.number, row.promise.state.value) for row in rows if row.promise]


def test_whoever_is_given_it_is_told_and_reads_of_it_no_more_once_it_is_done(cast: Cast) -> None:
    story = _answered(cast)
    work = _left(story)
    assert _told(story) == ["孙丽"]
    detail = str(work.id)
    letter = write(story.case, "outstanding_given", detail, "zh_Hans")
    assert letter is not None
    assert "秩序部孙丽负责" in letter.text
    assert WHAT not in letter.text, "a letter is read by more than one person"
    story.act("sunli", outstanding.end, work=work, done=True, text="换好了")
    assert write(story.case, "outstanding_given", detail, "zh_Hans") is None


def test_who_takes_it_themselves_is_not_written_to(cast: Cast) -> None:
    story = _answered(cast)
    _left(story, "wangqiang", "工程部")
    assert _told(story) == []


def test_what_is_left_to_do_has_a_person_and_a_date_and_stands_on_their_desk(cast: Cast) -> None:
    story = _answered(cast)
    assert story.unseen_by("sunli")
    _left(story)
    assert _mine(story, "sunli") == [(story.number, "running")]
    assert not story.unseen_by("sunli")
    assert _mine(story, "wangqiang") == []
    user = cast.person("sunli")
    assert counts(user, [View.OUTSTANDING], story.at).by_view == {View.OUTSTANDING: 1}


def test_a_date_that_comes_near_and_passes_is_told_by_time_left(cast: Cast) -> None:
    later, sooner = _answered(cast), _answered(cast)
    _left(later, until=later.at + 30 * DAY)
    _left(sooner, until=sooner.at + 4 * DAY)
    assert _mine(sooner, "sunli") == [(sooner.number, "running"), (later.number, "running")]
    sooner.at += timedelta(days=3, hours=12)
    assert _mine(sooner, "sunli")[0] == (sooner.number, "near")
    sooner.at += DAY
    assert _mine(sooner, "sunli")[0] == (sooner.number, "broken")


def test_a_new_date_keeps_the_first_beside_it(cast: Cast) -> None:
    story = _answered(cast)
    work = _left(story)
    first = work.due_at
    story.act("sunli", outstanding.set_date, work=work, until=first + 5 * DAY, reason="厂家推迟发货")
    again = outstanding.of_case(story.case)[0]
    assert (again.due_at, again.promised_at) == (first, first + 5 * DAY)
    row = story.rows[-1]
    assert (row.act, row.public, story.words_of(row)) == ("outstanding_date", True, "厂家推迟发货")
    assert (row.data["before"], row.data["until"]) == (
        first.isoformat(),
        (first + 5 * DAY).isoformat(),
    )


def test_no_word_of_ours_about_it_is_the_owners_to_read_only_department_and_dates(cast: Cast) -> None:
    story = _answered(cast)
    work = _left(story)
    story.act("sunli", outstanding.end, work=work, done=False, text="厂家停产，改用别的方案")
    said = db.session.query(Words).filter(Words.id.in_([work.words_id, work.result_words_id]))
    assert [words.public for words in said] == [False, False]


def test_it_is_tracked_through_the_closure_and_ends_after_it(cast: Cast) -> None:
    story = _answered(cast)
    work = _left(story)
    story.act("limin", handling.inform, method=Method.TELEPHONE, text="先限速运行")
    story.revisited()
    story.act("chenjing", recording.close)
    story.at += 12 * DAY
    assert _mine(story, "sunli") == [(story.number, "broken")]
    story.act("sunli", outstanding.end, work=work, done=True, text="导轮已换，恢复正常速度")
    assert story.case.state == "closed"
    assert _mine(story, "sunli") == []
    assert story.unseen_by("sunli"), "who has nothing left to do has nothing left to see"
    assert "已经了结" in story.refused("limin", outstanding.end, work=work, done=True, text="做完了")


def test_it_stays_through_the_next_round(cast: Cast) -> None:
    story = _answered(cast)
    _left(story)
    story.act("limin", handling.inform, method=Method.TELEPHONE, text="先限速运行")
    story.revisited(NOT_CONTENT)
    assert (story.case.round, story.case.state) == (2, "claimed")
    assert _mine(story, "sunli") == [(story.number, "running")]
    assert not story.unseen_by("sunli")


def test_who_has_two_works_of_a_case_keeps_it_in_sight_until_the_second_is_done(cast: Cast) -> None:
    story = _answered(cast)
    first, second = _left(story), _left(story)
    story.act("sunli", outstanding.end, work=first, done=True, text="已经到货")
    assert not story.unseen_by("sunli")
    story.act("sunli", outstanding.end, work=second, done=True, text="已经更换")
    assert story.unseen_by("sunli")


def test_before_the_answer_there_is_nothing_outstanding(cast: Cast) -> None:
    story = begin(cast).in_handling()
    assert "办结以后" in story.refused(
        "wangqiang",
        outstanding.add,
        text=WHAT,
        department=cast.department("工程部"),
        owner=cast.person("zhaolei"),
        until=story.at + DAY,
    )


def test_it_is_given_only_to_whom_it_can_be_and_for_a_time_to_come(cast: Cast) -> None:
    story = _answered(cast)
    of_another = {"text": WHAT, "department": cast.department("秩序部"), "until": story.at + DAY}
    assert "王强不能负责" in story.refused(
        "wangqiang", outstanding.add, owner=cast.person("wangqiang"), **of_another
    )
    too_late = {"text": WHAT, "department": cast.department("工程部"), "until": story.at}
    assert "以后" in story.refused("wangqiang", outstanding.add, owner=cast.person("wangqiang"), **too_late)
    assert outstanding.of_case(story.case) == []


def test_another_department_does_not_end_what_is_not_its_own(cast: Cast) -> None:
    story = _answered(cast)
    work = _left(story, to="zhaolei", department="工程部")
    assert not outstanding.can_keep(cast.person("sunli"), story.case, work)
    for username in ("zhaolei", "gaofeng", "limin", "chenjing"):
        assert outstanding.can_keep(cast.person(username), story.case, work), username
    # Who handled the case sees it still, and has no say in what is a colleague's.
    assert "由负责人" in story.refused("wangqiang", outstanding.end, work=work, done=True, text="好了")


def test_of_an_erased_case_the_work_still_ends_and_leaves_no_word_behind(cast: Cast) -> None:
    story = _answered(cast)
    work = _left(story)
    story.act("limin", handling.inform, method=Method.TELEPHONE, text="先限速运行")
    story.revisited()
    story.act("chenjing", recording.close)
    with transaction():
        erasure.erase(story.case, at=story.at + DAY)
    story.at += 2 * DAY
    assert "已经删除" in story.refused(
        "limin", outstanding.set_date, work=work, until=story.at + DAY, reason="推迟"
    )
    story.act("limin", outstanding.end, work=work, done=True, text="王秀兰家门口的已换")
    ended = outstanding.of_case(story.case)[0]
    assert (ended.done, ended.result_words_id) == (True, None)
