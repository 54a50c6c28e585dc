"""Major as soon as a criterion is met, provisionally; a person confirms or overrules (clauses.md, settled 4)."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared.cases import finding
from shared.cases.circumstances import Circumstances
from shared.cases.finding import circumstances_of
from shared.cases.models import Finding
from shared.cases.vocabulary import Fault, Severity, Urgency
from shared.database import db, transaction
from shared.deadlines.models import Deadline
from shared.deadlines.sweep import sweep
from shared.incidents.models import Incident
from shared.notifications.models import Message
from shared.severity import grading
from shared.severity.models import Grading
from shared.severity.queries import gradings_of
from tests.cast import Cast
from tests.life import NOT_CONTENT, Life, begin

SEEN = "现场看过，有照片和维修单"


def _find(story: Life, by: str = "limin", text: str = SEEN, **answers: Any) -> None:
    story.act(by, finding.find, circumstances=replace(circumstances_of(story.case), **answers), text=text)


def _grade(story: Life, by: str, severity: Severity, reason: str = "") -> None:
    story.act(by, grading.grade, severity=severity, reason=reason)


def _reasons(story: Life) -> list[tuple[str, str]]:
    last = gradings_of(story.case)[-1]
    return [(reason["clause"], reason["of"]) for reason in last.reasons]


def _told(story: Life, about: str) -> list[tuple[str, str]]:
    found = db.session.query(Message).filter_by(case_id=story.case.id, about=about).order_by(Message.id)
    return [(m.to_role, m.user.username) for m in found if m.user]


def _grouped(cast: Cast, *stories: Life, people: int = 0) -> None:
    """Staff have joined these cases as one matter, and each is judged again."""
    with transaction():
        first = stories[0].case
        incident = Incident(
            estate_id=cast.estate.id,
            category=first.category,
            title="3号楼电梯",
            opened_at=first.filed_at,
            people=people,
        )
        db.session.add(incident)
        db.session.flush()
        for story in stories:
            story.case.incident_id = incident.id
        db.session.flush()
        for story in stories:
            grading.rejudge(story.case, story.at)


# Finding (TR-6)


def test_tr_6_what_was_found_stands_in_the_record_with_the_words_it_rests_on(cast: Cast) -> None:
    story = begin(cast).in_handling()
    _find(story, "wangqiang", fault=Fault.OURS, loss=300, strong_complaint=True)
    row = story.rows[-1]
    assert (row.act, row.public, row.data["loss"], row.data["fault"]) == ("finding", False, 300, "ours")
    assert story.words_of(row) == SEEN
    assert story.case.fault == "ours"
    assert circumstances_of(story.case) == Circumstances(fault=Fault.OURS, loss=300, strong_complaint=True)


def test_a_later_finding_takes_the_place_of_the_earlier_and_both_are_kept(cast: Cast) -> None:
    story = begin(cast).in_handling()
    _find(story, loss=300)
    _find(story, "wangqiang", loss=0)
    assert circumstances_of(story.case).loss == 0
    assert [f.loss for f in db.session.query(Finding).order_by(Finding.id)] == [300, 0]


@pytest.mark.parametrize("flag", ["strong_complaint", "serious_consequences"])
def test_a_human_judgement_is_set_with_a_reason(cast: Cast, flag: str) -> None:
    story = begin(cast)
    flagged: dict[str, Any] = {flag: True}
    known = replace(Circumstances(), **flagged)
    assert "依据" in story.refused("limin", finding.find, circumstances=known, text=" \n ")
    _find(story, **flagged)
    assert getattr(circumstances_of(story.case), flag)


@pytest.mark.parametrize("username", ["limin", "chenjing", "hemei", "wangqiang", "gaofeng"])
def test_the_desk_the_handler_and_his_head_find(cast: Cast, username: str) -> None:
    story = begin(cast).in_handling()
    _find(story, username, media=True)
    assert circumstances_of(story.case).media


@pytest.mark.parametrize("username", ["liujie", "tangwen", "yangbo", "xufei"])
def test_others_do_not_find(cast: Cast, username: str) -> None:
    story = begin(cast).in_handling()
    assert "TR-6" in story.refused(username, finding.find, circumstances=Circumstances(), text=SEEN)


# By rule, provisionally


def test_an_ordinary_case_is_ordinary_and_nobody_has_graded_it(cast: Cast) -> None:
    story = begin(cast)
    assert (story.case.severity, list(gradings_of(story.case))) == ("ordinary", [])


def test_tr_3_an_injury_makes_it_major_at_once_by_the_machine(cast: Cast) -> None:
    story = begin(cast).claimed()
    _find(story, injury=True)
    assert story.case.severity == "major"
    assert _reasons(story) == [("TR-3", "injury")]
    row = story.rows[-1]
    assert (row.act, row.actor_id, row.public) == ("grading", None, False)
    assert row.data["reasons"][0]["evidence"] == {"fault": "presumed"}
    assert (row.at, story.case.changed_at) == (story.at, story.at)


def test_tr_7_the_deputy_general_manager_is_told_at_once_and_once(cast: Cast) -> None:
    story = begin(cast).claimed()
    _find(story, injury=True)
    assert _told(story, "major") == [("deputy_manager", "xufei")]
    _grade(story, "chenjing", Severity.MAJOR)
    assert len(_told(story, "major")) == 1


def test_tr_3_three_owners_of_one_matter_and_the_machine_names_the_cases(cast: Cast) -> None:
    stories = [begin(cast, phone=f"138 0000 000{n}", unit=f"3-{n}") for n in range(3)]
    _grouped(cast, *stories[:2])
    assert {story.case.severity for story in stories} == {"ordinary"}
    _grouped(cast, *stories)
    for story in stories:
        assert story.case.severity == "major"
        assert _reasons(story) == [("TR-3", "owners"), ("TR-3", "reports")]
        evidence = gradings_of(story.case)[-1].reasons[0]["evidence"]
        assert evidence["count"] == 3
        assert evidence["cases"] == [s.number for s in stories]


def test_anonymous_cases_are_reports_and_never_owners(cast: Cast) -> None:
    stories = [begin(cast, anonymous=True) for _ in range(3)]
    _grouped(cast, *stories)
    assert _reasons(stories[0]) == [("TR-3", "reports")]


def test_vk_4h_ten_people_counted_on_the_spot_whatever_the_fault(cast: Cast) -> None:
    story = begin(cast).claimed()
    _find(story, fault=Fault.NOT_OURS)
    _grouped(cast, story, people=10)
    assert _reasons(story) == [("VK-4h", "people")]


def test_fault_found_elsewhere_lets_tr_3_fall_and_the_case_is_ordinary_again(cast: Cast) -> None:
    story = begin(cast).in_handling()
    _find(story, loss=900)
    assert story.case.severity == "major"
    _find(story, "wangqiang", fault=Fault.NOT_OURS)
    assert story.case.severity == "ordinary"
    assert [row.act for row in story.rows][-4:] == ["finding", "grading", "finding", "grading"]
    assert story.rows[-1].actor_id is None
    _find(story, "wangqiang", fault=Fault.OURS)
    assert story.case.severity == "major"


def test_fault_found_elsewhere_leaves_vk_4h_standing(cast: Cast) -> None:
    story = begin(cast).in_handling()
    _find(story, loss=900, media=True)
    _find(story, fault=Fault.NOT_OURS)
    assert story.case.severity == "major"
    assert _reasons(story) == [("VK-4h", "media")]


def test_what_changes_nothing_writes_nothing(cast: Cast) -> None:
    story = begin(cast).in_handling()
    _find(story, injury=True)
    before = len(gradings_of(story.case))
    _find(story, injury=True, strong_complaint=True)
    assert len(gradings_of(story.case)) == before
    assert story.rows[-1].act == "finding"


# By a person


def test_a_confirmed_case_stays_major_when_its_reasons_fall(cast: Cast) -> None:
    story = begin(cast).in_handling()
    _find(story, loss=900)
    _grade(story, "chenjing", Severity.MAJOR)
    last = gradings_of(story.case)[-1]
    assert (last.by and last.by.username, _reasons(story)) == ("chenjing", [("TR-3", "loss")])
    _find(story, fault=Fault.NOT_OURS)
    assert story.case.severity == "major"


def test_vk_4h_what_no_rule_says_is_judged_by_a_person_with_a_reason(cast: Cast) -> None:
    story = begin(cast).claimed()
    assert "理由" in story.refused("limin", grading.grade, severity=Severity.MAJOR, reason=" ")
    _grade(story, "limin", Severity.MAJOR, "街道办已经介入")
    assert _reasons(story) == [("VK-4h", "judgement")]
    assert story.words_of(story.rows[-1]) == "街道办已经介入"
    assert _told(story, "major") == [("deputy_manager", "xufei")]


def test_an_overruling_stands_until_other_evidence_appears(cast: Cast) -> None:
    story = begin(cast).in_handling()
    _find(story, loss=900)
    assert "理由" in story.refused("hemei", grading.grade, severity=Severity.ORDINARY)
    _grade(story, "hemei", Severity.ORDINARY, "损失由装修公司赔付")
    _find(story, loss=1200)
    assert story.case.severity == "ordinary"
    _find(story, injury=True)
    assert story.case.severity == "major"
    assert _reasons(story) == [("TR-3", "injury")]
    _grade(story, "hemei", Severity.ORDINARY, "皮外伤，已当场处理")
    _find(story, media=False)
    assert story.case.severity == "ordinary"


def test_saying_again_what_was_said_is_refused(cast: Cast) -> None:
    story = begin(cast).claimed()
    assert "普通" in story.refused("limin", grading.grade, severity=Severity.ORDINARY, reason="没事")
    _grade(story, "limin", Severity.MAJOR, "领导批示")
    assert "重大" in story.refused("hemei", grading.grade, severity=Severity.MAJOR, reason="同意")


@pytest.mark.parametrize("username", ["limin", "chenjing", "hemei", "xufei", "yangbo"])
def test_who_may_grade(cast: Cast, username: str) -> None:
    story = begin(cast).in_handling()
    _find(story, injury=True)
    _grade(story, username, Severity.ORDINARY, "误报")
    assert story.case.severity == "ordinary"


@pytest.mark.parametrize("username", ["wangqiang", "gaofeng", "liujie", "tangwen"])
def test_who_may_not(cast: Cast, username: str) -> None:
    story = begin(cast).in_handling()
    told = story.refused(username, grading.grade, severity=Severity.MAJOR, reason="很严重")
    assert "VK-4h" in told


def test_an_ended_case_is_graded_no_more(cast: Cast) -> None:
    story = begin(cast).closed()
    with transaction():
        grading.rejudge(story.case, story.at)
    assert list(gradings_of(story.case)) == []
    story.refused("hemei", grading.grade, severity=Severity.MAJOR, reason="补定")


def test_what_was_overruled_stays_so_in_the_next_round(cast: Cast) -> None:
    story = begin(cast).claimed()
    _find(story, injury=True)
    _grade(story, "hemei", Severity.ORDINARY, "误报")
    story.informed().revisited(NOT_CONTENT)
    assert (story.case.round, story.case.severity) == (2, "ordinary")
    assert circumstances_of(story.case).injury


# On time


def test_tr_3_a_facility_down_for_48_hours_becomes_major_by_the_sweep_alone(cast: Cast) -> None:
    story = begin(cast).in_handling()
    _find(story, facility_failure=True)
    assert story.case.severity == "ordinary"
    sweep(story.case.received_at + timedelta(hours=48))
    assert story.case.severity == "ordinary"
    for _ in range(3):
        sweep(story.case.received_at + timedelta(hours=49))
    assert story.case.severity == "major"
    assert _reasons(story) == [("TR-3", "facility_failure")]
    (row,) = [row for row in story.rows if row.act == "grading"]
    assert (row.actor_id, row.at) == (None, story.case.received_at + timedelta(hours=48))


def test_a_threshold_is_nobodys_breach(cast: Cast) -> None:
    story = begin(cast).in_handling()
    _find(story, facility_failure=True)
    sweep(story.case.received_at + timedelta(hours=49))
    threshold = (
        db.session.query(Deadline).filter_by(case_id=story.case.id, duty="nobody", clause="TR-3").one()
    )
    about = db.session.query(Message).filter_by(case_id=story.case.id, detail=str(threshold.id)).all()
    assert about == []


def test_vk_4h_a_month_unresolved_is_major_whoever_is_at_fault(cast: Cast) -> None:
    story = begin(cast).in_handling()
    _find(story, fault=Fault.NOT_OURS)
    sweep(story.case.received_at + timedelta(days=32))
    assert _reasons(story) == [("VK-4h", "unresolved")]
    assert _told(story, "major") == [("deputy_manager", "xufei")]


# What is shown of it


def test_case_show_gives_clause_and_evidence(cast: Cast, app: Any) -> None:
    story = begin(cast, urgency=Urgency.URGENT).claimed()

    def shown() -> dict[str, Any]:
        said = app.test_cli_runner().invoke(args=["case", "show", story.number, "--json"])
        assert said.exit_code == 0, said.output
        found: dict[str, Any] = json.loads(said.output)
        return found

    assert shown()["severity_reasons"] == []
    _find(story, loss=650)
    file = shown()
    assert (file["severity"], file["fault"]) == ("major", "presumed")
    (reason,) = file["severity_reasons"]
    assert reason["clause"] == "TR-3"
    assert reason["evidence"] == {"of": "loss", "yuan": 650, "fault": "presumed"}
    _grade(story, "hemei", Severity.ORDINARY, "误报")
    assert shown()["severity_reasons"] == []


def test_every_grading_is_kept(cast: Cast) -> None:
    story = begin(cast).claimed()
    _find(story, injury=True)
    _grade(story, "hemei", Severity.ORDINARY, "误报")
    kept = db.session.query(Grading).order_by(Grading.id).all()
    assert [(g.severity, g.by.username if g.by else None) for g in kept] == [
        ("major", None),
        ("ordinary", "hemei"),
    ]
