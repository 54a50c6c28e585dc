"""The ledger on pages that need no script: found, decided, appealed, heard, each in turn (GZ-5 to GZ-20)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from shared.assessment.models import Entry
from shared.assessment.standing import State
from shared.database import db, transaction
from shared.identity.models import Appointment
from shared.identity.permissions import Role
from tests.cast import LONG_AGO, MONDAY, Cast
from tests.critic import CriticalClient, Page
from tests.ledger import Ledger
from tests.life import begin

SignIn = Callable[[str], CriticalClient]
pytestmark = pytest.mark.usefixtures("that_monday")


@pytest.fixture
def ledger(cast: Cast) -> Ledger:
    return Ledger(cast)


def _address(entry: Entry) -> str:
    return f"/staff/assessment/{entry.id}"


def _acts(page: Page) -> set[str]:
    """The acts that the page of an entry offers."""
    return {str(form["action"]).rsplit("/", 1)[1] for form in page.soup.select("main form[method='post']")}


def test_gz_11_found_by_supervision_decided_by_the_director_appealed_and_heard(
    cast: Cast, ledger: Ledger, signed_in: SignIn
) -> None:
    case = begin(cast).in_handling()
    finder = signed_in("tangwen")
    page = finder.get(finder.get("/staff/assessment/new").link("拒不服从派工"))
    page = page.submit(
        "/assessment/new",
        whom=str(cast.person("wangqiang").id),
        case=case.number,
        note="派单三次不接，当面顶撞",
    )
    assert "已提出 1 条" in page.words
    entry = ledger.only(origin="finding")
    assert "服从派单" in page.words, "the article by its name"
    assert "当面顶撞" in page.words
    assert _acts(page) == set(), (
        "who proposed it does not decide it, and what was not decided is not countered"
    )
    decider = signed_in("hemei")
    listed = decider.get("/staff/assessment")
    assert "王强" in listed.words
    assert "200 元" in listed.words
    page = decider.get(listed.link("拒不服从派工"))
    assert _acts(page) == {"decision", "waiver"}
    assert page.submit("/decision", amount="150").status_code == 409, "another amount needs a reason"
    page = decider.get(_address(entry)).submit("/decision", amount="150", reason="认错态度好")
    assert "决定已记录" in page.words
    person = signed_in("wangqiang")
    page = person.get(person.get("/staff/assessment").link("拒不服从派工"))
    assert "150 元" in page.words
    assert "认错态度好" in page.words
    page = page.submit("/appeal", reason="当时在抢修水管")
    assert "申诉已提出" in page.words
    assert _acts(page) == set(), "one appeals once"
    assert _acts(decider.get(_address(entry))) == set(), "who decided it does not hear it"
    hearing = signed_in("xufei").get(_address(entry))
    assert "当时在抢修水管" in hearing.words
    assert hearing.submit("/hearing", outcome="changed", reason="查了记录").status_code == 422
    page = (
        signed_in("xufei")
        .get(_address(entry))
        .submit("/hearing", outcome="changed", amount="50", reason="查了记录，确在抢修")
    )
    assert "复核结果已记录" in page.words
    assert ledger.state(entry) is State.CHANGED
    assert "50 元" in person.get("/staff/assessment/statement").words


def test_on_a_case_its_entries_stand_for_those_they_are_open_to(
    cast: Cast, ledger: Ledger, signed_in: SignIn
) -> None:
    story = begin(cast).in_handling()
    ledger.find("disobedience", "wangqiang", case=story.case)
    address = f"/staff/cases/{story.number}"
    for username, sees in (("hemei", True), ("wangqiang", True), ("gaofeng", True), ("limin", False)):
        seen = signed_in(username).get(address).soup.select("#assessed ~ ul a[href^='/staff/assessment/']")
        assert ("拒不服从派工" in "".join(link.text for link in seen)) is sees, username
    head = signed_in("gaofeng")
    rules = head.get(head.get(address).link("提出考核"))
    assert head.get(rules.link("未安抚")).one("#new-case")["value"] == story.number
    assert "提出考核" not in signed_in("wangqiang").get(address).words


def test_whom_a_complaint_is_about_reads_the_entry_and_nothing_of_the_case(
    cast: Cast, ledger: Ledger, signed_in: SignIn
) -> None:
    story = begin(cast, about="孙丽收钱不办事", topic="attitude", category="attitude").in_handling()
    (entry,) = ledger.find("not_calmed", "sunli", case=story.case, by="hemei")
    assert story.number in signed_in("xufei").get(_address(entry)).words
    person = signed_in("sunli")
    for address in (_address(entry), "/staff/assessment", "/staff/assessment/statement?month=202603"):
        page = person.get(address)
        assert "未安抚" in page.words, address
        assert story.number not in page.get_data(as_text=True), address
    assert signed_in("wangqiang").get(_address(entry)).status_code == 404


def test_the_desk_of_whoever_decides_says_that_something_waits(ledger: Ledger, signed_in: SignIn) -> None:
    assert "考核有" not in signed_in("hemei").get("/staff/").words
    ledger.find("disobedience", "wangqiang")
    assert "考核有 1 条等处理" in signed_in("hemei").get("/staff/").words
    assert "考核有" not in signed_in("wangqiang").get("/staff/").words


def test_gz_14_of_a_grave_finding_the_head_and_the_leader_above_are_proposed_too(
    cast: Cast, ledger: Ledger, signed_in: SignIn
) -> None:
    finder = signed_in("tangwen")
    form = finder.get("/staff/assessment/new?rule=methods")
    wrong = form.submit("/assessment/new", whom="", note="")
    assert wrong.status_code == 422
    unknown = form.submit(
        "/assessment/new", whom=str(cast.person("wangqiang").id), case="JX-26-9999", note="拆了不装回"
    )
    assert (unknown.status_code, "没有这件诉求" in unknown.words) == (409, True)
    assert "拆了不装回" in unknown.words, "what was typed stays"
    page = form.submit(
        "/assessment/new",
        whom=str(cast.person("wangqiang").id),
        flags=["strong_complaint"],
        note="拆了不装回",
    )
    assert "已提出 3 条" in page.words
    amounts = {entry.person.name: entry.most for entry in ledger.all() if entry.person}
    assert amounts == {"王强": 200, "高峰": 100, "许飞": 100}


def test_co_m7_a_team_is_rewarded_and_its_department_reads_it(
    cast: Cast, ledger: Ledger, signed_in: SignIn
) -> None:
    finder, team = signed_in("tangwen"), cast.department("工程部").id
    form = finder.get("/staff/assessment/new?rule=solved_well")
    form.submit("/assessment/new", whom=f"team-{team}", note="一晚修好全部电梯")
    entry = ledger.only(origin="reward")
    page = signed_in("hemei").get(_address(entry))
    assert "工程部（集体）" in page.words
    page.submit("/decision", amount="800", reason="业主送来锦旗")
    month = signed_in("gaofeng").get(f"/staff/assessment/department?department={team}&month=202603")
    assert "奖励 800 元" in month.words


def test_a_graded_outcome_needs_its_grade_and_money_only_as_a_fine(ledger: Ledger, signed_in: SignIn) -> None:
    (entry,) = ledger.find("work_error", "wangqiang")
    decider = signed_in("hemei")
    page = decider.get(_address(entry))
    assert "请选一种处理" in page.submit("/decision").words
    page = page.submit("/decision", grade="warning", reason="第一次")
    assert "决定已记录" in page.words
    assert "警告" in signed_in("wangqiang").get("/staff/assessment").words


def test_who_shared_a_duty_is_named_before_anything_is_decided(
    cast: Cast, ledger: Ledger, signed_in: SignIn
) -> None:
    with transaction():
        db.session.add(
            Appointment(
                user_id=cast.person("liujie").id,
                estate_id=cast.estate.id,
                role=Role.DEPUTY_MANAGER,
                since=LONG_AGO,
            )
        )
    ledger.find("methods", "wangqiang", "strong_complaint", by="hemei")
    nameless = ledger.only(person_id=None)
    page = signed_in("yangbo").get(_address(nameless))
    assert _acts(page) == {"naming", "waiver"}
    assert {option.text for option in page.soup.select("#naming-person option")} == {"请选择", "许飞", "刘洁"}
    page = page.submit("/naming", person=page.option("person", "许飞"), note="工程由许飞分管")
    assert "已写明责任人" in page.words
    assert "许飞" in page.words
    assert _acts(page) == set(), "who names the person has proposed it"
    assert _acts(signed_in("hemei").get(page.where)) == {"decision", "waiver"}


def test_a_decision_is_taken_back_by_a_counter_entry_that_another_decides(
    ledger: Ledger, signed_in: SignIn
) -> None:
    (entry,) = ledger.find("disobedience", "wangqiang")
    ledger.decide(entry, 200)
    page = signed_in("tangwen").get(_address(entry)).submit("/counter", note="那天派的是赵磊")
    assert "冲销已提出" in page.words
    counter = ledger.only(origin="counter")
    assert page.where == _address(counter)
    decider = signed_in("xufei").get(_address(counter))
    assert decider.soup.select("[name=amount]") == [], "it takes back all of it"
    assert "冲销多少 200 元" in decider.words
    assert "决定已记录" in decider.submit("/decision").words
    assert ledger.state(entry) is State.COUNTERED
    assert "已冲销" in signed_in("wangqiang").get("/staff/assessment").words


def test_gz_19_the_second_in_a_row_shows_the_one_before_and_the_head_decides_neither(
    ledger: Ledger, signed_in: SignIn
) -> None:
    (first,) = ledger.find("disobedience", "wangqiang", at=MONDAY - timedelta(days=1))
    ledger.decide(first, 200)
    (second,) = ledger.find("not_calmed", "wangqiang")
    decider = signed_in("hemei")
    assert "连续第 2 次，加倍" in decider.get("/staff/assessment").words
    page = decider.get(_address(second))
    assert _address(first) in {link["href"] for link in page.soup.select("#money ~ table a")}
    assert "决定已记录" in page.submit("/decision", amount="50").words
    assert "100 元（加倍）" in decider.get(_address(second)).words
    head = signed_in("gaofeng")
    assert _acts(head.get(_address(second))) == {"counter"}
    share = head.get(_address(ledger.only(origin="doubling"))).words
    assert "王强连续违规，条款要求部门负责人一并加倍" in share
    assert "连续第 2 次，本人和部门负责人加倍" in share, "the article in its words"


def test_gz_20_bonuses_are_typed_row_by_row_and_what_is_wrong_saves_nothing(
    cast: Cast, ledger: Ledger, signed_in: SignIn
) -> None:
    client = signed_in("hemei")
    limin, wangqiang = (f"bonus-{cast.person(name).id}" for name in ("limin", "wangqiang"))
    page = client.get("/staff/assessment/bonuses?month=202603")
    assert page.soup.select(f"[name=bonus-{cast.person('hemei').id}]") == [], "one's own is set by another"
    first: dict[str, Any] = {limin: "500", wangqiang: "三百"}
    wrong = page.submit("/setting", **first)
    assert wrong.status_code == 422
    assert (wrong.one(f"[name={limin}]")["value"], wrong.one(f"[name={wangqiang}]")["value"]) == (
        "500",
        "三百",
    )
    assert ledger.month("limin").bonus is None
    mended: dict[str, Any] = {wangqiang: "300"}
    page = wrong.submit("/setting", **mended)
    assert "已保存 2 个人的奖金" in page.words
    assert "已保存 0 个人的奖金" in page.submit("/setting").words, "what stands already is not set again"
    (fined,) = ledger.find("disobedience", "wangqiang")
    ledger.decide(fined, 200)
    page = client.get("/staff/assessment/statement?person=wangqiang&month=202603")
    assert "当月奖金 300 元 扣罚 200 元 从奖金扣 200 元" in page.words
    assert "100 元（当月奖金 300 元）" in client.get(_address(fined)).words


def test_gz_20_of_two_who_type_bonuses_at_once_none_undoes_what_the_other_typed(
    cast: Cast, ledger: Ledger, signed_in: SignIn
) -> None:
    ledger.set_bonus("limin", 400)
    limin, wangqiang = (f"bonus-{cast.person(name).id}" for name in ("limin", "wangqiang"))
    hers, his = (signed_in(name).get("/staff/assessment/bonuses?month=202603") for name in ("hemei", "xufei"))
    raised: dict[str, Any] = {limin: "500"}
    his.submit("/setting", **raised)
    other: dict[str, Any] = {wangqiang: "300"}
    assert "已保存 1 个人的奖金" in hers.submit("/setting", **other).words
    assert ledger.month("limin").bonus.amount == 500  # type: ignore[union-attr]
    both: dict[str, Any] = {limin: "450"}
    told = hers.submit("/setting", **both)
    assert (told.status_code, "刚有别人填了 500" in told.words) == (422, True)
    assert "已保存 1 个人的奖金" in told.submit("/setting").words, "whoever has read that may set it"


def test_whose_month_it_is_who_answers_for_it_and_nobody_else_reads_it(
    cast: Cast, ledger: Ledger, signed_in: SignIn
) -> None:
    team = cast.department("工程部").id
    for username, address, status in (
        ("tangwen", "statement?person=wangqiang", 200),
        ("gaofeng", "statement?person=wangqiang", 404),
        ("zhaolei", "statement?person=wangqiang", 404),
        ("hemei", "statement?person=nobody", 404),
        ("gaofeng", f"department?department={team}", 200),
        ("gaofeng", f"department?department={cast.department('秩序部').id}", 404),
        ("zhaolei", f"department?department={team}", 403),
        ("zhaolei", "bonuses", 403),
    ):
        page = signed_in(username).get(f"/staff/assessment/{address}")
        assert page.status_code == status, (username, address)


def test_the_ledger_is_narrowed_and_its_address_says_so(ledger: Ledger, signed_in: SignIn) -> None:
    (entry,) = ledger.find("disobedience", "wangqiang")
    ledger.decide(entry, 200)
    ledger.find("reception", "limin")
    client = signed_in("tangwen")
    listed = "/staff/assessment?show=all"
    assert {"王强 工程部", "李敏 客服中心"} <= _who(client.get(listed))
    for narrowed in ("state=settled", "clause=GZ-11", "month=202603&clause=GZ-11"):
        assert _who(client.get(f"{listed}&{narrowed}")) == {"王强 工程部"}, narrowed
    assert "没有这样的" in client.get(f"{listed}&state=appealed").words
    assert client.get(f"{listed}&clause=nonsense&before=x").status_code == 200
    assert _who(signed_in("gaofeng").get("/staff/assessment?show=department")) == {"王强 工程部"}
    assert client.get("/staff/assessment").soup.select(".views a[href*='show=decide']") == []


def _who(page: Page) -> set[str]:
    return {" ".join(cell.text.split()) for cell in page.soup.select("td[data-label='谁']")}
