"""The words of a notice, of an incident and of a call sheet are kept as those of an act are, until sent (F44)."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from shared.database import db, transaction
from shared.identity.models import StaffSession
from shared.notices import publishing
from shared.notices.models import Notice
from shared.presence.models import Unsent
from tests.cast import MONDAY, PASSWORD, Cast
from tests.critic import CriticalClient, Page
from tests.domain.test_incidents import join_all, lift
from tests.life import Life, begin

SignIn = Callable[[str], CriticalClient]
pytestmark = pytest.mark.usefixtures("that_monday")
HTMX = {"HX-Request": "true"}
WORDS = "周三上午九点检修水箱，请提前存水"


def _types(client: CriticalClient, address: str, **typed: Any) -> Page:
    """What the script does a second after the last key."""
    page = client.get(address)
    place, token = page.one("form[data-unsent]")["data-unsent"], page.one("input[name=csrf_token]")["value"]
    return client.post("/staff/unsent", data={"csrf_token": token, "place": place, **typed}, headers=HTMX)


def _written(page: Page, name: str) -> str:
    return page.one(f"textarea[name={name}]").get_text().strip()


def _left() -> list[str]:
    return list(db.session.scalars(db.select(Unsent.place)))


# Notices


def _draft(cast: Cast) -> int:
    text = publishing.Text(
        kind=publishing.Kind.NOTICE,
        title="停水",
        body="周三停水。",
        publish_at=MONDAY,
        expire_at=None,
        pinned=False,
    )
    with transaction():
        return publishing.write(cast.estate.id, text, by=cast.person("limin"), at=MONDAY, submit=False).id


def test_a_notice_begun_and_left_stands_in_its_form_again_until_it_is_sent(
    cast: Cast, signed_in: SignIn
) -> None:
    client = signed_in("limin")
    said = _types(client, "/staff/notices/new", title="停水", body=WORDS, kind="urgent", pinned="y")
    assert said.get_data(as_text=True) == "草稿已保存 16:00"

    page = client.get("/staff/notices/new")
    assert "没有发出的文字，已放回" in page.words
    assert _written(page, "body") == WORDS
    assert page.one("input[name=title]")["value"] == "停水"
    assert page.one("input[name=pinned]").has_attr("checked")
    assert _written(signed_in("zhouqi").get("/staff/notices/new"), "body") == "", "nobody else sees it"

    page.submit("/notices/new", draft="1")
    assert db.session.query(Notice).one().body == WORDS
    assert _left() == []


def test_a_changed_notice_is_kept_beside_what_it_said_and_thrown_away_gives_that_back(
    cast: Cast, signed_in: SignIn
) -> None:
    address = f"/staff/notices/{_draft(cast)}/edit"
    client = signed_in("limin")
    _types(client, address, title="停水", body=WORDS)
    assert _written(client.get("/staff/notices/new"), "body") == "", "another notice is another place"
    page = client.get(address)
    assert _written(page, "body") == WORDS
    page = page.submit("/discard")
    assert (page.where, _written(page, "body")) == (address, "周三停水。")

    _types(client, address, title="停水", body=WORDS)
    client.get(address).submit("/edit", draft="1")
    assert _left() == []


def test_a_notice_sent_after_the_sign_in_ended_comes_back_with_it(cast: Cast, signed_in: SignIn) -> None:
    form = signed_in("limin").get("/staff/notices/new")
    with transaction():
        db.session.execute(update(StaffSession).values(ended_at=MONDAY))
    door = form.submit("/notices/new", title="停水", body=WORDS, draft="1")
    assert "您写的内容没有丢" in door.words
    page = door.submit("/sign-in", username="limin", password=PASSWORD)
    assert page.where == "/staff/notices/new"
    assert _written(page, "body") == WORDS


def test_an_improvement_story_has_a_place_of_its_own(cast: Cast, signed_in: SignIn) -> None:
    """MS-8."""
    story = begin(cast).closed()
    client = signed_in("limin")
    _types(client, f"/staff/notices/new?case={story.number}", body=WORDS)
    assert _written(client.get(f"/staff/notices/new?case={story.number}"), "body") == WORDS
    assert _written(client.get("/staff/notices/new"), "body") == ""


@pytest.mark.parametrize(
    "place", ["notice/", "notice/new/JX-26-9999", "notice/9999", "notice/" + "9" * 80, "notice/{notice}"]
)
def test_of_a_notice_that_one_does_not_write_nothing_is_kept(
    cast: Cast, signed_in: SignIn, place: str
) -> None:
    """The draft of somebody else among them (T09)."""
    notice_id = _draft(cast)
    client = signed_in("zhouqi")
    token = client.get("/staff/").one("input[name=csrf_token]")["value"]
    data = {"csrf_token": token, "place": place.format(notice=notice_id), "body": WORDS}
    assert client.post("/staff/unsent", data=data).status_code == 404
    assert _left() == []


# Incidents


@pytest.mark.parametrize("kind", ["progress", "note", "completion", "informing"])
def test_what_is_written_for_all_cases_of_an_incident_is_kept_until_it_is_sent(
    cast: Cast, signed_in: SignIn, kind: str
) -> None:
    address = f"/staff/incidents/{join_all(cast, lift(cast, 2))}/{kind}"
    client = signed_in("limin")
    assert _types(client, address, note=WORDS, key="mine").status_code == 200
    page = client.get(address)
    assert _written(page, "note") == WORDS
    assert page.one("input[name=key]")["value"] != "mine", "a sending of its own, done once"
    answers: dict[str, Any] = {"outcome": "resolved"} if kind == "completion" else {}
    page.submit(f"/{kind}", **answers)
    assert _left() == []


def test_words_for_an_incident_are_of_its_estate(cast: Cast, elsewhere: Cast, signed_in: SignIn) -> None:
    incident_id = join_all(cast, lift(cast, 2))
    client = signed_in("yunhe-limin")
    token = client.get("/staff/").one("input[name=csrf_token]")["value"]
    for place in (f"incident/{incident_id}/note", f"incident/{incident_id}/nothing", "incident/0/note"):
        data = {"csrf_token": token, "place": place, "note": WORDS}
        assert client.post("/staff/unsent", data=data).status_code == 404


def test_why_a_case_is_put_together_or_taken_out_is_kept(cast: Cast, signed_in: SignIn) -> None:
    first, other = lift(cast, 2)
    client = signed_in("limin")
    joining, parting = (f"/staff/cases/{first.number}/{form}" for form in ("joining", "parting"))
    _types(client, joining, other=other.number, title="电梯停运")
    page = client.get(joining)
    assert page.one("input[name=title]")["value"] == "电梯停运"
    assert page.one("input[name=other]")["value"] == other.number
    page.submit("/joining")
    assert _left() == []

    _types(client, parting, reason=WORDS)
    page = client.get(parting)
    assert _written(page, "reason") == WORDS
    page.submit("/parting")
    assert first.case.incident_id is None
    assert _left() == []


# Revisits


def _two_of_one_person(cast: Cast) -> tuple[Life, Life]:
    first = begin(cast, topic=None, description="天台水箱有问题").informed()
    return first, begin(
        cast, topic=None, spot="东门", description="东门关不上", category="security"
    ).informed()


def test_a_call_sheet_left_half_way_keeps_the_answers_about_each_case(cast: Cast, signed_in: SignIn) -> None:
    """What the owner has said already is not asked again (TR-11)."""
    first, second = _two_of_one_person(cast)
    client, address = signed_in("liujie"), f"/staff/revisits/{first.number}"
    said = {f"c{first.case.id}-satisfied": "yes", f"c{second.case.id}-opinions": WORDS, "reached": "yes"}
    assert _types(client, address, **said, **{f"c{first.case.id}-version": "0"}).status_code == 200

    page = client.get(address)
    assert "没有发出的文字，已放回" in page.words
    assert page.one(f"input[name=c{first.case.id}-satisfied][value=yes]").has_attr("checked")
    assert page.one("input[name=reached][value=yes]").has_attr("checked")
    assert _written(page, f"c{second.case.id}-opinions") == WORDS
    version = page.one(f"input[name=c{first.case.id}-version]")["value"]
    assert version == str(first.case.version), "never what it was then"
    answers: dict[str, Any] = {
        f"c{one.case.id}-{name}": "yes"
        for one in (first, second)
        for name in ("satisfied", "timely", "courteous")
    }
    page.submit(f"/revisits/{first.number}", **answers)
    assert _left() == []


def test_answers_at_the_door_are_kept_and_the_signature_is_not(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).informed()
    client, address = signed_in("liujie"), f"/staff/revisits/{story.number}/visit"
    _types(client, address, timely="no", opinions=WORDS, signature="data:")
    page = client.get(address)
    assert page.one("input[name=timely][value=no]").has_attr("checked")
    assert _written(page, "opinions") == WORDS
    page.submit("/visit", reached="no", hindrance="no_answer")
    assert _left() == []


def test_answers_sent_after_the_sign_in_ended_come_back_with_it(cast: Cast, signed_in: SignIn) -> None:
    first, second = _two_of_one_person(cast)
    form = signed_in("liujie").get(f"/staff/revisits/{first.number}")
    with transaction():
        db.session.execute(update(StaffSession).values(ended_at=MONDAY))
    said: dict[str, Any] = {f"c{second.case.id}-opinions": WORDS}
    door = form.submit(f"/revisits/{first.number}", **said)
    page = door.submit("/sign-in", username="liujie", password=PASSWORD)
    assert page.where == f"/staff/revisits/{first.number}"
    assert _written(page, f"c{second.case.id}-opinions") == WORDS


@pytest.mark.parametrize("place", ["revisit/{number}", "visit/{number}", "revisit/", "visit/JX-26-9999"])
def test_who_may_not_revisit_keeps_nothing_of_it(cast: Cast, signed_in: SignIn, place: str) -> None:
    """TR-11: nor does the handler."""
    story = begin(cast).informed()
    client = signed_in("wangqiang")
    token = client.get("/staff/").one("input[name=csrf_token]")["value"]
    data = {"csrf_token": token, "place": place.format(number=story.number), "opinions": WORDS}
    assert client.post("/staff/unsent", data=data).status_code == 404
