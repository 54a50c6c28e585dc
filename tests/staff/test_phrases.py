"""Reply templates: kept by managers, put into forms with what the case says, and never sent by themselves."""

from collections.abc import Callable
from typing import Any

import pytest

from shared.audit.models import SettingChange
from shared.clock import now
from shared.database import db, transaction
from shared.phrases import queries, writing
from shared.phrases.models import Phrase
from shared.phrases.writing import Wording
from tests.cast import Cast
from tests.critic import CriticalClient, Page
from tests.life import begin

SignIn = Callable[[str], CriticalClient]
pytestmark = pytest.mark.usefixtures("that_monday")
ADDRESS = "/staff/settings/phrases"
HTMX = {"HX-Request": "true"}
TEXT = "{称呼}您好，{地点}的事由{处理人}在办，编号 {档案编号}，有事请拨 {服务电话}。"


def _add(cast: Cast, name: str = "在办", text: str = TEXT, **more: Any) -> int:
    with transaction():
        phrase = writing.add(cast.estate.id, Wording(name, text, **more), by=cast.person("hemei"), at=now())
        return phrase.id


def _put_in(page: Page, name: str, **typed: Any) -> Page:
    """Choose a template of the menu and press its button."""
    chosen = next(o["value"] for o in page.soup.select("select[name=phrase] option") if o.get_text() == name)
    return page.submit(phrase=chosen, insert="1", **typed)


def _offered(page: Page) -> list[str]:
    return [o.get_text() for o in page.soup.select("select[name=phrase] option") if o["value"]]


def _written(page: Page, name: str = "note") -> str:
    return page.one(f"textarea[name={name}]").get_text().strip()


def test_a_template_is_written_by_a_manager_and_used_by_whoever_answers(
    cast: Cast, signed_in: SignIn
) -> None:
    form = signed_in("hemei").get(f"{ADDRESS}/new")
    read = form.submit(name="在办", text=TEXT, act="progress", preview="1")
    assert "王女士您好，3号楼 2单元电梯的事由王强在办" in read.words
    assert db.session.query(Phrase).count() == 0, "a preview writes nothing"
    page = read.submit()
    assert "加上常用语“在办”" in page.words

    story = begin(cast, building_id=cast.building("3号楼").id).in_handling()
    client = signed_in("wangqiang")
    address = f"/staff/cases/{story.number}/progress"
    before = story.acts
    page = _put_in(client.get(address), "在办", note="先说一句")
    assert page.status_code == 200
    assert _written(page) == (
        f"先说一句\n王秀兰您好，3号楼 2单元电梯的事由王强在办，编号 {story.number}，有事请拨 020-8888 6666。"
    )
    assert "已放进“写给业主的话”，改好再发" in page.words
    assert story.acts == before, "nothing is sent by the menu"
    sent = page.submit()
    assert sent.status_code == 200
    assert story.acts[-1] == "progress"


def test_what_was_put_in_is_kept_like_what_was_typed(cast: Cast, signed_in: SignIn) -> None:
    """F44."""
    _add(cast, text="维保明早到场")
    story = begin(cast).in_handling()
    client = signed_in("wangqiang")
    address = f"/staff/cases/{story.number}/progress"
    _put_in(client.get(address), "在办", note="先说一句")
    assert _written(client.get(address)) == "先说一句\n维保明早到场"


def test_a_fragment_gets_the_form_alone_again(cast: Cast, signed_in: SignIn) -> None:
    phrase = _add(cast, text="维保明早到场")
    story = begin(cast).in_handling()
    client = signed_in("wangqiang")
    address = f"/staff/cases/{story.number}/note"
    token = client.get(address).one("input[name=csrf_token]")["value"]
    page = client.post(
        address, data={"csrf_token": token, "phrase": str(phrase), "insert": "1"}, headers=HTMX
    )
    assert page.soup.select_one("h1") is None
    assert _written(page) == "维保明早到场"


def test_the_menu_has_what_is_for_this_form_and_category(cast: Cast, signed_in: SignIn) -> None:
    _add(cast, "哪里都行")
    _add(cast, "只在备注", act="note")
    _add(cast, "只给环境", category="environment")
    _add(cast, "给设施的进展", category="facilities", act="progress")
    story = begin(cast).in_handling()
    client = signed_in("wangqiang")
    case = f"/staff/cases/{story.number}"
    assert _offered(client.get(f"{case}/progress")) == ["给设施的进展", "哪里都行"]
    assert _offered(client.get(f"{case}/note")) == ["只在备注", "哪里都行"]
    assert _offered(client.get(f"{case}/transfer")) == [], "a form without such words has no menu"


def test_pressing_without_a_choice_loses_nothing(cast: Cast, signed_in: SignIn) -> None:
    _add(cast)
    story = begin(cast).in_handling()
    page = signed_in("wangqiang").get(f"/staff/cases/{story.number}/note")
    page = page.submit(note="写了很久", insert="1", phrase="999")
    assert "请先选一条常用语" in page.words
    assert _written(page) == "写了很久"


def test_enter_in_a_field_sends_the_form_and_puts_nothing_in(cast: Cast, signed_in: SignIn) -> None:
    """The first button of a form is the one that Enter presses."""
    _add(cast)
    story = begin(cast).in_handling()
    page = signed_in("wangqiang").get(f"/staff/cases/{story.number}/completion")
    assert "name" not in page.one("form[data-unsent] button").attrs


def test_who_complained_of_staff_is_not_called_by_name(cast: Cast, signed_in: SignIn) -> None:
    _add(cast, text="{称呼}您好")
    story = begin(cast, category="attitude").in_handling()
    client = signed_in("wangqiang")
    page = _put_in(client.get(f"/staff/cases/{story.number}/progress"), "在办")
    assert _written(page) == "业主您好"


def test_what_is_not_known_yet_is_left_to_fill_in(cast: Cast, signed_in: SignIn) -> None:
    _add(cast, text="由{处理人}来办")
    story = begin(cast).claimed()
    page = _put_in(signed_in("limin").get(f"/staff/cases/{story.number}/progress"), "在办")
    assert _written(page) == "由____来办"
    page = page.submit()
    assert page.status_code == 422
    assert "还有“____”没有填" in page.words
    assert story.acts[-1] == "claim", "no owner reads a blank"
    assert page.submit(note="由王强来办").status_code == 200
    assert story.acts[-1] == "progress"


def test_a_change_is_a_further_row_and_the_former_stays_on_record(cast: Cast, signed_in: SignIn) -> None:
    _add(cast)
    client = signed_in("hemei")
    page = client.get(client.get(ADDRESS).link("修改"))
    assert "改常用语“在办”" in page.submit(text="换了说法").words
    rows = db.session.query(Phrase).order_by(Phrase.id).all()
    assert [(row.text, row.ended_at is None) for row in rows] == [(TEXT, False), ("换了说法", True)]
    late = client.post(
        f"{ADDRESS}/change?phrase={rows[0].id}",
        data={
            "csrf_token": page.one("input[name=csrf_token]")["value"],
            "name": "晚了",
            "text": "晚了",
            "act": "",
            "category": "",
        },
    )
    assert late.status_code == 422
    assert "刚刚被改过或停用了" in late.words
    assert db.session.query(SettingChange).filter_by(what=writing.PHRASE).count() == 2


def test_an_ended_one_is_offered_no_longer(cast: Cast, signed_in: SignIn) -> None:
    _add(cast)
    page = signed_in("hemei").get(ADDRESS).submit("/ending")
    assert "“在办”已停用" in page.words
    assert queries.of_estate(cast.estate.id) == []
    assert _offered(signed_in("limin").get(f"/staff/cases/{begin(cast).claimed().number}/note")) == []


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"name": "", "text": "好"}, "请写名称"),
        ({"name": "长" * 21, "text": "好"}, "最多 20 个字"),
        ({"name": "好", "text": ""}, "请写内容"),
        ({"name": "好", "text": "{姓名}您好"}, "没有“姓名”这一项"),
        ({"name": "好", "text": "好", "act": "claim"}, "请从列出的里面选"),
    ],
)
def test_what_cannot_be_a_template_is_said_beside_the_field(
    cast: Cast, signed_in: SignIn, typed: dict[str, Any], told: str
) -> None:
    page = signed_in("hemei").get(f"{ADDRESS}/new").submit(**typed)
    assert page.status_code == 422
    assert page.words.count(told) >= 2
    assert queries.of_estate(cast.estate.id) == []


def test_a_template_of_another_estate_is_not_there(cast: Cast, elsewhere: Cast, signed_in: SignIn) -> None:
    """T09."""
    theirs = _add(elsewhere)
    client = signed_in("hemei")
    assert client.get(f"{ADDRESS}/change?phrase={theirs}").status_code == 404
    token = client.get(f"{ADDRESS}/new").one("input[name=csrf_token]")["value"]
    ending = client.post(f"{ADDRESS}/ending", data={"csrf_token": token, "phrase": str(theirs)})
    assert ending.status_code == 404
    assert _offered(signed_in("limin").get(f"/staff/cases/{begin(cast).claimed().number}/note")) == []


def test_who_may_look_changes_nothing(cast: Cast, signed_in: SignIn) -> None:
    _add(cast)
    page = signed_in("limin").get(ADDRESS)
    assert "在办" in page.words
    assert not page.soup.select(f'form[action^="{ADDRESS}/"]')
    assert signed_in("wangqiang").get(ADDRESS).status_code == 403
