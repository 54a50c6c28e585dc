"""Judging a case: five answers, and a reason wherever somebody will ask for one (CO-3, TR-2, T38)."""

from dataclasses import replace
from typing import Any

import pytest

from shared.cases import handling, triage
from shared.cases.triage import judgement_of
from shared.cases.vocabulary import Category, Complexity, Kind, Method, Urgency, Validity
from tests.cast import Cast
from tests.life import Life, begin


def _judge(story: Life, by: str = "limin", reason: str = "", **answers: Any) -> dict[str, Any]:
    return {
        "username": by,
        "verb": triage.triage,
        "judgement": replace(judgement_of(story.case), **answers),
        "reason": reason,
    }


WEIGHTY = [
    {"validity": Validity.INVALID},
    {"complexity": Complexity.COMPLEX},
]


@pytest.mark.parametrize("answers", WEIGHTY, ids=str)
def test_what_weighs_needs_a_reason(cast: Cast, answers: dict[str, Any]) -> None:
    story = begin(cast)
    assert "理由" in story.refused(**_judge(story, **answers))
    assert "理由" in story.refused(**_judge(story, reason=" \n ", **answers))
    story.act(**_judge(story, reason="现场核实过", **answers))
    assert story.words_of(story.rows[-1]) == "现场核实过"
    for name, value in answers.items():
        assert getattr(story.case, name) == value


def test_making_light_of_a_complex_case_needs_a_reason_too(cast: Cast) -> None:
    story = begin(cast)
    story.act(**_judge(story, reason="多人被困", complexity=Complexity.COMPLEX))
    assert "理由" in story.refused(**_judge(story, complexity=Complexity.ORDINARY))


def test_calling_a_case_urgent_needs_no_reason_and_calling_it_off_does(cast: Cast) -> None:
    story = begin(cast)
    story.act(**_judge(story, urgency=Urgency.URGENT))
    assert story.case.urgency == "urgent"
    assert "理由" in story.refused(**_judge(story, urgency=Urgency.NORMAL))
    story.act(**_judge(story, urgency=Urgency.NORMAL, reason="人已经出来了"))
    assert story.case.urgency == "normal"


def test_what_the_owner_said_of_the_urgency_is_kept_beside_what_we_think_of_it(cast: Cast) -> None:
    story = begin(cast, urgency=Urgency.URGENT)
    story.act(**_judge(story, urgency=Urgency.NORMAL, reason="只是灯不亮"))
    assert (story.case.urgency_reported, story.case.urgency) == ("urgent", "normal")


def test_the_record_holds_what_it_was_and_what_it_became(cast: Cast) -> None:
    story = begin(cast)
    story.act(**_judge(story, kind=Kind.REPAIR, category=Category.SECURITY))
    (row,) = [row for row in story.rows if row.act == "triage"]
    assert (row.data["kind"], row.data["before"]["kind"]) == ("repair", "complaint")
    assert (row.data["category"], row.data["before"]["category"]) == ("security", "facilities")
    assert not row.public


def test_a_case_can_be_judged_anew_at_any_time_while_it_is_open(cast: Cast) -> None:
    story = begin(cast).in_handling()
    story.act(**_judge(story, category=Category.SECURITY))
    assert (story.case.state, story.case.category) == ("handling", "security")


def test_a_closed_case_is_judged_no_more(cast: Cast) -> None:
    story = begin(cast).closed()
    story.refused(**_judge(story, category=Category.SECURITY))


@pytest.mark.parametrize("username", ["liujie", "tangwen", "yangbo"])
def test_who_does_not_judge_is_refused(cast: Cast, username: str) -> None:
    story = begin(cast)
    story.refused(**_judge(story, by=username, category=Category.OTHER))


def test_a_matter_judged_invalid_is_explained_to_the_owner_without_a_dispatch(cast: Cast) -> None:
    """TR-2: nobody hears "invalid" without hearing why."""
    story = begin(cast).claimed()
    told = {"method": Method.TELEPHONE, "text": "该设施由供电公司负责，已告知联系电话"}
    story.refused("limin", handling.inform, **told)
    story.act(**_judge(story, validity=Validity.INVALID, reason="不属物业范围"))
    story.act("limin", handling.inform, **told)
    row = story.rows[-1]
    assert (story.case.state, row.public, row.data["validity"]) == ("informed", True, "invalid")


def test_whom_the_owners_words_turn_out_to_mean_sees_nothing_of_it_from_then_on(cast: Cast) -> None:
    story = begin(cast, about="那个高个子师傅").claimed()
    assert not story.unseen_by("zhouqi")
    story.act("limin", triage.name_subject, subject=cast.person("zhouqi"))
    assert story.unseen_by("zhouqi")


@pytest.mark.parametrize("username", ["limin", "wangqiang"])
def test_who_answers_for_a_case_or_handles_it_must_give_it_up_before_being_named(
    cast: Cast, username: str
) -> None:
    story = begin(cast).in_handling(to="wangqiang")
    told = story.refused("zhouqi", triage.name_subject, subject=cast.person(username))
    assert cast.person(username).name in told
