"""The whole life of a case through the pages, by the people who live it, without a script."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import Cast
from tests.critic import CriticalClient, Page
from tests.life import begin

SignIn = Callable[[str], CriticalClient]
pytestmark = pytest.mark.usefixtures("that_monday")


def _do(client: CriticalClient, number: str, act: str, **answers: Any) -> Page:
    """Open the form of *act* as a page, fill it in, send it, and arrive on the case."""
    form = client.get(f"/staff/cases/{number}/{act}")
    assert form.status_code == 200, form.words[:300]
    page = form.submit(f"/{act}", **answers)
    assert page.status_code == 200, page.words[:600]
    return page


def _option(page: Page, select: str, text: str) -> str:
    """The value of the option of *select* whose words contain *text*."""
    for option in page.one(f"select[name={select}]").find_all("option"):
        if text in option.get_text():
            return str(option["value"])
    raise AssertionError(f"no option {text}")


def test_two_rounds_from_claim_to_archive(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast)
    number = story.number
    desk, engineer, other, assistant, specialist = map(
        signed_in, ("limin", "wangqiang", "zhaolei", "liujie", "chenjing")
    )

    page = desk.get(f"/staff/cases/{number}").submit("/claim")
    assert "您是首问责任人" in page.words
    page = _do(desk, number, "triage", validity="valid", urgency="urgent")
    assert "已研判：有效，紧急" in page.words
    form = desk.get(f"/staff/cases/{number}/dispatch")
    page = form.submit(
        "/dispatch", handler=_option(form, "handler", "工程部 · 王强"), requirements="先到现场"
    )
    assert "已派给工程部王强，时限" in page.words
    assert "等王强签收" in page.words

    page = engineer.get(f"/staff/cases/{number}").submit("/acceptance")
    assert "您已签收" in page.words
    assert "业主现在能看到" in _do(engineer, number, "progress", note="明早更换导轮").words
    assert "业主看不到" in _do(engineer, number, "note", note="维保合同下月到期").words
    page = _do(engineer, number, "completion", outcome="resolved", result="已更换门锁继电器，试运行正常")
    assert "已办结：已解决" in page.words
    assert "告知结果 李敏" in page.words
    _do(engineer, number, "report", note="更换继电器一只")

    form = desk.get(f"/staff/cases/{number}/informing")
    assert form.one("textarea[name=note]").get_text().strip() == "已更换门锁继电器，试运行正常"
    assert "已告知诉求人" in form.submit("/informing").words

    page = _do(
        assistant,
        number,
        "revisit",
        reached="yes",
        satisfied="no",
        timely="yes",
        courteous="yes",
        opinions="又坏了",
    )
    assert "已进入第 2 轮" in page.words

    form = desk.get(f"/staff/cases/{number}/dispatch")
    assert "王强" not in str(form.form("/dispatch")), "the next round goes to another handler"
    form.submit("/dispatch", handler=_option(form, "handler", "赵磊"))
    other.get(f"/staff/cases/{number}").submit("/acceptance")
    _do(other, number, "completion", outcome="resolved", result="整机更换控制板，连续运行两天正常")
    _do(desk, number, "informing")
    page = _do(assistant, number, "revisit", reached="yes", satisfied="yes", timely="yes", courteous="yes")
    assert "诉求人满意" in page.words
    assert "等投诉专员或服务中心主任结案" in page.words
    assert "已结案" in _do(specialist, number, "closure").words
    page = _do(specialist, number, "archiving", cause="继电器老化", prevention="每季检查")
    assert f"已归档：{number}" in page.words
    assert story.case.state == "archived"
    assert story.case.round == 2
