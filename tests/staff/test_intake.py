"""Desk intake: every channel, the fields GZ-6 requires, once per submission, and who registers it answers for it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from PIL import Image

from shared.attachments import queries as attached
from shared.audit import timeline
from shared.cases.links import receipt_code
from shared.cases.models import Case, Party
from shared.clock import now
from shared.database import db, transaction
from shared.identity.models import Appointment
from tests.cast import LONG_AGO, MONDAY, Cast
from tests.critic import CriticalClient, Page
from tests.life import begin
from tests.unit.test_papers import letter

SignIn = Callable[[str], CriticalClient]


def _answers(cast: Cast, **more: Any) -> dict[str, Any]:
    return {
        "description": "大堂门禁刷卡没有反应，早上有三个人进不来",
        "building": str(cast.building("3号楼").id),
        "category": "security",
        "name": "王女士",
        "phone": "138 0013 8000",
        **more,
    }


def _register(client: CriticalClient, cast: Cast, **more: Any) -> Page:
    return client.get("/staff/cases/new").submit("/cases/new", **_answers(cast, **more))


def _only() -> Case:
    return db.session.query(Case).populate_existing().one()


def test_whoever_registers_a_case_answers_for_it(cast: Cast, signed_in: SignIn) -> None:
    page = _register(signed_in("limin"), cast)
    case = _only()
    assert page.status_code == 200
    assert case.archive_number in page.words
    assert case.shown_reference in page.words
    assert receipt_code(case) == page.one("[data-code]")["data-code"]
    assert "您是首问责任人" in page.words
    assert (case.state, case.channel, case.first_responder_id) == (
        "claimed",
        "hotline",
        cast.person("limin").id,
    )


@pytest.mark.parametrize(
    "channel", ["hotline", "walk_in", "letter", "email", "forum", "city_hotline", "street_office", "relay"]
)
def test_all_channels_enter_the_one_register(cast: Cast, signed_in: SignIn, channel: str) -> None:
    _register(signed_in("liujie"), cast, channel=channel, their_number="GZ20260302-0017")
    assert _only().channel == channel


def test_what_gz_6_requires_is_asked_for_and_the_rest_kept(cast: Cast, signed_in: SignIn) -> None:
    form = signed_in("limin").get("/staff/cases/new")
    page = form.submit("/cases/new", spot="大堂", received_at="")
    assert page.status_code == 422
    for told in (
        "请记下诉求人说的情况",
        "请选择楼栋",
        "请填称呼",
        "电话和房号至少填一项",
        "请填接报时间",
        "请选择类别",
    ):
        assert page.words.count(told) >= 2, told
    assert page.one("input[name=spot]")["value"] == "大堂"
    assert db.session.query(Case).count() == 0
    page = page.submit(
        "/cases/new", **_answers(cast, received_at="2026-03-02T10:00", phone="", unit="3-2-1101")
    )
    assert page.status_code == 200
    assert _only().spot == "大堂"


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("phone", "12", "手机号是 11 位"),
        ("phone", "1380013800", "手机号是 11 位"),
        ("email", "not an address", "邮箱格式不对"),
        ("email", "xiulan,lan@example.com", "邮箱格式不对"),
        ("received_at", "2099-01-01T00:00", "这个时间还没有到"),
        ("occurred_at", "2099-01-01T00:00", "这个时间还没有到"),
        ("received_at", "昨天", "时间没有看懂"),
        ("received_at", "0001-01-01T00:00", "时间没有看懂"),
        ("occurred_at", "0001-01-01T00:00", "时间没有看懂"),
        ("wanted_reply_by", "9999-12-31T23:59", "时间没有看懂"),
        ("building", "999", "请选择楼栋"),
        ("channel", "portal", "请选择渠道"),
        ("their_number", "<script>", "编号只有字母"),
        ("description", "长" * 4001, "最多 4000 个字"),
    ],
)
def test_what_cannot_be_right_is_said_beside_its_field(
    cast: Cast, signed_in: SignIn, field: str, value: str, told: str
) -> None:
    page = _register(signed_in("limin"), cast, **{field: value})
    assert page.status_code == 422
    assert told in page.words
    assert db.session.query(Case).count() == 0


def test_sent_twice_it_is_one_case_with_one_number(cast: Cast, signed_in: SignIn) -> None:
    form = signed_in("limin").get("/staff/cases/new")
    first, second = (form.submit("/cases/new", **_answers(cast)) for _n in range(2))
    assert _only().archive_number in first.words
    assert first.one("[data-reference]") == second.one("[data-reference]")


def test_clocks_run_from_reception_not_from_entry(cast: Cast, signed_in: SignIn) -> None:
    _register(signed_in("limin"), cast, received_at="2026-03-02T09:30")
    case = _only()
    assert case.received_at == datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
    assert case.filed_at > case.received_at


def test_the_number_and_deadline_of_12345_stand_beside_ours(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("limin")
    _register(
        client,
        cast,
        channel="city_hotline",
        their_number="GZ20260302-0017",
        their_due_at="2026-12-30T18:00",
    )
    page = client.get(f"/staff/cases/{_only().archive_number}")
    assert "12345 热线 GZ20260302-0017" in page.words
    assert "12 月 30 日 18:00 前" in page.words


def test_of_an_anonymous_caller_nothing_is_kept(cast: Cast, signed_in: SignIn) -> None:
    _register(signed_in("limin"), cast, anonymous="y", unit="3-2-1101", email="a@b.example")
    assert _only().anonymous
    assert db.session.query(Party).count() == 0


def test_the_receipt_code_is_read_out_and_not_shown_later(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("limin")
    _register(client, cast)
    case = _only()
    receipt, code = f"/staff/cases/{case.archive_number}/receipt", receipt_code(case)
    assert code in client.get(receipt).get_data(as_text=True)
    assert code not in signed_in("zhouqi").get(receipt, follow_redirects=True).get_data(as_text=True)
    assert code not in client.get(f"/staff/cases/{case.archive_number}").get_data(as_text=True)
    with time_machine.travel(now() + timedelta(minutes=16), tick=True):
        assert code not in client.get(receipt, follow_redirects=True).get_data(as_text=True)


def test_who_registers_a_complaint_about_themselves_never_sees_it_again(
    cast: Cast, signed_in: SignIn
) -> None:
    client = signed_in("limin")
    page = _register(client, cast, about="李敏接电话很不耐烦")
    case = _only()
    assert page.status_code == 200
    assert case.archive_number in page.words
    assert "您以后看不到它" in page.words
    assert (case.state, case.first_responder_id) == ("received", None)
    assert client.get(f"/staff/cases/{case.archive_number}").status_code == 404


def test_a_complaint_about_a_department_is_kept_from_it(cast: Cast, signed_in: SignIn) -> None:
    _register(signed_in("chenjing"), cast, about_department=str(cast.department("客服中心").id))
    assert signed_in("limin").get(f"/staff/cases/{_only().archive_number}").status_code == 404


# The caller's earlier cases


def test_earlier_cases_of_the_number_are_listed_while_it_is_typed(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast)
    client = signed_in("limin")
    form = client.get("/staff/cases/new")
    token = form.one("input[name=csrf_token]")["value"]

    def listed(phone: str) -> Page:
        data = {"csrf_token": token, "phone": phone}
        return client.post("/staff/cases/new/caller", data=data, headers={"HX-Request": "true"})

    page = listed("+86 138-0013-8000")
    assert story.number in page.words
    assert "138****8000" in page.words
    assert "13800138000" not in page.get_data(as_text=True)
    assert "填完电话" in listed("1380").words
    assert "以前没有报过" in listed("13900139000").words


def test_without_a_script_a_button_lists_them_and_keeps_the_form(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast)
    page = signed_in("limin").get("/staff/cases/new")
    page = page.submit("/cases/new", look="1", phone="13800138000", description="还是那部电梯")
    assert page.status_code == 200
    assert story.number in page.words
    assert "还是那部电梯" in page.one("textarea[name=description]").get_text()
    assert db.session.query(Case).count() == 1


def test_an_earlier_case_about_me_is_not_listed(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast, about="李敏态度很差")
    page = signed_in("limin").get("/staff/cases/new")
    page = page.submit("/cases/new", look="1", phone="13800138000")
    assert story.number not in page.words


# Where and by whom


def test_who_serves_two_estates_chooses_and_no_third(cast: Cast, elsewhere: Cast, signed_in: SignIn) -> None:
    client = signed_in("limin")
    assert client.get("/staff/cases/new?estate=yunhe").status_code == 404
    with transaction():
        db.session.add(
            Appointment(
                user_id=cast.person("limin").id,
                estate_id=elsewhere.estate.id,
                role="dispatcher",
                since=LONG_AGO,
            )
        )
    page = client.get("/staff/cases/new?estate=yunhe")
    assert page.status_code == 200
    page = page.submit("/cases/new", **_answers(cast, building=str(elsewhere.building("3号楼").id)))
    assert _only().archive_number.startswith("YH-")


@pytest.mark.parametrize("who", ["wangqiang", "tangwen", "admin"])
def test_who_does_not_register_finds_no_form(cast: Cast, signed_in: SignIn, who: str) -> None:
    assert signed_in(who).get("/staff/cases/new").status_code == 403


def test_tr_5_what_was_minded_at_reception_is_ticked_beside_the_form_and_recorded(
    cast: Cast, signed_in: SignIn
) -> None:
    """VK-5.3 too."""
    client = signed_in("limin")
    form = client.get("/staff/cases/new")
    points = form.soup.select("aside input[name=reception][form=intake]")
    assert len(points) == 6
    form.submit("/cases/new", **_answers(cast), reception=["repeated", "heard_out", "nonsense"])
    case = _only()
    assert timeline.rows_of(case.id)[0].data["reception"] == ["heard_out", "repeated"]
    page = client.get(f"/staff/cases/{case.archive_number}")
    assert "先听完、复述核对" in page.words


def test_nobody_has_to_tick_anything_to_register(cast: Cast, signed_in: SignIn) -> None:
    _register(signed_in("limin"), cast)
    assert "reception" not in timeline.rows_of(_only().id)[0].data


def test_the_checklist_stands_beside_the_form(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in("limin").get("/staff/cases/new")
    assert "TR-5" in page.one("aside").get_text()
    assert page.one("textarea[name=description]").has_attr("autofocus")
    received = str(page.one("input[name=received_at]")["value"])
    assert received == now().astimezone(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m-%dT%H:%M")
    assert now() > MONDAY


def test_the_desk_is_not_offered_what_comes_without_it(
    cast: Cast, signed_in: Callable[[str], CriticalClient]
) -> None:
    page = signed_in("limin").get("/staff/cases/new")
    channels = {
        str(option["value"]) for option in page.soup.select("[name=channel] option, input[name=channel]")
    }
    assert {"hotline", "walk_in", "relay"} <= channels
    assert not channels & {"portal", "partner", "internal"}
    assert "staff" not in {str(option["value"]) for option in page.soup.select("[name=party_type] option")}


# Letters (VK-4a)


def test_the_pages_of_a_letter_come_along_and_each_is_looked_at_as_any_photo(
    cast: Cast, signed_in: SignIn
) -> None:
    def page_of(colour: str) -> tuple[BytesIO, str]:
        picture = BytesIO()
        Image.new("RGB", (64, 48), colour).save(picture, "PNG")
        picture.seek(0)
        return picture, f"{colour}.png"

    client = signed_in("limin")
    refused = _register(
        client,
        cast,
        channel="letter",
        photos=[page_of("red"), (BytesIO(b"%PDF-1.7 no picture"), "letter.pdf")],
    )
    assert refused.status_code == 422
    assert "第 2 张" in refused.words
    assert db.session.query(Case).count() == 0
    scanned = (BytesIO(letter("red", "green")), "letter.pdf")
    _register(client, cast, channel="letter", photos=[page_of("red"), scanned, page_of("gray")])
    case = _only()
    assert case.channel == "letter"
    kept = attached.of_case(case.id)
    assert [photo.act for photo in kept] == ["filing"] * 4
    for photo in kept:
        answer = client.get(f"/staff/cases/{case.archive_number}/files/{photo.id}")
        assert answer.headers["Content-Type"] == "image/jpeg"


def test_a_letter_with_more_pages_than_there_is_room_for_is_refused_and_says_why(
    cast: Cast, signed_in: SignIn
) -> None:
    seven = (BytesIO(letter(*["white"] * 7)), "letter.pdf")
    refused = _register(signed_in("limin"), cast, channel="letter", photos=[seven])
    assert refused.status_code == 422
    assert "第 1 张：这份 PDF 的页数太多，每页算一张照片。" in refused.words
    assert db.session.query(Case).count() == 0


# Emergencies (VK-5.1)


def test_vk_5_1_an_emergency_without_a_record_waits_on_the_desk_until_it_is_completed(
    cast: Cast, signed_in: SignIn
) -> None:
    client = signed_in("limin")
    _register(client, cast, paperless="y", name="", phone="", received_at="2026-03-02T09:30")
    case = _only()
    desk = client.get("/staff/?view=records")
    assert case.archive_number in desk.words
    assert "待补录 1" in desk.words
    client.get(f"/staff/cases/{case.archive_number}/supplement").submit("/supplement", name="王女士")
    desk = client.get("/staff/?view=records")
    assert case.archive_number not in desk.words
    assert "没有要补录的紧急处置" in desk.words


def test_vk_5_1_the_view_of_records_is_for_those_who_register(cast: Cast, signed_in: SignIn) -> None:
    assert "待补录" in signed_in("liujie").get("/staff/").words
    assert "待补录" not in signed_in("wangqiang").get("/staff/").words
