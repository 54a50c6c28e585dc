"""What of a case hangs in the lobby: decided on the case, a line only by two people, and nobody recognisable (MS-8)."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from shared.cases.models import Case
from shared.cases.vocabulary import Category, Channel
from shared.database import db, transaction
from shared.notices import publicity
from shared.notices.models import Publicity
from shared.register import board
from tests.cast import MONDAY, Cast, file
from tests.life import CONTENT, NOT_CONTENT, Life, begin

LINE = "已更换门禁继电器并试用两天"


def decide(story: Life, line: str = LINE, *, by: str = "limin", shown: bool = True, reason: str = "") -> None:
    story.act(by, publicity.decide, shown=shown, line=line, reason=reason)


def standing(story: Life) -> Publicity:
    found = publicity.standing(story.case.id)
    assert found is not None
    return found


def approve(story: Life, by: str = "hemei") -> None:
    story.act(by, publicity.approve, read=standing(story).id)


def lines(story: Life) -> dict[str, str]:
    """The finished rows by number, as anybody may read them."""
    shown = board.read(story.cast.estate, story.at)
    return {case.number: case.line for case in shown.finished}


def three_finished(cast: Cast) -> list[Life]:
    return [
        begin(
            cast, building_id=cast.building("3号楼").id, phone=f"138 0000 {n:04}", unit=f"3-2-{n}"
        ).informed()
        for n in range(3)
    ]


def test_ms_8_a_line_shows_only_when_another_person_has_approved_it(cast: Cast) -> None:
    story, *_others = three_finished(cast)
    decide(story)
    assert lines(story)[story.number] == ""
    said = story.refused("limin", publicity.approve, read=standing(story).id)
    assert "写的人以外" in said
    approve(story)
    assert lines(story)[story.number] == LINE
    assert [row.act for row in story.rows][-2:] == ["publicity", "publicity"]
    assert not any(row.public for row in story.rows[-2:])


def test_the_timeline_holds_no_word_of_the_line(cast: Cast) -> None:
    story, *_others = three_finished(cast)
    decide(story, reason="业主问过能不能写")
    assert LINE not in str(story.rows[-1].data)
    assert "业主问过" not in str(story.rows[-1].data)
    assert story.words_of(story.rows[-1]) == "业主问过能不能写"


def test_who_approves_has_read_this_very_line(cast: Cast) -> None:
    story, *_others = three_finished(cast)
    decide(story)
    read = standing(story).id
    decide(story, "已修好")
    assert "请重新看一遍" in story.refused("hemei", publicity.approve, read=read)
    approve(story)
    decide(story, "已修好，请放心")
    assert lines(story)[story.number] == "", "a new line needs a new approval"


def test_a_line_not_approved_is_taken_away_and_the_case_stays(cast: Cast) -> None:
    story, *_others = three_finished(cast)
    decide(story)
    story.act("hemei", publicity.reject, read=standing(story).id, text="写得太细")
    assert lines(story)[story.number] == ""
    assert "批准" in story.refused("hemei", publicity.approve, read=standing(story).id)


@pytest.mark.parametrize(
    "line",
    [
        "已更换门禁继电器并试用两天，请各位邻居放心用",  # 21 characters and more
        "已上门为王秀兰更换",
        "已修3-2-1101门锁",
        "1101室漏水已修",
        "请拨8000查询",
        "3号楼门禁已修",
        "2单元电梯已修",
    ],
)
def test_a_line_names_nobody_and_no_building_and_is_short(cast: Cast, line: str) -> None:
    story = begin(cast).informed()
    said = story.refused("limin", publicity.decide, shown=True, line=line, reason="")
    assert "MS-8" in said


def test_a_case_kept_off_is_gone_from_rows_and_totals_but_not_from_the_figures(cast: Cast) -> None:
    stories = [begin(cast, building_id=cast.building("3号楼").id) for _ in range(4)]
    before = board.read(cast.estate, MONDAY)
    assert "写明理由" in stories[0].refused("limin", publicity.decide, shown=False, line="", reason=" ")
    decide(stories[0], "", shown=False, reason="正在打官司")
    after = board.read(cast.estate, MONDAY)
    assert stories[0].number not in {case.number for case in after.in_progress}
    assert (before.in_progress_total, after.in_progress_total) == (4, 3)
    assert (before.figures.open, after.figures.open) == (4, 4), "what is hidden makes us look no better"
    decide(stories[0], "")
    assert board.read(cast.estate, MONDAY).in_progress_total == 4


def test_what_was_said_of_one_round_is_not_said_of_the_next(cast: Cast) -> None:
    story, *_others = three_finished(cast)
    decide(story)
    approve(story)
    story.revisited(NOT_CONTENT)
    story.completed(by="zhaolei")
    assert lines(story)[story.number] == ""
    decide(story, "又查了一遍线路")
    approve(story)
    assert lines(story)[story.number] == "又查了一遍线路"


def test_handlers_decide_nothing_about_the_wall(cast: Cast) -> None:
    story = begin(cast).in_handling()
    assert "不能决定" in story.refused("wangqiang", publicity.decide, shown=True, line="", reason="")


def test_an_archived_case_can_still_be_taken_off(cast: Cast) -> None:
    story = begin(cast).closed()
    decide(story, "", shown=False, reason="业主要求")
    assert standing(story).shown is False


def test_co_m5_what_staff_report_from_inside_never_hangs_and_never_counts(cast: Cast) -> None:
    for _ in range(3):
        file(cast)
    with transaction():
        db.session.execute(update(Case).values(channel=Channel.INTERNAL))
    shown = board.read(cast.estate, MONDAY)
    assert (shown.in_progress, shown.in_progress_total) == ([], 0)
    assert (shown.figures.open, shown.figures.filed, shown.figures.overdue) == (0, 0, 0)
    inside = db.session.query(Case).limit(1).one()
    assert not publicity.can_decide(cast.person("limin"), inside)


def test_a_category_with_few_cases_is_not_named(cast: Cast) -> None:
    for _ in range(3):
        file(cast)
    alone = file(cast, category=Category.ATTITUDE, topic="attitude")
    shown = {case.number: case.category for case in board.read(cast.estate, MONDAY).in_progress}
    assert shown[alone.archive_number] == ""
    assert sorted(shown.values()) == ["", "facilities", "facilities", "facilities"]


def test_the_one_that_would_be_known_by_not_being_named_takes_another_with_it(cast: Cast) -> None:
    """Four of five categories named, one case in the fifth: leaving it out would name it."""
    named = [category for category in Category if category is not Category.OTHER]
    for category in named:
        for _ in range(4 if category is Category.FACILITIES else 3):
            file(cast, category=category)
    file(cast, category=Category.OTHER)
    shown = {case.category for case in board.read(cast.estate, MONDAY).in_progress}
    assert "" in shown
    assert "other" not in shown
    assert len(shown - {""}) == 3


def test_rows_without_a_number_stand_last_and_the_most_pressing_first(cast: Cast) -> None:
    late = file(cast, MONDAY - timedelta(days=5))
    for _ in range(3):
        newest = file(cast)
    hidden = file(cast, MONDAY - timedelta(days=9), building_id=cast.building("7号楼").id)
    numbers = [case.number for case in board.read(cast.estate, MONDAY).in_progress]
    assert numbers[0] == late.archive_number
    assert numbers[-2:] == [newest.archive_number, ""]
    assert hidden.archive_number not in numbers


def test_a_satisfied_owner_does_not_unlock_anything(cast: Cast) -> None:
    story, *_others = three_finished(cast)
    story.revisited(CONTENT)
    assert lines(story)[story.number] == ""
