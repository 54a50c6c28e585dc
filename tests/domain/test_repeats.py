"""The same party with the same problem again: report to the general manager, who names somebody (VK-4e, TR-3)."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from shared.cases import ending, handling, scope
from shared.cases.models import Case
from shared.cases.vocabulary import Category, Outcome
from shared.database import db, transaction
from shared.incidents import designating, repeats
from shared.incidents.models import SpecialReport
from shared.incidents.repeats import complained_again, counts_of, special_reports_of
from shared.notifications import wording
from shared.notifications.models import Message
from shared.ownership import dispatching
from shared.policies.versions import preset_text
from tests import cast as company
from tests.cast import MONDAY, Cast
from tests.life import NOT_CONTENT, Life, begin

DAY = timedelta(days=1)
OWN = "138 0013 8000"


def again(cast: Cast, days: float = 0, **more: Any) -> Life:
    """王秀兰 reports the lift, so many days after Monday."""
    facts: dict[str, Any] = {"building_id": cast.building("3号楼").id, "phone": OWN, **more}
    return begin(cast, MONDAY + days * DAY, **facts)


def reports(story: Life) -> list[tuple[str, int, list[str]]]:
    return [(r.clause, r.nth, r.earlier) for r in special_reports_of(story.case)]


def told(story: Life, about: str) -> list[str]:
    found = db.session.query(Message).filter_by(case_id=story.case.id, about=about).order_by(Message.id)
    return [message.user.username for message in found if message.user]


# The second time


def test_vk_4e_the_second_complaint_is_reported_to_the_general_manager_by_the_machine(cast: Cast) -> None:
    first = again(cast)
    assert reports(first) == []
    second = again(cast, 5)
    assert reports(second) == [("VK-4e", 2, [first.number])]
    assert [row.act for row in second.rows if row.act != "routing"] == ["filing", "special_report"]
    row = second.rows[-1]
    assert (row.actor_id, row.public, row.data["nth"]) == (None, False, 2)
    assert told(second, "special_report") == ["yangbo"]
    (report,) = special_reports_of(second.case)
    letter = wording.write(second.case, "special_report", str(report.id), "zh_Hans")
    assert letter is not None
    assert "第 2 次" in letter.text
    assert "王秀兰" not in letter.text


def test_tr_3_the_third_makes_it_major_and_is_reported_too(cast: Cast) -> None:
    stories = [again(cast, days) for days in (0, 5, 9)]
    assert [story.case.severity for story in stories] == ["ordinary", "ordinary", "major"]
    assert [nth for _clause, nth, _earlier in reports(stories[2])] == [3]
    counts = counts_of(stories[2].case)
    assert (counts.owners, counts.reports, len(counts.cases)) == (1, 3, 3), "one caller is one owner"


@pytest.mark.parametrize(
    "other",
    [
        {"phone": "13900139001"},
        {"category": Category.SECURITY},
        {"spot": "1单元电梯"},
        {"topic": "noise"},
        {"building": "5号楼"},
        {"days": 91.0},
        {"anonymous": True, "phone": "", "name": "", "unit": "", "email": ""},
    ],
)
def test_another_party_problem_place_or_season_is_no_repeat(cast: Cast, other: dict[str, Any]) -> None:
    again(cast)
    given = dict(other)
    days = given.pop("days", 5)
    building = cast.building(given.pop("building", "3号楼")).id
    assert reports(again(cast, days, building_id=building, **given)) == []


def test_the_last_day_of_the_window_still_counts_and_writing_does_not_matter(cast: Cast) -> None:
    first = again(cast)
    assert reports(again(cast, 90, spot="２单元 电梯", phone="+86 13800138000")) == [
        ("VK-4e", 2, [first.number])
    ]


def test_without_a_telephone_the_unit_says_who_it_is(cast: Cast) -> None:
    first = again(cast, phone="", unit="3-2-1101")
    assert reports(again(cast, 1, phone="", unit="3-2-1102")) == []
    assert reports(again(cast, 2, phone="", unit=" ３-2-1101")) == [("VK-4e", 2, [first.number])]


def test_a_bare_number_of_a_flat_is_one_only_in_its_building(cast: Cast) -> None:
    five = cast.building("5号楼").id
    here, there = again(cast, phone="", unit="1101"), again(cast, phone="", unit="1101", building_id=five)
    assert repeats.counts_of(here.case).owners == repeats.counts_of(there.case).owners == 1
    assert reports(there) == []


def test_of_another_estate_is_another_matter(cast: Cast, elsewhere: Cast) -> None:
    again(cast)
    assert reports(again(elsewhere, 3)) == []


def test_what_was_withdrawn_was_not_said(cast: Cast) -> None:
    first = again(cast)
    with transaction():
        ending.withdraw(scope.lock_by_id(first.case.id), at=MONDAY + DAY)
    assert reports(again(cast, 2)) == []


def test_what_was_withdrawn_was_not_said_though_it_was_filed_away_since(cast: Cast) -> None:
    before, taken_back = again(cast), again(cast, 1)
    with transaction():
        case = scope.lock_by_id(taken_back.case.id)
        ending.withdraw(case, at=MONDAY + DAY)
        ending.archive(case, by=cast.person("chenjing"), at=MONDAY + DAY, cause="误报", prevention="先核实")
    assert complained_again([before.case]) == set()
    assert reports(again(cast, 2)) == [("VK-4e", 2, [before.number])]


def test_whom_the_case_is_about_is_not_told_even_as_general_manager(cast: Cast) -> None:
    again(cast)
    second = again(cast, 2, about="杨波")
    assert len(reports(second)) == 1
    assert told(second, "special_report") == []


def test_a_rule_book_without_the_article_asks_for_no_report(cast: Cast) -> None:
    plain = company.settle("lingnan", "岭南苑", "LN", preset="guangzhou")
    again(plain)
    assert reports(again(plain, 2)) == []


def test_an_estate_says_itself_the_how_manieth_is_reported_and_for_how_long_a_problem_is_the_same(
    cast: Cast,
) -> None:
    own = (
        preset_text("standard")
        .replace("report_at = 2", "report_at = 3")
        .replace("window_days = 90", "window_days = 10")
    )
    house = company.settle("huating", "华庭", "HT", body=own)
    stories = [again(house, day) for day in (0, 4, 8, 12)]
    assert [[nth for _clause, nth, _earlier in reports(story)] for story in stories] == [[], [], [3], [3]]


# Whom the general manager names


def test_vk_4e_after_the_naming_only_the_named_can_be_given_the_case(cast: Cast) -> None:
    again(cast)
    story = again(cast, 2).claimed()
    department = cast.department("秩序部")
    story.act("yangbo", designating.designate, department=department, note="两次没修好，换人牵头")
    assert told(story, "designated") == ["limin"]
    refusal = story.refused(
        "limin", dispatching.dispatch, department=cast.department("工程部"), handler=cast.person("wangqiang")
    )
    assert "总经理已指定由秩序部办理" in refusal
    assert refusal.endswith("VK-4e")
    story.dispatched("sunli", "秩序部")
    row = next(row for row in story.rows if row.act == "designation")
    assert (row.data["department"], row.data["handler"]) == (department.id, None)
    assert story.words_of(row) == "两次没修好，换人牵头"


def test_vk_4e_a_person_can_be_named_and_another_in_their_place(cast: Cast) -> None:
    again(cast)
    story = again(cast, 2).claimed()
    works = cast.department("工程部")
    story.act("yangbo", designating.designate, department=works, handler=cast.person("zhaolei"))
    given = {"department": works, "handler": cast.person("wangqiang")}
    assert "赵磊" in story.refused("limin", dispatching.dispatch, **given)
    story.act("yangbo", designating.designate, department=works, handler=cast.person("wangqiang"))
    story.dispatched("wangqiang")
    (report,) = special_reports_of(story.case)
    assert report.handler is not None
    assert report.handler.username == "wangqiang"


def test_only_the_general_manager_names_and_only_after_a_report(cast: Cast) -> None:
    first = again(cast)
    works = cast.department("工程部")
    first.refused("yangbo", designating.designate, department=works)
    second = again(cast, 2)
    for who in ("limin", "hemei", "xufei"):
        second.refused(who, designating.designate, department=works)
    second.refused("yangbo", designating.designate, department=works, handler=cast.person("sunli"))
    second.act("yangbo", designating.designate, department=works)
    assert not second.unseen_by("gaofeng"), "the department sees what it is to handle"


def test_tr_14_in_a_further_round_a_named_person_who_did_not_satisfy_binds_nobody(cast: Cast) -> None:
    again(cast)
    story = again(cast, 2).claimed()
    works = cast.department("工程部")
    story.act("yangbo", designating.designate, department=works, handler=cast.person("wangqiang"))
    story.informed().revisited(NOT_CONTENT)
    assert story.case.round == 2
    story.dispatched("zhaolei")


# Amounts (GZ-8, GZ-9)


def test_who_had_to_complain_again_is_known_whatever_the_rule_book(cast: Cast) -> None:
    plain = company.settle("lingnan", "岭南苑", "LN", preset="guangzhou")
    first, other, second = again(plain), again(plain, 1, phone="13900139009"), again(plain, 2)
    cases = db.session.scalars(select(Case).where(Case.estate_id == plain.estate.id)).all()
    assert complained_again(cases) == {first.number}
    assert complained_again([other.case, second.case]) == set()


def test_those_known_by_their_unit_are_found_by_the_report(cast: Cast) -> None:
    first = again(cast, phone="", unit="3-2-1101")
    again(cast, 2, phone="", unit="3-2-1101")
    assert complained_again([first.case]) == {first.number}
    assert db.session.query(SpecialReport).count() == 1


def test_a_repaired_matter_reported_again_by_its_party_is_a_repeat(cast: Cast) -> None:
    first = again(cast).in_handling()
    first.act("wangqiang", handling.complete, outcome=Outcome.RESOLVED, result="已更换导轮，运行正常")
    assert reports(again(cast, 4)) == [("VK-4e", 2, [first.number])]
