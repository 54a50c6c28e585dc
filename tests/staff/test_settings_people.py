"""People and their posts: added with a link shown once, changed, sent away, taken back, by whoever may (T21, T22)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from shared.audit.models import SettingChange
from shared.cases.models import Case
from shared.clock import now
from shared.database import db, transaction
from shared.identity import people, posts
from shared.identity.models import Appointment, User
from shared.identity.permissions import Role
from shared.outbox import drain
from shared.outbox.models import OutboxRow
from shared.ownership import leaving
from tests.cast import MONDAY, Cast
from tests.critic import CriticalClient, Page
from tests.domain.test_messages import Sink, sink
from tests.life import Life, begin

__all__ = ["sink"]

SignIn = Callable[[str], CriticalClient]
ADDRESS = "/staff/settings/people"
OWN = "四号门的灯是蓝色的晚上八点亮"


def _user(username: str) -> User:
    return db.session.query(User).filter_by(username=username).populate_existing().one()


def _page_of(client: CriticalClient, username: str, estate: str = "jinxiu") -> Page:
    return client.get(f"{ADDRESS}/person?estate={estate}&person={_user(username).id}")


def _add(client: CriticalClient, cast: Cast, **more: Any) -> Page:
    answers: dict[str, Any] = {
        "name": "钱多",
        "username": "qianduo",
        "role": "handler",
        "department": str(cast.department("工程部").id),
        "phone": "13900139000",
        "email": "qian@example.com",
        **more,
    }
    return client.get(f"{ADDRESS}/new").submit("/new", **answers)


def test_a_new_colleague_chooses_a_password_by_a_link_shown_once(
    cast: Cast, signed_in: SignIn, client: CriticalClient
) -> None:
    """T22."""
    director = signed_in("hemei")
    shown = _add(director, cast)
    link = shown.one("[data-link]").get_text(strip=True)
    assert "只显示这一次" in shown.words
    assert shown.headers["Cache-Control"] == "no-store"
    assert link.rsplit("/", 1)[1] not in director.get(ADDRESS).get_data(as_text=True)
    assert client.get(link).submit(password=OWN, again=OWN).where.startswith("/staff/sign-in")
    assert client.get("/staff/sign-in").submit(username="qianduo", password=OWN).where == "/staff/"
    assert client.get(link).status_code == 404
    listed = director.get(ADDRESS)
    assert "139****9000" in listed.words
    assert "加上员工：钱多" in listed.words
    assert "任命钱多：工程部 处理人" in listed.words


def test_the_link_is_mailed_too_and_opens_once(
    cast: Cast, signed_in: SignIn, client: CriticalClient, sink: Sink
) -> None:
    """T22."""
    shown = _add(signed_in("hemei"), cast)
    assert "也发到了本人的邮箱：qian@example.com" in shown.words
    drain.run_due(20)
    assert sink.to == ["qian@example.com"]
    said = sink.mails[0].get_content()
    link = shown.one("[data-link]").get_text(strip=True)
    assert link in said
    assert "qianduo" in said
    kept = [row.payload for row in db.session.query(OutboxRow)]
    assert link.rsplit("/", 1)[1] not in str(kept), "it stands nowhere before it is sent"
    assert client.get(link).submit(password=OWN, again=OWN).status_code == 200
    assert client.get(link).status_code == 404


def test_a_link_that_has_run_out_or_was_replaced_is_not_mailed(
    cast: Cast, signed_in: SignIn, sink: Sink
) -> None:
    _add(signed_in("hemei"), cast)
    _page_of(signed_in("hemei"), "qianduo").submit("/people/link")
    drain.run_due(20)
    assert len(sink.mails) == 1, "of two links the second"
    _page_of(signed_in("hemei"), "qianduo").submit("/people/link")
    with time_machine.travel(now() + timedelta(minutes=31)):
        drain.run_due(20)
    assert len(sink.mails) == 1


def test_without_an_address_or_a_mail_server_nothing_is_said_of_mail(cast: Cast, signed_in: SignIn) -> None:
    assert "也发到了" not in _add(signed_in("hemei"), cast).words
    assert db.session.query(OutboxRow).count() == 0


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"username": "limin"}, "已经有人用了"),
        ({"username": "钱多"}, "2 到 40 个小写字母"),
        ({"username": ""}, "请填用户名"),
        ({"name": " "}, "请填姓名"),
        ({"role": ""}, "请选岗位"),
        ({"department": ""}, "处理人要写明部门"),
        ({"phone": "123"}, "不像电话号码"),
        ({"email": "a@b"}, "不像邮箱地址"),
        ({"email": "a@b.cn, c@d.cn"}, "不像邮箱地址"),
    ],
)
def test_what_is_typed_wrong_is_said_and_nobody_is_made(
    cast: Cast, signed_in: SignIn, wrong: dict[str, str], told: str
) -> None:
    before = db.session.query(User).count()
    page = _add(signed_in("admin"), cast, **wrong)
    assert page.status_code == 422
    assert told in page.words
    assert db.session.query(User).count() == before


def test_a_director_names_no_administrator_and_nobody_who_watches_directors(
    cast: Cast, signed_in: SignIn
) -> None:
    """CO-M5: a supervisor of one's own would read the reports from inside about oneself."""
    director = signed_in("hemei")
    for role in ("administrator", "supervisor", "general_manager", "deputy_manager"):
        page = _add(director, cast, role=role, department="")
        assert page.status_code == 422, role
        assert "请选岗位" in page.words
    shown = _add(signed_in("admin"), cast, role="supervisor", department="")
    assert "只显示这一次" in shown.words
    theirs = _page_of(director, "tangwen")
    assert "要由系统管理员" in theirs.words
    assert "给一条新链接" not in theirs.words


@pytest.mark.parametrize("door", ["particulars", "link", "leaving"])
def test_whom_one_may_not_name_one_may_not_become_or_dismiss(
    cast: Cast, signed_in: SignIn, door: str
) -> None:
    """A link for the administrator would make whoever holds it the administrator."""
    director = signed_in("hemei")
    token = director.get(ADDRESS).one("input[name=csrf_token]")["value"]
    for username in ("admin", "tangwen", "hemei"):
        data = {"csrf_token": token, "person": str(_user(username).id), "name": "改了", "phone": ""}
        page = director.post(f"{ADDRESS}/{door}", data=data, follow_redirects=True)
        assert not page.soup.select("[data-link]"), username
        assert _user(username).is_active
        assert _user(username).name != "改了"
    assert db.session.query(SettingChange).filter_by(what=people.PERSON).count() == 0


def test_nobody_widens_their_own_rights(cast: Cast, signed_in: SignIn) -> None:
    admin = signed_in("admin")
    assert "加一个岗位" not in _page_of(admin, "admin").words
    token = admin.get(ADDRESS).one("input[name=csrf_token]")["value"]
    data = {"csrf_token": token, "person": str(_user("admin").id), "role": "director", "department": ""}
    page = admin.post(f"{ADDRESS}/post", data=data)
    assert page.status_code == 422
    assert "自己的资料和岗位由别人来改" in page.words
    assert _user("admin").roles_at(cast.estate.id) == {Role.ADMINISTRATOR}


def test_a_post_is_given_and_taken_and_both_stay_on_record(cast: Cast, signed_in: SignIn) -> None:
    admin = signed_in("admin")
    page = _page_of(admin, "zhouqi").submit(
        "/post", role="handler", department=str(cast.department("秩序部").id)
    )
    assert "岗位已加上" in page.words
    twice = page.submit("/post", role="handler", department=str(cast.department("秩序部").id))
    assert "已经是这个岗位" in twice.words
    given = db.session.query(Appointment).filter_by(user_id=_user("zhouqi").id, role="handler").one()
    token = page.one("input[name=csrf_token]")["value"]
    data = {"csrf_token": token, "person": str(given.user_id), "post": str(given.id)}
    page = admin.post(f"{ADDRESS}/post_end", data=data, follow_redirects=True)
    assert "岗位已免去" in page.words
    assert "以前的岗位 1 个" in page.words
    db.session.refresh(given)
    assert given.until is not None
    assert "已经免去了" in admin.post(f"{ADDRESS}/post_end", data=data, follow_redirects=True).words
    trace = admin.get(ADDRESS).words
    assert "任命周琪：秩序部 处理人" in trace
    assert "免去周琪：秩序部 处理人" in trace


def test_a_link_given_before_a_weighty_post_opens_nothing_after_it(
    cast: Cast, signed_in: SignIn, client: CriticalClient
) -> None:
    link = _page_of(signed_in("hemei"), "zhouqi").submit("/link").one("[data-link]").get_text(strip=True)
    _page_of(signed_in("admin"), "zhouqi").submit("/post", role="supervisor", department="")
    assert client.get(link).status_code == 404


def test_name_telephone_and_mail_are_changed_with_old_and_new(cast: Cast, signed_in: SignIn) -> None:
    admin = signed_in("admin")
    page = _page_of(admin, "zhouqi").submit("/particulars", name="周琪琪", phone="+86 139 0013 9001")
    assert "已保存" in page.words
    assert (_user("zhouqi").name, _user("zhouqi").phone) == ("周琪琪", "13900139001")
    assert "姓名“周琪”改为“周琪琪”" in admin.get(ADDRESS).words
    (change,) = db.session.query(SettingChange).filter_by(what=people.PERSON)
    assert "13900139001" not in str(change.after)
    page.submit("/particulars")
    assert db.session.query(SettingChange).filter_by(what=people.PERSON).count() == 1


def test_whoever_leaves_is_out_at_once_and_comes_back_by_a_new_link(
    cast: Cast, signed_in: SignIn, client: CriticalClient
) -> None:
    """T21."""
    theirs, admin = signed_in("zhouqi"), signed_in("admin")
    assert theirs.get("/staff/").status_code == 200
    page = _page_of(admin, "zhouqi").submit("/leaving")
    assert "已停用" in page.words
    assert theirs.get("/staff/").status_code == 303
    assert "停用：周琪" in admin.get(ADDRESS).words
    shown = page.submit("/link")
    link = shown.one("[data-link]").get_text(strip=True)
    assert client.get(link).submit(password=OWN, again=OWN).status_code == 200
    assert client.get("/staff/sign-in").submit(username="zhouqi", password=OWN).where == "/staff/"
    assert "恢复：周琪" in admin.get(ADDRESS).words


def test_nobody_leaves_while_a_case_is_theirs(cast: Cast, signed_in: SignIn) -> None:
    """GZ-15: none is left without anybody; the number is told, a link only to whoever sees the case."""
    story = begin(cast, now()).in_handling()
    for reader, is_link in (("admin", False), ("hemei", True)):
        page = _page_of(signed_in(reader), "wangqiang").submit("/leaving")
        assert page.status_code == 409
        assert story.number in page.words
        assert bool(page.soup.select(f'a[href="/staff/cases/{story.number}"]')) is is_link
    assert _user("wangqiang").is_active
    only = db.session.query(Appointment).filter_by(user_id=_user("wangqiang").id).one()
    token = page.one("input[name=csrf_token]")["value"]
    data = {"csrf_token": token, "person": str(only.user_id), "post": str(only.id)}
    assert signed_in("hemei").get(ADDRESS).status_code == 200
    refused = signed_in("admin")
    data["csrf_token"] = str(refused.get(ADDRESS).one("input[name=csrf_token]")["value"])
    assert refused.post(f"{ADDRESS}/post_end", data=data).status_code == 409
    db.session.refresh(only)
    assert only.until is None


def test_what_they_hold_goes_to_whom_the_director_names_and_they_are_out(
    cast: Cast, signed_in: SignIn
) -> None:
    """GZ-15."""
    story = begin(cast, now()).in_handling()
    director = signed_in("hemei")
    page = _page_of(director, "wangqiang").submit("/leaving")
    assert "办理 1 件" in page.words
    refused = page.submit("/succession", handling="", reason="离职")
    assert refused.status_code == 409
    assert f"{story.number}：请选择由谁接手。" in refused.words
    zhaolei = str(_user("zhaolei").id)
    without = refused.submit("/succession", handling=zhaolei, reason="")
    assert "请写明为什么移交。" in without.words
    assert without.one(f'select[name=handling] option[value="{zhaolei}"]').has_attr("selected")
    assert _user("wangqiang").is_active
    gone = without.submit("/succession", handling=zhaolei, reason="离职")
    assert "已停用" in gone.words
    assert not _user("wangqiang").is_active
    assert story.case.handler_id == _user("zhaolei").id
    assert "停用：王强" in director.get(ADDRESS).words
    seen = director.get(f"/staff/cases/{story.number}").words
    assert "工程部 赵磊（原为王强）" in seen


def test_one_of_several_goes_to_somebody_else(cast: Cast, signed_in: SignIn) -> None:
    one = begin(cast, now()).claimed()
    other = begin(cast, now(), building_id=cast.building("5号楼").id, phone="13800138001").claimed()
    page = _page_of(signed_in("admin"), "limin").submit("/leaving")
    zhouqi, chenjing = (str(_user(name).id) for name in ("zhouqi", "chenjing"))
    answers: dict[str, Any] = {"first": zhouqi, f"first-{other.case.id}": chenjing}
    assert "已停用" in page.submit("/succession", reason="离职", **answers).words
    assert _responsible(one, other) == ["周琪", "陈静"]


def _responsible(*stories: Life) -> list[str]:
    return [str(db.session.get_one(User, story.case.first_responder_id).name) for story in stories]


def test_no_command_lets_them_leave_either(app: Flask, cast: Cast) -> None:
    story = begin(cast, now()).in_handling()
    run = app.test_cli_runner().invoke
    refused = run(args=["user", "deactivate", "wangqiang"])
    assert refused.exit_code == 1
    assert story.number in refused.output
    assert run(args=["user", "deactivate", "zhaolei"]).exit_code == 0
    assert (_user("wangqiang").is_active, _user("zhaolei").is_active) == (True, False)


def test_of_a_report_from_inside_only_its_readers_learn(cast: Cast, signed_in: SignIn) -> None:
    """CO-M5."""
    story = begin(cast, now()).in_handling()
    with transaction():
        db.session.get_one(Case, story.case.id).channel = "internal"
    page = _page_of(signed_in("admin"), "wangqiang").submit("/leaving")
    assert page.status_code == 409
    assert story.number not in page.words
    assert "还有您看不到的诉求" in page.words


def test_people_of_another_estate_are_not_there(cast: Cast, elsewhere: Cast, signed_in: SignIn) -> None:
    """T09."""
    theirs = elsewhere.person("zhouqi")
    admin = signed_in("admin")
    assert "yunhe-zhouqi" not in admin.get(ADDRESS).words
    assert admin.get(f"{ADDRESS}?estate=yunhe").status_code == 404
    assert admin.get(f"{ADDRESS}/person?person={theirs.id}").status_code == 404
    token = admin.get(ADDRESS).one("input[name=csrf_token]")["value"]
    for door in ("particulars", "post", "post_end", "link", "leaving", "succession"):
        for person in (str(theirs.id), "x", ""):
            data = {"csrf_token": token, "person": person, "post": "1", "name": "改", "role": "handler"}
            assert admin.post(f"{ADDRESS}/{door}", data=data).status_code == 404, (door, person)
    assert _user("yunhe-zhouqi").is_active


def test_a_shared_colleague_is_changed_by_nobody_who_manages_one_of_their_estates(
    cast: Cast, elsewhere: Cast, signed_in: SignIn
) -> None:
    """A link would open the other estate too."""
    with transaction():
        posts.appoint(
            cast.person("zhouqi"),
            elsewhere.estate,
            Role.DISPATCHER,
            None,
            by=elsewhere.person("admin"),
            at=MONDAY,
        )
    page = _page_of(signed_in("admin"), "zhouqi")
    assert "要由系统管理员或那个小区来改" in page.words
    assert "给一条新链接" not in page.words


def test_whoever_manages_no_settings_finds_no_people_to_manage(cast: Cast, signed_in: SignIn) -> None:
    assert "员工" in signed_in("hemei").get("/staff/settings").words
    assert signed_in("limin").get(ADDRESS).status_code == 403


def test_what_they_hold_is_open_cases_alone(cast: Cast) -> None:
    story = begin(cast, MONDAY).in_handling()
    assert [case.id for case in leaving.held_by(cast.person("wangqiang"))] == [story.case.id]
    with transaction():
        db.session.get_one(Case, story.case.id).state = "closed"
    assert leaving.held_by(cast.person("wangqiang")) == []
