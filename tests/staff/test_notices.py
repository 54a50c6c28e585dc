"""Notices on the staff face: written by one, approved by another, scheduled, expired, withdrawn (MS-8)."""

from datetime import timedelta

import pytest
import time_machine

from shared.database import db, transaction
from shared.errors import Refused
from shared.identity.models import Appointment
from shared.identity.permissions import Role
from shared.notices import publishing, queries
from shared.notices.publishing import Text
from shared.notices.stages import Kind, Stage, stage
from tests.cast import MONDAY

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def _text(**more):
    facts = {
        "kind": Kind.NOTICE,
        "title": "周三停水",
        "body": "3 号楼 9:00–12:00 检修水箱，请提前存水。",
        "publish_at": MONDAY,
        "expire_at": MONDAY + 48 * HOUR,
    }
    return Text(**{**facts, **more})


def _written(cast, who="limin", *, submit=True, **more):
    with transaction():
        notice = publishing.write(
            cast.estate.id, _text(**more), by=cast.person(who), at=MONDAY, submit=submit
        )
        return notice.id


def _approved(cast, who="chenjing", **more):
    notice_id = _written(cast, **more)
    with transaction():
        notice = queries.lock(notice_id)
        publishing.approve(notice, by=cast.person(who), at=MONDAY, read=publishing.seen(notice))
    return notice_id


def test_a_notice_goes_from_pen_to_public_through_two_people(cast, signed_in, client):
    form = signed_in("limin").get("/staff/notices/new")
    page = form.submit(
        title="电梯检修",
        body="2 单元电梯周四上午停用。",
        kind="urgent",
        expire_at="2026-03-05T18:00",
        submit="1",
    )
    assert "待批准" in page.words
    assert "写的人不能批准自己的公告" in page.words
    assert client.get("/notices?estate=jinxiu").words.count("电梯检修") == 0
    waiting = signed_in("chenjing").get("/staff/notices")
    shown = waiting.client.get(waiting.link("电梯检修")).submit("/approve")
    assert "公示中" in shown.words
    assert "电梯检修" in client.get("/notices?estate=jinxiu").words


def test_nobody_approves_their_own(cast, signed_in):
    notice_id = _written(cast, "chenjing")
    mine = signed_in("chenjing")
    page = mine.get(f"/staff/notices/{notice_id}")
    assert "批准公示" not in page.words
    read = publishing.seen(queries.read(notice_id))
    with pytest.raises(Refused), transaction():
        publishing.approve(queries.lock(notice_id), by=cast.person("chenjing"), at=MONDAY, read=read)


def test_who_may_not_approve_is_refused(cast, signed_in):
    page = signed_in("zhouqi").get(f"/staff/notices/{_written(cast)}")
    assert "批准公示" not in page.words
    token = page.form("/withdraw" if "撤下" in page.words else "/sign-out").find(attrs={"name": "csrf_token"})
    answer = page.client.post(f"{page.where}/approve", data={"csrf_token": token["value"], "read": "x"})
    assert answer.status_code == 403


def test_what_was_changed_after_reading_is_not_approved(cast, signed_in):
    notice_id = _written(cast)
    reading = signed_in("hemei").get(f"/staff/notices/{notice_id}")
    with transaction():
        publishing.edit(
            queries.lock(notice_id), _text(body="改过的话"), by=cast.person("limin"), at=MONDAY, submit=True
        )
    answer = reading.submit("/approve")
    assert answer.status_code == 409
    assert "刚刚改过" in answer.words


def test_what_is_approved_cannot_be_changed_only_withdrawn(cast, signed_in, client):
    notice_id = _approved(cast)
    mine = signed_in("limin")
    assert "批准以后不能再改" in mine.get(f"/staff/notices/{notice_id}/edit", follow_redirects=True).words
    with pytest.raises(Refused), transaction():
        publishing.edit(
            queries.lock(notice_id), _text(body="偷偷改"), by=cast.person("limin"), at=MONDAY, submit=True
        )
    mine.get(f"/staff/notices/{notice_id}").submit("/withdraw")
    assert client.get(f"/notices/{notice_id}").status_code == 404


def test_a_draft_is_its_writers_alone(cast, signed_in):
    notice_id = _written(cast, submit=False)
    assert "草稿" in signed_in("limin").get(f"/staff/notices/{notice_id}").words
    assert signed_in("zhouqi").get(f"/staff/notices/{notice_id}").status_code == 404
    page = signed_in("limin").get(f"/staff/notices/{notice_id}/edit").submit(body="更好的话", submit="1")
    assert "待批准" in page.words
    assert "更好的话" in page.words


def test_a_notice_of_another_estate_does_not_exist(cast, elsewhere, signed_in):
    notice_id = _written(cast)
    assert signed_in("yunhe-limin").get(f"/staff/notices/{notice_id}").status_code == 404
    assert "周三停水" not in signed_in("yunhe-hemei").get("/staff/notices").words


@pytest.fixture
def moved_away(cast, elsewhere):
    """李敏 has left 锦绣花园 and works at 云和苑 from now on; what she wrote stayed behind."""
    drafted, submitted, approved = _written(cast, submit=False), _written(cast), _approved(cast)
    with transaction():
        (appointment,) = cast.person("limin").appointments
        appointment.until = MONDAY
        team = elsewhere.department("客服中心").id
        db.session.add(
            Appointment(
                user_id=cast.person("limin").id,
                estate_id=elsewhere.estate.id,
                department_id=team,
                role=Role.DISPATCHER,
                since=MONDAY,
            )
        )
    return drafted, submitted, approved


def test_whoever_moves_to_another_estate_leaves_their_notices_behind(cast, moved_away, signed_in):
    away = signed_in("limin")
    assert "周三停水" not in away.get("/staff/notices").words
    token = away.get("/staff/notices/new").one("input[name=csrf_token]")["value"]
    away.reads_pages = False
    for notice_id in moved_away:
        for address in (f"/staff/notices/{notice_id}", f"/staff/notices/{notice_id}/edit"):
            assert away.get(address).status_code == 404, address
        for act in ("edit", "withdraw"):
            gone = away.post(f"/staff/notices/{notice_id}/{act}", data={"csrf_token": token})
            assert gone.status_code == 404, act


def test_the_verbs_ask_where_somebody_works_now_as_the_pages_do(cast, moved_away):
    _drafted, submitted, approved = moved_away
    with pytest.raises(Refused), transaction():
        publishing.edit(
            queries.lock(submitted), _text(body="偷偷改"), by=cast.person("limin"), at=MONDAY, submit=True
        )
    with pytest.raises(Refused), transaction():
        publishing.withdraw(queries.lock(approved), by=cast.person("limin"), at=MONDAY)


def test_time_moves_a_notice_along(cast):
    notice_id = _approved(cast, publish_at=MONDAY + HOUR, expire_at=MONDAY + 2 * HOUR)
    notice = queries.read(notice_id)
    seen = [stage(notice, MONDAY + n * HOUR / 2) for n in (0, 1, 2, 3, 4)]
    assert seen == [Stage.SCHEDULED, Stage.SCHEDULED, Stage.PUBLISHED, Stage.PUBLISHED, Stage.EXPIRED]


def test_errors_stand_beside_their_fields_and_nothing_is_lost(cast, signed_in):
    form = signed_in("limin").get("/staff/notices/new")
    page = form.submit(title="", body="写了很久的话", expire_at="2026-03-01T00:00", submit="1")
    assert page.status_code == 422
    assert page.soup.find(id="title-error")
    assert page.soup.find(id="body").get_text().strip() == "写了很久的话"
    page = page.submit(title="停水", submit="1")
    assert page.status_code == 422
    assert "结束时间要晚于" in page.soup.find(id="expire_at-error").get_text()
    assert page.submit(title="停水", kind="gossip", expire_at="", submit="1").status_code == 422


def test_a_form_cannot_reach_another_estate(cast, elsewhere, signed_in):
    form = signed_in("limin").get("/staff/notices/new")
    page = form.submit(title="停水", body="全区", estate=str(elsewhere.estate.id), submit="1")
    assert "锦绣花园" in page.words
    assert not queries.of_estates([elsewhere.estate.id])


def test_who_writes_none_is_refused(cast, signed_in):
    assert signed_in("wangqiang").get("/staff/notices/new").status_code == 403
    assert "写公告" not in signed_in("wangqiang").get("/staff/notices").words
