"""Grave cases on the screens: what was found, how grave it is and why, its plan, review and approval."""

from collections.abc import Callable

import pytest

from shared.cases import finding
from shared.cases.circumstances import Circumstances
from shared.cases.finding import circumstances_of
from shared.cases.measures import standing_on
from shared.ownership import planning
from tests.acting import do, page_of
from tests.cast import Cast
from tests.critic import CriticalClient, Page
from tests.life import Life, begin

SignIn = Callable[[str], CriticalClient]

STEPS = "停梯，换导轮，第三方检测后恢复"


def _injured(cast: Cast) -> Life:
    story = begin(cast).in_handling()
    story.act("wangqiang", finding.find, circumstances=Circumstances(injury=True), text="乘客擦伤")
    return story


def _planned(cast: Cast) -> Life:
    story = _injured(cast)
    story.act("wangqiang", planning.plan, text=STEPS, told=True, group=[cast.person("gaofeng")])
    return story


def _next(page: Page) -> str:
    return " ".join(page.one("section[aria-labelledby=next]").get_text(" ").split())


# Finding


def test_what_is_found_is_written_down_and_shown_among_the_facts(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).in_handling()
    page = do(signed_in("wangqiang"), story, "finding", fault="ours", loss="320", note="导轮磨损，有照片")
    assert "已记下查明的情况：我方责任" in page.words
    facts = page.one("section[aria-labelledby=facts]").get_text(" ")
    assert "我方责任" in facts
    assert "320 元" in facts
    assert "查明情况：我方责任，损失 320 元" in page.words


def test_the_form_stands_as_it_was_left_and_an_empty_box_is_an_answer(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).in_handling()
    client = signed_in("wangqiang")
    do(client, story, "finding", note="有人擦伤", strong_complaint="y", people="4")
    form = page_of(client, story, "finding")
    assert form.one("input[name=strong_complaint]").has_attr("checked")
    assert form.one("input[name=people]")["value"] == "4"
    page = client.post(
        f"/staff/cases/{story.number}/finding",
        data={
            "csrf_token": form.one("input[name=csrf_token]")["value"],
            "fault": "presumed",
            "note": "核对后没有",
        },
        follow_redirects=True,
    )
    assert page.status_code == 200
    assert circumstances_of(story.case) == Circumstances()


@pytest.mark.parametrize("typed", ["-5", "很多", "999999999999"])
def test_a_figure_that_cannot_be_is_said_in_our_words(cast: Cast, signed_in: SignIn, typed: str) -> None:
    story = begin(cast).in_handling()
    form = page_of(signed_in("wangqiang"), story, "finding")
    page = form.submit("/finding", loss=typed, note="清点过")
    assert page.status_code == 422
    assert "请填 0 到 100000000 的整数" in page.words
    assert "Not a valid" not in page.words


def test_a_finding_without_words_is_asked_for_them(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).in_handling()
    page = page_of(signed_in("wangqiang"), story, "finding").submit("/finding", injury="y")
    assert page.status_code == 422
    assert "请写明查到了什么" in page.words


# Grading


def test_a_provisional_judgement_shows_clause_and_evidence_and_one_click_confirms_it(
    cast: Cast, signed_in: SignIn
) -> None:
    story = _injured(cast)
    client = signed_in("chenjing")
    page = page_of(client, story)
    assert "重大 · 暂定" in page.words
    assert "有人受伤 （ TR-3 ） 责任：待查明" in page.words
    assert "系统 内部" in page.words, "nobody did it, and no owner sees it: the machine graded"
    page = page.submit("/grading")
    assert "已确认为重大" in page.words
    assert "暂定" not in page.one(".case-head").get_text()
    assert (story.rows[-1].act, story.rows[-1].data["severity"]) == ("grading", "major")


def test_to_overrule_takes_a_reason(cast: Cast, signed_in: SignIn) -> None:
    story = _injured(cast)
    client = signed_in("hemei")
    form = client.get(page_of(client, story).link("定为普通"))
    assert form.one("input[name=severity][value=ordinary]").has_attr("checked")
    assert "有人受伤（TR-3）" in form.words
    page = form.submit("/grading")
    assert page.status_code == 422
    assert "请写明理由：为什么这样定级" in page.words
    page = page.submit("/grading", reason="皮外伤，家属没有异议")
    assert "已定为普通" in page.words
    assert story.case.severity == "ordinary"
    assert "皮外伤，家属没有异议" in page.words


def test_who_may_not_grade_reads_the_reasons_and_finds_no_button(cast: Cast, signed_in: SignIn) -> None:
    story = _injured(cast)
    page = page_of(signed_in("wangqiang"), story)
    assert "有人受伤" in page.words
    assert "确认为重大" not in page.words


def test_severity_at_triage_is_the_same_grading(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).claimed()
    client = signed_in("limin")
    page = page_of(client, story, "triage").submit("/triage", severity="major")
    assert page.status_code == 422
    page.submit("/triage", severity="major", reason="街道办已介入")
    assert [row.act for row in story.rows][-1] == "grading"
    assert story.case.severity == "major"
    assert "triage" not in story.acts, "nothing else was judged anew"


# Plan, review, approval


def test_vk_4g_from_plan_to_completion_step_by_step(cast: Cast, signed_in: SignIn) -> None:
    story = _injured(cast)
    handler, manager = signed_in("wangqiang"), signed_in("yangbo")
    page = page_of(handler, story)
    assert "写处理方案" in _next(page)
    held = handler.get(f"/staff/cases/{story.number}/completion")
    assert held.status_code == 409
    assert "先写明处理方案，才能办结。（VK-4g）" in held.words

    page = do(handler, story, "plan", note=STEPS, group=[str(cast.person("gaofeng").id)])
    assert "重大诉求的方案要先经总经理批准" in page.words
    assert "专项小组 高峰" in page.words
    assert "等总经理批准方案" in _next(page)
    assert "/completion" not in page.get_data(as_text=True)

    assert "批准处理方案" in _next(page_of(manager, story))
    form = page_of(manager, story, "approval")
    assert STEPS in form.words
    page = form.submit("/approval", passed="no")
    assert page.status_code == 422
    assert "请写明哪里要改" in page.words
    page = page.submit("/approval", passed="no", note="写清停梯期间怎么上楼")
    assert "方案已退回处理人修改" in page.words

    page = page_of(handler, story)
    assert "写处理方案" in _next(page)
    assert "写清停梯期间怎么上楼" in page.words
    again = page_of(handler, story, "plan")
    assert again.one("textarea[name=note]").get_text().strip() == STEPS, (
        "what stands is what one goes on from"
    )
    do(handler, story, "plan", note=f"{STEPS}；安排两人帮忙上楼", group=[str(cast.person("gaofeng").id)])
    assert "方案已批准" in do(manager, story, "approval", passed="yes").words
    assert "写明结果，办结" in _next(page_of(handler, story))
    do(handler, story, "completion", outcome="resolved", result="已换导轮，检测合格，恢复运行")
    assert story.case.state == "completed"


def test_a_special_plan_without_its_task_group_is_sent_back_with_its_words(
    cast: Cast, signed_in: SignIn
) -> None:
    story = _injured(cast)
    page = page_of(signed_in("wangqiang"), story, "plan").submit("/plan", note=STEPS)
    assert page.status_code == 409
    assert "请选小组成员。（AH-3.3c）" in page.words
    assert page.one("textarea[name=note]").get_text().strip() == STEPS


def test_nobody_whom_it_is_about_is_offered_for_the_task_group(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast, about="高峰态度很差").in_handling()
    story.act("wangqiang", finding.find, circumstances=Circumstances(media=True), text="已上报纸")
    fields = page_of(signed_in("wangqiang"), story, "plan").one("fieldset[id=plan-group]").get_text(" ")
    assert "何梅（服务中心主任）" in fields
    assert "高峰" not in fields


def test_an_ordinary_plan_has_no_task_group(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).in_handling()
    client = signed_in("wangqiang")
    assert page_of(client, story, "plan").soup.select("[name=group]") == []
    page = do(client, story, "plan", note=STEPS, told="y")
    assert "方案已记下" in page.words
    assert "方案：诉求人知道" in page.words
    assert "写明结果，办结" in _next(page)


def test_vk_4f_the_specialist_may_look_at_any_plan_and_set_a_date(cast: Cast, signed_in: SignIn) -> None:
    story = _planned(cast)
    client = signed_in("chenjing")
    form = page_of(client, story, "review")
    assert STEPS in form.words
    page = form.submit("/review", passed="yes", complete_by="2026-03-06T18:00", note="可行")
    assert page.status_code == 200
    assert "方案已审核通过。" in page.words
    assert "审核：通过，3 月 6 日 18:00 前办完" in page.words
    standing = standing_on(story.case)
    assert standing.review
    assert standing.review.passed
    answer = client.get(f"/staff/cases/{story.number}/review")
    assert answer.status_code == 409


def test_the_owner_reads_nothing_of_all_this(cast: Cast, client: CriticalClient) -> None:
    story = _planned(cast)
    page = client.get(f"/track/{story.case.shown_reference}")
    assert page.status_code == 200
    for word in ("重大", "暂定", "方案", STEPS, "乘客擦伤"):
        assert word not in page.words
