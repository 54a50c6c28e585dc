"""Cooperation on the screens: asked, taken with one press, done with a photo, called off; the task group (AH-3.3)."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

from PIL import Image

from shared.attachments.models import Attachment
from shared.cases import finding
from shared.cases.circumstances import Circumstances
from shared.database import db
from shared.ownership import cooperating, task_group
from tests.acting import do, page_of
from tests.cast import Cast
from tests.critic import CriticalClient, Page
from tests.life import Life, begin

SignIn = Callable[[str], CriticalClient]

FOOTAGE = "调看 2 单元门口周日晚的监控"


def _asked(cast: Cast) -> Life:
    story = begin(cast).in_handling()
    story.act("limin", cooperating.ask, department=cast.department("秩序部"), requirements=FOOTAGE)
    return story


def _panel(page: Page) -> str:
    return page.one("section[aria-labelledby=tasks]").get_text(" ")


def _photo() -> tuple[BytesIO, str]:
    picture = BytesIO()
    Image.new("RGB", (64, 48), "red").save(picture, "JPEG")
    picture.seek(0)
    return picture, "监控截图.jpg"


def test_another_department_is_asked_and_the_case_shows_that_nobody_has_taken_it(
    cast: Cast, signed_in: SignIn
) -> None:
    story = begin(cast).in_handling()
    client = signed_in("wangqiang")
    form = page_of(client, story, "task")
    offered = form.one("select[name=department]").get_text(" ")
    assert "工程部" not in offered, "the department that leads is not asked to cooperate"
    page = form.submit("/task", department=str(cast.department("秩序部").id), requirements=FOOTAGE)
    assert "已请秩序部协办。主办部门和时限不变。" in page.words
    assert "还没有人领" in _panel(page)
    assert FOOTAGE in _panel(page)


def test_it_waits_on_the_desk_of_the_department_and_is_taken_with_one_press(
    cast: Cast, signed_in: SignIn
) -> None:
    story = _asked(cast)
    client = signed_in("sunli")
    assert story.number in client.get("/staff/?view=tasks").words
    assert story.number not in signed_in("zhaolei").get("/staff/?view=tasks").words
    page = page_of(client, story).submit("/task_taking")
    assert "您领了这项协办" in page.words
    assert "孙丽在办" in _panel(page)


def test_done_with_words_and_a_photo_it_leaves_the_desk(cast: Cast, signed_in: SignIn) -> None:
    story = _asked(cast)
    story.act("sunli", cooperating.take, task=cooperating.tasks_of(story.case)[0])
    client = signed_in("sunli")
    page = do(client, story, "task_done", note="周日 21:40 有人拉开门", photos=_photo())
    assert "协办已办完" in page.words
    assert "周日 21:40 有人拉开门" in _panel(page)
    kept = db.session.query(Attachment).one()
    assert (kept.act, kept.public) == ("task_done", False)
    assert story.number not in client.get("/staff/?view=tasks").words
    assert "周日 21:40 有人拉开门" in _panel(page_of(signed_in("wangqiang"), story))


def test_of_several_tasks_the_button_names_its_own(cast: Cast, signed_in: SignIn) -> None:
    story = _asked(cast)
    story.act("limin", cooperating.ask, department=cast.department("环境部"), requirements="清理积水")
    client = signed_in("limin")
    panel = page_of(client, story).one("section[aria-labelledby=tasks]")
    links = [str(a["href"]) for a in panel.select("a[href*=task_calling_off]")]
    assert len(links) == 2
    form = client.get(links[1])
    assert "环境部" in form.one("select[name=task] option[selected]").get_text()
    page = form.submit("/task_calling_off", reason="雨停了")
    assert "已取消环境部的协办" in page.words
    assert [task.done for task in cooperating.tasks_of(story.case)] == [None, False]


def test_who_belongs_to_no_department_asked_is_refused_in_words(cast: Cast, signed_in: SignIn) -> None:
    story = _asked(cast)
    page = page_of(signed_in("limin"), story, "task_taking").submit("/task_taking")
    assert page.status_code == 409
    assert "不归您的部门" in page.words


def test_without_a_task_there_is_no_form_to_finish_one(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).in_handling()
    page = signed_in("wangqiang").get(f"/staff/cases/{story.number}/task_done")
    assert page.status_code == 409
    assert "没有还没办完的协办" in page.words


def test_before_completion_the_handler_reads_what_others_have_not_done(cast: Cast, signed_in: SignIn) -> None:
    story = _asked(cast)
    assert "协办还有 1 项没办完" in page_of(signed_in("wangqiang"), story, "completion").words


def test_the_group_of_a_major_case_is_formed_and_stands_in_the_special_plan(
    cast: Cast, signed_in: SignIn
) -> None:
    story = begin(cast).in_handling()
    story.act("wangqiang", finding.find, circumstances=Circumstances(injury=True), text="乘客擦伤")
    sunli, gaofeng = cast.person("sunli"), cast.person("gaofeng")
    form = page_of(signed_in("hemei"), story, "task_group")
    page = form.submit("/task_group", group=[str(cast.person("xufei").id)], leader=str(gaofeng.id))
    assert "专项小组已成立，组长高峰" in page.words
    assert "组长高峰" in page.one("section[aria-labelledby=people]").get_text()
    assert {user.name for user in task_group.members(story.case)} == {"高峰", "许飞"}
    assert sunli not in task_group.members(story.case)
    plan = page_of(signed_in("wangqiang"), story, "plan")
    ticked = [int(str(box["value"])) for box in plan.soup.select("input[name=group][checked]")]
    assert sorted(ticked) == sorted([gaofeng.id, cast.person("xufei").id])


def test_formed_anew_the_form_offers_whoever_belongs_to_it_or_works_on_it(
    cast: Cast, signed_in: SignIn
) -> None:
    """A member of a third department is not lost by who only wants to add somebody."""
    story = begin(cast).in_handling()
    story.act("wangqiang", finding.find, circumstances=Circumstances(injury=True), text="乘客擦伤")
    members = [cast.person("gaofeng"), cast.person("sunli")]
    story.act("hemei", task_group.form, group=members, led_by=cast.person("gaofeng"))
    page = page_of(signed_in("hemei"), story, "task_group").submit("/task_group")
    assert page.status_code == 200, page.words[:300]
    assert {user.name for user in task_group.members(story.case)} == {"高峰", "孙丽"}
    story.act("limin", cooperating.ask, department=cast.department("客服中心"), requirements="上门致歉")
    assert "周琪（客服中心）" in page_of(signed_in("hemei"), story, "task_group").words


def test_a_task_past_its_time_says_so_in_words(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).in_handling()
    order = cast.department("秩序部")
    story.act(
        "limin",
        cooperating.ask,
        department=order,
        requirements=FOOTAGE,
        wanted_by=story.at + timedelta(hours=1),
    )
    assert "还没有人领，过了希望的时间" in _panel(page_of(signed_in("limin"), story))


def test_a_case_of_another_estate_is_nobodys_to_cooperate_on(
    cast: Cast, elsewhere: Cast, signed_in: SignIn
) -> None:
    story = _asked(cast)
    client = signed_in("yunhe-limin")
    for act in ("task", "task_taking", "task_done", "task_calling_off", "task_group"):
        assert client.get(f"/staff/cases/{story.number}/{act}").status_code == 404
    assert story.number not in signed_in("yunhe-sunli").get("/staff/?view=tasks").words
