"""Open311, where partners' apps file: by a key of the estate, under the portal's own rules (MS-1, CO-1)."""

import json
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pytest
import time_machine
from flask import Flask
from PIL import Image

from portal.open311.answers import full_name
from shared.attachments import queries as attachments
from shared.audit import timeline
from shared.audit.models import TimelineRow
from shared.cases import caps, links
from shared.cases.models import Case, Party
from shared.clock import local
from shared.database import db, transaction
from shared.identity import api_keys
from tests.cast import MONDAY, Cast, file
from tests.critic import CriticalClient, Page

pytestmark = pytest.mark.usefixtures("monday")

ADDRESS = "/open311/v2/requests.json"
WORDS = "2单元电梯早上停在五楼，按铃没有人应"
Clock = time_machine.Traveller


def make_key(cast: Cast, per_day: int = 500, name: str = "邻里小程序") -> str:
    with transaction():
        return api_keys.make(cast.estate, name, per_day, by=cast.person("admin"), at=MONDAY)[1]


@pytest.fixture
def key(cast: Cast) -> str:
    return make_key(cast)


class App:
    """A partner's app: its key is in every post."""

    def __init__(self, client: CriticalClient, key: str) -> None:
        self.client, self.key = client, key

    def post(self, address: Any = ADDRESS, headers: Any = None, **more: Any) -> Page:
        fields = {
            "api_key": self.key,
            "service_code": "lift",
            "description": WORDS,
            "phone": "138 0013 8000",
            **{name.replace("__", "[").replace("_end", "]"): value for name, value in more.items()},
        }
        return self.client.post(
            address, data={k: v for k, v in fields.items() if v is not None}, headers=headers
        )

    def files(self, headers: Any = None, **more: Any) -> dict[str, Any]:
        page = self.post(headers=headers, **more)
        assert page.status_code == 200, page.get_data(as_text=True)
        (answer,) = json.loads(page.data)
        return dict(answer)

    def is_told(self, status: int, **more: Any) -> str:
        """The post is not taken: gives what is said about it."""
        page = self.post(**more)
        assert page.status_code == status, page.get_data(as_text=True)
        errors = json.loads(page.data)
        assert {e["code"] for e in errors} == {status}
        return " ".join(e["description"] for e in errors)


@pytest.fixture
def app311(client: CriticalClient, key: str) -> App:
    return App(client, key)


def the_case(answer: dict[str, Any]) -> Case:
    return (
        db.session.query(Case)
        .filter_by(archive_number=answer["service_request_id"])
        .populate_existing()
        .one()
    )


def party_of(case: Case) -> Party:
    return db.session.get_one(Party, case.id)


def photo(name: str = "a.jpg") -> tuple[BytesIO, str]:
    content = BytesIO()
    Image.new("RGB", (60, 40), "teal").save(content, "JPEG")
    content.seek(0)
    return content, name


# What is filed


def test_ms_1_a_post_becomes_a_case_of_the_partners_channel(cast: Cast, app311: App) -> None:
    answer = app311.files(
        address_string="锦绣花园3号楼2单元电梯",
        first_name="秀兰",
        last_name="王",
        email="xiulan@example.com",
        **{"attribute[unit]": "3-2-1101", "attribute[urgency]": "urgent", "attribute[demands]": "请今天修好"},
    )
    case = the_case(answer)
    assert (case.channel, case.kind, case.category, case.topic) == (
        "partner",
        "complaint",
        "facilities",
        "lift",
    )
    assert (case.building.name if case.building else "", case.spot) == ("3号楼", "2单元电梯")
    assert case.urgency_reported == "urgent"
    assert case.statement is not None
    assert (case.statement.description, case.statement.demands) == (WORDS, "请今天修好")
    party = party_of(case)
    assert (party.name, party.phone, party.unit) == ("王秀兰", "13800138000", "3-2-1101")
    (filed,) = timeline.rows_of(case.id)[:1]
    assert filed.data["channel"] == "partner"
    assert filed.data["api_key"] == api_keys.of_estate(cast.estate.id)[0].id


def test_the_answer_says_what_comes_next_and_gives_what_the_owner_needs(
    cast: Cast, app311: App, client: CriticalClient
) -> None:
    answer = app311.files()
    case = the_case(answer)
    assert answer["account_id"] is None
    assert answer["reference"] == case.shown_reference
    assert case.shown_reference in answer["service_notice"]
    assert "MS-3" in answer["service_notice"] or "CO-M2" in answer["service_notice"]
    assert answer["receipt_code"] == links.receipt_code(case)
    assert answer["private_link"] == f"http://localhost/c/{links.current_token(case)}"
    assert "电梯" in client.get(answer["private_link"]).words


def test_the_same_answer_in_xml(cast: Cast, app311: App) -> None:
    page = app311.post("/open311/v2/requests.xml")
    assert page.content_type == "text/xml; charset=utf-8"
    tree = ElementTree.fromstring(page.data)
    assert tree.tag == "service_requests"
    assert tree.findtext("request/service_request_id") == db.session.query(Case).one().archive_number
    assert tree.findtext("request/account_id") == ""
    assert page.headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in page.headers


def test_what_was_filed_can_be_followed_by_its_id(cast: Cast, app311: App, client: CriticalClient) -> None:
    answer = app311.files()
    for id in (answer["service_request_id"], answer["reference"]):
        (found,) = json.loads(client.get(f"/open311/v2/requests/{id}.json").data)
        assert (found["service_request_id"], found["status"]) == (answer["service_request_id"], "open")
    listed = json.loads(client.get(ADDRESS).data)
    assert [r["service_request_id"] for r in listed] == [answer["service_request_id"]]


@pytest.mark.parametrize(
    ("sent", "building", "spot"),
    [
        ({"address_string": "3号楼"}, "3号楼", None),
        ({"address_string": "广州市天河区某路1号 锦绣花园 11号楼，大堂"}, "11号楼", "大堂"),
        ({"address_string": "地下车库靠近3号楼的出口"}, "3号楼", "地下车库靠近3号楼的出口"),
        ({"address_string": "东门外的路灯"}, None, "东门外的路灯"),
        ({"address_string": "21号楼门口"}, None, "21号楼门口"),
        ({"attribute[building]": "5号楼", "attribute[spot]": "楼道"}, "5号楼", "楼道"),
        ({"attribute[building]": "5号楼", "address_string": "3号楼大堂"}, "5号楼", "3号楼大堂"),
        ({"attribute[building]": "3号楼", "address_string": "大堂"}, "3号楼", "大堂"),
        ({"address_string": "3号楼大堂", "attribute[spot]": "信报箱"}, "3号楼", "信报箱"),
    ],
)
def test_places_are_understood_as_they_are_given(
    cast: Cast, app311: App, sent: dict[str, str], building: str | None, spot: str | None
) -> None:
    case = the_case(app311.files(**sent))
    assert (case.building.name if case.building else None, case.spot) == (building, spot)


def test_a_building_by_its_key_and_an_unknown_one(cast: Cast, elsewhere: Cast, app311: App) -> None:
    third = cast.building("3号楼")
    assert the_case(app311.files(address_id=str(third.id))).building_id == third.id
    theirs = elsewhere.building("3号楼")
    assert "不在名单里" in app311.is_told(400, address_id=str(theirs.id))


def test_coordinates_and_unknown_fields_change_nothing(cast: Cast, app311: App) -> None:
    """T10, PIPL 6."""
    case = the_case(
        app311.files(
            lat="23.1",
            long="113.3",
            state="closed",
            channel="portal",
            estate_id="2",
            archive_number="JX-00-0001",
            device_id="abc",
            account_id="7",
            **{
                "attribute[state]": "closed",
                "attribute[first_responder_id]": "1",
                "attribute[channel]": "hotline",
            },
        )
    )
    assert (case.state, case.channel, case.first_responder_id) == ("received", "partner", None)
    assert case.archive_number == "JX-26-0001"
    told = [json.dumps(row.data) for row in db.session.query(TimelineRow)]
    assert not [data for data in told if "113.3" in data or "abc" in data]


def test_a_repair_holds_when_somebody_is_at_home(cast: Cast, app311: App) -> None:
    case = the_case(
        app311.files(
            service_code="home",
            description="厨房水龙头漏水，关不紧",
            **{"attribute[visit_on]": "2026-03-04T09:00:00+08:00", "attribute[visit_part]": "morning"},
        )
    )
    assert case.kind == "repair"
    assert case.visit_from is not None
    assert f"{local(case.visit_from, 'Asia/Shanghai'):%m-%d %H:%M}" == "03-04 08:00"


def test_whom_it_is_about_never_sees_it(cast: Cast, app311: App) -> None:
    case = the_case(
        app311.files(
            service_code="attitude",
            description="王强上门收了钱，没有开票也没有修",
            **{"attribute[about]": "王强"},
        )
    )
    about = db.session.execute(
        db.text("SELECT user_id FROM participations WHERE part='about' AND case_id=:id"), {"id": case.id}
    ).scalars()
    assert list(about) == [cast.person("wangqiang").id]


# Who reports


def test_co_m5_anonymous_keeps_nothing_of_who_it_was(cast: Cast, app311: App) -> None:
    answer = app311.files(
        first_name="秀兰", last_name="王", email="xiulan@example.com", **{"attribute[anonymous]": "true"}
    )
    case = the_case(answer)
    assert case.anonymous
    assert db.session.get(Party, case.id) is None
    assert "匿名" in answer["service_notice"]


def test_whoever_gives_no_contact_reports_anonymously(cast: Cast, app311: App) -> None:
    """The standard asks for none, so that a client by the book must not be turned away."""
    case = the_case(app311.files(phone=None, first_name="秀兰"))
    assert case.anonymous
    assert db.session.get(Party, case.id) is None


@pytest.mark.parametrize(
    ("first", "last", "whole"),
    [
        ("秀兰", "王", "王秀兰"),
        ("Xiulan", "Wang", "Xiulan Wang"),
        ("", "王", "王"),
        ("秀兰", "", "秀兰"),
        ("", "", ""),
    ],
)
def test_names_are_put_together_as_their_language_does(first: str, last: str, whole: str) -> None:
    assert full_name(first, last) == whole


def test_a_language_that_is_asked_for_is_the_partys_from_then_on(cast: Cast, app311: App) -> None:
    assert party_of(the_case(app311.files(locale="en"))).locale == "en"


# Keys


def test_without_a_live_key_of_the_estate_nothing_is_filed(cast: Cast, elsewhere: Cast, app311: App) -> None:
    theirs = make_key(elsewhere)
    assert "请写 api_key" in app311.is_told(403, api_key=None)
    for wrong in ("nonsense", app311.key[:-1], app311.key.upper()):
        assert "api_key 不对" in app311.is_told(403, api_key=wrong)
    assert "不是这个小区的" in app311.is_told(403, api_key=theirs, jurisdiction_id="jinxiu")
    ended = api_keys.of_estate(cast.estate.id)[0]
    with transaction():
        api_keys.end(ended, by=cast.person("admin"), at=MONDAY)
    assert "已停用" in app311.is_told(403)
    assert db.session.query(Case).count() == 0


def test_a_key_says_by_itself_which_estate_it_is_for(cast: Cast, elsewhere: Cast, app311: App) -> None:
    assert the_case(app311.files(jurisdiction_id="jinxiu")).estate.slug == "jinxiu"
    theirs = App(app311.client, make_key(elsewhere))
    assert the_case(theirs.files(description="门口的路灯坏了好几天")).estate.slug == "yunhe"
    assert "jurisdiction_id" in app311.is_told(404, jurisdiction_id="nowhere")


def test_a_key_is_kept_as_a_digest(cast: Cast, key: str) -> None:
    kept = api_keys.of_estate(cast.estate.id)[0]
    assert key.encode() not in kept.digest
    assert api_keys.live(key) is not None


def test_a_key_files_so_many_a_day_by_the_estates_calendar(
    cast: Cast, client: CriticalClient, monday: Clock
) -> None:
    app311 = App(client, make_key(cast, per_day=2))
    for n in range(2):
        app311.files(phone=f"1390000000{n}")
    page = app311.post(phone="13900000005")
    assert page.status_code == 429
    assert "2 件已经用完" in json.loads(page.data)[0]["description"]
    assert int(page.headers["Retry-After"]) == 14 * 3600 + 1
    monday.shift(timedelta(hours=14, minutes=1))
    app311.files(phone="13900000005")


# Twice


def test_f24_the_same_post_again_is_the_same_case(cast: Cast, app311: App) -> None:
    first = app311.files(headers={"Idempotency-Key": "order-1"})
    again = app311.files(headers={"Idempotency-Key": "order-1"}, description="其他内容也不另立一件")
    by_field = app311.files(submission_key="order-1")
    assert first["service_request_id"] == again["service_request_id"] == by_field["service_request_id"]
    assert first["private_link"] == again["private_link"]
    assert app311.files(submission_key="order-2")["service_request_id"] != first["service_request_id"]
    assert db.session.query(Case).count() == 2
    assert "最多 200" in app311.is_told(400, submission_key="x" * 201)


def test_another_partners_key_makes_another_case_of_the_same_idempotency_key(cast: Cast, app311: App) -> None:
    other = App(app311.client, make_key(cast, name="物业公众号"))
    mine, theirs = app311.files(submission_key="1"), other.files(submission_key="1", phone="13900000001")
    assert mine["service_request_id"] != theirs["service_request_id"]


def test_nobody_finds_a_partners_case_by_its_idempotency_key_on_the_portal(
    cast: Cast, app311: App, client: CriticalClient
) -> None:
    """What stands for the post cannot be made without the desk's own key."""
    answer = app311.files(submission_key="order-number-000001")
    mine = api_keys.of_estate(cast.estate.id)[0]
    for guess in (
        "order-number-000001",
        f"{mine.id}order-number-000001",
        f"open311:{mine.id}:order-number-000001",
    ):
        assert links.seed_of(guess) != the_case(answer).seed


def test_a_link_that_its_owner_changed_is_not_given_to_a_post_sent_again(cast: Cast, app311: App) -> None:
    """T06: a link is changed because somebody else had it."""
    answer = app311.files(submission_key="order-1")
    with transaction():
        links.rotate(the_case(answer), MONDAY)
    again = app311.files(submission_key="order-1")
    assert (again["private_link"], again["receipt_code"]) == (None, None)
    assert again["service_request_id"] == answer["service_request_id"]


def test_without_an_idempotency_key_two_posts_are_two_until_the_same_words_are_enough(
    cast: Cast, app311: App
) -> None:
    """T24."""
    first, second = app311.files(), app311.files()
    assert first["service_request_id"] != second["service_request_id"]
    assert caps.SAME_WORDS_PER_DAY == 2
    page = app311.post()
    assert page.status_code == 429
    assert int(page.headers["Retry-After"]) > 0
    assert app311.files(description="另一件事：楼道的灯不亮了")


def test_t24_one_telephone_files_so_many_a_day_by_whatever_app(cast: Cast, app311: App) -> None:
    for n in range(caps.PER_DAY):
        app311.files(description=f"第 {n} 件不同的事情，请处理")
    assert "来得太多" in app311.is_told(429, description="再来一件不同的事情")


# What is not right


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        ({"service_code": None}, 400, "service_code"),
        ({"service_code": "dragons"}, 404, "service_code"),
        ({"description": ""}, 400, "发生了什么"),
        ({"description": "坏"}, 400, "发生了什么"),
        ({"description": "坏" * 4001}, 400, "4000"),
        ({"phone": "12"}, 400, "手机号"),
        ({"email": "nobody"}, 400, "邮箱"),
        ({"attribute[occurred_at]": "yesterday"}, 400, "时间看不懂"),
        ({"attribute[occurred_at]": "2030-01-01T00:00:00Z"}, 400, "还没有到"),
        ({"attribute[building]": "99号楼"}, 400, "不在名单里"),
        ({"service_code": "home", "attribute[visit_on]": "soon"}, 400, "日期看不懂"),
        ({"attribute[spot]": "在" * 61}, 400, "60"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_filed(
    cast: Cast, app311: App, sent: dict[str, Any], status: int, said: str
) -> None:
    assert said in app311.is_told(status, **sent)
    assert db.session.query(Case).count() == 0


def test_everything_that_is_wrong_is_said_at_once(cast: Cast, app311: App) -> None:
    told = app311.is_told(400, phone="12", email="nobody", description="坏")
    assert all(word in told for word in ("手机号", "邮箱", "发生了什么"))


def test_a_description_may_be_as_long_as_the_standard_lets_it(cast: Cast, app311: App) -> None:
    case = the_case(app311.files(description="坏" * 4000))
    assert case.statement is not None
    assert len(case.statement.description) == 4000


def test_t19_a_page_of_another_site_cannot_file(cast: Cast, app311: App) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        page = app311.post(headers=headers)
        assert (page.status_code, json.loads(page.data)[0]["code"]) == (403, 403)
    assert db.session.query(Case).count() == 0


def test_t32_a_form_that_is_too_large_is_told_so(cast: Cast, app311: App) -> None:
    assert "太大" in app311.is_told(413, description="坏" * 300_000)


def test_marks_that_break_documents_are_stored_harmlessly(cast: Cast, app311: App) -> None:
    """T12, T14: what XML or PostgreSQL cannot hold goes; what looks like markup stays what it is."""
    evil = "<script>alert(1)</script> <!ENTITY x SYSTEM 'file:///etc/passwd'> \x00\x08 ]]>"
    case = the_case(app311.files(description=evil))
    assert case.statement is not None
    assert "\x00" not in case.statement.description
    assert "<script>" in case.statement.description


# Photos


def test_photos_come_as_files_whatever_the_client_calls_them(cast: Cast, app311: App) -> None:
    answer = app311.files(media=photo(), photos=[photo("b.jpg"), photo("c.jpg")])
    held = attachments.of_case(the_case(answer).id, public_only=True)
    assert len(held) == 3
    assert {p.act for p in held} == {"filing"}


def test_a_photo_that_fails_does_not_stop_the_filing(cast: Cast, app311: App) -> None:
    answer = app311.files(media=[(BytesIO(b"not a picture"), "x.jpg"), photo()])
    assert "x.jpg" in answer["service_notice"]
    assert len(attachments.of_case(the_case(answer).id, public_only=True)) == 1


def test_photos_of_a_post_sent_again_are_not_kept_twice(cast: Cast, app311: App) -> None:
    for _ in range(2):
        answer = app311.files(media=photo(), submission_key="order-1")
    assert len(attachments.of_case(the_case(answer).id, public_only=True)) == 1


def test_t17_the_address_of_a_picture_is_never_fetched_and_that_is_said(
    cast: Cast, app311: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[Any] = []
    monkeypatch.setattr("socket.socket.connect", lambda *args: called.append(args))
    answer = app311.files(media_url="http://169.254.169.254/latest/meta-data")
    assert "media_url" in answer["service_notice"]
    assert not called
    assert not attachments.of_case(the_case(answer).id, public_only=True)


# When the database is away


def test_f14_a_database_that_is_away_is_told_in_the_format_of_the_standard(
    cast: Cast, app311: App, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.exc import OperationalError

    def away(*_args: Any, **_more: Any) -> None:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(api_keys, "live", away)
    page = app311.post()
    assert (page.status_code, json.loads(page.data)[0]["code"]) == (503, 503)
    assert int(page.headers["Retry-After"]) >= 30


def test_other_cases_of_the_day_do_not_count_against_the_key(cast: Cast, client: CriticalClient) -> None:
    app311 = App(client, make_key(cast, per_day=1))
    file(cast, datetime.fromtimestamp(MONDAY.timestamp(), MONDAY.tzinfo))
    app311.files()
    kept = api_keys.of_estate(cast.estate.id)[0]
    assert api_keys.used(kept, MONDAY) == 1
