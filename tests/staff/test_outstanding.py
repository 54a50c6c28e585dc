"""What the answer leaves to do, on the pages: in the form of the completion, on case and desk, for the owner."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from shared.cases import handling, links, outstanding
from shared.cases.models import Words
from shared.cases.vocabulary import Method
from shared.database import db
from tests.cast import MONDAY, Cast
from tests.critic import CriticalClient, Page
from tests.life import Life, begin

SignIn = Callable[[str], CriticalClient]
pytestmark = pytest.mark.usefixtures("that_monday")
RESULT = "已临时修复，限速运行，注意听响声"


def _value(page: Page, select: str, text: str) -> str:
    return next(
        str(option["value"])
        for option in page.one(f"select[name={select}]").find_all("option")
        if text in option.get_text()
    )


def _form(client: CriticalClient, story: Life, act: str) -> Page:
    return client.get(f"/staff/cases/{story.number}/{act}")


def _answered_with_work_left(story: Life, signed_in: SignIn) -> Page:
    form = _form(signed_in("wangqiang"), story, "completion")
    return form.submit(
        "/completion",
        outcome="partly",
        result=RESULT,
        reason="导轮缺货",
        left="到货后更换导轮",
        left_owner=_value(form, "left_owner", "秩序部 · 孙丽"),
        left_until="2026-03-12T18:00",
    )


def test_an_answer_that_leaves_something_says_why_and_hands_on_what_is_left(
    cast: Cast, signed_in: SignIn
) -> None:
    story = begin(cast).in_handling()
    page = _answered_with_work_left(story, signed_in)
    assert "已办结：部分解决" in page.words
    assert "遗留事项交给秩序部孙丽" in page.words
    assert story.acts[-2:] == ["completion", "outstanding"]
    resolution = handling.current_resolution(story.case)
    assert resolution is not None
    assert db.session.get_one(Words, resolution.words_id).text == f"{RESULT}\n导轮缺货"
    desk = signed_in("sunli").get("/staff/?view=outstanding")
    assert "遗留事项 1" in desk.words
    assert story.number in desk.words


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({"reason": ""}, "没有全部解决，请写明原因"),
        ({"left_until": ""}, "遗留事项要有做完的日期"),
        ({"left_owner": ""}, "请选择遗留事项由谁做"),
    ],
)
def test_what_is_missing_of_the_unfinished_is_asked_for_and_nothing_is_lost(
    cast: Cast, signed_in: SignIn, answers: dict[str, str], told: str
) -> None:
    story = begin(cast).in_handling()
    form = _form(signed_in("wangqiang"), story, "completion")
    said: dict[str, Any] = {
        "outcome": "cannot",
        "result": RESULT,
        "reason": "厂家停产",
        "left": "另找厂家",
        "left_until": "2026-03-12T18:00",
    }
    page = form.submit("/completion", **{**said, **answers})
    assert page.status_code == 422
    assert told in page.words
    assert page.one("textarea[name=left]").get_text().strip() == "另找厂家"
    assert story.case.state == "handling"


def test_whoever_solved_it_is_asked_for_no_reason_and_leaves_no_work(cast: Cast, signed_in: SignIn) -> None:
    """What stood in the fields before another outcome was chosen is not taken down."""
    story = begin(cast).in_handling()
    form = _form(signed_in("wangqiang"), story, "completion")
    form.submit("/completion", outcome="resolved", result=RESULT, left="看看再说")
    assert story.case.state == "completed"
    assert outstanding.of_case(story.case) == []


def test_on_the_case_it_gets_another_date_and_an_end(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).in_handling()
    _answered_with_work_left(story, signed_in)
    other = signed_in("sunli")
    page = other.get(f"/staff/cases/{story.number}")
    assert "到货后更换导轮" in page.words
    assert "秩序部 孙丽" in page.words
    form = other.get(str(page.one(".acts a[href*=outstanding_date]")["href"]))
    page = form.submit("/outstanding_date", until="2026-03-20T18:00", reason="厂家推迟")
    assert "已改日期" in page.words
    assert "原定 12 日 18:00 前" in page.words
    form = _form(other, story, "outstanding_end")
    page = form.submit("/outstanding_end", done="yes", note="导轮已换")
    assert "遗留事项做完了" in page.words
    page = signed_in("limin").get(f"/staff/cases/{story.number}")
    assert "按时做完" in page.words
    assert "导轮已换" in page.words
    again = _form(signed_in("limin"), story, "outstanding_end")
    assert again.status_code == 409
    assert "没有还要做的遗留事项" in again.words


def test_closing_says_what_is_still_open(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).in_handling()
    _answered_with_work_left(story, signed_in)
    story.at = MONDAY + timedelta(hours=6, minutes=30)
    story.act("limin", handling.inform, method=Method.TELEPHONE, text="先限速运行")
    story.revisited()
    form = _form(signed_in("chenjing"), story, "closure")
    assert "还有 1 件遗留事项，结案后照样跟踪：秩序部 孙丽，12 日 18:00 前" in form.words
    page = form.submit("/closure")
    assert story.case.state == "closed"
    assert "还有 1 件遗留事项" in page.words


def test_the_owner_reads_department_and_dates_and_no_word_of_ours(
    cast: Cast, signed_in: SignIn, client: CriticalClient
) -> None:
    story = begin(cast).in_handling()
    _answered_with_work_left(story, signed_in)
    link = f"/c/{links.current_token(story.case)}"
    page = client.get(link)
    assert "秩序部 3 月 12 日 18:00 前做完。" in page.words
    assert "更换导轮" not in page.words
    assert "孙丽" not in page.words
    other = signed_in("sunli")
    _form(other, story, "outstanding_date").submit(
        "/outstanding_date", until="2026-03-20T18:00", reason="厂家推迟发货"
    )
    page = client.get(link)
    assert "秩序部 3 月 20 日 18:00 前做完。 原定 3 月 12 日 18:00。" in page.words
    _form(other, story, "outstanding_end").submit("/outstanding_end", done="no", note="改用别的方案")
    page = client.get(link)
    assert "秩序部 今天决定不做。" in page.words
    assert "改用别的方案" not in page.words


def test_a_case_without_any_asks_the_database_nothing_more(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).informed()
    assert "遗留事项" not in [
        heading.get_text() for heading in signed_in("limin").get(f"/staff/cases/{story.number}").soup("h2")
    ]
