"""VK-3.2: whoever learns of a complaint tells it with one tap; what was said in passing is one as well (TR-1)."""

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image

from shared.attachments import queries as photos
from shared.audit import timeline
from shared.cases.models import Case
from shared.database import db
from tests.cast import PEOPLE, Cast
from tests.critic import CriticalClient

SignIn = Callable[[str], CriticalClient]
pytestmark = pytest.mark.usefixtures("that_monday")
TOLD = "王阿姨在电梯口说，三楼走廊的灯一直闪"


def _only() -> Case:
    return db.session.query(Case).populate_existing().one()


@pytest.mark.parametrize("who", PEOPLE)
def test_vk_3_2_every_role_passes_on_what_it_was_told(cast: Cast, signed_in: SignIn, who: str) -> None:
    client = signed_in(who)
    assert client.get("/staff/").one("header a[href='/staff/relay']").get_text() == "转达"
    page = client.get("/staff/relay").submit("/relay", description=TOLD)
    case = _only()
    assert f"已转达，档案编号 {case.archive_number}" in page.words
    assert page.one(".toast .unbroken").get_text() == case.archive_number, (
        "a number of which no part stands below"
    )
    assert (case.channel, case.state, case.first_responder_id) == ("relay", "received", None)
    assert timeline.rows_of(case.id)[0].actor_id == cast.person(who).id
    assert case.anonymous


def test_what_is_known_of_the_place_and_the_person_goes_along(cast: Cast, signed_in: SignIn) -> None:
    picture = BytesIO()
    Image.new("RGB", (64, 48), "red").save(picture, "JPEG")
    picture.seek(0)
    building = cast.building("3号楼")
    signed_in("wangqiang").get("/staff/relay").submit(
        "/relay",
        description=TOLD,
        building=str(building.id),
        name="王阿姨",
        phone="138 0013 8000",
        photos=(picture, "lamp.jpg"),
    )
    case = _only()
    assert case.building_id == building.id
    assert case.party is not None
    assert case.party.name == "王阿姨"
    assert len(photos.of_case(case.id)) == 1
    assert case.archive_number in signed_in("limin").get("/staff/?view=unclaimed").words


def test_who_tells_of_a_colleague_names_them_and_they_never_see_it(cast: Cast, signed_in: SignIn) -> None:
    signed_in("sunli").get("/staff/relay").submit("/relay", description="保洁被骂了", about="李敏")
    assert signed_in("limin").get(f"/staff/cases/{_only().archive_number}").status_code == 404


def test_sent_twice_it_is_one_case_and_with_nothing_said_none(cast: Cast, signed_in: SignIn) -> None:
    form = signed_in("sunli").get("/staff/relay")
    page = form.submit("/relay", phone="12", description=" \u200b\ufeff ")
    assert page.status_code == 422
    assert "请写下听到的情况" in page.words
    assert "手机号是 11 位" in page.words
    for _time in range(2):
        form.submit("/relay", description=TOLD)
    assert _only().statement is not None


def test_words_not_sent_are_there_again(cast: Cast, signed_in: SignIn) -> None:
    """F44."""
    client = signed_in("sunli")
    page = client.get("/staff/relay")
    token = page.one("input[name=csrf_token]")["value"]
    place = page.one("form[data-unsent]")["data-unsent"]
    said = client.post(
        "/staff/unsent",
        data={"csrf_token": token, "place": place, "description": TOLD},
        headers={"HX-Request": "true"},
    )
    assert said.status_code == 200
    again = client.get("/staff/relay")
    assert TOLD in again.one("textarea[name=description]").get_text()
    again.submit("/relay")
    assert TOLD not in client.get("/staff/relay").words


def test_nobody_relays_to_an_estate_that_is_not_theirs(
    cast: Cast, elsewhere: Cast, signed_in: SignIn
) -> None:
    client = signed_in("sunli")
    assert client.get("/staff/relay?estate=yunhe").status_code == 404
    token = client.get("/staff/relay").one("input[name=csrf_token]")["value"]
    sent = {"csrf_token": token, "estate": "yunhe", "description": TOLD}
    assert client.post("/staff/relay", data=sent).status_code == 404
    assert db.session.query(Case).count() == 0
