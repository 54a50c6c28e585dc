"""我也遇到: what an owner's own word does to an incident, and what staff have decided stays decided (TR-3, VK-5.4)."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from shared.cases import handling
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.cases.vocabulary import Channel, Outcome, Severity
from shared.database import db, transaction
from shared.incidents import echoing, grouping, proposing
from shared.incidents.detection import Sighting
from shared.incidents.echoing import Matter
from shared.incidents.models import Incident, Membership
from shared.outbox import drain, rows
from shared.severity import grading
from tests.cast import MONDAY, Cast, settle
from tests.life import Life, begin

LATER = MONDAY + timedelta(hours=2)
REPORTS = ("电梯又坏了，停在一楼不动", "2单元电梯坏了，上不去楼", "电梯停运，老人下不来", "电梯坏了没人修")


def lift(cast: Cast, n: int, **more: Any) -> Life:
    """The *n*-th neighbour reports the broken lift."""
    facts = {
        "building_id": cast.building("3号楼").id,
        "description": REPORTS[n % len(REPORTS)],
        "phone": f"1390013900{n}",
        **more,
    }
    return begin(cast, **facts)


def together(
    cast: Cast, households: int = 3, *, confirmed: bool = True, claimed: bool = True, **more: Any
) -> Incident:
    """So many households have reported the lift, staff have claimed each, and it stands as one incident."""
    stories = [lift(cast, n, **more) for n in range(households)]
    if claimed:
        for story in stories:
            story.claimed()
    for story in stories:
        proposing.propose(story.case.id)
    incident = db.session.scalars(select(Incident)).one()
    if confirmed:
        with transaction():
            cases = list(grouping.hold_cases([story.case.id for story in stories], incident).values())
            grouping.confirm(incident, cases, by=cast.person("limin"), at=MONDAY)
    return incident


def offered(cast: Cast, text: str = "电梯坏了", building: str = "3号楼", **more: Any) -> list[Matter]:
    facts: dict[str, Any] = {"category": "facilities", "kind": "complaint", **more}
    return echoing.matters(
        Sighting(id=0, at=LATER, building=building, spot="", text=text, **facts), cast.estate.id
    )


def echo(story: Life, incident: Incident) -> None:
    with transaction():
        echoing.echo(story.case.id, incident.id, LATER)


def membership(story: Life) -> Membership | None:
    db.session.expire_all()
    return db.session.scalar(select(Membership).where(Membership.case_id == story.case.id))


# What is offered


def test_three_households_are_a_matter_to_be_offered(cast: Cast) -> None:
    incident = together(cast)
    assert offered(cast) == [Matter(incident.id, "3号楼", cast.building("3号楼").id, "facilities", "lift", 3)]


def test_two_invented_households_ask_for_no_third(cast: Cast) -> None:
    """The machine alone has put two inventions beside the one real report: nothing is told of it."""
    together(cast, 3, confirmed=False)
    assert offered(cast) == []


def test_a_report_that_nobody_has_taken_in_hand_counts_for_nothing(cast: Cast) -> None:
    incident = together(cast, 4, claimed=False)
    assert offered(cast) == []
    cases = db.session.scalars(select(Case).where(Case.incident_id == incident.id).order_by(Case.id)).all()
    numbers = [case.archive_number for case in cases]
    for number in numbers[:2]:
        Life(cast, number, MONDAY).claimed()
    assert offered(cast) == []
    Life(cast, numbers[2], MONDAY).claimed()
    assert [matter.households for matter in offered(cast)] == [3]


def test_where_nobody_has_confirmed_it_five_households_are_enough(cast: Cast) -> None:
    together(cast, 4, confirmed=False)
    assert offered(cast) == []
    story = lift(cast, 4).claimed()
    proposing.propose(story.case.id)
    assert [matter.households for matter in offered(cast)] == [5]


def test_the_same_household_again_and_whoever_is_unknown_count_no_more(cast: Cast) -> None:
    incident = together(cast)
    for more in ({"phone": "13900139000"}, {"anonymous": True}):
        story = lift(cast, 3, **more).claimed()
        with transaction():
            grouping.join(
                grouping.hold(incident.id),
                grouping.hold_cases([story.case.id], incident)[story.case.id],
                by=cast.person("limin"),
                at=MONDAY,
            )
    assert [matter.households for matter in offered(cast)] == [3]


def test_what_was_finished_is_no_matter_in_hand(cast: Cast) -> None:
    incident = together(cast)
    first = db.session.scalars(select(Case).where(Case.incident_id == incident.id)).first()
    assert first is not None
    story = Life(cast, first.archive_number, MONDAY)
    story.act("limin", grading.grade, severity=Severity.ORDINARY, reason="已先行恢复运行")
    story.in_handling()
    story.act("wangqiang", handling.complete, outcome=Outcome.RESOLVED, result="已更换门锁继电器")
    assert offered(cast) == []


def test_another_estate_is_not_told_of_it(cast: Cast) -> None:
    together(cast)
    assert offered(settle("yunhe", "云和苑", "YH")) == []


def test_what_staff_report_from_inside_stands_behind_no_offer(cast: Cast) -> None:
    incident = together(cast, 2)
    story = lift(cast, 2, channel=Channel.INTERNAL)
    with transaction():
        db.session.add(
            Membership(
                incident_id=incident.id, case_id=story.case.id, state="joined", reasons=[], proposed_at=MONDAY
            )
        )
    assert offered(cast) == []


# What the word does


def test_it_joins_what_one_of_ours_has_confirmed_without_touching_reference_or_clocks(cast: Cast) -> None:
    incident, story = together(cast), lift(cast, 4)
    reference, due = story.case.reference, story.case.next_due_at
    echo(story, incident)
    assert story.case.incident_id == incident.id
    assert (story.case.reference, story.case.next_due_at) == (reference, due)
    row = next(row for row in story.rows if row.act == Act.JOINING)
    assert (row.actor_id, row.public, row.data) == (None, False, {"incident": incident.id})
    found = membership(story)
    assert found is not None
    assert (found.state, found.decided_by_id, found.decided_at) == ("joined", None, LATER)


def test_of_what_the_machine_proposed_it_is_a_reason_and_a_person_decides(cast: Cast) -> None:
    incident, story = together(cast, confirmed=False), lift(cast, 4)
    echo(story, incident)
    found = membership(story)
    assert found is not None
    assert (found.state, found.reasons) == ("proposed", ["said:party"])
    assert story.case.incident_id is None
    assert story.acts == ["filing"]


def test_a_proposal_of_the_machine_keeps_its_own_reasons_beside_the_word(cast: Cast) -> None:
    incident, story = together(cast, confirmed=False), lift(cast, 4)
    proposing.propose(story.case.id)
    for _n in range(2):
        echo(story, incident)
    found = membership(story)
    assert found is not None
    assert found.reasons[0] == "said:party"
    assert found.reasons.count("said:party") == 1
    assert len(found.reasons) > 1


def test_tr_3_an_owner_who_joins_counts_with_the_others(cast: Cast) -> None:
    incident, story = together(cast, 2), lift(cast, 4)
    first = db.session.scalars(select(Case).where(Case.incident_id == incident.id)).first()
    assert first is not None
    assert first.severity == "ordinary"
    echo(story, incident)
    db.session.expire_all()
    assert first.severity == story.case.severity == "major"


def test_twice_is_once(cast: Cast) -> None:
    incident, story = together(cast), lift(cast, 4)
    echo(story, incident)
    acts = [row.act for row in story.rows]
    echo(story, incident)
    assert [row.act for row in story.rows] == acts


def test_what_staff_have_parted_no_word_brings_back(cast: Cast) -> None:
    incident, story = together(cast), lift(cast, 4)
    echo(story, incident)
    with transaction():
        cases = grouping.hold_cases([story.case.id], grouping.hold(incident.id))
        grouping.part(
            incident, cases[story.case.id], by=cast.person("limin"), at=LATER, reason="是另一部电梯"
        )
    echo(story, incident)
    assert story.case.incident_id is None
    found = membership(story)
    assert found is not None
    assert found.state == "parted"


def test_it_comes_to_nothing_where_the_matter_is_over_or_the_case_is_elsewhere(cast: Cast) -> None:
    incident = together(cast)
    elsewhere = lift(cast, 4, building_id=cast.building("5号楼").id)
    inside = lift(cast, 5, channel=Channel.INTERNAL)
    for story in (elsewhere, inside):
        echo(story, incident)
        assert membership(story) is None
    with transaction():
        grouping.end(grouping.hold(incident.id), by=cast.person("limin"), at=LATER)
    late = lift(cast, 6)
    echo(late, incident)
    assert late.case.incident_id is None


def test_it_is_done_right_after_the_filing_and_only_once(cast: Cast) -> None:
    incident, story = together(cast), lift(cast, 4)
    with transaction():
        echoing.ask(story.case, incident.id)
        assert rows.write(echoing.TASK, {}, f"echo:{story.case.id}") is None
    drain.run_due(40)
    assert story.case.incident_id == incident.id
