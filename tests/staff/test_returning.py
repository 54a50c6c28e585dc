"""Returning a misdirected case on the screens: asked by the handler, read and decided by somebody else (退单)."""

from collections.abc import Callable

from shared.cases import links
from shared.ownership import returning
from tests.acting import do, page_of
from tests.cast import Cast
from tests.critic import CriticalClient
from tests.life import Life, begin

SignIn = Callable[[str], CriticalClient]

NOT_OURS = "门禁归秩序部管，我们没有权限"


def _asked(cast: Cast) -> Life:
    story = begin(cast).in_handling()
    story.act("wangqiang", returning.ask, reason=NOT_OURS)
    return story


def test_the_handler_asks_and_reads_on_the_case_that_the_question_is_open(
    cast: Cast, signed_in: SignIn
) -> None:
    story = begin(cast).in_handling()
    client = signed_in("wangqiang")
    page = do(client, story, "returning", reason=NOT_OURS)
    assert "已申请退单。答复之前请继续办理，时限不停。" in page.words
    assert "您申请了退单，等答复" in page.words
    assert NOT_OURS in page.words
    again = client.get(f"/staff/cases/{story.number}/returning")
    assert again.status_code == 409
    assert "正在等答复" in again.words


def test_a_reason_is_asked_for_beside_the_field(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).in_handling()
    page = page_of(signed_in("wangqiang"), story, "returning").submit("/returning", reason="")
    assert page.status_code == 422
    assert "请写明为什么不该由你们办。" in page.words


def test_the_question_is_the_next_thing_for_who_decides_with_its_reason_beside_the_form(
    cast: Cast, signed_in: SignIn
) -> None:
    story = _asked(cast)
    client = signed_in("limin")
    page = page_of(client, story)
    assert "有人申请退单，等您答复" in page.one("section[aria-labelledby=next]").get_text()
    assert "工程部申请退单" in page.words
    form = page_of(client, story, "return_decision")
    assert NOT_OURS in form.words
    page = form.submit("/return_decision", approved="yes", reason="确实归秩序部")
    assert "已同意退单" in page.words
    assert story.case.state == "claimed"
    assert "工程部在这一轮退过单" in page.words
    assert "李敏同意" in page.words


def test_it_waits_on_the_desk_of_who_may_decide_and_of_nobody_else(cast: Cast, signed_in: SignIn) -> None:
    story = _asked(cast)
    for username in ("limin", "zhouqi", "hemei", "chenjing"):
        desk = signed_in(username).get("/staff/?view=returns")
        assert story.number in desk.words, username
    assert "等我批退单" not in signed_in("wangqiang").get("/staff/").words
    story.act("hemei", returning.refuse, reason="归你们")
    assert story.number not in signed_in("limin").get("/staff/?view=returns").words


def test_refused_for_good_the_handler_is_told_so_instead_of_the_form(cast: Cast, signed_in: SignIn) -> None:
    story = _asked(cast)
    page = do(signed_in("limin"), story, "return_decision", approved="no", reason="会上定的", final="y")
    assert "仍由原来的部门办理" in page.words
    assert "不同意退单：不能再退" in page.words
    client = signed_in("wangqiang")
    assert "会上定的" in page_of(client, story).words
    refused = client.get(f"/staff/cases/{story.number}/returning")
    assert refused.status_code == 409
    assert "不能再退" in refused.words


def test_the_department_that_gave_it_back_stands_last_and_is_confirmed_by_hand(
    cast: Cast, signed_in: SignIn
) -> None:
    story = _asked(cast)
    client = signed_in("limin")
    assert "退过单" not in page_of(client, begin(cast).claimed(), "dispatch").words
    story.act("limin", returning.approve, reason="确实归秩序部")
    form = page_of(client, story, "dispatch")
    assert NOT_OURS in form.words
    offered = [o.get_text() for o in form.one("select[name=handler]").find_all("option")]
    assert ["本轮退过单" in text for text in offered] == sorted("本轮退过单" in text for text in offered)
    assert form.one("select[name=handler]").select("option[selected][value]:not([value=''])") == []
    page = form.submit("/dispatch", handler=form.option("handler", "赵磊"))
    assert page.status_code == 409
    assert "工程部在这一轮退过这件诉求" in page.words
    page = page.submit("/dispatch", handler=form.option("handler", "赵磊"), overruled="y")
    assert "已派给工程部赵磊" in page.words
    assert "不能再退" in signed_in("zhaolei").get(f"/staff/cases/{story.number}/returning").words


def test_the_owner_reads_that_another_department_is_sought_and_no_reason(
    cast: Cast, signed_in: SignIn, client: CriticalClient
) -> None:
    story = _asked(cast)
    story.act("limin", returning.approve, reason="确实归秩序部")
    page = client.get(f"/c/{links.current_token(story.case)}")
    assert "改派负责部门" in page.words
    assert NOT_OURS not in page.words
    assert "确实归秩序部" not in page.words


def test_a_case_of_another_estate_is_neither_asked_back_nor_decided_there(
    cast: Cast, elsewhere: Cast, signed_in: SignIn
) -> None:
    story = _asked(cast)
    for username, act in (("yunhe-wangqiang", "returning"), ("yunhe-limin", "return_decision")):
        assert signed_in(username).get(f"/staff/cases/{story.number}/{act}").status_code == 404
    assert story.number not in signed_in("yunhe-limin").get("/staff/?view=returns").words
