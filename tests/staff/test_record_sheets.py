"""The forms of the regulations as a case fills them in: every field in the form's order, on one sheet (VK-7, TR-16)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from shared.attachments import verbs as attachments
from shared.audit.models import Access
from shared.cases import finding, triage
from shared.cases.circumstances import Circumstances
from shared.cases.triage import judgement_of
from shared.cases.vocabulary import Fault, Method, Validity
from shared.database import db, transaction
from shared.ownership import planning
from shared.revisits import rating, recording
from shared.revisits.rating import Judgement, Level
from tests.cast import MONDAY, Cast
from tests.critic import CriticalClient
from tests.life import CONTENT, NOT_CONTENT, Life, begin
from tests.paper import fonts_of, pages_of, text_of

SignIn = Callable[[str], CriticalClient]
FIELDS = (
    "编号：WHVK/QP-15-02-B01　版号：B",
    "序号",
    "客户姓名",
    "投诉渠道",
    "联系方式",
    "投诉内容及要求",
    "要求回复时间",
    "（记录人）签名",
    "投诉专员意见",
    "签名",
    "责任部门处理意见",
    "经办人签名",
    "部门经理签名",
    "投诉专员审核意见",
    "要求完成期限",
    "客户反馈意见",
    "客户签名",
    "投诉专员验证处理结果",
    "a) 投诉处理及时性",
    "b) 投诉处理满意度",
    "c) 投诉处理人态度",
    "d) 意见或建议：",
)


def _sheet(client: CriticalClient, life: Life, form: str = "record-sheet", **asked: str) -> bytes:
    answer = client.get(f"/staff/cases/{life.number}/{form}.pdf", query_string=asked)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert pages_of(answer.data) == 1
    named, inside = fonts_of(answer.data)
    assert named == inside > 0, "every font is within the file"
    return answer.data


def _read(pdf: bytes) -> str:
    """Without the spaces, and the ends of lines that the width of the sheet makes."""
    return _close(text_of(pdf))


def _close(words: str) -> str:
    return "".join(words.split())


def _handled(cast: Cast) -> Life:
    """Through the hands of everybody whom the form asks for."""
    life = begin(cast, demands="尽快修好", wanted_reply_by=MONDAY + timedelta(days=1)).claimed()
    judgement = replace(judgement_of(life.case), validity=Validity.VALID)
    life.act("chenjing", triage.triage, judgement=judgement, reason="属于我方维保范围")
    life.in_handling()
    life.act("wangqiang", finding.find, circumstances=Circumstances(fault=Fault.OURS), text="门锁继电器老化")
    life.act("wangqiang", planning.plan, text="当天更换继电器", told=True)
    life.act(
        "chenjing", planning.review, passed=True, complete_by=MONDAY + timedelta(days=2), text="注意停梯告示"
    )
    return life.informed()


def test_vk_7_the_record_sheet_holds_every_field_of_the_form_in_its_order(
    cast: Cast, signed_in: SignIn
) -> None:
    life = _handled(cast)
    life.act("liujie", recording.record, method=Method.TELEPHONE, answers=CONTENT, opinions="希望多巡查")
    said = _read(_sheet(signed_in("chenjing"), life))
    place = 0
    for field in map(_close, FIELDS):
        place = said.find(field, place)
        assert place >= 0, f"{field} comes too early, or not at all, in {said}"
    for words in (
        "诉求办理标准规则 SW-BZ",
        life.number,
        "王秀兰 业主",
        "138****8000",
        "电梯又坏了",
        "要求：尽快修好",
        "2026-03-03 10:00",
        "有效性：有效",
        "属于我方维保范围",
        "交工程部 王强办理。",
        "今天内先到现场",
        "查明：我方责任。门锁继电器老化",
        "措施：当天更换继电器",
        "结果：已解决。已更换门锁继电器",
        "注意停梯告示",
        "2026-03-04 10:00",
        "已告知（电话）：电梯已修好，请放心使用",
        "电话回访",
        "及时",
        "态度好",
        "d) 意见或建议：希望多巡查",
        "刘洁",
    ):
        assert _close(words) in said, f"{words} in {said}"
    assert "13800138000" not in said


def test_vk_4j_what_the_owner_wrote_stands_as_their_feedback(cast: Cast, signed_in: SignIn) -> None:
    life = begin(cast).informed()
    with transaction():
        rating.rate(life.case, Judgement(Level.BASICALLY, text="修得慢了点"), door=rating.LINK, at=life.at)
    said = _read(_sheet(signed_in("limin"), life))
    assert "本人网上评价：基本满意。修得慢了点" in said


def test_tr_14_not_satisfied_has_a_sheet_of_its_own(cast: Cast, signed_in: SignIn) -> None:
    life = begin(cast).informed()
    life.act("liujie", recording.record, method=Method.TELEPHONE, answers=NOT_CONTENT, opinions="夜里又停了")
    client = signed_in("limin")
    first, second = (_read(_sheet(client, life, round=str(n))) for n in (1, 2))
    assert f"{life.number}第1轮" in first
    assert "不满意" in first
    assert f"{life.number}第2轮" in second
    assert "回访不满意夜里又停了" in second
    assert "已更换门锁继电器" not in second
    assert client.get(f"/staff/cases/{life.number}/record-sheet.pdf?round=3").status_code == 404


def test_tr_16_the_follow_up_sheet_says_valid_or_not_and_telephone_instead_of_a_signature(
    cast: Cast, signed_in: SignIn
) -> None:
    life = _handled(cast)
    empty = _read(_sheet(signed_in("liujie"), life, "follow-up"))
    assert "回访方式" not in empty
    life.act("liujie", recording.record, method=Method.TELEPHONE, answers=CONTENT, opinions="希望多巡查")
    said = _read(_sheet(signed_in("liujie"), life, "follow-up"))
    for words in (
        "业主/住户意见跟进记录表",
        "处理情况",
        "有效",
        "门锁继电器老化",
        "回访情况",
        "电话回访",
        "希望多巡查",
    ):
        assert _close(words) in said


def test_tr_12_the_signature_at_the_door_stands_on_the_sheet(cast: Cast, signed_in: SignIn) -> None:
    life = begin(cast).informed()
    drawn = BytesIO()
    Image.new("RGB", (300, 120), "white").save(drawn, "JPEG")
    plain = _sheet(signed_in("limin"), life, "follow-up")
    received = attachments.receive(drawn.getvalue())
    life.at += timedelta(minutes=10)
    with transaction():
        attachments.attach(
            received,
            case_id=life.case.id,
            round=1,
            act="revisit",
            public=False,
            at=life.at + timedelta(minutes=10),
        )
    life.act("liujie", recording.record, method=Method.DOOR, answers=CONTENT, opinions="", documented=True)
    for form in ("record-sheet", "follow-up"):
        assert b"/Subtype/Image" in _sheet(signed_in("limin"), life, form).replace(b" ", b"")
    assert b"/Subtype/Image" not in plain.replace(b" ", b"")


@pytest.mark.parametrize(
    "text",
    ["", "电梯又坏了，请修。" * 440, '#image("/etc/passwd") *重* $x$ 𠮷 😀 བོད'],
    ids=["short", "long", "odd"],
)
def test_whatever_was_written_it_is_one_sheet_and_says_where_the_rest_stands(
    cast: Cast, signed_in: SignIn, text: str
) -> None:
    life = begin(cast, description=text or "坏了")
    said = _read(_sheet(signed_in("limin"), life))
    assert ("（续见台账）" in said) is (len(text) > 1000)
    if "$" in text:
        assert '#image("/etc/passwd")*重*$x$' in said


def test_who_complains_of_staff_stands_on_no_sheet_of_theirs(cast: Cast, signed_in: SignIn) -> None:
    life = begin(cast, category="attitude", topic="attitude", description="前台说话很冲")
    hidden, told = (_read(_sheet(signed_in(name), life)) for name in ("liujie", "chenjing"))
    assert "王秀兰" not in hidden
    assert "138" not in hidden
    assert "王秀兰" in told


def test_t40_the_telephone_in_whole_is_printed_for_who_may_see_it_and_that_is_on_record(
    cast: Cast, signed_in: SignIn
) -> None:
    life = begin(cast)
    answer = signed_in("limin").get(f"/staff/cases/{life.number}").submit("/record-sheet.pdf")
    assert "13800138000" in _read(answer.data)
    seen = db.session.execute(select(Access.case_id, Access.user_id, Access.what)).all()
    assert [tuple(row) for row in seen] == [(life.case.id, cast.person("limin").id, "phone")]
    page = signed_in("xufei").get(f"/staff/cases/{life.number}")
    assert page.soup.select("form[action$='/record-sheet.pdf']") == []
