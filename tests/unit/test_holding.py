"""Holding times: every instant from reception to the end is one person's, and what was waiting is told apart."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.cases import lifecycle
from shared.cases.lifecycle import ENDED, Act, State
from shared.ownership.holding import holding
from shared.ownership.segments import As, Holding, On

TEN = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
LI, ZHOU, WANG, ZHAO = 1, 2, 3, 4
ENGINEERING, ORDER = 10, 20
NOW = TEN + 100 * HOUR


@dataclass
class Row:
    act: str
    at: datetime
    actor_id: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


def row(act: Act, hours: float, by: int | None = None, **data: Any) -> Row:
    return Row(act, TEN + hours * HOUR, by, data)


def dispatch(hours: float, to: int, department: int = ENGINEERING) -> Row:
    return row(Act.DISPATCH, hours, LI, handler=to, department=department)


A_LIFE = [
    row(Act.FILING, 0),
    row(Act.CLAIM, 1, LI),
    dispatch(2, WANG),
    row(Act.ACCEPTANCE, 4, WANG),
    row(Act.COMPLETION, 9, WANG),
    row(Act.INFORMING, 10, LI),
    row(Act.CLOSURE, 12, ZHOU),
]


def told(found: Holding) -> list[tuple[str, int | None, float, float]]:
    """As what, who, how long, how much of it waiting; in hours."""
    return [(s.as_what, s.user_id, s.lasted(NOW) / HOUR, found.waited(s, NOW) / HOUR) for s in found.segments]


def test_a_whole_life_is_divided_among_those_who_had_it() -> None:
    """Until the handler signs, the case is the first responder's, who waits (GZ-15)."""
    found = holding(A_LIFE, TEN)
    assert told(found) == [
        ("nobody", None, 1, 0),
        ("first_responder", LI, 3, 2),
        ("handler", WANG, 5, 0),
        ("first_responder", LI, 3, 0),
    ]
    assert found.by_person(NOW) == {LI: 6 * HOUR, WANG: 5 * HOUR}
    assert found.by_department(NOW) == {ENGINEERING: 5 * HOUR}


def test_what_is_open_lasts_till_now() -> None:
    found = holding(A_LIFE[:4], TEN)
    assert found.segments[-1].ends is None
    assert found.by_person(NOW)[WANG] == 96 * HOUR


def test_an_emergency_entered_later_counts_from_reception() -> None:
    """VK-5.1."""
    found = holding(A_LIFE, TEN - 2 * HOUR)
    assert told(found)[0] == ("nobody", None, 3, 0)


def test_handed_on_the_new_first_responder_has_it_from_the_acceptance() -> None:
    rows = [*A_LIFE[:2], row(Act.TRANSFER, 2, LI, to=ZHOU), row(Act.TAKEOVER, 5, ZHOU, accepted=True)]
    assert told(holding(rows, TEN))[1:] == [("first_responder", LI, 4, 0), ("first_responder", ZHOU, 95, 0)]


def test_a_takeover_declined_changes_nothing() -> None:
    rows = [*A_LIFE[:2], row(Act.TRANSFER, 2, LI, to=ZHOU), row(Act.TAKEOVER, 5, ZHOU, accepted=False)]
    assert told(holding(rows, TEN))[1:] == [("first_responder", LI, 99, 0)]


def test_a_return_is_waited_for_until_it_is_decided() -> None:
    """GZ-11."""
    rows = [
        *A_LIFE[:4],
        row(Act.RETURN_REQUEST, 5, WANG),
        row(Act.RETURNING, 8, ZHOU),
        dispatch(9, ZHAO, ORDER),
    ]
    found = holding(rows, TEN)
    assert told(found)[2:] == [("handler", WANG, 4, 3), ("first_responder", LI, 92, 91)]


def test_what_a_body_outside_had_is_waiting_and_a_contractor_is_not() -> None:
    """TR-9."""
    away = [*A_LIFE[:4], row(Act.REFERRAL, 5, LI, outside=True), row(Act.RECALL, 25, LI)]
    assert told(holding(away, TEN))[-1] == ("handler", WANG, 96, 20)
    contracted = [*A_LIFE[:4], row(Act.REFERRAL, 5, LI, outside=False), row(Act.RECALL, 25, LI)]
    assert told(holding(contracted, TEN))[-1] == ("handler", WANG, 96, 0)


def test_review_approval_and_consent_are_waited_for_and_overlap_counts_once() -> None:
    """VK-4f, VK-4g, GZ-12."""
    rows = [
        *A_LIFE[:4],
        row(Act.PLAN, 5, WANG, plan=7),
        row(Act.PROPOSAL, 6, WANG, until="x"),
        row(Act.REVIEW, 8, ZHOU, plan=7, passed=True),
        row(Act.AGREEMENT, 9),
        row(Act.APPROVAL, 12, ZHOU, plan=7, passed=True),
    ]
    found = holding(rows, TEN)
    assert [wait.on for wait in found.waits] == [On.ACCEPTANCE, On.REVIEW, On.CONSENT, On.APPROVAL]
    assert told(found)[-1] == ("handler", WANG, 96, 7)


def test_a_plan_nobody_has_to_review_is_waited_for_by_nobody() -> None:
    rows = [*A_LIFE[:4], row(Act.PLAN, 5, WANG, plan=7)]
    assert told(holding(rows, TEN))[-1] == ("handler", WANG, 96, 0)
    assert told(holding(rows, TEN, awaited=Act.REVIEW))[-1] == ("handler", WANG, 96, 95)


def test_between_the_end_and_the_next_round_nobody_has_it() -> None:
    rows = [*A_LIFE, row(Act.REOPENING, 30, ZHOU, cause="appeal")]
    found = holding(rows, TEN)
    assert told(found)[-1] == ("first_responder", LI, 70, 0)
    assert (found.segments[-2].ends, found.segments[-1].begins) == (TEN + 12 * HOUR, TEN + 30 * HOUR)


def test_cooperating_departments_are_told_beside_the_one_that_leads() -> None:
    """AH-3.3b."""
    rows = [
        *A_LIFE[:4],
        row(Act.TASK, 5, LI, task=9, department=ORDER),
        row(Act.TASK_TAKING, 6, ZHAO, task=9, department=ORDER),
        row(Act.TASK_DONE, 8, ZHAO, task=9, department=ORDER),
    ]
    found = holding(rows, TEN)
    assert told(found)[-1] == ("handler", WANG, 96, 0)
    assert [(s.user_id, s.department_id, s.lasted(NOW)) for s in found.beside] == [(ZHAO, ORDER, 2 * HOUR)]
    assert (As.TASK, 2 * HOUR) in {(s.as_what, s.lasted) for s in found.sums(NOW)}


def test_a_leavers_handling_is_anothers_from_that_instant() -> None:
    rows = [*A_LIFE[:4], row(Act.REFERRAL, 5, LI, outside=True)]
    rows += [row(Act.TRANSFER, 6, ZHOU, handler=ZHAO, department=ENGINEERING, forced=True)]
    assert told(holding(rows, TEN))[2:] == [("handler", WANG, 2, 1), ("handler", ZHAO, 94, 94)]


def test_a_report_from_inside_is_carried_out_by_whoever_claimed_it() -> None:
    """CO-M5."""
    rows = [row(Act.FILING, 0), row(Act.CLAIM, 1, LI), row(Act.COMPLETION, 9, LI)]
    assert told(holding(rows, TEN, internal=True))[1:] == [("first_responder", LI, 99, 0)]


PEOPLE = st.sampled_from([LI, ZHOU, WANG, ZHAO])


@st.composite
def lives(draw: st.DrawFn) -> list[Row]:
    """Any course that the table of the lifecycle allows, the clock now and then set back (F22)."""
    rows = [row(Act.FILING, 0)]
    state, before, at = State.RECEIVED, None, 0.0
    for _step in range(draw(st.integers(0, 30))):
        act = draw(st.sampled_from(lifecycle.acts_from(state)))
        after = before if act is Act.RECALL else lifecycle.after(state, act)
        if after is None:
            continue
        if act is Act.REFERRAL:
            before = state
        state = after
        at += draw(st.sampled_from([0, 0, 0.5, 1, 7, -0.25]))
        data = {
            "handler": draw(PEOPLE),
            "department": draw(st.sampled_from([ENGINEERING, ORDER])),
            "accepted": draw(st.booleans()),
            "outside": draw(st.booleans()),
            "plan": draw(st.integers(1, 3)),
            "task": draw(st.integers(1, 3)),
        }
        if act is Act.TRANSFER:
            data = {"to": draw(PEOPLE)}
        rows.append(row(act, at, draw(PEOPLE), **data))
    return rows


@given(lives())
def test_segments_cover_from_reception_to_the_end_without_gap_or_overlap(rows: list[Row]) -> None:
    received = TEN - HOUR
    found = holding(rows, received)
    state, before, at = State.RECEIVED, None, received
    held = timedelta()
    for one in rows:
        reached = max(at, one.at)
        if state not in ENDED:
            held += reached - at
        at = reached
        after = lifecycle.after(state, Act(one.act), before_referral=before)
        if one.act == Act.REFERRAL:
            before = state
        state = after or state
    if state not in ENDED:
        held += NOW - at
        assert found.segments[-1].ends is None
    assert all(s.ends is not None for s in found.segments[:-1])
    assert sum((s.lasted(NOW) for s in found.segments), timedelta()) == held
    for one_segment, following in zip(found.segments, found.segments[1:], strict=False):
        assert one_segment.ends is not None
        assert one_segment.ends <= following.begins
    assert not found.segments or found.segments[0].begins == received
    for segment in found.segments:
        assert timedelta() <= found.waited(segment, NOW) <= segment.lasted(NOW)
    assert sum(found.by_person(NOW).values(), timedelta()) <= held
