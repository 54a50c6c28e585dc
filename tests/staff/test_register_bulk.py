"""Bulk acts: every ticked case in a change of its own; each row says done, refused and why, or changed meanwhile."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from shared.audit import timeline
from shared.cases import handling, scope
from shared.cases.models import Case
from shared.database import db, transaction
from shared.incidents import grouping
from shared.ownership import claiming, dispatching
from tests.cast import MONDAY, file

pytestmark = pytest.mark.usefixtures("monday")

WORDS = "请先停梯，再通知维保到场"


@pytest.fixture
def limin(cast, signed_in):
    return signed_in("limin")


def _case(number):
    return db.session.query(Case).filter_by(archive_number=number).populate_existing().one()


def _boxes(client):
    return [box["value"] for box in client.get("/staff/cases").soup.select("input[name=case]")]


def _press(client, act, picks, **more):
    token = client.get("/staff/cases").one("input[name=csrf_token]")["value"]
    data = {"csrf_token": token, "case": picks, "next": "/staff/cases?state=open", **more}
    return client.post(f"/staff/register/bulk/{act}", data=data, follow_redirects=True)


def _told(page):
    """What each row says, by number."""
    rows = page.soup.select("main tbody tr")
    return {
        row.th.get_text(): " ".join(cell.get_text(" ", strip=True) for cell in row.find_all("td"))
        for row in rows
    }


def _claimed(cast, username, case):
    with transaction():
        claiming.claim(scope.lock_by_id(case.id), by=cast.person(username), at=MONDAY)


def _to(cast, person="wangqiang", place="工程部"):
    return f"{cast.department(place).id}-{cast.person(person).id}"


def _acts(number):
    return [row.act for row in timeline.rows_of(_case(number).id) if row.actor_id]


def test_what_is_ticked_is_claimed_and_who_came_first_is_named_in_the_row(cast, limin):
    mine, taken, also = (file(cast) for _ in range(3))
    picks = _boxes(limin)
    _claimed(cast, "zhouqi", taken)
    page = _press(limin, "claim", picks)
    assert _told(page) == {
        taken.archive_number: "不能办 已由周琪于 10:00 领取。（GZ-15）",
        also.archive_number: "已办 已由您领取。",
        mine.archive_number: "已办 已由您领取。",
    }
    assert "已办 2 件，不能办 1 件。" in page.words
    assert page.link("回到台账") == "/staff/cases?state=open"
    assert _case(mine.archive_number).first_responder_id == cast.person("limin").id


def test_the_same_press_again_does_nothing_twice(cast, limin):
    case = file(cast)
    picks = _boxes(limin)
    _press(limin, "claim", picks)
    assert "已办 之前已经办好。" in str(_told(_press(limin, "claim", picks)))
    send = {"sent": "1", "handler": _to(cast), "requirements": WORDS}
    picks = _boxes(limin)
    _press(limin, "dispatch", picks, **send)
    assert "已办 之前已经办好。" in str(_told(_press(limin, "dispatch", picks, **send)))
    assert _acts(case.archive_number) == ["claim", "dispatch"]


def test_several_are_dispatched_with_the_same_words(cast, limin):
    cases = [file(cast) for _ in range(3)]
    _press(limin, "claim", _boxes(limin))
    form = _press(limin, "dispatch", _boxes(limin))
    assert "已选 3 件" in form.words
    option = next(o for o in form.soup.select("select[name=handler] option") if "王强" in o.get_text())
    picks = [field["value"] for field in form.soup.select("input[name=case]")]
    page = _press(limin, "dispatch", picks, sent="1", handler=option["value"], requirements=WORDS)
    assert set(_told(page).values()) == {"已办 已派给工程部王强。"}
    for case in cases:
        assert _case(case.archive_number).handler_id == cast.person("wangqiang").id
        standing = dispatching.current_assignment(_case(case.archive_number))
        assert standing
        assert standing.words_id


def test_what_others_changed_meanwhile_is_told_and_only_the_rest_is_sent_again(cast, limin):
    changed, still, early = (file(cast) for _ in range(3))
    for case in (changed, still):
        _claimed(cast, "limin", case)
    picks = _boxes(limin)
    with transaction():
        handling.progress(
            scope.lock_by_id(changed.id), by=cast.person("zhouqi"), at=MONDAY, text="已电话告知", public=False
        )
    page = _press(limin, "dispatch", picks, sent="1", handler=_to(cast), requirements=WORDS)
    told = _told(page)
    assert told[changed.archive_number].startswith("已有变动 周琪")
    assert told[early.archive_number] == "不能办 现在是“待受理”，不能再做“派单”。"
    assert told[still.archive_number] == "已办 已派给工程部王强。"
    assert _case(changed.archive_number).handler_id is None
    assert "没办成的 2 件再试一次" in page.words
    _claimed(cast, "limin", early)
    again = page.form()
    assert [f["value"] for f in again.select("[name=requirements]")] == [WORDS]
    rest = [field["value"] for field in again.select("input[name=case]")]
    second = _press(limin, "dispatch", rest, sent="1", handler=_to(cast), requirements=WORDS)
    assert _told(second)[changed.archive_number] == "已办 已派给工程部王强。"
    assert _told(second)[early.archive_number].startswith("已有变动 李敏")


def test_a_case_out_of_scope_is_not_found_in_its_row_and_nothing_of_it_is_told(cast, elsewhere, limin):
    mine, theirs = file(cast), file(elsewhere)
    for act, more in (("claim", {}), ("dispatch", {"sent": "1", "handler": _to(cast)})):
        page = _press(
            limin, act, [f"{theirs.archive_number}.{theirs.version}", "JX-26-9999.1", *_boxes(limin)], **more
        )
        told = _told(page)
        assert told[theirs.archive_number] == told["JX-26-9999"] == "没有找到 没有这件诉求，或您不能查看。"
        assert told[mine.archive_number].startswith("已办")
    assert _acts(theirs.archive_number) == []
    form = _press(limin, "dispatch", [theirs.archive_number, *_boxes(limin)])
    assert theirs.archive_number not in form.one("aside").get_text()
    assert "另有 1 件没有找到" in form.words


def test_a_handler_of_another_estate_gets_nothing(cast, elsewhere, limin):
    case = file(cast)
    _claimed(cast, "limin", case)
    page = _press(limin, "dispatch", _boxes(limin), sent="1", handler=_to(elsewhere))
    assert (page.status_code, "请选择处理人。" in page.words) == (422, True)
    assert _acts(case.archive_number) == ["claim"]


def test_a_wrong_form_keeps_the_ticks_and_the_words(cast, limin):
    file(cast)
    file(cast)
    page = _press(limin, "dispatch", _boxes(limin), sent="1", handler="", requirements=WORDS)
    assert page.status_code == 422
    assert page.one("textarea[name=requirements]").get_text().strip() == WORDS
    assert len(page.soup.select("input[name=case]")) == 2


def test_a_row_the_database_does_not_take_leaves_the_others_done(cast, limin):
    """F27: killed half-way, each case is either wholly done or wholly not."""
    good, bad, last = (file(cast, MONDAY + timedelta(minutes=n)) for n in range(3))
    db.session.execute(
        text(
            f"CREATE TRIGGER broken BEFORE INSERT ON timeline WHEN NEW.case_id = {bad.id} "
            "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        )
    )
    db.session.commit()
    try:
        page = _press(limin, "claim", _boxes(limin))
    finally:
        db.session.execute(text("DROP TRIGGER broken"))
        db.session.commit()
    told = _told(page)
    assert told[bad.archive_number].startswith("没办成")
    assert told[good.archive_number] == told[last.archive_number] == "已办 已由您领取。"
    assert _case(bad.archive_number).first_responder_id is None
    assert "已办 已由您领取。" in str(_told(page.submit()))
    assert _acts(bad.archive_number) == ["claim"]


def test_several_join_an_incident_and_what_stands_in_another_says_so(cast, limin):
    first, second, third, other, fourth = (file(cast) for _ in range(5))
    by = cast.person("limin")
    with transaction():
        lift = grouping.begin(
            [_case(first.archive_number), _case(second.archive_number)], by=by, at=MONDAY, title="3号楼电梯"
        )
    with transaction():
        grouping.begin(
            [_case(other.archive_number), _case(fourth.archive_number)], by=by, at=MONDAY, title="停水"
        )
    picks = [third.archive_number, other.archive_number, first.archive_number]
    form = _press(limin, "joining", picks)
    assert "3号楼电梯" in form.one("select[name=incident]").get_text()
    told = _told(_press(limin, "joining", picks, sent="1", incident=str(lift.id)))
    assert told[third.archive_number] == "已办 已并入“3号楼电梯”。"
    assert told[first.archive_number] == "已办 之前已经办好。"
    assert told[other.archive_number].startswith("不能办 这件诉求已并入另一件群诉")
    assert _case(third.archive_number).incident_id == lift.id


def test_nothing_ticked_or_too_many_are_sent_back_with_a_sentence(cast, limin):
    file(cast)
    assert "请先勾选诉求件。" in _press(limin, "claim", []).words
    assert "一次最多处理 200 件" in _press(limin, "claim", [f"JX-26-{n:04d}.1" for n in range(201)]).words
    assert _acts("JX-26-0001") == []


def test_only_what_is_offered_stands_in_the_bar(cast, signed_in):
    file(cast)
    offered = {
        who: [b.get_text() for b in signed_in(who).get("/staff/cases").soup.select("#bulk button")]
        for who in ("limin", "liujie", "tangwen")
    }
    assert offered == {"limin": ["领取", "派单", "并入群诉"], "liujie": ["领取"], "tangwen": []}
    assert not signed_in("tangwen").get("/staff/cases").soup.select("td.pick")


def test_where_no_incident_is_open_the_form_says_so_and_offers_no_button(cast, limin):
    file(cast)
    page = _press(limin, "joining", _boxes(limin))
    assert "现在没有可以并入的群诉。" in page.words
    assert not page.soup.select("form.composer button")


def test_an_incident_of_another_estate_is_not_offered_and_not_taken(cast, elsewhere, limin):
    mine, theirs, also = file(cast), file(elsewhere), file(elsewhere)
    with transaction():
        incident = grouping.begin(
            [_case(theirs.archive_number), _case(also.archive_number)],
            by=elsewhere.person("limin"),
            at=MONDAY,
            title="停水",
        )
    page = _press(limin, "joining", _boxes(limin), sent="1", incident=str(incident.id))
    assert (page.status_code, "停水" in page.words) == (422, False)
    assert _case(mine.archive_number).incident_id is None
