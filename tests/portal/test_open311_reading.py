"""Open311, read by anybody: what may be reported, and how requests stand; nothing that is anybody's (MS-1, T02)."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
import time_machine
from sqlalchemy import text

from portal import limits
from portal.open311 import documents
from shared.cases.models import Case
from shared.cases.vocabulary import Category, Channel, Kind
from shared.database import db, transaction
from shared.notices.models import Publicity
from tests.cast import MONDAY, Cast, file
from tests.critic import CriticalClient, Page
from tests.life import begin

pytestmark = pytest.mark.usefixtures("monday")

HERE = "/open311/v2"
PERSONAL = ("王秀兰", "13800138000", "0013 8000", "3-2-1101", "xiulan", "困了我", "2单元电梯")
Clock = time_machine.Traveller


def read(client: CriticalClient, address: str) -> Any:
    page = client.get(f"{HERE}/{address}")
    assert page.status_code == 200, page.get_data(as_text=True)
    assert page.content_type == "application/json; charset=utf-8"
    return json.loads(page.data)


def parsed(page: Page) -> ElementTree.Element:
    assert page.content_type == "text/xml; charset=utf-8"
    assert page.data.startswith(b"<?xml version='1.0' encoding='UTF-8'?>")
    return ElementTree.fromstring(page.data)


def ids(client: CriticalClient, query: str = "") -> list[str]:
    return [found["service_request_id"] for found in read(client, f"requests.json{query}")]


def neighbours(cast: Cast, count: int = 3, **more: Any) -> list[Case]:
    """As many cases as a building needs to be named."""
    return [file(cast, **more) for _ in range(count)]


# What may be reported


def test_discovery_names_the_standard_the_address_and_both_formats(
    cast: Cast, client: CriticalClient
) -> None:
    found = read(client, "discovery.json")
    endpoint = found["endpoints"][0]
    assert endpoint["specification"].endswith("GeoReport_v2")
    assert endpoint["url"] == "http://localhost/open311/v2"
    assert endpoint["formats"] == ["application/json", "text/xml"]
    assert "020-8888 6666" in found["contact"]
    tree = parsed(client.get(f"{HERE}/discovery.xml"))
    assert tree.tag == "discovery"
    assert tree.findtext("endpoints/endpoint/url") == endpoint["url"]
    assert [e.text for e in tree.findall("endpoints/endpoint/formats/format")] == endpoint["formats"]


def test_every_tile_and_every_category_is_a_service(cast: Cast, client: CriticalClient) -> None:
    found = {s["service_code"]: s for s in read(client, "services.json")}
    assert found["lift"] == {
        "service_code": "lift",
        "service_name": "电梯",
        "description": "电梯",
        "metadata": True,
        "type": "realtime",
        "keywords": "complaint,facilities",
        "group": "设施设备",
    }
    assert set(Category) <= set(found)
    assert found["security"]["service_name"] == "安全秩序，其他"
    tree = parsed(client.get(f"{HERE}/services.xml"))
    assert [s.findtext("service_code") for s in tree.findall("service")] == list(found)
    assert tree.findtext("service/metadata") == "true"


def test_a_definition_asks_what_the_form_asks(cast: Cast, client: CriticalClient) -> None:
    found = read(client, "services/lift.json")
    asked = {a["code"]: a for a in found["attributes"]}
    assert found["service_code"] == "lift"
    assert [a["order"] for a in found["attributes"]] == list(range(1, len(asked) + 1))
    assert {"building", "spot", "urgency", "occurred_at", "demands", "anonymous", "unit"} <= set(asked)
    building = cast.building("3号楼")
    assert {"key": str(building.id), "name": "3号楼"} in asked["building"]["values"]
    assert asked["building"]["datatype"] == "singlevaluelist"
    assert asked["occurred_at"]["datatype"] == "datetime"
    assert asked["demands"]["datatype"] == "text"
    assert "values" not in asked["spot"]
    assert not {"visit_on", "about"} & set(asked)
    assert "staff" not in [v["key"] for v in asked["party_type"]["values"]]


def test_a_repair_asks_when_somebody_is_at_home_and_attitude_whom_it_is_about(
    cast: Cast, client: CriticalClient
) -> None:
    tree = parsed(client.get(f"{HERE}/services/home.xml"))
    codes = [a.findtext("code") for a in tree.findall("attributes/attribute")]
    assert {"visit_on", "visit_part"} <= set(codes)
    assert tree.findall("attributes/attribute/values/value/key")
    about = read(client, "services/attitude.json")["attributes"]
    assert {"about", "about_department"} <= {a["code"] for a in about}


def test_names_come_in_the_language_that_is_asked_for(cast: Cast, client: CriticalClient) -> None:
    page = client.get(f"{HERE}/services.json?locale=en")
    assert json.loads(page.data)[0]["service_name"] == "Lift"
    assert page.headers["Content-Language"] == "en"
    assert client.get(f"{HERE}/services.json").headers["Content-Language"] == "zh-Hans"


# How requests stand


def test_a_request_says_where_it_stands_and_until_when(cast: Cast, client: CriticalClient) -> None:
    story = begin(cast, building_id=cast.building("3号楼").id)
    neighbours(cast, 2)
    story.dispatched()
    found = read(client, f"requests/{story.number}.json")[0]
    assert found == {
        "service_request_id": story.number,
        "status": "open",
        "status_notes": "已派单",
        "service_name": "电梯",
        "service_code": "lift",
        "description": None,
        "agency_responsible": "工程部",
        "service_notice": "48 小时内办结（MS-3）",
        "requested_datetime": "2026-03-02T10:00:00+08:00",
        "updated_datetime": "2026-03-02T10:20:00+08:00",
        "expected_datetime": "2026-03-04T10:00:00+08:00",
        "address": "3号楼",
        "address_id": str(cast.building("3号楼").id),
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None,
    }


def test_the_same_request_in_xml(cast: Cast, client: CriticalClient) -> None:
    case = file(cast)
    tree = parsed(client.get(f"{HERE}/requests/{case.archive_number}.xml"))
    assert tree.tag == "service_requests"
    assert tree.findtext("request/service_request_id") == case.archive_number
    assert tree.findtext("request/requested_datetime") == "2026-03-02T10:00:00+08:00"
    assert tree.findtext("request/description") == ""


def test_a_request_is_open_until_its_case_is_closed(cast: Cast, client: CriticalClient) -> None:
    story = begin(cast).informed()
    assert read(client, f"requests/{story.number}.json")[0]["status"] == "open"
    ended = begin(cast).closed()
    assert read(client, f"requests/{ended.number}.json")[0]["status"] == "closed"


def test_t02_nothing_personal_in_any_list_in_either_format(cast: Cast, client: CriticalClient) -> None:
    cases = neighbours(cast)
    begin(cast).closed()
    for address in (
        "requests.json",
        "requests.xml",
        "requests.json?status=closed",
        f"requests/{cases[0].archive_number}.xml",
        f"requests/{cases[0].shown_reference}.json",
    ):
        said = client.get(f"{HERE}/{address}").get_data(as_text=True)
        assert cases[0].archive_number in said or "closed" in address
        assert not [word for word in PERSONAL if word in said], address
        assert cases[0].shown_reference not in said
        assert cases[0].reference not in said


def test_a_building_is_named_where_the_board_names_it(cast: Cast, client: CriticalClient) -> None:
    """Fewer than three there, and a neighbour would know whose it is (decision 18)."""
    two = neighbours(cast, 2)
    assert [r["address"] for r in read(client, "requests.json")] == [None, None]
    third = file(cast)
    found = read(client, "requests.json")
    assert {r["service_request_id"] for r in found} == {c.archive_number for c in (*two, third)}
    assert {r["address"] for r in found} == {"3号楼"}


def test_a_request_reads_the_same_by_whatever_filter_it_was_found(cast: Cast, client: CriticalClient) -> None:
    """No combination of filters tells more of a case than the plain list does."""
    cases = neighbours(cast)
    lone = file(cast, building_id=cast.building("5号楼").id, topic="noise", category=Category.ENVIRONMENT)
    whole = {r["service_request_id"]: r for r in read(client, "requests.json")}
    assert len(whole) == len(cases) + 1
    for query in (
        "?status=open",
        "?service_code=other",
        "?service_code=other,lift&status=open&page_size=1&page=2",
        "?start_date=2026-03-02T09:59:59%2B08:00&end_date=2026-03-02T10:00:01%2B08:00",
        f"?service_request_id={lone.archive_number}",
    ):
        found = read(client, f"requests.json{query}")
        assert found, query
        assert all(whole[r["service_request_id"]] == r for r in found), query
    assert whole[lone.archive_number]["address"] is None


def test_what_staff_report_internally_is_nowhere(cast: Cast, client: CriticalClient) -> None:
    """CO-M5."""
    inside = file(cast, channel=Channel.INTERNAL, anonymous=True)
    shown = file(cast)
    assert ids(client) == [shown.archive_number]
    assert ids(client, f"?service_request_id={inside.archive_number}") == []
    for id in (inside.archive_number, inside.shown_reference):
        assert client.get(f"{HERE}/requests/{id}.json").status_code == 404


def test_what_is_kept_off_the_board_is_kept_off_the_list_too(cast: Cast, client: CriticalClient) -> None:
    case = file(cast)
    with transaction():
        db.session.add(
            Publicity(case_id=case.id, at=MONDAY, by_id=cast.person("limin").id, shown=False, line="")
        )
    assert ids(client) == []
    assert client.get(f"{HERE}/requests/{case.archive_number}.json").status_code == 404
    # Whoever holds the reference may know how it stands, here as on the portal.
    assert read(client, f"requests/{case.shown_reference}.json")[0]["status"] == "open"


def test_a_reference_leads_to_the_id(cast: Cast, client: CriticalClient) -> None:
    case = file(cast)
    found = read(client, f"tokens/{case.shown_reference}.json")
    assert found == [{"service_request_id": case.archive_number, "token": case.shown_reference}]
    assert client.get(f"{HERE}/tokens/nobody.json").status_code == 404


def test_a_corrected_category_is_told_and_not_the_tile_that_was_tapped(
    cast: Cast, client: CriticalClient
) -> None:
    cases = neighbours(cast)
    with transaction():
        for case in cases:
            db.session.get_one(Case, case.id).category = Category.SECURITY
    found = read(client, f"requests/{cases[0].archive_number}.json")[0]
    assert (found["service_code"], found["service_name"]) == ("security", "安全秩序，其他")
    assert len(ids(client, "?service_code=security")) == 3
    assert ids(client, "?service_code=lift") == []


# Few


def told_service(client: CriticalClient, id: str) -> tuple[str, str]:
    found = read(client, f"requests/{id}.json")[0]
    return found["service_code"], found["service_name"]


def test_co_m8_a_service_is_named_from_three_cases_on_and_before_that_its_category(
    cast: Cast, client: CriticalClient
) -> None:
    neighbours(cast)
    home = [file(cast, topic="home", kind=Kind.REPAIR) for _ in range(2)]
    assert told_service(client, home[0].archive_number) == ("facilities", "设施设备，其他")
    file(cast, topic="home", kind=Kind.REPAIR)
    assert told_service(client, home[0].archive_number) == ("home", "家里要修")


def test_co_m8_the_one_complaint_about_attitude_is_told_from_no_other(
    cast: Cast, client: CriticalClient
) -> None:
    """Not by the service, nor by the department or rule that goes with it, in either format (T02)."""
    neighbours(cast)
    lone = begin(cast, topic="attitude", category=Category.ATTITUDE).dispatched()
    found = read(client, f"requests.json?service_request_id={lone.number}")[0]
    assert (found["service_code"], found["service_name"]) == ("other", "其他、说不清")
    assert (found["agency_responsible"], found["service_notice"]) == (None, None)
    assert found["expected_datetime"]
    xml = client.get(f"{HERE}/requests.xml").get_data(as_text=True)
    assert "attitude" not in xml
    assert "服务态度" not in xml


def test_co_m8_no_filter_by_service_finds_out_what_the_list_keeps_to_itself(
    cast: Cast, client: CriticalClient
) -> None:
    neighbours(cast)
    file(cast, topic="attitude", category=Category.ATTITUDE)
    file(cast, topic="noise", category=Category.ENVIRONMENT)
    file(cast, topic="water_power")
    file(cast, topic="fees", category=Category.OTHER, kind=Kind.HELP)
    listed = {r["service_request_id"]: r["service_code"] for r in read(client, "requests.json")}
    assert sorted(listed.values()) == ["facilities", "lift", "lift", "lift", "other", "other", "other"]
    for service in read(client, "services.json"):
        code = service["service_code"]
        found = ids(client, f"?service_code={code}")
        assert sorted(found) == sorted(id for id, told in listed.items() if told == code), code


def test_co_m8_the_list_tells_no_more_of_a_category_than_the_board(
    cast: Cast, client: CriticalClient
) -> None:
    neighbours(cast)
    lone = file(cast, topic="noise", category=Category.ENVIRONMENT)
    assert "环境卫生" not in client.get("/board/jinxiu").words
    listed = client.get(f"{HERE}/requests.json").get_data(as_text=True)
    assert lone.archive_number in listed
    assert not [word for word in ("环境卫生", "噪音", "noise", "environment") if word in listed]


def test_whoever_holds_the_reference_reads_what_their_case_is_about(
    cast: Cast, client: CriticalClient
) -> None:
    """As on the portal's page of that reference."""
    lone = file(cast, topic="noise", category=Category.ENVIRONMENT)
    assert told_service(client, lone.shown_reference) == ("noise", "噪音扰民")
    assert told_service(client, lone.archive_number) == ("other", "其他、说不清")


# Filters and pages


def test_filters_are_those_of_the_standard(cast: Cast, client: CriticalClient) -> None:
    """Of each service three cases: fewer are not told apart."""
    noise_is, bare_is = (
        {"topic": "noise", "category": Category.ENVIRONMENT},
        {"topic": None, "category": Category.OTHER, "kind": Kind.HELP},
    )
    minutes = [timedelta(minutes=n) for n in range(3)]
    lift = [file(cast, MONDAY - timedelta(days=3) - m).archive_number for m in minutes]
    noise = [file(cast, MONDAY - timedelta(days=2) - m, **noise_is).archive_number for m in minutes]
    bare = [file(cast, MONDAY - timedelta(days=1) - m, **bare_is).archive_number for m in minutes]
    ended = begin(cast, MONDAY - timedelta(hours=20)).closed()
    everything = [ended.number, *bare, *noise, *lift]
    assert ids(client) == everything
    assert ids(client, "?service_code=lift") == [ended.number, *lift]
    assert ids(client, "?service_code=noise,other") == [*bare, *noise]
    assert ids(client, "?service_code=noise&service_code=other") == [*bare, *noise]
    assert ids(client, "?status=closed") == [ended.number]
    assert ids(client, "?status=open") == everything[1:]
    assert ids(client, "?status=open,closed") == everything
    assert ids(client, "?start_date=2026-02-28T00:00:00Z") == [ended.number, *bare, *noise]
    assert ids(client, "?end_date=2026-02-28") == lift
    assert ids(client, f"?service_request_id={lift[0].lower()},{ended.number},JX-00-0000") == [
        ended.number,
        lift[0],
    ]
    assert ids(client, f"?service_request_id={lift[0]}&status=closed") == [lift[0]]


def test_without_dates_it_is_the_last_ninety_days(cast: Cast, client: CriticalClient, monday: Clock) -> None:
    old = file(cast, MONDAY - timedelta(days=45))
    new = file(cast)
    assert ids(client) == [new.archive_number, old.archive_number]
    monday.shift(timedelta(days=60))
    assert ids(client) == [new.archive_number]
    assert ids(client, "?start_date=2026-01-10T00:00:00%2B08:00") == [new.archive_number, old.archive_number]


def test_pages_hold_no_more_than_they_may_and_name_their_neighbours(
    cast: Cast, client: CriticalClient
) -> None:
    cases = [file(cast, MONDAY - timedelta(minutes=n)) for n in range(5)]
    page = client.get(f"{HERE}/requests.json?status=open&page_size=2")
    assert [r["service_request_id"] for r in json.loads(page.data)] == [c.archive_number for c in cases[:2]]
    address, _, relation = page.headers["Link"].partition("; ")
    assert relation == 'rel="next"'
    asked = parse_qs(urlsplit(address.strip("<>")).query)
    assert asked == {"status": ["open"], "page_size": ["2"], "page": ["2"]}
    last = client.get(f"{HERE}/requests.json?page_size=2&page=3")
    assert [r["service_request_id"] for r in json.loads(last.data)] == [cases[4].archive_number]
    assert 'rel="prev"' in last.headers["Link"]
    assert 'rel="next"' not in last.headers["Link"]
    assert len(ids(client, "?page_size=100000")) == 5
    odd = client.get(f"{HERE}/requests.json?page_size=1&endpoint=x&_scheme=y&fmt=z&a=%0d%0aX-Evil:1&b=<>")
    assert "X-Evil" not in odd.headers
    assert "<>" not in odd.headers["Link"]


@pytest.mark.parametrize(
    "query",
    [
        "?start_date=yesterday",
        "?start_date=0001-01-01T00:00:00Z",
        "?end_date=2026-13-01",
        "?start_date=2026-03-02&end_date=2026-03-01",
        "?start_date=2025-01-01&end_date=2026-01-01",
        "?status=waiting",
        "?page=0",
        "?page=-1",
        "?page_size=many",
        "?page=²",
        "?page=99999999",
        "?service_request_id=" + ",".join(f"JX-26-{n:04}" for n in range(101)),
    ],
)
@pytest.mark.parametrize("fmt", ["json", "xml"])
def test_what_cannot_be_understood_is_said_in_the_standards_words(
    cast: Cast, client: CriticalClient, query: str, fmt: str
) -> None:
    page = client.get(f"{HERE}/requests.{fmt}{query}")
    assert page.status_code == 400
    if fmt == "json":
        (error,) = json.loads(page.data)
        assert error["code"] == 400
        assert error["description"]
    else:
        tree = parsed(page)
        assert tree.tag == "errors"
        assert tree.findtext("error/code") == "400"
        assert tree.findtext("error/description")
    assert page.headers["Cache-Control"] == "no-store"


def test_an_unknown_service_or_address_is_404_in_the_format_that_was_asked_for(
    cast: Cast, client: CriticalClient
) -> None:
    for address in (
        "services/dragons.json",
        "requests/JX-99-9999.json",
        "requests.json?service_code=dragons",
        "x.json",
    ):
        page = client.get(f"{HERE}/{address}")
        assert (page.status_code, json.loads(page.data)[0]["code"]) == (404, 404), address
    for address in ("services/dragons.xml", "nothing", "requests"):
        page = client.get(f"{HERE}/{address}")
        assert (page.status_code, parsed(page).findtext("error/code")) == (404, "404"), address
    assert client.post(f"{HERE}/services.json").status_code == 404


# Several estates


def test_an_estate_shows_its_own_and_must_be_named_among_several(
    cast: Cast, elsewhere: Cast, client: CriticalClient
) -> None:
    own, theirs = file(cast), file(elsewhere)
    assert ids(client, "?jurisdiction_id=jinxiu") == [own.archive_number]
    assert ids(client, "?jurisdiction_id=yunhe") == [theirs.archive_number]
    assert ids(client, "?estate=yunhe") == [theirs.archive_number]
    assert client.get(f"{HERE}/requests.json").status_code == 400
    assert client.get(f"{HERE}/services.xml?jurisdiction_id=nowhere").status_code == 404
    for id in (theirs.archive_number, theirs.shown_reference):
        assert client.get(f"{HERE}/requests/{id}.json?jurisdiction_id=jinxiu").status_code == 404
    assert ids(client, f"?jurisdiction_id=jinxiu&service_request_id={theirs.archive_number}") == []


# Headers and limits


def test_what_has_not_changed_is_not_sent_again_and_other_sites_may_read(
    cast: Cast, client: CriticalClient
) -> None:
    page = client.get(f"{HERE}/requests.json", headers={"Origin": "https://civic.example"})
    assert page.headers["Access-Control-Allow-Origin"] == "*"
    assert page.headers["Cache-Control"].startswith("public, max-age=")
    assert "Set-Cookie" not in page.headers
    again = client.get(f"{HERE}/requests.json", headers={"If-None-Match": page.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    file(cast)
    assert (
        client.get(f"{HERE}/requests.json", headers={"If-None-Match": page.headers["ETag"]}).status_code
        == 200
    )
    assert "Access-Control-Allow-Origin" not in client.options(f"{HERE}/requests.json").headers


def test_t05_guessing_references_is_counted_and_reading_ids_earns_no_trust(
    cast: Cast, client: CriticalClient
) -> None:
    limits._hits.clear()
    case = file(cast)
    client.get(f"{HERE}/requests/{case.archive_number}.json")
    assert not limits._hits
    answers = [client.get(f"{HERE}/requests/JX-99-{n:04}.json").status_code for n in range(61)]
    assert answers == [404] * 60 + [429]
    page = client.get(f"{HERE}/tokens/JX-99-0000.xml")
    assert page.status_code == 429
    assert parsed(page).findtext("error/code") == "429"
    assert int(page.headers["Retry-After"]) > 0


def test_a_text_that_xml_cannot_hold_makes_no_broken_document() -> None:
    bare = documents.as_xml("errors", [{"code": 400, "description": "a\x00b\x08c\ufffe<&>\"'\U0001f600"}])
    assert ElementTree.fromstring(bare).findtext("error/description") == "abc<&>\"'\U0001f600"


# Many


def test_reading_asks_as_often_for_one_request_as_for_a_dozen(cast: Cast, client: CriticalClient) -> None:
    asked = []
    for more in (1, 11):
        for _ in range(more):
            file(cast)
        asked.append(len(client.get(f"{HERE}/requests.json").statements))
    assert asked[0] == asked[1] <= 9


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)  # who alone puts its plan into these words
def test_the_list_goes_along_its_index(cast: Cast, client: CriticalClient) -> None:
    file(cast)
    listing = next(
        s for s in client.get(f"{HERE}/requests.json").statements if "LIMIT" in s and "OFFSET" in s
    )
    plan = db.session.execute(text("EXPLAIN QUERY PLAN " + listing.replace("?", "1"))).all()
    assert any("ix_cases_estate_id_filed_at_id" in row.detail for row in plan), plan
    assert not any("TEMP B-TREE" in row.detail for row in plan), plan
