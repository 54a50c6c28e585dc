"""我也遇到: what several households have reported is offered; a tap files an own case with an own reference."""

from typing import Any

import pytest
from sqlalchemy import select

from shared.cases.models import Case
from shared.clock import now
from shared.database import db, transaction
from shared.incidents import grouping, proposing
from shared.incidents.models import Incident, Membership
from shared.outbox import drain
from tests.cast import Cast
from tests.critic import CriticalClient, Page
from tests.life import begin

REPORTS = (
    "电梯又坏了，停在一楼不动",
    "2单元电梯坏了，上不去楼",
    "电梯停运，老人下不来",
    "电梯坏了没人修",
    "电梯不动了，按钮没反应",
)
PHONES = ("13900139001", "13900139002", "13900139003", "13900139004", "13900139005")
OFFER = "已有 3 户反映，正在处理"


def reported(cast: Cast, reports: int = 3, *, confirmed: bool = True, **more: Any) -> Incident:
    """Neighbours have reported one broken lift, staff have claimed each, and the machine has proposed one matter."""
    facts = {
        "building_id": cast.building("3号楼").id,
        "spot": "2单元电梯",
        "name": "李四",
        "unit": "",
        **more,
    }
    stories = [
        begin(cast, now(), **{"phone": PHONES[n], **facts, "description": REPORTS[n]}).claimed()
        for n in range(reports)
    ]
    for story in stories:
        proposing.propose(story.case.id)
    incident = db.session.scalars(select(Incident)).one()
    if confirmed:
        with transaction():
            cases = list(grouping.hold_cases([story.case.id for story in stories], incident).values())
            grouping.confirm(incident, cases, by=cast.person("limin"), at=now())
    return incident


def details(client: CriticalClient, category: str = "facilities:lift") -> Page:
    return client.get("/file").submit("/file", category=category)


def at_the_lift(client: CriticalClient) -> Page:
    """From the poster in the lift to the second step: place and tile are known, nothing is written."""
    client.get("/?place=jinxiu-3-2-lift")
    return details(client)


def tap(page: Page, place: int = 0) -> Page:
    """Tap 我也遇到 beside the offer."""
    return page.submit("/file/details", echo=page.soup.select(".offers button")[place]["value"])


def newest() -> Case:
    db.session.expire_all()
    return db.session.scalars(select(Case).order_by(Case.id.desc()).limit(1)).one()


def membership(case: Case) -> Membership:
    return db.session.scalars(select(Membership).where(Membership.case_id == case.id)).one()


def test_at_the_lift_the_matter_is_offered_before_a_word_is_written(
    client: CriticalClient, cast: Cast
) -> None:
    reported(cast)
    page = at_the_lift(client)
    assert "3号楼 电梯" in page.words
    assert OFFER in page.words


def test_a_tap_a_telephone_and_it_is_filed_with_an_own_reference(client: CriticalClient, cast: Cast) -> None:
    incident = reported(cast)
    page = tap(at_the_lift(client))
    assert "您也遇到了：3号楼 电梯" in page.words
    assert page.one("textarea[name=description]").get_text().strip() == "3号楼 电梯：我也遇到同样的问题。"
    check = page.submit("/file/details", phone="13800138000")
    assert check.where == "/file/check"
    receipt = check.submit("/file/check")
    case = newest()
    assert receipt.one("[data-reference]")["data-reference"] == case.shown_reference
    drain.run_due(40)
    db.session.expire_all()
    assert case.incident_id == incident.id
    assert membership(case).state == "joined"


def test_where_nobody_has_confirmed_the_incident_a_person_still_decides(
    client: CriticalClient, cast: Cast
) -> None:
    incident = reported(cast, 5, confirmed=False)
    tap(at_the_lift(client)).submit("/file/details", phone="13800138000").submit("/file/check")
    drain.run_due(40)
    case = newest()
    assert case.incident_id is None
    assert membership(case).incident_id == incident.id
    assert membership(case).state == "proposed"
    assert "said:party" in membership(case).reasons


def test_what_was_written_already_stays_as_it_was(client: CriticalClient, cast: Cast) -> None:
    reported(cast)
    page = details(client).submit(
        "/file/details",
        building="3号楼",
        spot="2单元电梯",
        description="电梯坏了，轮椅下不去",
        phone="13800138000",
    )
    assert page.where == "/file/check"
    page = tap(page)
    assert page.where == "/file/check"
    assert "电梯坏了，轮椅下不去" in page.words
    assert "您也遇到了：3号楼 电梯" in page.words


def test_who_changes_their_mind_files_a_matter_of_their_own(client: CriticalClient, cast: Cast) -> None:
    reported(cast)
    page = tap(at_the_lift(client)).submit("/file/details", echo="")
    assert "您也遇到了" not in page.words
    page.submit("/file/details", description="电梯里的灯不亮，已经一周", phone="13800138000").submit(
        "/file/check"
    )
    drain.run_due(40)
    assert newest().incident_id is None


@pytest.mark.parametrize(
    ("reports", "more"),
    [
        (2, {}),
        (3, {"phone": "13900139001"}),
        (3, {"anonymous": True}),
        (3, {"confirmed": False}),
        (4, {"confirmed": False}),
    ],
    ids=[
        "two households",
        "one household three times",
        "nobody knows who",
        "nobody has looked",
        "nor at four",
    ],
)
def test_fewer_than_three_households_are_never_told_of(
    client: CriticalClient, cast: Cast, reports: int, more: dict[str, Any]
) -> None:
    reported(cast, reports, **more)
    page = at_the_lift(client)
    assert "户反映" not in page.words
    assert page.soup.select(".similar") == []


@pytest.mark.parametrize(
    ("place", "category", "text"),
    [
        ("5号楼", "facilities:lift", "电梯坏了"),
        ("3号楼", "environment:cleaning", "楼道里的垃圾三天没清"),
        ("3号楼", "facilities:water_power", "水管爆了，家里没水"),
    ],
)
def test_another_place_or_matter_is_not_offered_it(
    client: CriticalClient, cast: Cast, place: str, category: str, text: str
) -> None:
    reported(cast)
    page = details(client, category).submit(
        "/file/details", building=place, description=text, phone="13800138000"
    )
    assert "户反映" not in page.words


def test_nothing_of_what_neighbours_wrote_or_are_is_on_the_page(client: CriticalClient, cast: Cast) -> None:
    incident = reported(cast)
    with transaction():
        grouping.name(incident, "李四家门口的电梯", by=cast.person("limin"))
    page = at_the_lift(client)
    shown = page.get_data(as_text=True)
    for secret in (*REPORTS, *PHONES, "李四", "JX-26-"):
        assert secret not in shown, secret
    assert len(str(page.one(".offers button")["value"])) == 22
    for case in db.session.scalars(select(Case)):
        assert case.reference not in shown


def test_who_has_not_said_where_has_said_it_by_the_tap(client: CriticalClient, cast: Cast) -> None:
    incident = reported(cast)
    tap(details(client)).submit("/file/details", phone="13800138000").submit("/file/check")
    drain.run_due(40)
    assert newest().building_id == cast.building("3号楼").id
    assert newest().incident_id == incident.id


def test_only_what_is_offered_can_be_taken(client: CriticalClient, cast: Cast) -> None:
    incident = reported(cast)
    for value in (str(incident.id), "nonsense", "' OR 1=1"):
        page = details(client, "environment:noise").submit("/file/details", echo=value)
        assert "您也遇到了" not in page.words


def test_staff_end_the_matter_and_it_is_offered_no_more(client: CriticalClient, cast: Cast) -> None:
    incident = reported(cast)
    page = at_the_lift(client)
    value = page.soup.select(".offers button")[0]["value"]
    with transaction():
        grouping.end(grouping.hold(incident.id), by=cast.person("limin"), at=now())
    page = page.submit("/file/details", echo=value)
    assert "您也遇到了" not in page.words
    assert "户反映" not in page.words


def test_the_page_asks_no_more_of_the_database_for_ten_matters_than_for_one(
    client: CriticalClient, cast: Cast
) -> None:
    reported(cast)
    few = len(at_the_lift(client).statements)
    for n in range(8):
        with transaction():
            incident = Incident(
                estate_id=cast.estate.id,
                category="facilities",
                title="又一件",
                opened_at=now(),
                confirmed_at=now(),
            )
            db.session.add(incident)
            db.session.flush()
            incident_id = incident.id
        for m in range(3):
            story = begin(
                cast,
                now(),
                building_id=cast.building("3号楼").id,
                description=REPORTS[m],
                phone=f"139002{n}900{m}",
            ).claimed()
            with transaction():
                row = Membership(
                    incident_id=incident_id,
                    case_id=story.case.id,
                    state="proposed",
                    reasons=[],
                    proposed_at=now(),
                )
                db.session.add(row)
    page = client.get("/file/details")
    assert len(page.soup.select(".offers li")) == 3
    assert len(page.statements) <= few
