"""Who may open which door of the public faces: every route that is not staff's, and every stranger at it (T02, T07).

The table stands here by hand, as that of the staff face does: a route that is not in it fails the census.
"""

from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image

from shared import clock
from shared.attachments import verbs as attachments
from shared.cases import links
from shared.cases.models import Case
from shared.database import transaction
from tests.cast import Cast
from tests.critic import CriticalClient, Page
from tests.life import Life, begin

SignIn = Callable[[str], CriticalClient]

ANYBODY, OWNER, DRAFT = (
    "anybody",
    "owner",
    "draft",
)  # everybody; who filed that case; the browser that began to write
PARTNER, CARRIER, OPERATOR = "partner", "carrier", "operator"  # machines that know a key or token of ours
DEVELOPER = "developer"  # there in development alone
# endpoint → whose door it is
DOORS = {
    "static": ANYBODY,
    "dev_components": DEVELOPER,
    "metrics.metrics": OPERATOR,
    "operations.healthz": ANYBODY,
    "operations.readyz": ANYBODY,
    "board.show": ANYBODY,
    "board.code_image": ANYBODY,
    "board.fragment": ANYBODY,
    "board.service_worker": ANYBODY,
    "open311.nothing_here": ANYBODY,
    "open311.discovery": ANYBODY,
    "open311.filing": PARTNER,
    "open311.requests": ANYBODY,
    "open311.request": ANYBODY,
    "open311.services": ANYBODY,
    "open311.definition": ANYBODY,
    "open311.token": ANYBODY,
    "portal.home": ANYBODY,
    "portal.private": OWNER,
    "portal.addition": OWNER,
    "portal.appeal_page": OWNER,
    "portal.my_data": OWNER,
    "portal.my_data_copy": OWNER,
    "portal.my_data_file": OWNER,
    "portal.my_data_deletion": OWNER,
    "portal.case_photo": OWNER,
    "portal.link": OWNER,
    "portal.lock": OWNER,
    "portal.notify": OWNER,
    "portal.notify_end": OWNER,
    "portal.notify_push": OWNER,
    "portal.notify_wechat": OWNER,
    "portal.answer_proposal": OWNER,
    "portal.rate": OWNER,
    "portal.receipt": OWNER,
    "portal.receipt_picture": OWNER,
    "portal.urge": OWNER,
    "portal.withdrawal": OWNER,
    "portal.file": DRAFT,
    "portal.file_post": DRAFT,
    "portal.check": DRAFT,
    "portal.check_post": DRAFT,
    "portal.details": DRAFT,
    "portal.details_post": DRAFT,
    "portal.discard": DRAFT,
    "portal.autosave": DRAFT,
    "portal.upload": DRAFT,
    "portal.draft_photo": DRAFT,
    "portal.remove_photo": DRAFT,
    "portal.internal": ANYBODY,
    "portal.internal_post": ANYBODY,
    "portal.language": ANYBODY,
    "portal.large_text": ANYBODY,
    "portal.notices": ANYBODY,
    "portal.notice": ANYBODY,
    "portal.offline": ANYBODY,
    "portal.openness": ANYBODY,
    "portal.openness_year": ANYBODY,
    "portal.openness_year_csv": ANYBODY,
    "portal.openness_cases": ANYBODY,
    "portal.policy": ANYBODY,
    "portal.privacy": ANYBODY,
    "portal.push_worker": ANYBODY,
    "portal.service_worker": ANYBODY,
    "portal.track": ANYBODY,
    "portal.track_post": ANYBODY,
    "portal.progress": ANYBODY,
    "portal.unlock": ANYBODY,
    "portal.unlock_again": ANYBODY,
    "portal.wechat_bound": CARRIER,
    "portal.wechat_bind": CARRIER,
    "portal.wechat_handshake": CARRIER,
    "portal.wechat_event": CARRIER,
}
# Nobody but the owner and who works on the case reads any of these.
SECRETS = (
    "王秀兰",
    "13800138000",
    "138 0013 8000",
    "3-2-1101",
    "xiulan@example.com",
    "困了我半个小时",
    "王强",
)
FILLED = {"slug": "jinxiu", "fmt": "json", "code": "facilities", "number": 2026, "notice_id": 1}
UNFILLED = {"filename", "rest"}  # files of ours, and addresses that are not there


@pytest.fixture
def story(cast: Cast) -> Life:
    """The case of an owner, at work, with a photo that the owner may see."""
    return begin(cast, clock.now()).in_handling()


@pytest.fixture
def photo(story: Life) -> str:
    held = BytesIO()
    Image.new("RGB", (40, 30), "gray").save(held, "JPEG")
    received = attachments.receive(held.getvalue())
    with transaction():
        kept = attachments.attach(
            received, case_id=story.case.id, round=1, act="progress", public=True, at=story.at
        )
    return str(kept.id)


def doors(app: Flask, case: Case, *, token: str, photo: str, whose: str) -> Iterator[tuple[str, str, str]]:
    """Endpoint, method and address of each route of *whose*, filled with that case and that token."""
    values = {**FILLED, "reference": case.shown_reference, "token": token, "id": photo}
    for rule in app.url_map.iter_rules():
        if DOORS.get(rule.endpoint) != whose or UNFILLED & rule.arguments:
            continue
        address = app.url_map.bind("localhost").build(
            rule.endpoint, {name: values[name] for name in rule.arguments}
        )
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            yield rule.endpoint, method, address


def knock(client: CriticalClient, method: str, address: str, token: str) -> Page:
    if method == "GET":
        return client.get(address)
    return client.post(address, data={"csrf_token": token, "level": "satisfied", "text": "x", "sure": "1"})


def token_of(client: CriticalClient, address: str) -> str:
    return str(client.get(address).one("input[name=csrf_token]")["value"])


def told_by(page: Page) -> list[str]:
    said = page.get_data()
    return [secret for secret in SECRETS if secret.encode() in said]


def test_every_door_of_the_public_faces_says_whose_it_is(app: Flask) -> None:
    found = {rule.endpoint for rule in app.url_map.iter_rules() if not rule.rule.startswith("/staff")}
    assert sorted(found) == sorted(DOORS), "a door was added or taken away: say in DOORS whose it is"


def test_what_anybody_may_open_tells_nothing_of_whose_case_it_is(
    app: Flask, client: CriticalClient, story: Life, photo: str
) -> None:
    """Pages, fragments, exports, Open311 in both formats and the board; the request by each number that it has."""
    wrong, client.reads_pages = [], False
    for endpoint, method, address in doors(app, story.case, token="x", photo=story.number, whose=ANYBODY):
        if (
            method == "GET" and endpoint != "operations.readyz"
        ):  # it tries whether the database can be written
            addresses = {address, address.replace(".json", ".xml")}
            pages = [
                client.get(each, headers=htmx) for each in addresses for htmx in ({}, {"HX-Request": "true"})
            ]
            wrong += [f"{page.where}: {page.status_code} {told_by(page)}" for page in pages if told_by(page)]
            wrong += [f"{page.where}: {page.status_code}" for page in pages if page.status_code >= 500]
    assert wrong == []


@pytest.mark.parametrize(
    "stranger", ["nobody", "owner of another case", "clerk", "clerk of another estate", "whom it is about"]
)
def test_no_stranger_opens_a_door_of_the_owner(
    app: Flask, cast: Cast, elsewhere: Cast, signed_in: SignIn, stranger: str
) -> None:
    """By the reference, which may be overheard, and by links that are none: another's, a changed one, a made-up one."""
    about = {"about": "李敏态度很差"} if stranger == "whom it is about" else {}
    story = begin(cast, clock.now(), **about)
    case, another = story.case, begin(cast, clock.now(), phone="13900139000", description="楼道灯坏了").case
    photo = "0" * 32
    client = app.test_client()
    assert isinstance(client, CriticalClient)
    if stranger == "owner of another case":
        client.get(f"/track/{another.shown_reference}").submit("/unlock", code="9000")
    elif stranger != "nobody":
        client = signed_in("yunhe-limin" if stranger == "clerk of another estate" else "limin")
    forgery, before = token_of(client, "/track?estate=jinxiu"), (case.state, story.acts)
    old = links.current_token(case)
    with transaction():
        links.rotate(story.case, clock.now())
    wrong = []
    theirs, client.reads_pages = links.current_token(another), False
    for link in (old, "0" * 22, theirs):
        for _endpoint, method, address in doors(app, case, token=link, photo=photo, whose=OWNER):
            by_link = address.startswith("/c/")
            if (link == theirs and by_link and "files" not in address) or (link != old and not by_link):
                continue  # their own page; and what no link opens is tried once
            page = knock(client, method, address, forgery)
            opened = page.status_code == 200 and page.mimetype != "text/html"
            if told_by(page) or opened or page.status_code >= 500:
                wrong.append(f"{method} {address}: {page.status_code} {told_by(page)}")
    assert wrong == []
    assert (story.case.state, story.acts) == before


def test_a_photo_opens_through_its_own_case_alone(
    app: Flask, client: CriticalClient, cast: Cast, story: Life, photo: str
) -> None:
    """T07: neither through the page of another case, nor through a browser that opened another."""
    another = begin(cast, clock.now(), phone="13900139000").case
    mine, theirs = links.current_token(story.case), links.current_token(another)
    assert client.get(f"/c/{mine}/files/{photo}").status_code == 200
    assert client.get(f"/c/{theirs}/files/{photo}").status_code == 404
    client.get(f"/track/{another.shown_reference}").submit("/unlock", code="9000")
    for reference in (another.shown_reference, story.case.shown_reference):
        assert client.get(f"/track/{reference}/files/{photo}").status_code == 404


def test_what_only_the_owner_opens_is_kept_by_no_cache_and_told_to_no_other_site(
    app: Flask, client: CriticalClient, story: Life, photo: str
) -> None:
    """T06, T19, T29: whatever is answered, errors among it."""
    token, client.reads_pages = links.current_token(story.case), False
    for _endpoint, method, address in doors(app, story.case, token=token, photo=photo, whose=OWNER):
        if method == "GET":
            said = client.get(address).headers
            assert said["Referrer-Policy"] == "no-referrer", address
            assert said["X-Frame-Options"] == "DENY", address
            assert (
                "frame-ancestors 'none'" in said["Content-Security-Policy"]
                or "sandbox" in said["Content-Security-Policy"]
            ), address
            assert "Cookie" in said["Vary"], address
            assert "no-store" in said["Cache-Control"] or "private" in said["Cache-Control"], address


def test_a_draft_is_its_browsers_alone(app: Flask, client: CriticalClient, cast: Cast) -> None:
    """T08: nobody else reads what somebody is writing, whatever of its keys they send."""
    page = client.get("/file").submit("/file", category="facilities:lift")
    page.submit("/file/details", description="困了我半个小时", name="王秀兰", phone="13800138000")
    assert "困了我半个小时" in client.get("/file/check").words
    stranger = app.test_client()
    assert isinstance(stranger, CriticalClient)
    for address in ("/", "/file", "/file/details", "/file/check"):
        assert told_by(stranger.get(address)) == []


@pytest.mark.parametrize("whose", [PARTNER, CARRIER, OPERATOR])
def test_machines_without_our_key_are_refused(
    app: Flask, client: CriticalClient, story: Life, whose: str
) -> None:
    for endpoint, method, address in doors(app, story.case, token="x", photo="x", whose=whose):
        client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
        page = knock(client, method, address, "")
        assert page.status_code in (400, 401, 403, 404, 419, 422), f"{endpoint}: {page.status_code}"
