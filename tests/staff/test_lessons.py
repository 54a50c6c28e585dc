"""The case library: a closed case retold without anybody in it, approved by another, read by everybody (CO-7)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from shared.cases import ending, participation
from shared.cases.models import Case
from shared.cases.vocabulary import Category, Channel
from shared.database import db, transaction
from shared.improvement import causes, lessons, lessons_queries
from shared.improvement.models import Lesson
from tests.cast import MONDAY, Cast
from tests.critic import CriticalClient, Page
from tests.life import Life, begin

SignIn = Callable[[str], CriticalClient]
pytestmark = pytest.mark.usefixtures("that_monday")
LIBRARY = "/staff/improvement/lessons"
TOLD: dict[str, Any] = {
    "title": "电梯困人以后先打电话再等维保",
    "happened": "早高峰电梯困人半小时，按铃没人接。三天内换了门锁继电器，回访满意。",
    "learnt": "值班室接铃后 5 分钟内回电，边安抚边等维保；配电室备两只继电器。",
}


def _write(signed_in: SignIn, story: Life, by: str = "chenjing", **told: Any) -> Page:
    client = signed_in(by)
    page = client.get(f"/staff/cases/{story.number}")
    return client.get(page.link("写成案例")).submit("/new", **(TOLD | told))


def _written() -> Lesson:
    return db.session.query(Lesson).populate_existing().one()


def _approved(signed_in: SignIn, story: Life) -> Page:
    _write(signed_in, story)
    return signed_in("hemei").get(f"{LIBRARY}/{_written().id}").submit("/approval")


def test_co_7_a_lesson_is_written_of_a_closed_case_approved_by_another_and_read_by_everybody(
    cast: Cast, signed_in: SignIn
) -> None:
    story = begin(cast).closed()
    page = _write(signed_in, story)
    assert "等批准" in page.words
    assert "/approval" not in str(page.soup), "nobody approves what they wrote"
    reader = signed_in("sunli")
    assert reader.get(page.where).status_code == 404, "it is not in the library yet"
    assert "还没有案例" in reader.get(LIBRARY).words

    approver = signed_in("hemei")
    waiting = approver.get(f"{LIBRARY}?view=waiting")
    page = approver.get(waiting.link(TOLD["title"])).submit("/approval")
    assert "已批准" in page.words
    page = reader.get(reader.get(LIBRARY).link(TOLD["title"]))
    assert TOLD["learnt"] in page.words
    assert story.number not in page.get_data(as_text=True), "a case that one does not see is not named"
    assert story.number in approver.get(page.where).words


def test_the_form_begins_with_what_it_was_about_and_why_and_with_no_word_of_the_case(
    cast: Cast, signed_in: SignIn
) -> None:
    story = begin(cast).closed()
    with transaction():
        chenjing = cast.person("chenjing")
        causes.record(story.case, by=chenjing, at=MONDAY, code="upkeep", words_id=None)
        causes.record(story.case, by=chenjing, at=MONDAY, code="ageing", words_id=None)
    client = signed_in("chenjing")
    form = client.get(client.get(f"/staff/cases/{story.number}").link("写成案例"))
    chosen = [str(option["value"]) for option in form.soup.select("option[selected]")]
    assert chosen == ["facilities", "ageing"]
    for private in ("王秀兰", "3-2-1101", "困了我"):
        assert private not in form.get_data(as_text=True)


def test_co_7_words_that_say_who_or_where_are_refused(cast: Cast) -> None:
    story = begin(cast).closed()
    for told, said in {
        "王秀兰家门口的电梯": "王秀兰",
        "王 秀\u200b兰反映": "王秀兰",
        "王女士很着急": "王女士",
        "派王强去修": "王强",
        "李主管接的电话": "李主管",
        "住３－２－１１０１的人": "3-2-1101",
        "写信到 Xiulan@Example.com": "xiulan@example.com",
        "3号楼的电梯": "3号楼",
        "尾号 001-38000": "0138000",
    }.items():
        telling = lessons.Telling("电梯困人", "facilities", f"早上，{told}。", "先回电")
        assert f"从“{said}" in story.refused("chenjing", lessons.write, telling=telling), told
    assert db.session.query(Lesson).count() == 0


def test_what_was_refused_is_still_in_the_form(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).closed()
    page = _write(signed_in, story, happened="3-2-1101漏水", learnt="王强要先回电")
    assert page.status_code == 409
    assert "从“3-2-1101”、“王强”认得出" in page.words
    page = page.submit("/new", happened="楼上漏水", learnt="维修工要先回电")
    assert "等批准" in page.words


def test_the_writer_changes_it_until_it_is_approved_and_the_approver_has_read_these_very_words(
    cast: Cast, signed_in: SignIn
) -> None:
    page = _write(signed_in, begin(cast).closed())
    approver = signed_in("hemei")
    read = approver.get(page.where)
    assert approver.get(f"{page.where}/change").status_code == 404, "another's words are not changed"

    writer = signed_in("chenjing")
    form = writer.get(f"{page.where}/change")
    assert "已改好" in form.submit("/change", title="先回电，再等维保").words
    refused = read.submit("/approval")
    assert refused.status_code == 409
    assert "请重新看一遍" in refused.words
    assert "先回电，再等维保" in refused.words
    assert "已批准" in refused.submit("/approval").words
    late = form.submit("/change", title="又改了")
    assert late.status_code == 409
    assert _written().title == "先回电，再等维保"


def test_co_7_who_may_approve_lessons_does_not_approve_their_own(cast: Cast, signed_in: SignIn) -> None:
    page = _write(signed_in, begin(cast).closed(), by="hemei")
    assert "/approval" not in str(page.soup)
    approving = signed_in("tangwen").get(page.where).form("/approval")
    sent = {str(field["name"]): str(field["value"]) for field in approving.select("input")}
    director = signed_in("hemei")
    sent["csrf_token"] = str(director.get(page.where).one("input[name=csrf_token]")["value"])
    refused = director.post(f"{page.where}/approval", data=sent)
    assert refused.status_code == 409
    assert "写的人以外" in refused.words
    assert _written().approved_at is None


def test_what_is_withdrawn_is_read_by_nobody_but_those_who_write_and_approve(
    cast: Cast, signed_in: SignIn
) -> None:
    page = _approved(signed_in, begin(cast).closed())
    writer, reader = signed_in("chenjing"), signed_in("wangqiang")
    assert reader.get(page.where).status_code == 200
    assert "/withdrawal" not in str(reader.get(page.where).soup)
    gone = writer.get(page.where).submit("/withdrawal")
    assert "已撤下" in gone.words
    assert reader.get(page.where).status_code == 404
    assert TOLD["title"] not in reader.get(f"{LIBRARY}?view=withdrawn").words
    assert TOLD["title"] in signed_in("tangwen").get(f"{LIBRARY}?view=withdrawn").words


def test_the_library_is_searched_by_category_cause_and_words(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).closed()
    for title, category, cause, learnt in (
        ("电梯困人", "facilities", "ageing", "备两只继电器，占 50% 就补"),
        ("门岗放行", "security", "procedure", "先登记再放行"),
    ):
        told = lessons.Telling(title, category, "经过", learnt, cause)
        lesson = story.act("chenjing", lessons.write, telling=told)
        with transaction():
            held = lessons_queries.lock(cast.person("hemei"), lesson.id)
            lessons.approve(held, by=cast.person("hemei"), at=MONDAY, read=lessons.reading(held))
    reader = signed_in("zhaolei")

    def titles(**asked: str) -> set[str]:
        page = reader.get(LIBRARY, query_string=asked)
        return {cell.get_text() for cell in page.soup.select("tbody th")}

    assert titles() == {"电梯困人", "门岗放行"}
    assert titles(category="security") == titles(cause="procedure") == titles(q="登记 放行") == {"门岗放行"}
    assert titles(q="50%") == {"电梯困人"}, "a sign of the database's is a sign like others"
    assert titles(q="_") == titles(q="%%") == titles(category="facilities", cause="procedure") == set()
    assert titles(q="\x00", category="nothing") == {"电梯困人", "门岗放行"}


def test_hostile_words_are_shown_as_words(cast: Cast, signed_in: SignIn) -> None:
    page = _write(
        signed_in,
        begin(cast).closed(),
        title="<b onclick=x>",
        happened="{{ 7*7 }}<script>x</script>",
        learnt="\x00=a",
    )
    assert (page.soup.select("h1 b"), page.soup.select("p script")) == ([], [])
    assert "{{ 7*7 }}<script>x</script>" in page.words
    assert _written().learnt == "=a"


@pytest.mark.parametrize("asked", ["open", "internal", "sealed", "unwritten"])
def test_of_a_case_that_goes_on_is_confided_or_sealed_no_lesson_is_written(
    cast: Cast, signed_in: SignIn, asked: str
) -> None:
    """CO-M5, AH-6.2: neither offered, nor to be had by the address."""
    story = begin(cast).informed() if asked == "open" else begin(cast).closed()
    with transaction():
        case = story.case
        case.channel = Channel.INTERNAL if asked == "internal" else case.channel
        case.sealed_at = MONDAY if asked == "sealed" else None
    who = {"unwritten": "limin", "internal": "tangwen"}.get(asked, "chenjing")
    client = signed_in(who)
    assert "写成案例" not in client.get(f"/staff/cases/{story.number}").words
    assert client.get(f"{LIBRARY}/new?case={story.number}").status_code in (403, 404)


def test_who_may_not_know_who_complained_of_staff_cannot_find_it_out_by_writing(
    cast: Cast, signed_in: SignIn
) -> None:
    """GZ-15: a name that is refused would be a name that was guessed."""
    story = begin(cast, category=Category.ATTITUDE, topic="attitude").closed()
    assert signed_in("xufei").get(f"/staff/cases/{story.number}").status_code == 200
    assert signed_in("xufei").get(f"{LIBRARY}/new?case={story.number}").status_code == 404
    assert signed_in("chenjing").get(f"{LIBRARY}/new?case={story.number}").status_code == 200


def test_whom_the_case_is_about_neither_sees_the_draft_nor_judges_it_but_reads_what_is_approved(
    cast: Cast, signed_in: SignIn
) -> None:
    story = begin(cast).closed()
    _write(signed_in, story)
    with transaction():
        participation.enter(story.case, participation.ABOUT, MONDAY, user_id=cast.person("hemei").id)
    accused, address = signed_in("hemei"), f"{LIBRARY}/{_written().id}"
    assert TOLD["title"] not in accused.get(f"{LIBRARY}?view=waiting").words
    assert accused.get(address).status_code == 404
    other = signed_in("tangwen").get(address).submit("/approval")
    assert "已批准" in other.words
    page = accused.get(address)
    assert TOLD["learnt"] in page.words
    assert story.number not in page.get_data(as_text=True)
    assert "/withdrawal" not in str(page.soup)


def test_a_lesson_of_a_case_reopened_meanwhile_waits_until_that_is_over(
    cast: Cast, signed_in: SignIn
) -> None:
    story = begin(cast).closed()
    page = _write(signed_in, story)
    approver = signed_in("hemei")
    read = approver.get(page.where)
    story.act("hemei", ending.reopen, cause="reopening", reason="又困人了")
    waiting = approver.get(page.where)
    assert "还在办理" in waiting.words
    assert "/approval" not in str(waiting.soup)
    assert "还在办理" in read.submit("/approval").words
    assert _written().approved_at is None


def test_another_estate_has_a_library_of_its_own(cast: Cast, elsewhere: Cast, signed_in: SignIn) -> None:
    page = _approved(signed_in, begin(cast).closed())
    foreign = signed_in("yunhe-hemei")
    assert TOLD["title"] not in foreign.get(LIBRARY).words
    assert foreign.get(page.where).status_code == 404
    assert foreign.get(f"{LIBRARY}?estate=jinxiu").status_code == 404


def test_a_lesson_outlives_the_year_and_the_words_of_its_case(cast: Cast, signed_in: SignIn) -> None:
    """AH-6.2: nobody is in it, so it stays when the case is erased; the way back is for who sees that."""
    page = _approved(signed_in, begin(cast).closed())
    with transaction():
        db.session.query(Case).update({"sealed_at": MONDAY, "erased_at": MONDAY})
    with time_machine.travel(MONDAY + timedelta(days=9), tick=False):
        assert TOLD["learnt"] in signed_in("sunli").get(page.where).words
