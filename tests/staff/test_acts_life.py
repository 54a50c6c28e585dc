"""The whole life of a case through the pages, by the people who live it, without a script."""

from collections.abc import Callable

from tests.acting import do
from tests.cast import Cast
from tests.critic import CriticalClient
from tests.life import begin

SignIn = Callable[[str], CriticalClient]


def test_two_rounds_from_claim_to_archive(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast)
    number = story.number
    desk, engineer, other, assistant, specialist = map(
        signed_in, ("limin", "wangqiang", "zhaolei", "liujie", "chenjing")
    )

    page = desk.get(f"/staff/cases/{number}").submit("/claim")
    assert "您是首问责任人" in page.words
    page = do(desk, story, "triage", validity="valid", urgency="urgent")
    assert "已研判：有效，紧急" in page.words
    form = desk.get(f"/staff/cases/{number}/dispatch")
    page = form.submit("/dispatch", handler=form.option("handler", "工程部 · 王强"), requirements="先到现场")
    assert "已派给工程部王强，时限" in page.words
    assert "等王强签收" in page.words

    page = engineer.get(f"/staff/cases/{number}").submit("/acceptance")
    assert "您已签收" in page.words
    assert "业主现在能看到" in do(engineer, story, "progress", note="明早更换导轮").words
    assert "业主看不到" in do(engineer, story, "note", note="维保合同下月到期").words
    page = do(engineer, story, "completion", outcome="resolved", result="已更换门锁继电器，试运行正常")
    assert "已办结：已解决" in page.words
    assert "告知结果 李敏" in page.words
    do(engineer, story, "report", note="更换继电器一只")

    form = desk.get(f"/staff/cases/{number}/informing")
    assert form.one("textarea[name=note]").get_text().strip() == "已更换门锁继电器，试运行正常"
    assert "已告知诉求人" in form.submit("/informing").words

    page = do(
        assistant,
        story,
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
    form.submit("/dispatch", handler=form.option("handler", "赵磊"))
    other.get(f"/staff/cases/{number}").submit("/acceptance")
    do(other, story, "completion", outcome="resolved", result="整机更换控制板，连续运行两天正常")
    do(desk, story, "informing")
    page = do(assistant, story, "revisit", reached="yes", satisfied="yes", timely="yes", courteous="yes")
    assert "诉求人满意" in page.words
    assert "等投诉专员或服务中心主任结案" in page.words
    assert "已结案" in do(specialist, story, "closure").words
    page = do(specialist, story, "archiving", code="ageing", cause="继电器老化", prevention="每季检查")
    assert f"已归档：{number}" in page.words
    assert story.case.state == "archived"
    assert story.case.round == 2
