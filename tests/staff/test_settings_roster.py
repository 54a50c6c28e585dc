"""The roster, leave, routing and quiet hours on screen: read by many, changed by few, every change on record."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import delete, select

from shared.audit.models import SettingChange
from shared.database import db, transaction
from shared.identity import leaves, routes
from shared.identity.models import Estate, Leave, Shift
from tests.cast import MONDAY, Cast
from tests.critic import CriticalClient, Page
from tests.life import begin

SignIn = Callable[[str], CriticalClient]
SETTINGS = "/staff/settings"
QUERIES = 16


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def _nobody(cast: Cast) -> None:
    with transaction():
        db.session.execute(delete(Shift))


def rows(page: Page, section: str = "") -> list[str]:
    return [" ".join(row.get_text(" ").split()) for row in page.soup.select(f"{section} tbody tr")]


def changes(page: Page) -> list[str]:
    return rows(page, "#changes")


def put_on_duty(client: CriticalClient, cast: Cast, **more: object) -> Page:
    answers: dict[str, Any] = {
        "user": str(cast.person("limin").id),
        "days": ["2026-03-02", "2026-03-04"],
        "begins": "08:00",
        "ends": "20:00",
        **more,
    }
    return client.get(f"{SETTINGS}/roster/shift?week=2026-03-02").submit(**answers)


@pytest.mark.usefixtures("_nobody")
def test_a_person_is_put_on_duty_on_several_days_and_the_gaps_are_named(
    cast: Cast, signed_in: SignIn
) -> None:
    client = signed_in("hemei")
    page = put_on_duty(client, cast)
    assert page.where.startswith(f"{SETTINGS}/roster?")
    assert "周一 03-02 今天 08:00–20:00 李敏" in rows(page)[0]
    gaps = [item.get_text() for item in page.soup.select(".banner li")]
    assert gaps == ["周一 20:00–周三 08:00 无人值班", "周三 20:00–周日 24:00 无人值班"], "from now on"
    night = put_on_duty(client, cast, user=str(cast.person("zhouqi").id), begins="20:00", ends="08:00")
    assert "20:00–次日 08:00 周琪" in " ".join(rows(night))
    assert "排班：李敏 03-04 08:00 – 03-04 20:00" in " ".join(changes(night))


@pytest.mark.usefixtures("_nobody")
@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({"days": []}, "请至少选一天"),
        ({"days": ["2026-04-30"]}, "请至少选一天"),
        ({"days": ["绝密"]}, "请至少选一天"),
        ({"begins": "八点"}, "请填几点开始"),
        ({"ends": ""}, "请填几点结束"),
        ({"user": ""}, "请选值班的人"),
        ({"user": "999"}, "请选值班的人"),
    ],
)
def test_what_is_not_understood_is_said_at_its_field_and_nothing_is_kept(
    cast: Cast, signed_in: SignIn, answers: dict[str, object], told: str
) -> None:
    page = put_on_duty(signed_in("hemei"), cast, **answers)
    assert page.status_code == 422
    assert told in page.one("#errors").get_text()
    assert db.session.scalars(select(Shift)).all() == []


@pytest.mark.usefixtures("_nobody")
def test_one_shift_that_cannot_be_keeps_all_of_them_out(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("hemei")
    put_on_duty(client, cast, days=["2026-03-04"])
    page = put_on_duty(client, cast, days=["2026-03-03", "2026-03-04"])
    assert "已经有班" in page.one("#errors").get_text()
    assert len(db.session.scalars(select(Shift)).all()) == 1


@pytest.mark.usefixtures("_nobody")
def test_the_week_before_is_copied_and_a_shift_taken_out(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("hemei")
    put_on_duty(client, cast)
    page = client.get(f"{SETTINGS}/roster?week=2026-03-09").submit("/roster/copy")
    assert "照上一周排了 2 个班" in page.words
    assert len([row for row in rows(page) if "李敏" in row and "08:00" in row]) >= 2
    after = page.submit("/roster/removal")
    assert "已从值班表取消" in after.words
    assert "取消值班" in changes(after)[0]


@pytest.mark.usefixtures("_nobody")
def test_who_is_away_is_seen_on_the_roster(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("hemei")
    put_on_duty(client, cast)
    away: dict[str, Any] = {"starts_at": "2026-03-04T00:00", "ends_at": "2026-03-05T00:00"}
    page = client.get(f"{SETTINGS}/leave/new").submit(user=str(cast.person("limin").id), deputy="", **away)
    assert "登记休假：李敏" in changes(page)[0]
    roster = client.get(f"{SETTINGS}/roster?week=2026-03-02")
    assert "休假，没有代理人" in " ".join(rows(roster))
    assert "周一 20:00–周日 24:00 无人值班" in roster.words


def test_leave_is_granted_with_a_deputy_and_ended_early(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("hemei")
    form = client.get(f"{SETTINGS}/leave/new")
    answers: dict[str, Any] = {
        "user": str(cast.person("wangqiang").id),
        "starts_at": "2026-03-02T08:00",
        "ends_at": "2026-03-06T18:00",
    }
    refused = form.submit(deputy=str(cast.person("sunli").id), **answers)
    assert refused.status_code == 422
    assert "不能代理" in refused.one("#errors").get_text()
    page = form.submit(deputy=str(cast.person("zhaolei").id), **answers)
    assert rows(page)[0].startswith("王强 处理人 2026-03-02 08:00 – 03-06 18:00 赵磊")
    after = page.submit("/leave/end")
    assert "现在没有人休假" in after.words
    assert leaves.leave_of(cast.person("wangqiang").id, MONDAY) is None
    assert db.session.scalars(select(Leave)).one().ends_at == MONDAY


def test_a_route_is_set_for_a_building_and_taken_back(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("hemei")
    page = client.get(f"{SETTINGS}/routing")
    assert rows(page)[0].startswith("设施设备 所有地点 工程部 在办最少的人")
    target = f"{cast.department('工程部').id}-{cast.person('wangqiang').id}"
    building = str(cast.building("3号楼").id)
    set_ = client.get(f"{SETTINGS}/routing/rule").submit(
        category="facilities", building=building, target=target
    )
    assert "设施设备 3号楼 工程部 王强" in rows(set_)[1]
    assert "“设施设备 · 3号楼”分派给工程部 王强" in changes(set_)[0]
    again = client.get(f"{SETTINGS}/routing/rule?category=facilities&building={building}")
    assert again.one("select[name=target] option[selected]")["value"] == target
    after = set_.submit("/routing/removal")
    assert len([row for row in rows(after) if row.startswith("设施设备")]) == 1
    assert routes.route_for(cast.estate.id, "facilities", int(building)) is None


@pytest.mark.parametrize("building", ["12345678901234567890123", "-1", "九"])
def test_a_building_that_no_database_holds_is_no_building(
    signed_in: SignIn, cast: Cast, building: str
) -> None:
    page = signed_in("hemei").get(f"{SETTINGS}/routing/rule?category=facilities&building={building}")
    assert "所有地点" in page.words


def test_ms_2_the_accuracy_stands_beside_its_target_once_there_is_enough(
    cast: Cast, signed_in: SignIn
) -> None:
    client = signed_in("tangwen")
    assert "太少，不算比率" in client.get(f"{SETTINGS}/routing").words
    for _ in range(5):
        begin(cast).dispatched()
    page = client.get(f"{SETTINGS}/routing")
    assert "100 %" in page.one("#accuracy .target").get_text().replace("100%", "100 %")
    assert "目标 ≥ 98%" in page.one("#accuracy .target").get_text()


def test_the_proposal_is_chosen_already_and_says_why(cast: Cast, signed_in: SignIn) -> None:
    begin(cast).in_handling("wangqiang")
    story = begin(cast).claimed()
    page = signed_in("limin").get(f"/staff/cases/{story.number}/dispatch")
    assert page.one("select[name=handler] option[selected]").get_text() == "工程部 · 赵磊（在办 0 件）"
    assert "按“设施设备”分派；赵磊在办 0 件，部门里最少。" in page.words
    page.submit()
    assert story.case.handler_id == cast.person("zhaolei").id


def test_only_a_form_that_is_shown_again_asks_once_more_whom_the_routing_proposes(
    cast: Cast, signed_in: SignIn
) -> None:
    page = signed_in("limin").get(f"/staff/cases/{begin(cast).claimed().number}/dispatch")
    again = page.submit(wanted_by="明天")
    assert again.status_code == 422
    assert "按“设施设备”分派；王强在办 0 件，部门里最少。" in again.words
    sent = again.submit(follow=False, wanted_by="")
    assert sent.status_code == 303
    assert len(sent.statements) < len(again.statements)
    assert sum("FROM category_routes" in statement for statement in sent.statements) == 1


def test_quiet_hours_are_changed_and_noted(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in("admin").get(f"{SETTINGS}/quiet")
    assert page.one("input[name=begins]")["value"] == "21:00"
    after = page.submit(begins="22:30", ends="07:00")
    assert "免打扰时段改为 22:30–07:00" in changes(after)[0]
    here = db.session.scalars(select(Estate)).one()
    assert (here.quiet_from, here.quiet_until) == (22 * 60 + 30, 7 * 60)
    assert "没有变化" in after.submit(begins="22:30", ends="07:00").words
    assert page.submit(begins="25:00", ends="07:00").status_code == 422
    assert len(db.session.scalars(select(SettingChange)).all()) == 1


@pytest.mark.parametrize("page", ["roster", "leave", "routing"])
def test_who_may_look_but_not_change_finds_no_buttons(cast: Cast, signed_in: SignIn, page: str) -> None:
    client = signed_in("limin")
    seen = client.get(f"{SETTINGS}/{page}")
    assert seen.status_code == 200
    assert seen.soup.select(f"main form[action^='{SETTINGS}/{page}']") == []
    assert len(seen.statements) <= QUERIES


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("roster/removal", {"shift": "1"}),
        ("leave/end", {"leave": "1"}),
        ("routing/removal", {"route": "1"}),
    ],
)
def test_what_belongs_to_another_estate_is_not_there(
    cast: Cast, elsewhere: Cast, signed_in: SignIn, address: str, fields: dict[str, str]
) -> None:
    """The first row of each table is of the first estate; whoever manages the second finds nothing."""
    with transaction():
        leaves.grant(
            cast.person("wangqiang"),
            estate_id=cast.estate.id,
            starts_at=MONDAY,
            ends_at=MONDAY + timedelta(days=1),
            deputy=None,
            by=cast.person("hemei"),
            at=MONDAY,
        )
    client = signed_in("yunhe-hemei")
    token = client.get(f"{SETTINGS}/quiet").one("input[name=csrf_token]")["value"]
    answer = client.post(f"{SETTINGS}/{address}", data={**fields, "csrf_token": str(token)})
    assert answer.status_code == 404
    for nonsense in ("", "x", "99999", "9" * 20):
        name = next(iter(fields))
        answer = client.post(f"{SETTINGS}/{address}", data={name: nonsense, "csrf_token": str(token)})
        assert answer.status_code == 404
