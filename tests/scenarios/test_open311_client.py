"""GeoReport clients that others wrote read a real server unchanged: `georeport` and `three`, from PyPI (MS-1)."""

import importlib
import itertools
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from types import ModuleType
from typing import Any

import pytest
from flask import Flask
from georeport import GeoReport
from PIL import Image
from requests import HTTPError

from shared.attachments import queries as attachments
from shared.cases.models import Case
from shared.database import db, transaction
from shared.identity import api_keys
from tests.cast import MONDAY, Cast, file
from tests.life import begin
from tests.machine import Machine, machine

WORDS = "2单元电梯早上停在五楼，按铃没有人应"


@pytest.fixture
def key(cast: Cast) -> str:
    with transaction():
        return api_keys.make(cast.estate, "邻里通", 50, by=cast.person("admin"), at=MONDAY)[1]


@pytest.fixture
def desk(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    """A web server in a process of its own, on a Monday morning."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with machine(app, MONDAY + timedelta(hours=2)) as desk:
        yield desk


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The client as published. It was written for Python 2, from where it needs one name; nothing else is touched."""
    monkeypatch.setattr(itertools, "ifilter", filter, raising=False)
    return importlib.import_module("three")


def address(desk: Machine) -> str:
    return f"http://127.0.0.1:{desk.serve().port}/open311/v2"


@pytest.mark.parametrize("fmt", ["json", "xml"])
def test_georeport_reads_services_definitions_and_requests(desk: Machine, cast: Cast, fmt: str) -> None:
    cases = [file(cast, MONDAY - timedelta(hours=n)) for n in range(3)]
    ended = begin(cast, MONDAY - timedelta(days=1)).closed()
    client = GeoReport(address(desk), jurisdiction="jinxiu", output_format=fmt)

    services = client.get_service_list()
    assert {"lift", "home", "attitude", "facilities"} <= {s["service_code"] for s in services}
    assert next(s for s in services if s["service_code"] == "lift")["service_name"] == "电梯"

    definition = client.get_service_definition("home")
    asked = definition["attributes"] if fmt == "json" else definition["attributes"]["attribute"]
    assert {"building", "unit", "visit_on"} <= {a["code"] for a in asked}

    found = client.get_service_requests(service_code="lift", status="open")
    assert [r["service_request_id"] for r in found] == [c.archive_number for c in cases]
    assert {r["address"] for r in found} == {"3号楼"}
    assert found[0]["expected_datetime"] == "2026-03-04T10:00:00+08:00"
    since = client.get_service_requests(start_date="2026-03-02T00:30:00Z")
    assert [r["service_request_id"] for r in since] == [c.archive_number for c in cases[:2]]

    one = client.get_service_request(ended.number)
    assert (one["service_request_id"], one["status"]) == (ended.number, "closed")


def test_georeport_is_told_what_is_not_there_and_which_estate_is_not(desk: Machine, cast: Cast) -> None:
    client = GeoReport(address(desk), jurisdiction="jinxiu")
    with pytest.raises(HTTPError) as unknown:
        client.get_service_definition("dragons")
    assert unknown.value.response is not None
    assert unknown.value.response.status_code == 404
    assert unknown.value.response.json()[0]["code"] == 404
    with pytest.raises(HTTPError) as nowhere:
        GeoReport(client.root_address, jurisdiction="nowhere").get_service_list()
    assert nowhere.value.response is not None
    assert nowhere.value.response.status_code == 404


def test_three_discovers_files_and_follows(desk: Machine, cast: Cast, key: str, three: ModuleType) -> None:
    root = address(desk)
    client = three.Three(root, api_key=key, jurisdiction="jinxiu")

    assert client.discovery()["endpoints"][0]["url"] == root
    assert "lift" in [s["service_code"] for s in client.services()]
    asked = {a["code"]: a for a in client.services("lift")["attributes"]}
    building = next(v["key"] for v in asked["building"]["values"] if v["name"] == "3号楼")

    (answer,) = client.post(
        "lift",
        name="秀兰 王",
        phone="138 0013 8000",
        description=WORDS,
        address="2单元电梯",
        media=picture(),
        **{"attribute[building]": building, "attribute[urgency]": "urgent"},
    )
    assert client.post_response.status_code == 200
    assert answer["service_request_id"] == the_case(answer).archive_number
    case = the_case(answer)
    assert (case.channel, case.urgency_reported, case.spot) == ("partner", "urgent", "2单元电梯")
    assert case.building is not None
    assert case.building.name == "3号楼"
    assert len(attachments.of_case(case.id, public_only=True)) == 1

    (followed,) = client.request(answer["reference"])
    assert (followed["status"], followed["service_code"]) == ("open", "lift")
    (public,) = client.request(answer["service_request_id"])
    assert (public["status"], public["service_code"]) == (
        "open",
        "other",
    )  # the only one, and anybody may read it
    assert [r["service_request_id"] for r in client.requests("other", count=5)] == [case.archive_number]
    assert client.requests(between=["03-01-2026", "03-02-2026"]) == []
    assert client.token(answer["reference"]) == [
        {"service_request_id": case.archive_number, "token": answer["reference"]}
    ]


def test_three_files_once_what_it_sends_twice_and_is_told_why_without_a_key(
    desk: Machine, cast: Cast, key: str, three: ModuleType
) -> None:
    client = three.Three(address(desk), api_key=key)
    answers = [
        client.post("public", description="楼道的灯坏了三天", submission_key="order-17")[0] for _ in range(2)
    ]
    assert answers[0] == answers[1]
    db.session.rollback()
    assert db.session.query(Case).count() == 1
    (error,) = client.post("lift", description=WORDS, api_key="")
    assert client.post_response.status_code == 403
    assert error["code"] == 403
    assert "api_key" in error["description"]


def the_case(answer: dict[str, Any]) -> Case:
    db.session.rollback()
    return db.session.query(Case).filter_by(archive_number=answer["service_request_id"]).one()


def picture() -> BytesIO:
    content = BytesIO()
    Image.new("RGB", (60, 40), "teal").save(content, "JPEG")
    content.seek(0)
    content.name = "photo.jpg"
    return content
