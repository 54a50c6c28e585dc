"""Cases of one matter: proposed by the machine with its reasons, joined or refused by people (TR-3, VK-4h)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from shared.cases import handling, triage
from shared.cases.models import Case, Participation
from shared.cases.triage import judgement_of
from shared.cases.vocabulary import Category, Outcome
from shared.database import db, transaction
from shared.errors import NotFound, Refused
from shared.incidents import grouping, naming, playbook, proposing, queries
from shared.incidents.models import Incident, Membership
from shared.incidents.repeats import counts_of, owners_of
from shared.outbox import drain
from tests.cast import MONDAY, Cast
from tests.critic import queries as statements
from tests.life import Life, begin

HOUR = timedelta(hours=1)
LIFT = "3号楼2单元电梯又坏了，困人半小时，按铃没人理"
SAME = "二单元电梯停了，老人下不了楼，什么时候修好"
THIRD = "我们单元电梯一直黑屏不动，请尽快安排维修"
RUBBISH = "3号楼楼下垃圾桶满了三天没人清，臭得不行"


def tell(
    cast: Cast, text: str, hours: float = 0, phone: str = "13800138000", building: str = "3号楼", **more: Any
) -> Life:
    """An owner reports it so many hours after Monday ten o'clock."""
    facts = {"description": text, "phone": phone, "topic": None, "spot": "2单元电梯", **more}
    return begin(cast, MONDAY + hours * HOUR, building_id=cast.building(building).id, **facts)


def lift(cast: Cast, reports: int = 3, **more: Any) -> list[Life]:
    """Several owners report one lift, each by a telephone of their own."""
    texts = (LIFT, SAME, THIRD)
    return [
        tell(cast, texts[n % 3], n * 0.5, phone=f"139001390{n:02d}", unit=f"3-2-{n + 1:02d}01", **more)
        for n in range(reports)
    ]


def proposed(case: Case) -> Membership | None:
    found = queries.of_case(case)
    return found[1] if found else None


def decide(
    cast: Cast,
    who: str,
    verb: Callable[..., Any],
    incident_id: int,
    *stories: Life,
    at: datetime,
    **more: Any,
) -> Any:
    """*who* does *verb* as the pages do: incident and cases held in their order, in one change."""
    with transaction():
        incident = grouping.hold(incident_id)
        held = grouping.hold_cases([story.case.id for story in stories], incident)
        cases = [held[story.case.id] for story in stories]
        return verb(incident, *cases, by=cast.person(who), at=at, **more)


def join_all(cast: Cast, stories: list[Life], who: str = "limin") -> int:
    """A person says that these are one matter."""
    with transaction():
        cases = list(grouping.hold_cases([story.case.id for story in stories]).values())
        incident = grouping.begin(
            cases, by=cast.person(who), at=MONDAY + 3 * HOUR, title="3号楼2单元电梯停运"
        )
        return incident.id


# Proposed


def test_a_second_report_of_the_matter_is_proposed_with_its_reasons_right_after_its_filing(
    cast: Cast,
) -> None:
    first, second = lift(cast, 2)
    assert proposed(second.case) is None, "the filing itself waits for nothing"
    drain.run_due(10)
    membership = proposed(second.case)
    assert membership is not None
    incident = membership.incident
    assert (incident.opened_by_id, incident.confirmed_at, incident.title) == (None, None, "3号楼 电梯故障")
    assert membership.score is not None
    assert membership.score >= 0.68
    assert naming.explained(membership.reasons)[:2] == ["电梯故障", "同一单元"]
    twin = proposed(first.case)
    assert twin is not None
    assert twin.incident_id == incident.id
    assert [first.case.incident_id, second.case.incident_id] == [None, None], "only a person joins"
    assert "joining" not in first.acts + second.acts


def test_a_third_report_is_proposed_for_the_same_incident(cast: Cast) -> None:
    stories = lift(cast, 3)
    drain.run_due(10)
    assert len({proposed(story.case).incident_id for story in stories}) == 1  # type: ignore[union-attr]
    assert db.session.query(Incident).count() == 1


def test_another_matter_another_building_and_another_estate_are_not_proposed(
    cast: Cast, elsewhere: Cast
) -> None:
    tell(cast, LIFT)
    others = [
        tell(cast, RUBBISH, 1, "13900139001", spot="楼下"),
        tell(cast, "5号楼2单元电梯坏了", 1, "13900139002", building="5号楼"),
        tell(elsewhere, SAME, 1, "13900139003"),
    ]
    drain.run_due(20)
    assert [proposed(other.case) for other in others] == [None] * 3
    assert db.session.query(Incident).count() == 0


def test_what_is_reported_after_it_was_put_right_is_no_part_of_it(cast: Cast) -> None:
    first = tell(cast, LIFT).completed()
    late = tell(cast, SAME, 6, "13900139002")
    drain.run_due(20)
    assert first.case.state == "completed"
    assert proposed(late.case) is None


def test_the_task_and_the_command_may_run_again_and_change_nothing(app: Flask, cast: Cast) -> None:
    lift(cast, 3)
    drain.run_due(10)
    before = [(m.id, m.state) for m in db.session.query(Membership).order_by(Membership.id)]
    for case in db.session.query(Case).all():
        assert proposing.propose(case.id) is None
    told = app.test_cli_runner().invoke(args=["incidents", "propose"]).output
    assert "0 proposed" in told
    assert [(m.id, m.state) for m in db.session.query(Membership).order_by(Membership.id)] == before


def test_the_command_finds_what_nobody_has_looked_at(app: Flask, cast: Cast) -> None:
    stories = lift(cast, 3)
    told = app.test_cli_runner().invoke(args=["incidents", "propose"]).output
    assert "3 proposed for 1 incidents" in told
    db.session.expire_all()
    assert all(proposed(story.case) for story in stories)


def test_a_corrected_category_has_the_case_looked_at_again(cast: Cast) -> None:
    noise = {"building": "6号楼", "spot": "6层"}
    tell(cast, "楼上每天晚上跑跳，咚咚响", 0, "13900139001", category=Category.ENVIRONMENT, **noise)
    other = tell(cast, "晚上咚咚的声音没完没了", 1, "13900139002", category=Category.ATTITUDE, **noise)
    drain.run_due(10)
    rows_before = db.session.query(Membership).count()
    judged = judgement_of(other.case)
    from_now = {
        **{name: getattr(judged, name) for name in judged.__slots__},
        "category": Category.ENVIRONMENT,
    }
    other.claimed().act("limin", triage.triage, judgement=triage.Judgement(**from_now))
    assert drain.run_due(10) >= 1, "asked anew"
    assert db.session.query(Membership).count() >= rows_before


def test_an_anonymous_report_counts_as_a_report_and_never_as_an_owner(cast: Cast) -> None:
    named = tell(cast, LIFT, phone="13900139001")
    nameless = tell(cast, SAME, 1, "", anonymous=True, name="", unit="", email="")
    drain.run_due(10)
    membership = proposed(nameless.case)
    assert membership is not None
    join_all(cast, [named, nameless])
    counts = counts_of(named.case)
    assert (counts.owners, counts.reports) == (1, 2)


# Decided by people


def test_joining_is_written_on_each_case_and_makes_three_owners_major(cast: Cast) -> None:
    stories = lift(cast, 3)
    drain.run_due(10)
    membership = proposed(stories[0].case)
    assert membership is not None
    with transaction():
        incident = grouping.hold(membership.incident_id)
        held = grouping.hold_cases(sorted(story.case.id for story in stories), incident)
        done = grouping.confirm(incident, list(held.values()), by=cast.person("limin"), at=MONDAY + 3 * HOUR)
    assert done == 3
    for story in stories:
        assert story.case.incident_id == membership.incident_id
        assert [row.act for row in story.rows if row.act != "routing"] == ["filing", "joining", "grading"]
        (row,) = [row for row in story.rows if row.act == "joining"]
        assert (row.data, row.public) == ({"incident": membership.incident_id}, False)
        assert story.case.severity == "major", "three owners on one matter (TR-3)"
    assert owners_of(membership.incident_id) == 3
    assert len({story.case.reference for story in stories}) == 3, "each keeps its own"


def test_two_owners_are_not_major_and_a_third_joined_later_makes_all_three_so(cast: Cast) -> None:
    first, second, third = lift(cast, 3)
    incident_id = join_all(cast, [first, second])
    assert {first.case.severity, second.case.severity} == {"ordinary"}
    decide(cast, "limin", grouping.join, incident_id, third, at=MONDAY + 4 * HOUR)
    assert {story.case.severity for story in (first, second, third)} == {"major"}


def test_parting_takes_the_reason_to_the_case_and_the_severity_back(cast: Cast) -> None:
    stories = lift(cast, 3)
    incident_id = join_all(cast, stories)
    at = MONDAY + 4 * HOUR
    with pytest.raises(Refused):
        decide(cast, "limin", grouping.part, incident_id, stories[2], at=at, reason=" ")
    decide(cast, "limin", grouping.part, incident_id, stories[2], at=at, reason="是另一部电梯")
    (row,) = [row for row in stories[2].rows if row.act == "parting"]
    assert stories[2].words_of(row) == "是另一部电梯"
    assert row.data["incident"] == incident_id
    assert stories[2].case.incident_id is None
    assert {story.case.severity for story in stories} == {"ordinary"}, "the machine takes back what it gave"
    with pytest.raises(Refused):
        decide(cast, "limin", grouping.part, incident_id, stories[2], at=at, reason="又一次")


def test_ten_people_counted_on_the_spot_make_it_major_whoever_is_at_fault(cast: Cast) -> None:
    first, second = lift(cast, 2)
    incident_id = join_all(cast, [first, second])
    decide(cast, "limin", grouping.count_people, incident_id, at=MONDAY + 4 * HOUR, people=9)
    assert first.case.severity == "ordinary"
    decide(cast, "limin", grouping.count_people, incident_id, at=MONDAY + 4 * HOUR, people=12)
    assert {first.case.severity, second.case.severity} == {"major"}
    assert playbook.is_due(db.session.get_one(Incident, incident_id), owners=2)


def test_a_refused_pair_is_not_proposed_again_and_a_third_case_still_is(cast: Cast) -> None:
    first, second = lift(cast, 2)
    drain.run_due(10)
    membership = proposed(second.case)
    assert membership is not None
    decide(cast, "limin", grouping.refuse, membership.incident_id, second, at=MONDAY + 2 * HOUR)
    assert "joining" not in second.acts
    assert proposing.propose(second.case.id) is None
    assert proposing.propose(first.case.id) is None
    assert (proposed(first.case), proposed(second.case)) == (None, None)
    third = tell(cast, THIRD, 3, "13900139077")
    drain.run_due(10)
    assert proposed(third.case) is not None
    assert proposed(first.case) is None or proposed(second.case) is None, "the two stay apart"
    with pytest.raises(Refused):
        decide(cast, "limin", grouping.refuse, membership.incident_id, second, at=MONDAY + 2 * HOUR)


def test_a_case_stands_in_one_incident_only_and_whoever_comes_second_is_told_who_was_first(
    cast: Cast,
) -> None:
    stories = lift(cast, 3)
    incident_id = join_all(cast, stories, "zhouqi")
    with pytest.raises(Refused, match="周琪已经把这件诉求并入"):
        decide(cast, "limin", grouping.join, incident_id, stories[0], at=MONDAY + 4 * HOUR)
    others = [tell(cast, RUBBISH, n, f"1370013700{n}", spot="楼下") for n in range(2)]
    other_id = join_all(cast, others)
    with pytest.raises(Refused, match="另一件群诉"):
        decide(cast, "limin", grouping.join, other_id, stories[0], at=MONDAY + 4 * HOUR)


def test_what_was_put_right_takes_no_more_cases(cast: Cast) -> None:
    first, second, third = lift(cast, 3)
    incident_id = join_all(cast, [first, second])
    decide(cast, "limin", grouping.end, incident_id, at=MONDAY + 4 * HOUR)
    with pytest.raises(Refused, match="重复发生"):
        decide(cast, "limin", grouping.join, incident_id, third, at=MONDAY + 5 * HOUR)
    assert first.case.is_open, "each case goes on to its own end"


def test_only_who_manages_incidents_decides(cast: Cast) -> None:
    first, second = lift(cast, 2)
    for who in ("wangqiang", "liujie", "yangbo", "tangwen"):
        with pytest.raises(Refused):
            join_all(cast, [first, second], who)
    assert db.session.query(Incident).count() == 0


def test_one_case_alone_or_cases_of_two_estates_are_no_incident(cast: Cast, elsewhere: Cast) -> None:
    first = tell(cast, LIFT)
    with pytest.raises(Refused):
        join_all(cast, [first])
    with pytest.raises(Refused):
        join_all(cast, [first, tell(elsewhere, SAME, 1)])


# What nobody may see


def test_whom_a_case_is_about_reads_nothing_of_it_in_the_incident(cast: Cast) -> None:
    """T09: joined or proposed, it does not appear for them; the figures count it."""
    about = tell(cast, LIFT, phone="13900139001", about="李敏不接电话")
    other = tell(cast, SAME, 1, "13900139002")
    drain.run_due(10)
    incident_id = join_all(cast, [about, other], "zhouqi")
    limin, zhouqi = cast.person("limin"), cast.person("zhouqi")
    assert [m.number for m in queries.members(limin, [incident_id])[incident_id]] == [other.number]
    assert len(queries.members(zhouqi, [incident_id])[incident_id]) == 2
    assert queries.sizes([incident_id])[incident_id].joined == 2
    assert [number for _m, number in queries.decided(limin, incident_id)] == [other.number]
    kept_away = db.session.query(Participation).filter_by(case_id=about.case.id, part="about")
    assert [row.user_id for row in kept_away] == [limin.id], "joining widens nothing"


def test_an_incident_of_which_one_sees_no_case_does_not_exist(cast: Cast, elsewhere: Cast) -> None:
    stories = [story.in_handling() for story in lift(cast, 2)]
    incident_id = join_all(cast, stories)
    assert queries.read(cast.person("wangqiang"), incident_id).id == incident_id, "who handles one of them"
    for stranger in (cast.person("sunli"), elsewhere.person("limin")):
        with pytest.raises(NotFound):
            queries.read(stranger, incident_id)


# The checklist (VK-5.4)


def test_vk_5_4_a_step_is_ticked_once_with_name_time_and_note(cast: Cast) -> None:
    incident_id = join_all(cast, lift(cast, 2))
    at = MONDAY + 5 * HOUR
    decide(cast, "chenjing", playbook.tick, incident_id, at=at, step="specialist", note="10:20 到大堂")
    done = queries.steps_of(incident_id)["specialist"]
    assert (done.by.name, done.done_at, done.note) == ("陈静", at, "10:20 到大堂")
    with pytest.raises(Refused, match="陈静"):
        decide(cast, "limin", playbook.tick, incident_id, at=at, step="specialist")
    with pytest.raises(Refused):
        decide(cast, "limin", playbook.tick, incident_id, at=at, step="no such step")
    with pytest.raises(Refused):
        decide(cast, "wangqiang", playbook.tick, incident_id, at=at, step="leaders")


# How much it asks of the database


def test_proposing_asks_the_database_the_same_number_of_times_however_many_cases_there_are(
    app: Flask, cast: Cast
) -> None:
    lift(cast, 2)
    drain.run_due(10)
    asked = []
    for batch in range(2):
        for n in range(8):
            tell(
                cast, RUBBISH if n % 2 else LIFT, n, f"13{batch}0013{n:04d}", spot="楼下" if n % 2 else "电梯"
            )
        case = tell(cast, THIRD, 5, f"15800158{batch:03d}").case
        with statements(app) as seen:
            proposing.find(case)
        asked.append(len(seen))
    assert asked[0] == asked[1]
    assert asked[0] <= 8


def test_a_completed_case_is_no_partner_for_what_comes_later(cast: Cast) -> None:
    story = tell(cast, LIFT).in_handling()
    story.act("wangqiang", handling.complete, outcome=Outcome.RESOLVED, result="已更换导轮，运行正常")
    again = tell(cast, "3号楼2单元电梯又坏了", 30, "13900139002")
    drain.run_due(20)
    assert proposed(again.case) is None
