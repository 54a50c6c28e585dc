"""Words that were typed and not sent: kept while one types, offered back, and gone once they are sent (F44)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import text, update

from shared.cases import handling, scope, triage
from shared.database import db, transaction
from shared.identity.models import StaffSession
from shared.presence import unsent
from shared.presence.models import Unsent
from shared.retention import archive
from tests.cast import MONDAY, PASSWORD, Cast
from tests.critic import CriticalClient, Page
from tests.life import Life, begin

SignIn = Callable[[str], CriticalClient]
pytestmark = pytest.mark.usefixtures("that_monday")
HTMX = {"HX-Request": "true"}
WORDS = "维保明早八点到场，先换继电器"


def _types(client: CriticalClient, address: str, **typed: Any) -> Page:
    """What the script does a second after the last key: send the form as it stands to be kept."""
    page = client.get(address)
    form = page.one("form[data-unsent]")
    place, token = form["data-unsent"], page.one("input[name=csrf_token]")["value"]
    return client.post("/staff/unsent", data={"csrf_token": token, "place": place, **typed}, headers=HTMX)


def _of(story: Life, act: str) -> str:
    return f"/staff/cases/{story.number}/{act}"


def _written(page: Page, name: str = "note") -> str:
    return page.one(f"textarea[name={name}]").get_text().strip()


def test_what_was_typed_and_not_sent_stands_in_the_form_again(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).claimed()
    client = signed_in("limin")
    said = _types(client, _of(story, "progress"), note=WORDS)
    assert said.get_data(as_text=True) == "草稿已保存 16:00"

    page = client.get(_of(story, "progress"))
    assert "今天 16:00 没有发出的文字，已放回。" in page.words
    assert _written(page) == WORDS
    fragment = client.get(_of(story, "progress"), headers=HTMX)
    assert _written(fragment) == WORDS
    assert _written(client.get(_of(story, "note"))) == "", "another form of the same case is another place"
    assert _written(signed_in("zhouqi").get(_of(story, "progress"))) == "", "nobody else sees it"


def test_sent_words_are_not_offered_again(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).claimed()
    client = signed_in("limin")
    _types(client, _of(story, "progress"), note=WORDS)
    client.get(_of(story, "progress")).submit("/progress")
    assert story.words_of(story.rows[-1]) == WORDS
    assert db.session.query(Unsent).count() == 0
    assert _written(client.get(_of(story, "progress"))) == ""


def test_it_can_be_thrown_away(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).claimed()
    client = signed_in("limin")
    _types(client, _of(story, "progress"), note=WORDS)
    page = client.get(_of(story, "progress")).submit("/discard")
    assert page.where == _of(story, "progress")
    assert _written(page) == ""
    assert "没有发出的文字" not in page.words


def test_in_place_throwing_away_gives_the_form_as_it_was(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).claimed()
    client = signed_in("limin")
    _types(client, _of(story, "progress"), note=WORDS)
    page = client.get(_of(story, "progress"))
    data = {field["name"]: field["value"] for field in page.form("/discard").find_all("input")}
    fragment = client.post("/staff/unsent/discard", data=data, headers=HTMX)
    assert fragment.one("section")["id"] == "panel-progress"
    assert _written(fragment) == ""


def test_all_that_was_chosen_comes_back_with_the_words(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).claimed()
    client = signed_in("limin")
    _types(client, _of(story, "dispatch"), requirements=WORDS, wanted_by="2026-03-03T09:30", version="0")
    page = client.get(_of(story, "dispatch"))
    assert _written(page, "requirements") == WORDS
    assert page.one("input[name=version]")["value"] == str(story.case.version), "never what it was then"


def test_a_form_that_was_emptied_keeps_nothing(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).claimed()
    client = signed_in("limin")
    _types(client, _of(story, "contact"), note=WORDS, reached="yes")
    assert _types(client, _of(story, "contact"), note="  ", reached="yes").status_code == 204
    assert db.session.query(Unsent).count() == 0


def test_the_intake_is_kept_for_its_estate(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("limin")
    chosen = str(cast.building("5号楼").id)
    _types(
        client,
        "/staff/cases/new",
        description=WORDS,
        phone="138 0013 8000",
        building=chosen,
        channel="letter",
    )
    page = client.get("/staff/cases/new")
    assert "没有发出的文字，已放回" in page.words
    assert _written(page, "description") == WORDS
    assert page.one("input[name=phone]")["value"] == "138 0013 8000"
    assert page.one("select[name=building] option[selected]")["value"] == chosen
    assert page.one("input[name=channel][checked]")["value"] == "letter"
    first = page.one("input[name=submission_key]")["value"]
    assert first, "the key of a filing is never kept: it is given afresh"

    done = page.submit("/staff/cases/new", name="王秀兰", category="facilities")
    assert done.status_code == 200, done.words[:300]
    assert "receipt" in done.where
    assert db.session.query(Unsent).count() == 0
    assert _written(client.get("/staff/cases/new"), "description") == ""


def test_of_an_anonymous_caller_nothing_is_kept_that_leads_back(cast: Cast, signed_in: SignIn) -> None:
    """CO-M5: not even for the minutes until it is registered."""
    of_caller = {"name": "王秀兰", "phone": "13800138000", "email": "x@example.com", "unit": "3-2-1101"}
    _types(signed_in("limin"), "/staff/cases/new", description=WORDS, anonymous="y", **of_caller)
    fields = unsent.fields(db.session.query(Unsent).one())
    assert fields["description"] == [WORDS]
    assert not fields.keys() & of_caller.keys()


def test_it_lies_sealed_in_the_database(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).claimed()
    _types(signed_in("limin"), _of(story, "progress"), note=WORDS)
    with db.engine.connect() as connection:
        content = bytes(connection.execute(text("SELECT content FROM unsent")).scalar_one())
    assert "维保".encode() not in content


def test_only_what_the_form_has_is_kept(cast: Cast, signed_in: SignIn) -> None:
    """T10: a field that the form does not declare is not read, and the machine's own are given afresh."""
    story = begin(cast).claimed()
    _types(signed_in("limin"), _of(story, "progress"), note=WORDS, state="closed", version="99")
    assert unsent.fields(db.session.query(Unsent).one()) == {"note": [WORDS]}


def test_what_no_form_takes_fills_no_database(cast: Cast, signed_in: SignIn) -> None:
    """Nor in a field in which one does not write."""
    story = begin(cast).claimed()
    client = signed_in("limin")
    token = client.get("/staff/").one("input[name=csrf_token]")["value"]
    data = {
        "csrf_token": token,
        "place": f"{story.number}/dispatch",
        "requirements": WORDS,
        "handler": "1" * 100_000,
    }
    assert client.post("/staff/unsent", data=data).status_code == 204
    assert db.session.query(Unsent).count() == 0


@pytest.mark.parametrize(
    "place", ["", "nowhere", "new/yunhe", "JX-26-9999/progress", "{number}/nothing", "{number}/approval"]
)
def test_there_is_no_other_place(cast: Cast, signed_in: SignIn, elsewhere: Cast, place: str) -> None:
    story = begin(cast).claimed()
    client = signed_in("limin")
    token = client.get("/staff/").one("input[name=csrf_token]")["value"]
    for address in ("/staff/unsent", "/staff/unsent/discard"):
        data = {"csrf_token": token, "place": place.format(number=story.number), "note": WORDS}
        assert client.post(address, data=data).status_code == 404
    assert db.session.query(Unsent).count() == 0


def test_of_a_case_of_another_estate_nothing_can_be_kept(
    cast: Cast, elsewhere: Cast, signed_in: SignIn
) -> None:
    story = begin(cast).claimed()
    client = signed_in("yunhe-limin")
    token = client.get("/staff/").one("input[name=csrf_token]")["value"]
    data = {"csrf_token": token, "place": f"{story.number}/progress", "note": WORDS}
    assert client.post("/staff/unsent", data=data).status_code == 404


def test_after_seven_days_it_is_swept_away(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).claimed()
    _types(signed_in("limin"), _of(story, "progress"), note=WORDS)
    typed_at = db.session.query(Unsent).one().touched_at
    with transaction():
        assert unsent.purge(typed_at + unsent.KEPT - timedelta(seconds=1)) == 0
    with transaction():
        assert unsent.purge(typed_at + unsent.KEPT) == 1


def test_what_is_too_old_is_not_offered_even_before_the_sweep(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).claimed()
    _types(signed_in("limin"), _of(story, "progress"), note=WORDS)
    with time_machine.travel(MONDAY + timedelta(days=8)):
        assert "没有发出的文字" not in signed_in("limin").get(_of(story, "progress")).words


def test_a_form_that_was_overtaken_is_kept_all_the_same(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).claimed()
    client = signed_in("limin")
    form = client.get(_of(story, "progress"))
    _types(client, _of(story, "progress"), note=WORDS)
    story.act("zhouqi", handling.progress, text="已到现场", public=True)
    assert form.submit("/progress", note=WORDS).status_code == 409
    assert _written(client.get(_of(story, "progress"))) == WORDS


# A sign-in that ended meanwhile


def _everybody_is_out() -> None:
    with transaction():
        db.session.execute(update(StaffSession).values(ended_at=MONDAY))


def test_words_sent_after_the_sign_in_ended_come_back_after_signing_in(cast: Cast, signed_in: SignIn) -> None:
    """F44 without script: they travel with the sign-in, and stand in their form again, sent by nobody."""
    story = begin(cast).claimed()
    form = signed_in("limin").get(_of(story, "contact"))
    _everybody_is_out()
    door = form.submit("/contact", note=WORDS, reached="yes")
    assert door.status_code == 401
    assert "您写的内容没有丢" in door.words
    wrong = door.submit("/sign-in", username="limin", password="not the one at all")
    assert wrong.status_code == 422
    assert "您写的内容没有丢" in wrong.words, "a slip in the password costs nothing"
    back = wrong.submit("/sign-in", username="limin", password=PASSWORD)
    assert back.where == _of(story, "contact")
    assert _written(back) == WORDS
    assert back.one("input[name=reached][checked]")["value"] == "yes"
    assert "contact" not in story.acts


def test_what_is_passed_on_comes_back_after_signing_in_too(cast: Cast, signed_in: SignIn) -> None:
    form = signed_in("sunli").get("/staff/relay")
    _everybody_is_out()
    door = form.submit("/staff/relay", description=WORDS, name="王阿姨")
    assert door.status_code == 401
    back = door.submit("/sign-in", username="sunli", password=PASSWORD)
    assert back.where.startswith("/staff/relay")
    assert _written(back, "description") == WORDS
    assert back.one("input[name=name]")["value"] == "王阿姨"


def test_the_intake_comes_back_after_signing_in_too(cast: Cast, signed_in: SignIn) -> None:
    form = signed_in("limin").get("/staff/cases/new")
    _everybody_is_out()
    door = form.submit("/staff/cases/new", description=WORDS, phone="13800138000")
    back = door.submit("/sign-in", username="limin", password=PASSWORD)
    assert back.where.startswith("/staff/cases/new")
    assert _written(back, "description") == WORDS


def test_words_of_one_are_not_read_nor_taken_over_by_whoever_signs_in_next(
    cast: Cast, signed_in: SignIn
) -> None:
    """F44: 李敏 has left her desk, 周琪 sits down at it."""
    story = begin(cast).claimed()
    form = signed_in("limin").get(_of(story, "progress"))
    _everybody_is_out()
    door = form.submit("/progress", note=WORDS)
    assert WORDS not in door.get_data(as_text=True)
    page = door.submit("/sign-in", username="zhouqi", password=PASSWORD)
    assert page.where == "/staff/"
    assert db.session.query(Unsent).count() == 0


def test_words_for_a_case_that_is_theirs_no_more_lead_to_the_desk(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).claimed()
    form = signed_in("zhouqi").get(_of(story, "progress"))
    _everybody_is_out()
    door = form.submit("/progress", note=WORDS)
    story.act("chenjing", triage.name_subject, subject=cast.person("zhouqi"))
    page = door.submit("/sign-in", username="zhouqi", password=PASSWORD)
    assert page.where == "/staff/"
    assert db.session.query(Unsent).count() == 0


def test_words_that_come_with_no_session_at_all_go_nowhere(cast: Cast, client: CriticalClient) -> None:
    story = begin(cast).claimed()
    token = client.get("/staff/sign-in").one("input[name=csrf_token]")["value"]
    door = client.post(_of(story, "progress"), data={"csrf_token": token, "note": WORDS})
    assert (door.status_code, door.headers["Location"]) == (303, "/staff/sign-in")


@pytest.mark.parametrize("packed", ["", "{", "AAAA", "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "字"])
def test_what_nobody_packed_opens_nothing(cast: Cast, client: CriticalClient, packed: str) -> None:
    page = client.get("/staff/sign-in").submit(
        "/sign-in", username="limin", password=PASSWORD, luggage=packed
    )
    assert (page.status_code, page.where) == (200, "/staff/")


def test_on_top_of_the_page_its_own_person_gets_the_new_token(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("limin")
    client.get("/staff/")
    _everybody_is_out()
    door = client.get("/staff/sign-in?again=limin", headers=HTMX)
    assert not door.soup.find("h1"), "a part of the page, not a page"
    data = {str(field["name"]): str(field.get("value") or "") for field in door.soup.find_all("input")}
    assert data["username"] == "limin"
    done = client.post("/staff/sign-in", data={**data, "password": PASSWORD}, headers=HTMX)
    story = begin(cast).claimed()
    sent = {"csrf_token": done.one("[data-token]")["data-token"], "note": WORDS}
    assert client.post(_of(story, "note"), data=sent, headers=HTMX).status_code == 204
    assert story.words_of(story.rows[-1]) == WORDS


def test_another_person_is_led_away_from_the_page(cast: Cast, signed_in: SignIn) -> None:
    """What one has written is never sent in somebody else's name."""
    client = signed_in("limin")
    client.get("/staff/")
    _everybody_is_out()
    door = client.get("/staff/sign-in?again=limin", headers=HTMX)
    token = door.one("input[name=csrf_token]")["value"]
    data = {"csrf_token": token, "again": "limin", "username": "zhouqi", "password": PASSWORD}
    done = client.post("/staff/sign-in", data=data, headers=HTMX)
    assert (done.status_code, done.headers["HX-Redirect"]) == (204, "/staff/")
    assert b"data-token" not in done.data


# The end of a case


def test_what_was_never_sent_goes_when_the_case_is_sealed_and_nothing_is_kept_after(
    cast: Cast, signed_in: SignIn
) -> None:
    story = begin(cast).closed()
    client = signed_in("limin")
    _types(client, _of(story, "reopening"), reason=WORDS)
    assert db.session.query(Unsent).count() == 1
    with transaction():
        archive.seal(scope.lock_by_id(story.case.id), at=story.at)
    assert db.session.query(Unsent).count() == 0
    token = client.get("/staff/").one("input[name=csrf_token]")["value"]
    data = {"csrf_token": token, "place": f"{story.number}/reopening", "reason": WORDS}
    assert client.post("/staff/unsent", data=data).status_code == 204
    assert db.session.query(Unsent).count() == 0


def test_who_is_overtaken_reads_what_the_others_wrote(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).claimed()
    form = signed_in("limin").get(_of(story, "progress"))
    for words in ("已到现场", "配件已订", "明早更换"):
        story.act("zhouqi", handling.progress, text=words, public=True)
    page = form.submit("/progress", note=WORDS)
    assert page.status_code == 409
    theirs = page.one(".theirs").get_text()
    assert all(words in theirs for words in ("已到现场", "配件已订", "明早更换"))
    assert _written(page) == WORDS
