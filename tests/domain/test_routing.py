"""Who is proposed for a case, and what the machine fills in when it is filed (MS-1, MS-3)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from shared.audit.models import SettingChange
from shared.cases import drafts, filing, participation, scope, triage
from shared.cases.models import Case
from shared.cases.triage import judgement_of
from shared.cases.vocabulary import Category, Channel
from shared.database import db, transaction
from shared.deadlines import queries as deadlines
from shared.errors import NotFound, Refused
from shared.identity import leaves, routes
from shared.ownership import routing
from shared.policies.versions import preset_text, publish
from shared.register import accuracy
from tests import cast as company
from tests.cast import LONG_AGO, MONDAY, Cast
from tests.life import Life, begin

DAY = timedelta(days=1)
MANUAL = "automatic = false"


def by_hand(cast: Cast) -> None:
    """From now on the estate lives by rules under which nothing is filled in."""
    body = preset_text("standard").replace("automatic = true", MANUAL)
    assert MANUAL in body
    with transaction():
        publish(cast.estate, "standard", MONDAY - DAY, body=body)


def route(
    cast: Cast, category: str, department: str, who: str | None = None, building: str | None = None
) -> bool:
    with transaction():
        return routes.set_route(
            cast.estate.id,
            category,
            cast.building(building).id if building else None,
            department=cast.department(department),
            handler=cast.person(who) if who else None,
            by=cast.person("hemei"),
            at=MONDAY,
        )


def proposed(story: Life) -> routing.Proposal:
    found = routing.proposal(story.case, MONDAY)
    assert found is not None
    return found


def who(story: Life) -> str | None:
    handler = proposed(story).handler
    return handler.username if handler else None


def test_who_has_least_in_hand_is_proposed_and_a_head_only_after_their_people(cast: Cast) -> None:
    story = begin(cast)
    assert proposed(story).department.name == "工程部"
    first = who(story)
    assert first in ("wangqiang", "zhaolei")
    begin(cast).in_handling(str(first))
    other = {"wangqiang": "zhaolei", "zhaolei": "wangqiang"}[str(first)]
    assert who(story) == other
    assert proposed(story).in_hand == 0
    for person in ("wangqiang", "zhaolei"):
        begin(cast).in_handling(person)
    assert who(story) == other, "gaofeng has nothing in hand, but he heads them"


def test_a_route_of_the_building_goes_before_that_of_the_category(cast: Cast) -> None:
    route(cast, "facilities", "秩序部", building="3号楼")
    here, there = begin(cast), begin(cast, building_id=cast.building("5号楼").id)
    at_large = begin(cast, building_id=None)
    assert (proposed(begin(cast, building_id=cast.building("3号楼").id)).department.name) == "秩序部"
    assert proposed(there).department.name == proposed(at_large).department.name == "工程部"
    assert not proposed(here).at_building, "filed without a building"


def test_a_named_person_goes_before_the_load_and_while_away_their_deputy(cast: Cast) -> None:
    route(cast, "facilities", "工程部", "zhaolei")
    begin(cast).in_handling("zhaolei")
    story = begin(cast)
    assert (who(story), proposed(story).named, proposed(story).stands_in_for) == ("zhaolei", True, None)
    with transaction():
        leaves.grant(
            cast.person("zhaolei"),
            estate_id=cast.estate.id,
            starts_at=MONDAY - DAY,
            ends_at=MONDAY + DAY,
            deputy=cast.person("wangqiang"),
            by=cast.person("hemei"),
            at=MONDAY,
        )
    found = proposed(story)
    assert found.handler is not None
    assert found.handler.username == "wangqiang"
    assert found.stands_in_for is not None
    assert found.stands_in_for.username == "zhaolei"


def test_nobody_away_about_or_of_the_last_round_is_proposed(cast: Cast) -> None:
    story = begin(cast)
    with transaction():
        participation.enter(story.case, participation.ABOUT, MONDAY, user_id=cast.person("wangqiang").id)
        leaves.grant(
            cast.person("zhaolei"),
            estate_id=cast.estate.id,
            starts_at=MONDAY - DAY,
            ends_at=MONDAY + DAY,
            deputy=None,
            by=cast.person("hemei"),
            at=MONDAY,
        )
    assert who(story) == "gaofeng"


def test_ms_1_the_department_is_filled_in_at_filing_and_a_person_still_relays(cast: Cast) -> None:
    story = begin(cast)
    assert [row.act for row in story.rows] == ["filing", "routing"]
    filed = story.rows[-1]
    assert (filed.actor_id, filed.public) == (None, False)
    assert filed.data["department"] == cast.department("工程部").id
    assert story.case.state == "received"
    assert story.case.handler_id is None
    relay = next(d for d in deadlines.of_case(story.case.id) if d.clause == "GZ-8")
    assert relay.met_at is None, "the machine meets no duty"
    assert not story.unseen_by("gaofeng")
    assert story.unseen_by("wangqiang"), "of that department, but nobody has given it to him"


def test_the_department_follows_a_corrected_category_until_somebody_dispatches(cast: Cast) -> None:
    story = begin(cast).claimed()
    correct(story, Category.SECURITY)
    assert story.case.lead_department_id == cast.department("秩序部").id
    assert story.unseen_by("gaofeng")
    assert story.unseen_by("sunli"), "she heads nobody"
    story.dispatched("sunli", "秩序部")
    correct(story, Category.FACILITIES)
    assert story.case.lead_department_id == cast.department("秩序部").id
    assert [row.act for row in story.rows].count("routing") == 2


def correct(story: Life, category: Category, by: str = "chenjing") -> None:
    new = replace(judgement_of(story.case), category=category)
    story.act(by, triage.triage, judgement=new, reason="现场看过")


def test_a_case_about_the_department_is_not_filled_in(cast: Cast) -> None:
    story = begin(cast, about_department_id=cast.department("工程部").id)
    assert story.case.lead_department_id is None
    assert [row.act for row in story.rows] == ["filing"]


def test_without_the_rule_nothing_is_filled_in_but_the_proposal_stands(cast: Cast) -> None:
    by_hand(cast)
    story = begin(cast)
    assert story.case.lead_department_id is None
    assert proposed(story).department.name == "工程部"


def test_changing_a_route_is_noted_and_what_cannot_be_is_refused(cast: Cast) -> None:
    assert route(cast, "facilities", "工程部", "wangqiang")
    assert not route(cast, "facilities", "工程部", "wangqiang"), "the same again"
    with pytest.raises(Refused, match="孙丽"):
        route(cast, "facilities", "工程部", "sunli")
    everywhere = routes.route_for(cast.estate.id, "facilities", None)
    assert everywhere is not None
    with pytest.raises(Refused, match="不能删"), transaction():
        routes.drop_route(everywhere, by=cast.person("hemei"), at=MONDAY)
    changes = db.session.scalars(select(SettingChange).where(SettingChange.what == routes.ROUTE)).all()
    assert [change.after["handler"] for change in changes if change.after] == [cast.person("wangqiang").id]


def test_the_department_of_another_estate_is_refused(cast: Cast, elsewhere: Cast) -> None:
    with pytest.raises(Refused), transaction():
        routes.set_route(
            cast.estate.id,
            "facilities",
            None,
            department=elsewhere.department("工程部"),
            handler=None,
            by=cast.person("hemei"),
            at=MONDAY,
        )
    with pytest.raises(NotFound):
        scope.read(elsewhere.person("gaofeng"), begin(cast).number)


def test_ms_2_corrections_are_counted_apart_for_the_desk_and_for_owners(cast: Cast) -> None:
    for _ in range(4):
        begin(cast).claimed().dispatched()
    begin(cast)  # nobody has looked at it yet
    wrong = begin(cast).claimed()
    correct(wrong, Category.SECURITY)
    back = begin(cast).claimed()
    correct(back, Category.SECURITY)
    correct(back, Category.FACILITIES)
    at_the_desk(cast).claimed().dispatched()
    found = accuracy.classification(cast.estate.id, LONG_AGO)
    assert (found.owners.good, found.owners.of) == (5, 6)
    assert (found.desk.good, found.desk.of) == (1, 1)
    assert (found.all.percent, found.corrections) == (85, 1)
    assert accuracy.classification(cast.estate.id, MONDAY + DAY).all.of == 0


def at_the_desk(cast: Cast) -> Life:
    with transaction():
        case, _new = filing.file_case(
            company.report(channel=Channel.HOTLINE),
            cast.estate,
            submission_key=drafts.new_key(),
            at=MONDAY,
            by=cast.person("limin"),
        )
        number = case.archive_number
    assert db.session.query(Case).filter_by(archive_number=number).one().channel == "hotline"
    return Life(cast, number, MONDAY)
