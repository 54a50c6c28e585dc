"""What an act may not do: out of order, overtaken, half filled in, or by somebody else. Nothing typed is lost."""

from collections.abc import Callable
from typing import Any

import pytest

from shared.cases import handling
from shared.cases.vocabulary import Method
from shared.ownership import dispatching
from tests.cast import Cast
from tests.critic import CriticalClient, Page
from tests.life import Life, begin

SignIn = Callable[[str], CriticalClient]
pytestmark = pytest.mark.usefixtures("that_monday")
HTMX = {"HX-Request": "true"}


def _typed(page: Page, name: str) -> str:
    """What stands in the text field *name*."""
    return str(page.one(f"textarea[name={name}]").get_text()).strip()


def _form(client: CriticalClient, story: Life, act: str) -> Page:
    page = client.get(f"/staff/cases/{story.number}/{act}")
    assert page.status_code == 200, page.words[:300]
    return page


def _contact(story: Life, by: str) -> None:
    story.act(by, handling.contact, method=Method.TELEPHONE, reached=True)


# Overtaken (F26)


def test_a_form_that_was_overtaken_keeps_its_text_and_says_what_happened(
    cast: Cast, signed_in: SignIn
) -> None:
    story = begin(cast).claimed()
    form = _form(signed_in("limin"), story, "progress")
    story.act(
        "zhouqi",
        dispatching.dispatch,
        department=cast.department("工程部"),
        handler=cast.person("wangqiang"),
    )
    page = form.submit("/progress", note="已联系维保，明早到场")
    assert page.status_code == 409
    assert "周琪" in page.words
    assert "派给王强" in page.words
    assert _typed(page, "note") == "已联系维保，明早到场"
    assert "progress" not in story.acts

    again = page.submit("/progress")
    assert again.status_code == 200
    assert "业主现在能看到" in again.words
    assert story.words_of(story.rows[-1]) == "已联系维保，明早到场"


def test_overtaken_in_place_only_the_form_comes_back(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).claimed()
    client = signed_in("limin")
    token = _form(client, story, "note").one("input[name=csrf_token]")["value"]
    old = str(story.case.version)
    _contact(story, "zhouqi")
    page = client.post(
        f"/staff/cases/{story.number}/note",
        data={"csrf_token": token, "version": old, "note": "备件在库"},
        headers=HTMX,
    )
    assert page.status_code == 409
    assert not page.soup.find("h1")
    assert _typed(page, "note") == "备件在库"
    assert page.one("button[name=version]")["value"] == str(story.case.version)


def test_what_has_become_impossible_is_said_with_what_happened(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).in_handling()
    form = _form(signed_in("wangqiang"), story, "completion")
    story.act(
        "limin", dispatching.dispatch, department=cast.department("工程部"), handler=cast.person("zhaolei")
    )
    page = form.submit("/completion", outcome="resolved", result="已更换门锁继电器，试运行正常")
    # The case has left this handler's scope or their hands; in neither case is it completed.
    assert page.status_code in (404, 409)
    assert story.case.state == "dispatched"


def test_sending_a_form_twice_does_it_once(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).claimed()
    form = _form(signed_in("limin"), story, "note")
    form.submit("/note", note="备件在库")
    second = form.submit("/note", note="备件在库")
    assert second.status_code == 409
    assert story.acts.count("progress") == 1


def test_who_claims_second_is_told_who_was_first_and_sees_the_case(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast)
    page = signed_in("zhouqi").get(f"/staff/cases/{story.number}")
    story.claimed("limin")
    page = page.submit("/claim")
    assert page.status_code == 409
    assert "已由李敏于" in page.words
    assert "GZ-15" in page.words
    assert "首问责任人 李敏" in page.words


# Out of order (T36)


@pytest.mark.parametrize(
    ("act", "answers"),
    [
        ("acceptance", {}),
        ("completion", {"outcome": "resolved", "result": "已更换门锁继电器，试运行正常"}),
        ("report", {"note": "已修好"}),
        ("informing", {"method": "telephone", "note": "已修好"}),
        ("revisit", {"method": "telephone", "reached": "no"}),
        ("closure", {}),
        ("reopening", {"reason": "没修好"}),
        ("archiving", {"code": "ageing", "cause": "老化", "prevention": "巡检"}),
        ("redo", {"reason": "没修好"}),
        ("recall", {"reason": "不归他们"}),
        ("objection", {"reason": "不归我"}),
        ("takeover", {"accepted": "yes"}),
    ],
)
def test_an_act_out_of_order_is_refused_and_its_text_kept(
    cast: Cast, signed_in: SignIn, act: str, answers: dict[str, str]
) -> None:
    story = begin(cast).claimed()
    who = {
        "acceptance": "wangqiang",
        "completion": "limin",
        "report": "wangqiang",
        "objection": "wangqiang",
        "closure": "chenjing",
        "archiving": "chenjing",
    }.get(act, "limin")
    client = signed_in(who)
    token = client.get("/staff/").one("input[name=csrf_token]")["value"]
    before = story.case.version
    page = client.post(f"/staff/cases/{story.number}/{act}", data={"csrf_token": token, **answers})
    # A handler to whom it was never dispatched does not see it at all.
    assert page.status_code == (404 if who == "wangqiang" else 409), page.words[:300]
    assert story.case.version == before
    if page.status_code == 409 and act not in ("informing", "takeover"):
        assert "不能再做" in page.words
    for name, text in answers.items():
        field = page.soup.select_one(f"textarea[name={name}]")
        if page.status_code == 409 and field:
            assert field.get_text().strip() == text


def test_the_form_of_an_act_that_is_not_possible_is_not_given(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).claimed()
    page = signed_in("chenjing").get(f"/staff/cases/{story.number}/closure")
    assert page.status_code == 409
    assert "不能再做“结案”" in page.words


def test_a_form_overtaken_by_a_colleague_can_be_sent_again(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).in_handling()
    client = signed_in("wangqiang")
    page = _form(client, story, "completion")
    story.act("gaofeng", handling.progress, text="我来看看", public=False)
    page = page.submit("/completion", outcome="resolved", result="已更换门锁继电器，试运行正常")
    assert page.status_code == 409
    assert "高峰" in page.words
    assert page.submit("/completion").status_code == 200


# Half filled in


def test_a_result_of_a_few_words_is_sent_back_with_everything_kept(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).in_handling()
    page = _form(signed_in("wangqiang"), story, "completion").submit(
        "/completion", outcome="partly", result="修好了"
    )
    assert page.status_code == 422
    assert page.one("title").get_text().startswith("错误：")
    assert page.words.count("至少 10 个字，请写得具体一些") == 2, "on top and beside the field"
    assert _typed(page, "result") == "修好了"
    assert page.one("input[name=outcome][value=partly]").has_attr("checked")
    assert story.case.state == "handling"


@pytest.mark.parametrize(
    "judged", [{"validity": "invalid"}, {"severity": "major"}, {"complexity": "complex"}]
)
def test_a_grave_judgement_needs_its_reason(cast: Cast, signed_in: SignIn, judged: dict[str, Any]) -> None:
    story = begin(cast).claimed()
    page = _form(signed_in("limin"), story, "triage").submit("/triage", **judged)
    assert page.status_code == 422
    assert "请写明理由" in page.words
    assert page.submit("/triage", reason="属于供电局线路").status_code == 200
    ((name, value),) = judged.items()
    assert getattr(story.case, name) == value


def test_a_reached_owner_is_asked_all_of_vk_4k(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).informed()
    page = _form(signed_in("liujie"), story, "revisit").submit("/revisit", reached="yes", satisfied="yes")
    assert page.status_code == 422
    assert page.words.count("请选择诉求人的回答") == 4, "two answers are missing, each said twice"
    assert story.case.state == "informed"


def test_a_choice_that_was_not_offered_is_refused_in_our_words(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).claimed()
    form = _form(signed_in("limin"), story, "dispatch")
    page = form.submit("/dispatch", handler="1-999", requirements="先到现场", wanted_by="后天")
    assert page.status_code == 422
    assert "请选择处理人" in page.words
    assert "时间没有看懂" in page.words
    assert _typed(page, "requirements") == "先到现场"
    assert "Not a valid" not in page.words


# Who may not


def test_fields_that_a_form_does_not_have_are_not_read(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).claimed()
    _form(signed_in("limin"), story, "note").submit(
        "/note",
        note="只给内部看",
        public="true",
        visible="1",
        state="closed",
        handler_id="1",
        first_responder_id="1",
        case_id="1",
        satisfied="yes",
    )
    row = story.rows[-1]
    assert (row.act, row.public) == ("progress", False)
    assert story.case.state == "claimed"
    assert story.case.first_responder_id == cast.person("limin").id


LOOKED_FOR = ("claim", "triage", "dispatch", "note", "progress", "reveal")


@pytest.mark.parametrize(
    ("who", "told"),
    [
        # Supervision may pass some doors for the sake of reports from inside; this case refuses it behind them.
        ("tangwen", (409, 409, 403, 409, 409, 404)),
        ("admin", (403,) * 6),
    ],
)
def test_who_only_looks_on_cannot_act(cast: Cast, signed_in: SignIn, who: str, told: tuple[int, ...]) -> None:
    story = begin(cast)
    client = signed_in(who)
    token = client.get("/staff/").one("input[name=csrf_token]")["value"]
    before = story.case.version
    judged = {"validity": "valid", "urgency": "normal", "category": "facilities", "kind": "complaint"}
    graded = {"severity": "ordinary", "complexity": "ordinary", "about": "", "note": "看看"}
    answers = [
        client.post(f"/staff/cases/{story.number}/{act}", data={"csrf_token": token, **judged, **graded})
        for act in LOOKED_FOR
    ]
    assert tuple(page.status_code for page in answers) == told
    assert story.case.version == before


def test_without_the_forgery_token_nothing_is_done(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast)
    page = signed_in("limin").post(f"/staff/cases/{story.number}/claim")
    assert page.status_code == 419
    assert story.case.state == "received"


def test_afterwards_only_addresses_of_this_face_are_gone_to(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast)
    client = signed_in("limin")
    for number, wanted in enumerate(
        ("https://evil.example/", "//evil.example", "/staff//evil", "/staff/\\evil")
    ):
        page = client.get(f"/staff/cases/{story.number}/" + ("claim" if number == 0 else "note"))
        act = "/claim" if number == 0 else "/note"
        page = page.submit(act, follow=False, next=wanted, note="好")
        assert page.status_code == 303
        assert page.location == f"/staff/cases/{story.number}"
    page = client.get(f"/staff/cases/{story.number}/note").submit(
        "/note", follow=False, next="/staff/", note="好"
    )
    assert page.location == "/staff/"


def test_text_with_markup_stays_text(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast, description="<img src=x onerror=alert(1)>").claimed()
    client = signed_in("limin")
    page = _form(client, story, "note").submit("/note", note='<b hx-get="/staff/">粗</b>\x00\x07字')
    assert "<b hx-get" not in page.get_data(as_text=True)
    assert "<img src=x" not in page.get_data(as_text=True)
    assert '<b hx-get="/staff/">粗</b>字' in page.words


def test_a_long_text_is_told_its_limit(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).claimed()
    page = _form(signed_in("limin"), story, "note").submit("/note", note="长" * 4001)
    assert page.status_code == 422
    assert "最多 4000 个字" in page.words
