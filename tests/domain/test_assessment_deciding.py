"""Who decides an entry and who hears it, what follows from violations in a row, and what takes a decision back."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from shared.assessment import finding, queries, statements
from shared.assessment.finding import Found
from shared.assessment.proposing import enter
from shared.assessment.queries import Wanted
from shared.assessment.standing import Origin, State
from shared.cases import participation
from shared.database import db, transaction
from shared.deadlines.sweep import sweep
from shared.errors import NotFound, Refused
from shared.identity.models import Appointment, User
from shared.identity.permissions import Role
from shared.notifications import queries as messages
from shared.notifications import wording
from shared.notifications.models import Message
from tests.at_once import at_once
from tests.cast import LONG_AGO, MONDAY, Cast
from tests.ledger import MARCH, Ledger, refused
from tests.life import begin

DAY = timedelta(days=1)


@pytest.fixture
def ledger(cast: Cast) -> Ledger:
    return Ledger(cast)


def test_neither_who_proposed_it_nor_the_person_nor_their_head_decides(ledger: Ledger) -> None:
    (entry,) = ledger.find("disobedience", "wangqiang", by="hemei")
    assert "不能处理" in refused(ledger.decide, entry, 200, by="hemei")
    assert "有权决定" in refused(ledger.decide, entry, 200, by="gaofeng")
    assert "有权决定" in refused(ledger.decide, entry, 200, by="wangqiang")
    ledger.decide(entry, 200, by="xufei")
    assert ledger.state(entry) is State.DECIDED
    assert "处理过了" in refused(ledger.waive, entry, by="yangbo")


def test_nobody_finds_anything_of_themselves_and_whose_post_it_is_not_of_nobody(ledger: Ledger) -> None:
    assert "自己的事" in refused(ledger.find, "summary_false", "hemei", by="hemei")
    assert "岗位" in refused(ledger.find, "disobedience", "limin")
    assert "管理人员" in refused(ledger.find, "reception", "zhouqi", by="limin")
    ledger.find("reception", "limin")
    assert "提出过了" in refused(ledger.find, "reception", "limin", by="hemei")


def test_another_amount_than_the_article_sets_needs_a_reason(ledger: Ledger) -> None:
    (entry,) = ledger.find("reception", "limin", "caused_complaint")
    assert "写明理由" in refused(ledger.decide, entry, 250)
    assert "整数" in refused(ledger.decide, entry, -5, reason="手误")
    ledger.decide(entry, 250, reason="当众辱骂业主")
    assert ledger.month("limin").fines == 250


def test_what_was_waived_counts_nowhere_and_can_be_proposed_anew(ledger: Ledger) -> None:
    (entry,) = ledger.find("reception", "limin")
    assert "为什么" in refused(ledger.waive, entry, reason=" ")
    ledger.waive(entry)
    assert ledger.state(entry) is State.WAIVED
    (again,) = ledger.find("reception", "limin")
    assert again.id != entry.id


def test_an_appeal_is_made_once_by_the_person_and_heard_by_another(ledger: Ledger) -> None:
    (entry,) = ledger.find("disobedience", "wangqiang")
    ledger.decide(entry, 200)
    assert "本人" in refused(ledger.appeal, entry, "zhaolei")
    ledger.appeal(entry, "wangqiang")
    assert (ledger.state(entry), ledger.month("wangqiang").fines) == (State.APPEALED, 0)
    assert "没有参与" in refused(ledger.hear, entry, "upheld", by="hemei")
    assert "加重" in refused(ledger.hear, entry, "changed", 300)
    ledger.hear(entry, "changed", 120)
    assert (ledger.state(entry), ledger.month("wangqiang").fines) == (State.CHANGED, 120)
    assert "不能申诉" in refused(ledger.appeal, entry, "wangqiang")


def test_a_decision_is_taken_back_by_an_entry_that_another_decides(ledger: Ledger) -> None:
    (entry,) = ledger.find("disobedience", "wangqiang")
    ledger.decide(entry, 200)
    ledger.set_bonus("wangqiang", 500)
    assert "不能由您" in refused(ledger.counter, entry, by="wangqiang")
    counter = ledger.counter(entry)
    assert "提出过了" in refused(ledger.counter, entry, by="xufei")
    assert ledger.month("wangqiang").paid == 200
    ledger.decide(counter, -200)
    month = ledger.month("wangqiang")
    assert (ledger.state(entry), month.fines, month.paid, len(month.lines)) == (State.COUNTERED, 0, 0, 2)


def test_everybody_sees_their_own_the_head_their_department_and_nobody_another_estate(
    ledger: Ledger, elsewhere: Cast
) -> None:
    (entry,) = ledger.find("disobedience", "wangqiang")
    cast = ledger.cast

    def sees(person: User) -> bool:
        try:
            return queries.read(person, entry.id) is not None
        except NotFound:
            return False

    assert [
        name for name in ("wangqiang", "gaofeng", "tangwen", "hemei", "yangbo") if sees(cast.person(name))
    ] == [
        "wangqiang",
        "gaofeng",
        "tangwen",
        "hemei",
        "yangbo",
    ]
    assert not any(sees(cast.person(name)) for name in ("zhaolei", "sunli", "limin", "liujie", "admin"))
    assert not any(sees(elsewhere.person(name)) for name in ("hemei", "yangbo", "tangwen", "gaofeng"))


def test_a_list_is_narrowed_to_what_waits(ledger: Ledger) -> None:
    (open_one,) = ledger.find("disobedience", "wangqiang")
    (decided,) = ledger.find("reception", "limin")
    (appealed,) = ledger.find("not_calmed", "wangqiang")
    ledger.decide(decided, 30)
    ledger.decide(appealed, 50)
    ledger.appeal(appealed, "wangqiang")
    reader, estate = ledger.cast.person("xufei"), ledger.cast.estate.id

    def found(**wanted: object) -> list[int]:
        return [line.entry.id for line in queries.page(reader, estate, Wanted(**wanted)).lines]  # type: ignore[arg-type]

    assert found(state="proposed") == [open_one.id]
    assert found(state="appealed") == [appealed.id]
    assert found(state="settled") == [decided.id]
    assert found(month=MARCH, clause="GZ-5") == [decided.id]
    assert queries.counts(reader, estate) == {"proposed": 1, "appealed": 1}
    assert [line.entry.id for line in queries.to_hear(reader, estate)] == [appealed.id]
    assert queries.to_hear(ledger.cast.person("hemei"), estate) == []


def test_ah_7_1_a_graded_outcome_is_chosen_by_gravity_and_only_a_fine_has_money(ledger: Ledger) -> None:
    (entry,) = ledger.find("deliberate_delay", "wangqiang")
    assert entry.kind == "graded"
    assert "请选" in refused(ledger.decide, entry)
    assert "只有罚款" in refused(ledger.decide, entry, 100, grade="warning", reason="屡教不改")
    ledger.decide(entry, 100, grade="fine", reason="屡教不改")
    ledger.set_bonus("wangqiang", 80)
    month = ledger.month("wangqiang")
    assert (month.fines, month.paid) == (100, 80)


def test_ah_7_1_whoever_appeals_a_grade_is_given_no_graver_one(ledger: Ledger) -> None:
    (entry,) = ledger.find("deliberate_delay", "wangqiang")
    ledger.decide(entry, grade="warning")
    ledger.appeal(entry, "wangqiang")
    assert "加重" in refused(ledger.hear, entry, "changed", grade="dismissal")
    assert "加重" in refused(ledger.hear, entry, "changed", grade="fine")
    ledger.hear(entry, "changed", grade="criticism")
    assert ledger.state(entry) is State.CHANGED


def test_ah_7_1_a_fine_is_milder_than_dismissal_though_that_has_no_amount(ledger: Ledger) -> None:
    (entry,) = ledger.find("deliberate_delay", "wangqiang")
    ledger.decide(entry, grade="dismissal")
    ledger.appeal(entry, "wangqiang")
    ledger.hear(entry, "changed", 100, grade="fine")
    assert (ledger.state(entry), ledger.month("wangqiang").fines) == (State.CHANGED, 100)


def test_of_those_who_shared_a_duty_nobody_names_another_or_lets_it_go(ledger: Ledger) -> None:
    with transaction():
        second = Appointment(
            user_id=ledger.cast.person("liujie").id,
            estate_id=ledger.cast.estate.id,
            role=Role.DEPUTY_MANAGER,
            since=LONG_AGO,
        )
        db.session.add(second)
    ledger.find("methods", "wangqiang", "strong_complaint", by="hemei")
    nameless = ledger.only(person_id=None)
    assert ledger.cast.person("xufei").id in nameless.evidence["candidates"]
    assert "不能处理" in refused(ledger.waive, nameless, by="xufei")
    assert "不用写明" in refused(ledger.name, nameless, "liujie", by="xufei")
    ledger.name(nameless, "xufei", by="yangbo")


def test_whom_a_case_is_about_does_not_say_whose_duty_it_was(ledger: Ledger) -> None:
    story = begin(ledger.cast).in_handling()
    with transaction():
        participation.enter(story.case, participation.ABOUT, MONDAY, user_id=ledger.cast.person("hemei").id)
        nameless = enter(
            ledger.cast.estate,
            Origin.BREACH,
            "shared",
            at=MONDAY,
            occurred_at=MONDAY,
            clause="GZ-12",
            kind="fine",
            case_id=story.case.id,
        )
    entry = ledger.only(id=nameless)
    assert "不用写明" in refused(ledger.name, entry, "wangqiang", by="hemei")
    ledger.name(entry, "wangqiang", by="tangwen")


def test_co_m5_of_a_report_from_inside_nothing_is_entered(ledger: Ledger) -> None:
    story = begin(ledger.cast, channel="internal")
    assert "不能用来考核" in refused(ledger.find, "methods", "wangqiang", case=story.case)


def test_the_person_is_told_of_an_entry_a_decision_and_a_hearing_and_no_group_nor_page_of_the_case_is(
    ledger: Ledger,
) -> None:
    story = begin(ledger.cast).in_handling()
    (entry,) = ledger.find("methods", "wangqiang", case=story.case)

    def told() -> dict[str, set[str]]:
        rows = db.session.execute(
            select(Message.about, User.username)
            .join(User, User.id == Message.user_id)
            .where(Message.case_id == story.case.id, Message.about.startswith("entry_"))
        )
        found: dict[str, set[str]] = {}
        for about, username in rows:
            found.setdefault(about, set()).add(username)
        return found

    assert told() == {"entry_proposed": {"wangqiang"}}
    ledger.decide(entry, 100)
    ledger.appeal(entry, "wangqiang")
    assert told() == {
        "entry_proposed": {"wangqiang"},
        "entry_decided": {"wangqiang"},
        "entry_appealed": {"xufei", "yangbo"},  # 何梅 decided it
    }
    assert not [t for t in messages.of_case(story.case.id) if t.message.about.startswith("entry_")]
    (letter,) = [wording.write(story.case, "entry_proposed", str(entry.id), "zh_Hans")]
    assert letter is not None
    assert "处理方法不当" in letter.text
    assert "100" not in letter.text.replace(story.number, "")


def test_whom_a_case_is_about_hears_nothing_of_it_by_its_entry(ledger: Ledger) -> None:
    story = begin(ledger.cast, category="attitude").in_handling("sunli", "秩序部")
    with transaction():
        participation.enter(story.case, participation.ABOUT, MONDAY, user_id=ledger.cast.person("limin").id)
    (entry,) = ledger.find("reception", "limin", "caused_complaint", case=story.case)
    assert db.session.scalars(select(Message).where(Message.about == "entry_proposed")).all() == []
    assert queries.read(ledger.cast.person("limin"), entry.id).most == 200
    assert queries.cases_open_to(ledger.cast.person("limin"), [entry]) == set()
    assert queries.cases_open_to(ledger.cast.person("hemei"), [entry]) == {story.case.id}


def test_whom_a_case_is_about_neither_decides_nor_hears_what_came_of_it(ledger: Ledger) -> None:
    """Nor does it wait for them: its page offers what only others can do."""
    story = begin(ledger.cast, category="attitude").in_handling("sunli", "秩序部")
    with transaction():
        participation.enter(story.case, participation.ABOUT, MONDAY, user_id=ledger.cast.person("hemei").id)
    (entry,) = ledger.find("reception", "limin", "caused_complaint", case=story.case)
    assert queries.to_decide(ledger.cast.person("hemei"), ledger.cast.estate.id) == []
    assert "涉及您" in refused(ledger.decide, entry, 200, by="hemei")
    assert "涉及您" in refused(ledger.waive, entry, by="hemei")
    ledger.decide(entry, 200, by="yangbo")
    assert "不能由您冲销" in refused(ledger.counter, entry, by="hemei")
    ledger.appeal(entry, "limin")
    assert queries.to_hear(ledger.cast.person("hemei"), ledger.cast.estate.id) == []
    assert "涉及您" in refused(ledger.hear, entry, "annulled", by="hemei")


def test_what_carries_no_amount_is_given_none(ledger: Ledger) -> None:
    begin(ledger.cast).in_handling()
    sweep(MONDAY + 5 * DAY)
    late = ledger.only(rule="completion")
    assert late.kind == "none"
    assert "不涉及金额" in refused(ledger.decide, late, 50, reason="拖得太久")
    ledger.decide(late)
    assert ledger.state(late) is State.DECIDED


def test_co_m7_a_team_is_rewarded_and_stands_in_the_month_of_its_department(ledger: Ledger) -> None:
    cast = ledger.cast
    with transaction():
        reward = finding.propose_reward(
            cast.estate,
            cast.department("工程部"),
            Found("solved_well", MONDAY, "连夜修好电梯"),
            by=cast.person("tangwen"),
            at=MONDAY,
        )
    assert "写明理由" in refused(ledger.decide, reward, 500)
    ledger.decide(reward, 500, reason="业主送来锦旗")
    month = statements.of_department(cast.estate, cast.department("工程部").id, MARCH)
    assert (month.rewards, month.fines, len(month.team), month.people) == (500, 0, 1, ())
    assert not queries.department_open_to(cast.person("wangqiang"), cast.estate, cast.department("工程部").id)
    assert queries.department_open_to(cast.person("gaofeng"), cast.estate, cast.department("工程部").id)


def test_of_two_who_find_the_same_at_once_one_is_told(app: Flask, ledger: Ledger) -> None:
    def found_by(username: str) -> str:
        try:
            return f"{len(ledger.find('reception', 'limin', by=username))} proposed"
        except Refused as refusal:
            return refusal.message

    answers = sorted(at_once(app, lambda: found_by("tangwen"), lambda: found_by("xufei")))
    assert answers[0] == "1 proposed"
    assert "提出" in answers[1]
