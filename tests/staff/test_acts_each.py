"""A story for each act that the whole life does not tell: by whom, what it writes, what the person is told."""

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image

from shared.attachments import storage
from shared.attachments.models import Attachment
from shared.cases import handling
from shared.cases.vocabulary import Method
from shared.clock import now
from shared.database import db
from tests.acting import do, page_of
from tests.cast import Cast, file
from tests.critic import CriticalClient
from tests.life import begin

SignIn = Callable[[str], CriticalClient]


def _photo(colour: str = "red") -> tuple[BytesIO, str]:
    picture = BytesIO()
    Image.new("RGB", (64, 48), colour).save(picture, "JPEG")
    picture.seek(0)
    return picture, "../../现场.jpg"


# Contact (CO-M2)


def test_a_call_that_reached_nobody_is_kept_from_the_owner(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).claimed()
    page = do(signed_in("limin"), story, "contact", reached="no", note="响了很久没人接")
    assert "这次没联系上" in page.words
    assert not story.rows[-1].public
    page = do(signed_in("limin"), story, "contact", reached="yes", note="已致歉")
    assert "联系上了诉求人" in page.words
    assert story.rows[-1].public


# Dispatch (GZ-10)


def test_the_routed_department_and_the_least_loaded_handler_stand_first(
    cast: Cast, signed_in: SignIn
) -> None:
    begin(cast).in_handling("wangqiang")
    story = begin(cast).claimed()
    page = signed_in("limin").get(f"/staff/cases/{story.number}/dispatch")
    offered = [o.get_text() for o in page.one("select[name=handler]").find_all("option")]
    assert offered[0] == "请选择"
    engineers = [text for text in offered if text.startswith("工程部")]
    assert offered[1 : 1 + len(engineers)] == engineers
    assert engineers[-1] == "工程部 · 王强（在办 1 件）"
    assert "工程部 · 赵磊（在办 0 件）" in engineers


def test_nobody_is_offered_a_case_that_is_about_them(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast, about="王强态度很差").claimed()
    page = signed_in("limin").get(f"/staff/cases/{story.number}/dispatch")
    assert "王强" not in page.one("select[name=handler]").get_text()


def test_the_time_wanted_is_that_of_the_wall_clock(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).claimed()
    client = signed_in("limin")
    value = page_of(client, story, "dispatch").option("handler", "赵磊")
    page = do(client, story, "dispatch", handler=value, wanted_by="2027-01-05T18:00")
    assert "2027 年 1 月 5 日 18:00" in page.words


# Objection (GZ-11), escalation (GZ-13)


def test_an_objection_is_kept_and_the_work_goes_on(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).dispatched()
    page = do(signed_in("wangqiang"), story, "objection", reason="合同由采购管")
    assert "异议已记下。时限不停" in page.words
    assert story.case.state == "dispatched"
    assert not story.rows[-1].public


def test_a_handler_escalates_to_the_head_of_the_department_or_the_director(
    cast: Cast, signed_in: SignIn
) -> None:
    story = begin(cast).in_handling()
    client = signed_in("wangqiang")
    page = client.get(f"/staff/cases/{story.number}/escalation")
    offered = page.one("select[name=to]").get_text(" ")
    assert "高峰（部门负责人）" in offered
    assert "何梅（服务中心主任）" in offered
    value = page_of(client, story, "escalation").option("to", "高峰")
    assert "已上报给高峰" in do(client, story, "escalation", to=value, reason="配件没到").words
    assert story.rows[-1].data["to"] == cast.person("gaofeng").id


# Photos


def test_photos_for_the_owner_and_photos_among_ourselves(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).in_handling()
    client = signed_in("wangqiang")
    do(client, story, "progress", note="已换导轮", photos=[_photo(), _photo("blue")])
    page = do(client, story, "note", note="旧件有裂纹", photos=_photo("green"))
    kept = db.session.query(Attachment).order_by(Attachment.stored_at).all()
    assert [(a.act, a.public, a.case_id) for a in kept] == [
        ("progress", True, story.case.id),
        ("progress", True, story.case.id),
        ("progress", False, story.case.id),
    ]
    thumbs = [img["src"] for img in page.soup.find_all("img")]
    assert len(thumbs) == 3
    for address in thumbs:
        answer = client.get(address)
        assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")


def test_a_file_that_is_no_photo_is_refused_and_the_words_kept(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).in_handling()
    form = signed_in("wangqiang").get(f"/staff/cases/{story.number}/progress")
    page = form.submit("/progress", note="见照片", photos=(BytesIO(b"<svg onload=1>"), "a.jpg"))
    assert page.status_code == 422
    assert "第 1 张：" in page.words
    assert "见照片" in page.one("textarea").get_text()
    assert "照片请再选一次" in page.words
    page = form.submit("/progress", note="见照片", photos=[_photo() for _n in range(7)])
    assert page.status_code == 422
    assert "一次最多 6 张" in page.words
    assert db.session.query(Attachment).count() == 0


def test_storage_in_trouble_does_not_hold_up_the_words(
    cast: Cast, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = begin(cast).in_handling()

    def full(*_args: object) -> None:
        raise storage.NotStored

    monkeypatch.setattr("staff.cases.photos.verbs.receive", full)
    page = do(signed_in("wangqiang"), story, "progress", note="已换导轮", photos=_photo())
    assert "照片未上传，可稍后补传" in page.words
    assert story.words_of(story.rows[-1]) == "已换导轮"


# Redo, report


def test_the_first_responder_sends_a_completion_back(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).completed()
    page = do(signed_in("limin"), story, "redo", reason="门还是关不严")
    assert "已退回重办" in page.words
    assert "等王强办结" in page.words
    assert story.case.state == "handling"
    assert signed_in("chenjing").get(f"/staff/cases/{story.number}/redo").status_code == 409


def test_the_handler_is_asked_to_report_as_long_as_that_clock_runs(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).completed()
    client = signed_in("wangqiang")
    assert "向调度反馈结果" in client.get(f"/staff/cases/{story.number}").one(".next-act").get_text()
    assert "结果已反馈给调度" in do(client, story, "report", note="更换继电器一只").words


# Informing an invalid matter (GZ-8, VK-4b)


def test_what_was_judged_invalid_is_explained_to_the_owner(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).claimed()
    client = signed_in("limin")
    page = do(client, story, "triage", validity="invalid", reason="属于供电局线路")
    assert "请向诉求人说明后告知" in page.words
    assert "告知诉求人" in page.one(".next-act").get_text()
    form = client.get(f"/staff/cases/{story.number}/informing")
    assert "为什么无效" in form.words
    assert not form.one("textarea").get_text().strip()
    assert form.submit("/informing").status_code == 422
    form.submit("/informing", note="这段线路归供电局管，已为您报修")
    assert story.case.state == "informed"


# Revisits and closing (GZ-17A)


def test_three_calls_in_vain_allow_closing(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).informed()
    client = signed_in("chenjing")
    for tried in range(3):
        assert client.get(f"/staff/cases/{story.number}/closure").status_code == 409
        form = client.get(f"/staff/cases/{story.number}/revisit")
        assert (f"已有 {tried} 次没联系上" in form.words) == bool(tried)
        form.submit("/revisit", reached="no")
    page = do(client, story, "closure", reason="多次联系不上")
    assert "结案：多次联系不上" in page.words


def test_who_handled_it_never_asks_how_it_was_handled(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).informed()
    assert signed_in("wangqiang").get(f"/staff/cases/{story.number}/revisit").status_code == 403


def test_a_closed_case_is_reopened_as_its_next_round(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).closed()
    page = do(signed_in("chenjing"), story, "reopening", reason="业主来电说又坏了")
    assert "进入第 2 轮" in page.words
    assert (story.case.round, story.case.state) == (2, "claimed")
    assert story.case.first_responder_id == cast.person("limin").id


# Handing first responsibility on (GZ-15)


def test_first_responsibility_passes_when_the_other_accepts(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).claimed()
    giver, receiver = signed_in("limin"), signed_in("zhouqi")
    value = page_of(giver, story, "transfer").option("to", "周琪")
    page = do(giver, story, "transfer", to=value, reason="明天起休假")
    assert "对方接手之前，责任不变" in page.words
    assert "等周琪接手首问责任" in page.words
    page = receiver.get(f"/staff/cases/{story.number}")
    assert "有人请您接手首问责任" in page.one(".next-act").get_text()
    form = receiver.get(f"/staff/cases/{story.number}/takeover")
    assert form.submit("/takeover", accepted="no").status_code == 422, "a refusal says why"
    assert "您已接手" in form.submit("/takeover", accepted="yes").words
    assert story.case.first_responder_id == cast.person("zhouqi").id
    assert giver.get(f"/staff/cases/{story.number}").status_code == 200, "who gave it keeps sight of it"


# Referral and recall (TR-9)


def test_a_matter_of_another_body_is_referred_and_comes_back(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).claimed()
    client = signed_in("limin")
    page = do(client, story, "referral", body="供电局", reason="电表归供电局，报修电话 95598")
    assert "已转给供电局" in page.words
    assert story.case.state == "referred"
    page = do(client, story, "recall", reason="查明是楼内线路")
    assert "由我们继续办理" in page.words
    assert story.case.state == "claimed"


def test_a_referred_matter_is_completed_by_its_first_responder(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).claimed()
    client = signed_in("limin")
    do(client, story, "referral", body="供电局", reason="电表归供电局")
    page = do(client, story, "completion", outcome="not_ours", result="供电局已更换电表，恢复供电")
    assert "已办结：不属我方" in page.words
    assert story.case.state == "completed"


def test_archiving_asks_for_cause_and_prevention(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).closed()
    form = signed_in("chenjing").get(f"/staff/cases/{story.number}/archiving")
    page = form.submit("/archiving", code="ageing", cause="继电器老化")
    assert page.status_code == 422
    assert "怎样避免再发生" in page.words
    assert "已归档" in page.submit("/archiving", prevention="每季检查").words


def test_a_note_never_reaches_the_owner_by_whatever_road(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).claimed()
    story.act("limin", handling.contact, method=Method.TELEPHONE, reached=True)
    client = signed_in("limin")
    owner, own = (
        client.get(f"/staff/cases/{story.number}/progress"),
        client.get(f"/staff/cases/{story.number}/note"),
    )
    assert owner.one(".to-owner")
    assert own.one(".internal")
    assert owner.form("/progress").find_all("button")[-1].get_text() == "发给业主"
    assert own.form("/note").find_all("button")[-1].get_text() == "只记给内部"


def test_whom_the_words_mean_is_named_at_triage_and_then_sees_nothing(cast: Cast, signed_in: SignIn) -> None:
    number = file(cast, now(), description="有个师傅进门不换鞋，说话很冲").archive_number
    dispatcher, subject = signed_in("limin"), signed_in("zhouqi")
    assert subject.get(f"/staff/cases/{number}").status_code == 200
    page = dispatcher.get(f"/staff/cases/{number}/triage")
    page.submit("/triage", validity="valid", about=str(cast.person("zhouqi").id))
    assert subject.get(f"/staff/cases/{number}").status_code == 404
    assert "涉及" in dispatcher.get(f"/staff/cases/{number}").words
