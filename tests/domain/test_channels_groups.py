"""Groups of staff: which hear of what, how little they are told, and what their robots refuse."""

import json
from datetime import datetime
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from shared.cases import participation
from shared.cases.models import Case
from shared.cases.vocabulary import Channel
from shared.database import db, transaction
from shared.notifications import telling
from shared.notifications.models import Message
from shared.notifications.sending import tell
from shared.outbox import drain
from shared.outbox.models import OutboxRow
from tests.cast import MONDAY, Cast
from tests.domain.test_messages import _monday, messages
from tests.domain.test_quiet_hours import EIGHT_NEXT_MORNING, TEN_AT_NIGHT
from tests.life import begin
from tests.standins.channels import connect, robots
from tests.standins.robots import KEY, Robots
from tests.standins.server import Asked, StandIn, running

__all__ = ["_monday", "robots"]

HANDLERS = {"for": "handler"}  # who hear of one thing in these stories: that they have been given a case
HEADS = {"for": "department_head,director"}


def in_groups() -> list[Message]:
    return [message for message in messages() if message.channel == "group"]


@pytest.mark.parametrize("kind", ["wecombot", "dingtalk", "feishu"])
def test_a_group_is_told_the_number_the_kind_of_news_and_a_link(
    app: Flask, cast: Cast, robots: Robots, kind: str
) -> None:
    connect(app, robots.url(kind, **HANDLERS))
    story = begin(cast).claimed().dispatched()
    drain.run_due(20)
    assert robots.said == [
        (kind, f"派单：{story.number}\nhttp://localhost/staff/cases/{story.number}"),
    ]
    assert [(m.state, m.user_id) for m in in_groups()] == [("sent", None)]


def test_nothing_personal_reaches_a_group(app: Flask, cast: Cast, robots: Robots) -> None:
    connect(app, robots.url("wecombot"))
    begin(cast).informed().revisited()
    drain.run_due(40)
    asked = json.dumps([one.json for one in robots.asked], ensure_ascii=False)
    for word in ("困了我半个小时", "王秀兰", "13800138000", "1101", "3号楼", "xiulan", "请带备件"):
        assert word not in asked


def test_a_group_hears_what_concerns_its_roles_and_departments(
    app: Flask, cast: Cast, robots: Robots
) -> None:
    connect(
        app,
        robots.url("wecombot", **{"for": "工程部,general_manager"}),
        robots.url("dingtalk", **{"for": "秩序部"}),
        robots.url("feishu", estate="yunhe", **HANDLERS),
    )
    begin(cast).claimed().dispatched()
    drain.run_due(20)
    assert [kind for kind, _text in robots.said] == ["wecombot"]


def test_a_group_is_told_once_however_many_of_its_people_are(app: Flask, cast: Cast, robots: Robots) -> None:
    connect(app, robots.url("wecombot", **HEADS))
    story = begin(cast).informed()
    assert [(m.about, m.case_id) for m in in_groups()] == []
    with transaction():
        case = db.session.get_one(Case, story.case.id)
        telling.on_not_satisfied(case, 1, case.lead_department_id, MONDAY)
    assert [m.user.username for m in messages("not_satisfied") if m.user] == ["gaofeng", "hemei"]
    drain.run_due(40)
    assert [text.splitlines()[0] for _kind, text in robots.said] == [f"回访不满意：{story.number}"]


def test_co_m5_no_group_hears_of_a_case_about_a_colleague_or_from_inside(
    app: Flask, cast: Cast, robots: Robots
) -> None:
    connect(app, robots.url("wecombot"))
    about, inside = begin(cast), begin(cast, description="走廊灯不亮", phone="13900139000", unit="5-1-101")
    with transaction():
        participation.enter(
            about.case, participation.ABOUT, MONDAY, department_id=cast.department("工程部").id
        )
        db.session.get_one(Case, inside.case.id).channel = Channel.INTERNAL
    about.claimed().dispatched("sunli", "秩序部")
    with transaction():
        case = db.session.get_one(Case, inside.case.id)
        tell(case, "supervisor", "internal_report", at=MONDAY, user=cast.person("tangwen"))
    assert messages("assigned")
    assert messages("internal_report")
    assert [(m.about, m.case_id) for m in in_groups()] == []


@pytest.mark.parametrize("kind", ["wecombot", "dingtalk", "feishu"])
def test_a_robot_that_answers_200_and_a_code_has_refused(
    app: Flask, cast: Cast, robots: Robots, kind: str
) -> None:
    connect(app, robots.url(kind, **HANDLERS))
    robots.code = 45009
    begin(cast).claimed().dispatched()
    drain.run_due(20)
    (message,) = in_groups()
    assert message.state == "waiting"
    assert robots.said == []


def test_f36_a_robot_that_stumbles_is_asked_again(app: Flask, cast: Cast, robots: Robots) -> None:
    connect(app, robots.url("wecombot", **HANDLERS))
    robots.failing.append(500)
    begin(cast).claimed().dispatched()
    drain.run_due(20)
    assert robots.said == []
    with time_machine.travel(MONDAY.replace(hour=4), tick=False):
        drain.run_due(20)
    assert len(robots.said) == 1


def test_a_group_taken_from_the_settings_is_not_written_to(app: Flask, cast: Cast, robots: Robots) -> None:
    before = app.extensions["shouwen"]
    connect(app, robots.url("wecombot", **HANDLERS))
    begin(cast).claimed().dispatched()
    app.extensions["shouwen"] = before
    drain.run_due(20)
    (message,) = in_groups()
    assert (message.state, message.reason) == ("unsent", "群机器人已不在配置里")


def test_a_group_sleeps_at_night_but_for_what_is_urgent(app: Flask, cast: Cast, robots: Robots) -> None:
    connect(app, robots.url("wecombot", **HANDLERS))
    with time_machine.travel(TEN_AT_NIGHT, tick=False):
        begin(cast, at=TEN_AT_NIGHT).claimed().dispatched()
        assert {due_of(m) for m in in_groups()} == {EIGHT_NEXT_MORNING}
        begin(
            cast, at=TEN_AT_NIGHT, description="另一件事，水管爆了", urgency="urgent"
        ).claimed().dispatched()
        assert {due_of(m) for m in in_groups()[1:]} == {TEN_AT_NIGHT}


def due_of(message: Message) -> datetime:
    rows = db.session.scalars(select(OutboxRow).where(OutboxRow.task == "send_message"))
    return next(row.due_at for row in rows if row.payload["message"] == message.id)


class Elsewhere(StandIn):
    """Some other messenger, of those that apprise knows."""

    def answer(self, _asked: Asked) -> tuple[int, Any]:
        return 200, {}


def test_every_other_messenger_is_reached_through_apprise(app: Flask, cast: Cast) -> None:
    other = Elsewhere()
    with running(other):
        connect(app, f"json://{other.address}/hook?for=handler")
        story = begin(cast).claimed().dispatched()
        drain.run_due(20)
    (asked,) = other.asked
    assert asked.json["message"].startswith(f"派单：{story.number}")
    assert KEY not in str(asked)
