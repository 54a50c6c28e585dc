"""What the regulations want recorded is in the record, and what they want done first is asked for first."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.cases import ending, handling, scope, triage
from shared.cases.triage import judgement_of
from shared.cases.vocabulary import (
    Category,
    Channel,
    Kind,
    Method,
    Outcome,
    PartyType,
    Urgency,
    Validity,
)
from shared.ownership import dispatching
from shared.revisits import recording
from tests.cast import MONDAY, Cast, file
from tests.critic import CriticalClient
from tests.life import A_WHILE, Life, begin

SignIn = Callable[[str], CriticalClient]
SUNDAY_NIGHT = datetime(2026, 3, 7, 19, 30, tzinfo=UTC)  # 03:30 in Shanghai, nobody at the desk


# Intake


def test_co_1_whatever_the_channel_and_the_hour_a_report_is_taken(cast: Cast) -> None:
    """AH-2.1: and all channels enter one register, numbered in one row; what staff report inside has its own."""
    channels = [channel for channel in Channel if channel is not Channel.INTERNAL]
    cases = [file(cast, SUNDAY_NIGHT, channel=channel) for channel in channels]
    assert [case.channel for case in cases] == channels
    assert [case.archive_serial for case in cases] == list(range(1, len(channels) + 1))
    assert all(scope.read(cast.person("limin"), case.archive_number) for case in cases)


def test_co_2_who_complains_of_what_and_when_is_kept_in_full(cast: Cast) -> None:
    """AH-2.2: with the time and place of the occurrence, which are not those of the report."""
    before = MONDAY - timedelta(hours=9)
    case = file(cast, occurred_at=before, demands="请换新电梯")
    assert case.party is not None
    assert case.statement is not None
    assert (case.party.name, case.party.phone, case.party.unit) == ("王秀兰", "13800138000", "3-2-1101")
    assert case.statement.description.startswith("3号楼2单元电梯又坏了")
    assert case.statement.demands == "请换新电梯"
    assert case.building is not None
    assert (case.building.name, case.spot) == ("3号楼", "2单元电梯")
    assert (case.occurred_at, case.received_at, case.filed_at) == (before, MONDAY, MONDAY)


@pytest.mark.parametrize("who", PartyType)
def test_co_9_whoever_complains_is_kept_as_what_they_are(cast: Cast, who: PartyType) -> None:
    """VK-2: owners, buyers who showed intent, and others whom our work reaches."""
    case = file(cast, party_type=who)
    assert case.party is not None
    assert case.party.type == who


def test_vk_5_3_what_to_heed_in_a_sudden_scene_stands_beside_the_form(cast: Cast, signed_in: SignIn) -> None:
    checklist = signed_in("limin").get("/staff/cases/new").one("aside").get_text()
    assert "VK-5.3" in checklist
    assert "承诺" in checklist, "no promise without permission"


# Judging


def _judged(story: Life, reason: str = "", **answers: object) -> Life:
    judgement = replace(judgement_of(story.case), **answers)  # type: ignore[arg-type]
    story.act("chenjing", triage.triage, judgement=judgement, reason=reason)
    return story


@pytest.mark.parametrize("kind", Kind)
def test_ah_1_complaints_and_requests_for_help_go_the_same_way(cast: Cast, kind: Kind) -> None:
    story = begin(cast, kind=kind).closed()
    assert (story.case.kind, story.case.state) == (kind, "closed")


def test_tr_4_a_complaint_that_is_a_repair_becomes_one_and_keeps_what_it_was(cast: Cast) -> None:
    story = _judged(begin(cast, kind=Kind.COMPLAINT), kind=Kind.REPAIR)
    assert story.case.kind == "repair"
    assert story.rows[-1].data["before"]["kind"] == "complaint"


@pytest.mark.parametrize("right", [category for category in Category if category != "facilities"])
def test_ms_2_a_category_that_is_corrected_keeps_what_it_was(cast: Cast, right: Category) -> None:
    """So the share of reports classified right at first can be counted; another judgement is no correction."""
    story = _judged(begin(cast, category=Category.FACILITIES), category=right)
    _judged(story, urgency=Urgency.URGENT)
    judged = [row.data for row in story.rows if row.act == "triage"]
    assert [(data["before"]["category"], data["category"]) for data in judged] == [
        ("facilities", right),
        (right, right),
    ]


def test_vk_4b_an_invalid_matter_is_explained_and_only_then_ends(cast: Cast) -> None:
    """TR-8: the opinion is on record, and the owner is told."""
    story = begin(cast).claimed()
    explained = {"method": Method.TELEPHONE, "text": "道路由市政养护，已把电话告诉您"}
    assert "无效" in story.refused("limin", handling.inform, **explained)
    _judged(story, reason="市政道路，不在我方职责内", validity=Validity.INVALID)
    opinion = story.rows[-1]
    assert story.words_of(opinion) == "市政道路，不在我方职责内"
    story.act("limin", handling.inform, **explained)
    assert story.case.state == "informed"
    assert story.words_of(story.rows[-1]) == explained["text"]


# Handling


@pytest.mark.parametrize(("department", "handler"), [("工程部", "wangqiang"), ("秩序部", "sunli")])
def test_co_m1_one_desk_sends_cases_to_every_department(cast: Cast, department: str, handler: str) -> None:
    story = begin(cast).claimed()
    to = {"department": cast.department(department), "handler": cast.person(handler), "requirements": ""}
    assert "派单" in story.refused("liujie", dispatching.dispatch, **to)
    story.dispatched(handler, department)
    assert "派单" in story.refused(handler, dispatching.dispatch, **to)
    assert story.case.lead_department is not None
    assert story.case.lead_department.name == department


def test_co_4_first_response_investigation_solution_and_execution_are_each_dated(cast: Cast) -> None:
    story = begin(cast).claimed()
    story.act("limin", handling.contact, method=Method.TELEPHONE, reached=True, note="")
    story.completed().act("limin", handling.inform, method=Method.TELEPHONE, text="修好了")
    steps = [(row.act, row.at) for row in story.rows]
    assert [act for act, _at in steps][-6:] == [
        "claim",
        "contact",
        "dispatch",
        "acceptance",
        "completion",
        "informing",
    ]
    assert [at for _act, at in steps][-6:] == [MONDAY + n * A_WHILE for n in range(1, 7)]


def test_tr_8_what_was_decided_and_done_is_in_the_record_in_words(cast: Cast) -> None:
    story = begin(cast).in_handling()
    story.act("wangqiang", handling.complete, outcome=Outcome.PARTLY, result="已换门机，轿厢下周再修")
    assert story.rows[-1].data["outcome"] == "partly"
    assert story.words_of(story.rows[-1]) == "已换门机，轿厢下周再修"


# Revisiting and ending


def test_tr_13_no_valid_complaint_ends_without_its_revisit(cast: Cast) -> None:
    story = _judged(begin(cast), reason="我方维保不到位", validity=Validity.VALID).informed()
    assert "回访" in story.refused("chenjing", recording.close)
    story.revisited().act("chenjing", recording.close)
    assert story.case.state == "closed"


@pytest.mark.parametrize("missing", ["code", "cause", "prevention"])
def test_co_6_without_cause_and_prevention_nothing_is_archived(
    cast: Cast, signed_in: SignIn, missing: str
) -> None:
    story = begin(cast).closed()
    form = signed_in("chenjing").get(f"/staff/cases/{story.number}/archiving")
    answers: dict[str, Any] = {
        "code": "ageing",
        "cause": "门机老化",
        "prevention": "每季检查门机",
        missing: " ",
    }
    assert form.submit("/archiving", **answers).status_code == 422
    assert story.case.state == "closed"
    story.act("chenjing", ending.archive, cause="门机老化", prevention="每季检查门机")
    assert story.words_of(story.rows[-1]) == "门机老化\n每季检查门机"
