"""A later time in place of a limit: agreed (GZ-12), extended with a reason (AH-3.2), held by a referral (TR-9)."""

from datetime import datetime, timedelta

import pytest

from shared.cases import ending, handling
from shared.cases.vocabulary import Evidence, Outcome
from shared.database import db
from shared.deadlines import agreement, extension, sweep
from shared.deadlines.models import Deadline
from shared.deadlines.postponing import postponements_of
from shared.deadlines.promises import PromiseState, promise
from tests.cast import MONDAY, Cast
from tests.life import Life, begin

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LIMIT = MONDAY + 48 * HOUR


def clock(story: Life, rule: str = "completion", number: int = 1) -> Deadline:
    found = db.session.query(Deadline).filter_by(case_id=story.case.id, rule=rule, round=number)
    return found.populate_existing().order_by(Deadline.started_at.desc()).first() or pytest.fail(f"no {rule}")


def agree(story: Life, until: datetime, by: str = "wangqiang", text: str = "短信：周五下午三点来修") -> None:
    story.act(by, agreement.agree, until=until, evidence=Evidence.MESSAGE, text=text)


def complete(story: Life, at: datetime) -> None:
    story.at = at
    story.act("wangqiang", handling.complete, outcome=Outcome.RESOLVED, result="已更换门锁继电器")


def test_gz_12_an_agreed_time_replaces_the_limit_and_the_original_stays_beside_it(cast: Cast) -> None:
    story = begin(cast).in_handling()
    agree(story, MONDAY + 4 * DAY)
    moved = clock(story)
    assert (moved.due_at, moved.original_due_at, moved.moved_by) == (MONDAY + 4 * DAY, LIMIT, "agreement")
    assert moved.steps[-1] == "03-02 周一 10:40 约定至 03-06 周五 10:00"
    sweep.sweep(MONDAY + 3 * DAY)
    assert clock(story).breached_at is None
    complete(story, MONDAY + 3 * DAY)
    assert clock(story).breached_at is None
    (record,) = postponements_of(story.case)
    assert (record.act, record.until, record.evidence) == ("agreement", MONDAY + 4 * DAY, "message")


def test_gz_12_what_is_not_done_by_the_agreed_time_is_broken_then(cast: Cast) -> None:
    story = begin(cast).in_handling()
    agree(story, MONDAY + 4 * DAY)
    sweep.sweep(MONDAY + 5 * DAY)
    assert clock(story).breached_at == MONDAY + 4 * DAY


def test_t38_a_breach_is_not_agreed_away(cast: Cast) -> None:
    story = begin(cast).in_handling()
    story.at = LIMIT + HOUR
    agree(story, MONDAY + 4 * DAY)
    late = clock(story)
    assert (late.breached_at, late.due_at) == (LIMIT, MONDAY + 4 * DAY)
    assert promise(late, MONDAY + 3 * DAY, "Asia/Shanghai").state is PromiseState.BROKEN


def test_gz_12_spoken_words_do_not_count(cast: Cast) -> None:
    story = begin(cast).in_handling()
    more = {"until": MONDAY + 4 * DAY, "evidence": Evidence.MESSAGE, "text": "  "}
    assert "书面凭证" in story.refused("wangqiang", agreement.agree, **more)
    gone = {**more, "text": "约好了", "until": MONDAY}
    assert "还没有到" in story.refused("wangqiang", agreement.agree, **gone)
    assert "GZ-12" in story.refused("tangwen", agreement.agree, **{**more, "text": "约好了"})


def test_ah_3_2_an_extension_tells_the_owner_why(cast: Cast) -> None:
    story = begin(cast).in_handling()
    story.act("gaofeng", extension.extend, until=MONDAY + 3 * DAY, reason="配件从外地发货，周四到")
    assert (clock(story).due_at, clock(story).moved_by) == (MONDAY + 3 * DAY, "extension")
    row = story.rows[-1]
    assert row.public
    assert story.words_of(row) == "配件从外地发货，周四到"


def test_ah_3_2_an_extension_is_later_reasoned_and_not_the_handlers_own(cast: Cast) -> None:
    story = begin(cast).in_handling()
    earlier = {"until": MONDAY + DAY, "reason": "配件未到"}
    assert "只能往后" in story.refused("gaofeng", extension.extend, **earlier)
    assert "理由" in story.refused("gaofeng", extension.extend, until=MONDAY + 3 * DAY, reason="")
    assert "部门负责人" in story.refused(
        "wangqiang", extension.extend, until=MONDAY + 3 * DAY, reason="配件未到"
    )


def test_ah_3_2_without_a_clock_that_may_be_extended_there_is_nothing_to_extend(cast: Cast) -> None:
    story = begin(cast).in_handling()
    complete(story, MONDAY + DAY)
    assert "延期" in story.refused("limin", extension.extend, until=MONDAY + 3 * DAY, reason="配件未到")


def test_tr_9_outside_our_contracts_the_clock_stands_still(cast: Cast) -> None:
    story = begin(cast).in_handling()
    story.at = MONDAY + DAY - timedelta(minutes=10)
    story.act("limin", ending.refer, body="供电局", reason="电表归供电局", outside=True)
    held = clock(story)
    assert held.paused_at == MONDAY + DAY
    assert story.case.next_due_at is None
    assert promise(held, MONDAY + 9 * DAY, "Asia/Shanghai").state is PromiseState.PARKED
    sweep.sweep(MONDAY + 9 * DAY)
    assert clock(story).breached_at is None
    story.at = MONDAY + 10 * DAY - timedelta(minutes=10)
    story.act("limin", ending.recall, reason="供电局说归我们")
    again = clock(story)
    assert (again.paused_at, again.due_at, again.original_due_at) == (None, MONDAY + 11 * DAY, LIMIT)
    assert again.steps[-1] == "转外 03-03 周二 10:00 至 03-12 周四 10:00 不计，03-13 周五 10:00 到期"


def test_tr_9_what_was_late_before_the_referral_stays_late(cast: Cast) -> None:
    story = begin(cast).in_handling()
    story.at = LIMIT + DAY
    story.act("limin", ending.refer, body="供电局", reason="电表归供电局", outside=True)
    assert clock(story).breached_at == LIMIT


def test_tr_9_with_a_contractor_of_ours_the_clock_runs(cast: Cast) -> None:
    story = begin(cast).in_handling()
    story.act("limin", ending.refer, body="电梯维保公司", reason="由维保更换", outside=False)
    assert clock(story).paused_at is None
    sweep.sweep(LIMIT + HOUR)
    assert clock(story).breached_at == LIMIT


def test_tr_9_a_completion_while_the_matter_is_elsewhere_is_in_time(cast: Cast) -> None:
    story = begin(cast).in_handling()
    story.act("limin", ending.refer, body="供电局", reason="电表归供电局", outside=True)
    story.at = MONDAY + 9 * DAY
    story.act("limin", handling.complete, outcome=Outcome.NOT_OURS, result="供电局已更换电表")
    assert (clock(story).breached_at, clock(story).paused_at) == (None, None)
