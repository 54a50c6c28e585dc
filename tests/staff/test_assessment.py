"""The ledger on pages that need no script: found, decided, appealed, heard, each in turn (GZ-5 to GZ-20)."""

from collections.abc import Callable

import pytest

from shared.assessment.models import Entry
from shared.assessment.standing import State
from tests.cast import Cast
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
