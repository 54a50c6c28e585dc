"""Notices on the staff face: written by one, approved by another, scheduled, expired, withdrawn (MS-8)."""

from datetime import timedelta

import pytest

from shared.database import db, transaction
from shared.errors import Refused
from shared.identity.models import Appointment
from shared.identity.permissions import Role
from shared.notices import publishing, queries
from shared.notices.publishing import Text
from shared.notices.stages import Kind, Stage, stage
from tests.cast import MONDAY
from tests.life import begin

pytestmark = pytest.mark.usefixtures("monday")

HOUR = timedelta(hours=1)


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
    assert not queries.in_hand([elsewhere.estate.id], MONDAY)


def test_who_writes_none_is_refused(cast, signed_in):
    assert signed_in("wangqiang").get("/staff/notices/new").status_code == 403
    assert "写公告" not in signed_in("wangqiang").get("/staff/notices").words


# Pinned, in pages, and told of a case


def _titles(page):
    return [a.get_text() for a in page.soup.select("main tbody th a")]


def test_what_is_pinned_stands_first_and_the_approver_reads_that(cast, signed_in, client):
    _approved(cast, title="后写的小事")
    form = signed_in("limin").get("/staff/notices/new")
    page = form.submit(title="电梯年检", body="本周逐台年检。", pinned="y", submit="1")
    assert "置顶" in page.words
    read = publishing.seen(notice := queries.read(int(page.where.rsplit("/", 1)[1])))
    notice.pinned = False
    assert publishing.seen(notice) != read, "an approval is of a pinned notice or of one that is not"
    db.session.rollback()
    boss = signed_in("chenjing")
    boss.get(page.where).submit("/approve")
    _approved(cast, title="停水", kind=Kind.URGENT)
    assert _titles(boss.get("/staff/notices"))[0] == "电梯年检"
    public = client.get("/notices?estate=jinxiu")
    assert [a.get_text() for a in public.soup.select(".notice h2 a")] == ["电梯年检", "停水", "后写的小事"]


def test_what_is_over_is_paged_and_what_waits_stays_on_the_first_page(cast, signed_in):
    waiting = _written(cast, title="等批准的")
    for n in range(queries.STAFF_PAGE + 2):
        _approved(cast, title=f"旧的 {n}")
    client = signed_in("hemei")
    first = client.get("/staff/notices")
    assert _titles(first)[0] == "等批准的"
    second = client.get(first.link("下一页"))
    assert _titles(second) == ["旧的 1", "旧的 0"]
    assert waiting
    assert client.get("/staff/notices?before=x").status_code == 404


def test_ms_8_an_improvement_is_told_of_a_closed_case_in_words_of_its_own(cast, signed_in, client):
    story = begin(cast, building_id=cast.building("3号楼").id).closed()
    writer = signed_in("limin")
    case = writer.get(f"/staff/cases/{story.number}")
    form = writer.get(case.link("写成改进公告"))
    assert form.one("#title")["value"] == "3号楼设施设备改进"
    for private in ("王秀兰", "3-2-1101", "困了我半个小时", "2单元电梯"):
        assert private not in form.one("main").get_text() + form.one("#title")["value"]
    page = form.submit(body="对讲已直通监控中心，按铃有人应。", submit="1")
    assert page.link(story.number) == f"/staff/cases/{story.number}"
    boss = signed_in("chenjing")
    boss.get(page.where).submit("/approve")
    public = client.get(page.where.removeprefix("/staff"))
    assert "按铃有人应" in public.words
    assert story.number not in public.get_data(as_text=True), "which case it was, only staff are told"


def test_an_edited_story_keeps_its_case(cast, signed_in):
    story = begin(cast).closed()
    writer = signed_in("limin")
    page = writer.get(f"/staff/notices/new?case={story.number}").submit(draft="1")
    page = writer.get(page.link("修改")).submit(title="改过的题目", submit="1")
    assert page.link(story.number)


def test_no_story_of_an_open_case_or_of_one_out_of_reach(cast, elsewhere, signed_in):
    """T09."""
    still_open, theirs = begin(cast).in_handling(), begin(elsewhere)
    writer = signed_in("limin")
    assert "写成改进公告" not in writer.get(f"/staff/cases/{still_open.number}").words
    for number in (still_open.number, theirs.number, "JX-26-9999"):
        assert writer.get(f"/staff/notices/new?case={number}").status_code == 404
    closed = begin(cast).closed()
    assert "写成改进公告" not in signed_in("wangqiang").get(f"/staff/cases/{closed.number}").words


def test_a_scheduled_notice_appears_and_expires_by_the_clock_alone(cast, client, monday):
    _approved(cast, title="周二停水", publish_at=MONDAY + HOUR, expire_at=MONDAY + 3 * HOUR)
    seen = []
    for _hour in range(5):
        seen.append("周二停水" in client.get("/notices?estate=jinxiu").words)
        monday.shift(HOUR)
    assert seen == [False, True, True, False, False]
