"""CO-M5: staff report what is wrong inside, without signing in: who files, what is kept, and who could learn of it."""

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
import time_machine
from flask import Flask
from PIL import Image
from sqlalchemy import select

from shared.attachments.models import Attachment
from shared.cases.models import Case, Draft, Party
from shared.database import db
from tests.cast import MONDAY, PEOPLE, Cast
from tests.critic import CriticalClient, Page
from tests.life import begin

SignIn = Callable[[str], CriticalClient]
WORDS = "维修材料以次充好，发票对不上账"
LEADER = "王强"


@pytest.fixture(autouse=True)
def settled(cast: Cast) -> None:
    """Every story happens at 锦绣花园."""


def photo() -> BytesIO:
    held = BytesIO()
    Image.new("RGB", (64, 48), "olive").save(held, "JPEG")
    held.seek(0)
    return held


def file(client: CriticalClient, **answers: Any) -> Page:
    return client.get("/file/internal").submit("/file/internal", **{"description": WORDS, **answers})


def the_case() -> Case:
    db.session.expire_all()
    return db.session.scalars(select(Case)).one()


# Filing


def test_co_m5_one_page_and_one_answer_are_enough_and_no_name_is_asked_for(client: CriticalClient) -> None:
    page = client.get("/file/internal")
    assert "只有督导专员" in page.words
    assert "不记" in page.words
    receipt = page.submit(description=WORDS)
    case = the_case()
    assert receipt.one("[data-reference]")["data-reference"] == case.shown_reference
    assert len(str(receipt.one("[data-code]")["data-code"])) == 6
    assert (case.channel, case.kind, case.category, case.topic) == ("internal", "complaint", "other", None)
    assert case.anonymous
    assert case.party is None
    assert db.session.scalar(select(Draft.id)) is None
    assert not [c.key for c in client._cookies.values() if c.key == "draft"]  # type: ignore[union-attr]


def test_photos_are_said_to_be_lost_where_some_were_sent(client: CriticalClient) -> None:
    assert "照片没有留下" not in file(client, description="").words
    assert "照片没有留下" in file(client, description="", photos=[(photo(), "证据.jpg")]).words


def test_all_of_it_is_kept_with_its_photos(client: CriticalClient, cast: Cast) -> None:
    file(
        client,
        about=LEADER,
        about_department=str(cast.department("工程部").id),
        occurred_at="2026-01-05T08:30",
        demands="查一查",
        photos=[(photo(), "证据.jpg"), (photo(), "证据2.jpg")],
    )
    case = the_case()
    assert case.statement is not None
    assert (case.statement.description, case.statement.demands) == (WORDS, "查一查")
    assert case.statement.about == f"{LEADER} 工程部"
    assert case.occurred_at is not None
    held = db.session.scalars(select(Attachment).where(Attachment.case_id == case.id)).all()
    assert [(one.act, one.round) for one in held] == [("filing", 1)] * 2


def test_whoever_leaves_a_telephone_is_staff_with_a_telephone(client: CriticalClient) -> None:
    file(client, phone="139 0013 9000", name="小李")
    party = db.session.scalars(select(Party)).one()
    assert (party.type, party.phone, party.name) == ("staff", "13900139000", "小李")
    assert not the_case().anonymous


@pytest.mark.parametrize("answers", [{"name": "小李"}, {"phone": "13900139000", "anonymous": "on"}])
def test_a_name_alone_or_a_telephone_beside_a_tick_is_not_kept(
    client: CriticalClient, answers: dict[str, str]
) -> None:
    file(client, **answers)
    assert the_case().anonymous
    assert db.session.scalar(select(Party.case_id)) is None


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"description": " "}, "请写一下发生了什么"),
        ({"phone": "12"}, "手机号好像写错了"),
        ({"email": "x@"}, "邮箱好像写错了"),
        ({"email": "xiulan,lan@example.com"}, "邮箱好像写错了"),
        ({"occurred_at": "2999-01-01T00:00"}, "发生的时间还没有到"),
        ({"occurred_at": "gestern"}, "时间看不懂"),
        ({"description": "长" * 2001}, "最多写 2000 个字"),
        ({"about": "唐文、杨波、许飞"}, "12345"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_the_field_and_what_was_written_stays(
    client: CriticalClient, answers: dict[str, str], said: str
) -> None:
    page = file(client, demands="查一查", **answers)
    assert page.status_code == 422
    assert said in page.words
    assert "查一查" in page.words
    assert page.soup.select_one(".error") is not None
    assert db.session.scalar(select(Case.id)) is None


def test_what_is_no_picture_is_refused_by_name_and_nothing_is_filed(client: CriticalClient) -> None:
    page = file(client, photos=[(BytesIO(b"PK\x03\x04"), "账.zip")])
    assert page.status_code == 422
    assert "账.zip" in page.words
    assert db.session.scalar(select(Case.id)) is None


def test_f24_sent_twice_it_is_one_case_with_one_receipt(client: CriticalClient) -> None:
    page = client.get("/file/internal")
    first, second = page.submit(description=WORDS), page.submit(description=WORDS)
    assert first.where == second.where
    the_case()


def test_no_page_of_it_stays_in_a_cache(client: CriticalClient) -> None:
    assert client.get("/file/internal").headers["Cache-Control"] == "no-store"
    assert file(client).headers["Cache-Control"] == "no-store"


def test_the_way_to_it_is_on_the_policy_page_and_where_staff_sign_in(client: CriticalClient) -> None:
    for address in ("/policy", "/staff/sign-in"):
        assert client.get(address).link("内部反映").endswith("/file/internal")
    assert "内部反映" not in client.get("/").words


# Following it


def test_the_reference_alone_tells_nothing_that_another_case_would_not(client: CriticalClient) -> None:
    file(client, about=LEADER)
    page = client.get(f"/track/{the_case().shown_reference}")
    assert page.status_code == 200
    for word in ("内部", "督导", "员工", LEADER, WORDS, the_case().archive_number):
        assert word not in page.words, word


def test_with_the_receipt_code_whoever_filed_it_reads_on_and_adds(app: Flask, client: CriticalClient) -> None:
    code = str(file(client).one("[data-code]")["data-code"])
    later = app.test_client()
    assert isinstance(later, CriticalClient)
    reference = the_case().shown_reference
    page = later.get(f"/track/{reference}").submit("/unlock", code=code)
    assert WORDS in page.words
    added = page.submit("/addition", description="还有一张送货单")
    assert "还有一张送货单" in added.words


# What anybody else could learn of it


def _addresses(app: Flask, *faces: str) -> Iterator[str]:
    """Every page of these faces that needs nothing to be filled in."""
    for rule in app.url_map.iter_rules():
        face = rule.endpoint.partition(".")[0]
        if face in faces and "GET" in (rule.methods or ()) and not rule.arguments:
            yield rule.rule


TAG = re.compile(r"<[^>]*>")


def _shown(client: CriticalClient, addresses: list[str]) -> dict[str, str]:
    """What each page says, without its tags: tokens and addresses for polling differ every time."""
    client.reads_pages = False
    return {address: _words(client.get(address)) for address in addresses}


def _words(page: Page) -> str:
    """A page's text; of what is no text, such as a sheet of posters, that it was given."""
    if page.status_code != 200:
        return str(page.status_code)
    is_text = (page.mimetype or "").startswith(("text/", "application/json"))
    return TAG.sub("", page.get_data(as_text=True)) if is_text else str(page.mimetype)


NOT_SUPERVISION = sorted(PEOPLE.keys() - {"tangwen"})


@pytest.mark.parametrize("username", NOT_SUPERVISION)
def test_no_page_of_the_staff_face_changes_by_it_for_anybody_else(
    app: Flask, client: CriticalClient, cast: Cast, signed_in: SignIn, username: str
) -> None:
    """Not a line, not a count, not a gap between two numbers: each page reads as it did before."""
    with time_machine.travel(MONDAY, tick=False):
        begin(cast)
        reader = signed_in(username)
        lists = [
            "/staff/cases?channel=internal",
            "/staff/cases?state=open&sort=due",
            "/staff/cases?view=internal",
            "/staff/cases?q=发票",
            "/staff/cases?q=JX-26-900001",
            "/staff/desk/counts",
            *(f"/staff/?view={view}" for view in ("unclaimed", "internal", "near", "overdue", "mine")),
        ]
        addresses = sorted({*_addresses(app, "staff"), *lists} - {"/staff/sign-in"})
        before = _shown(reader, addresses)
        file(client, about=LEADER, phone="138 0013 8000")
        after = _shown(reader, addresses)
    assert after == before


@pytest.mark.parametrize("username", NOT_SUPERVISION)
def test_every_door_of_it_is_not_there_for_anybody_else(
    app: Flask, client: CriticalClient, signed_in: SignIn, username: str
) -> None:
    file(client, photos=[(photo(), "证据.jpg")])
    number = the_case().archive_number
    picture = db.session.scalars(select(Attachment.id)).one()
    reader = signed_in(username)
    field = reader.get("/staff/").one("input[name=csrf_token]")
    reader.reads_pages = False
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("staff.") and "number" in rule.arguments:
            values = {name: {"number": number, "file": picture}[name] for name in rule.arguments}
            address = app.url_map.bind("localhost").build(rule.endpoint, values)
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                data = {"csrf_token": field["value"]} if method == "POST" else None
                page = reader.open(address, method=method, data=data)
                assert page.status_code in (403, 404), f"{method} {address}: {page.status_code}"


def test_nothing_that_the_public_sees_changes_by_it(app: Flask, client: CriticalClient, cast: Cast) -> None:
    """Portal, board, statistics, open data, Open311."""
    with time_machine.travel(MONDAY, tick=False):
        for _n in range(3):
            begin(cast, building_id=cast.building("3号楼").id)
        stranger = app.test_client()
        assert isinstance(stranger, CriticalClient)
        addresses = sorted(
            {*_addresses(app, "portal", "board", "open311"), "/board/jinxiu", "/openness/2026"}
        )
        before = _shown(stranger, addresses)
        file(client)
        after = _shown(stranger, addresses)
    assert after == before


def test_open311_knows_of_no_such_request_by_any_of_its_numbers(client: CriticalClient) -> None:
    file(client)
    case = the_case()
    client.reads_pages = False
    for number in (case.reference, case.shown_reference, case.archive_number, str(case.id)):
        assert client.get(f"/open311/v2/requests/{number}.json").status_code == 404, number


def test_supervision_finds_it_on_its_desk_and_carries_it_on_there(
    client: CriticalClient, signed_in: SignIn
) -> None:
    file(client, about=LEADER)
    number = the_case().archive_number
    tangwen = signed_in("tangwen")
    assert number in tangwen.get("/staff/?view=internal").words
    assert number in tangwen.get("/staff/cases?channel=internal").words
    page = tangwen.get(f"/staff/cases/{number}")
    assert WORDS in page.words
    page = page.submit("/claim")
    assert "请查清后写明结果" in page.words
    assert "派单" not in page.words
    page = tangwen.get(f"/staff/cases/{number}/completion").submit(
        "/completion", outcome="resolved", result="差价已经追回，采购换人"
    )
    page = tangwen.get(f"/staff/cases/{number}/informing").submit("/informing", note="已查实，差价追回")
    page = tangwen.get(f"/staff/cases/{number}/closure").submit("/closure")
    assert the_case().state == "closed"
    assert "差价已经追回，采购换人" in page.words
