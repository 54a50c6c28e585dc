"""Every cell of the contract's table of states and acts, written out here by hand from contract.md."""

from itertools import product

import pytest

from shared.cases.lifecycle import ENDED, OPEN, Act, State, acts_from, after

# contract.md, "acts that leave it": state → {act: where it leads}.
LEAVING = {
    "received": {"claim": "claimed", "withdrawal": "withdrawn"},
    "claimed": {
        "dispatch": "dispatched",
        "referral": "referred",
        "informing": "informed",
        "withdrawal": "withdrawn",
    },
    "dispatched": {
        "acceptance": "handling",
        "dispatch": "dispatched",
        "returning": "claimed",
        "referral": "referred",
    },
    "handling": {
        "completion": "completed",
        "dispatch": "dispatched",
        "returning": "claimed",
        "referral": "referred",
        "informing": "informed",
    },
    "referred": {"completion": "completed"},
    "completed": {"informing": "informed", "redo": "handling"},
    "informed": {"closure": "closed", "reopening": "claimed"},
    "closed": {"archiving": "archived", "reopening": "claimed"},
    "withdrawn": {"archiving": "archived", "reopening": "claimed"},
    "archived": {},
}
# contract.md, "acts that stay".
STAYING = {
    "received": "triage",
    "claimed": "triage contact progress transfer",
    "dispatched": "objection contact progress extension proposal decline agreement escalation",
    "handling": "plan review approval contact progress extension proposal decline agreement escalation",
    "referred": "progress contact",
    "completed": "report",
    "informed": "revisit rating appeal",
    "closed": "rating appeal",
    "withdrawn": "",
    "archived": "",
}
# Where the contract is silent: a matter may be looked into, graded, named to somebody, joined to others of its kind
# and completed on paper as long as it is open; judged anew while open ("changes of kind or category are events in
# any open state");
# the owner may always add; first responsibility may be handed on; people may always be called; and whoever
# signed for a case may still object to having it, or ask for it to be taken back.
BESIDES = {
    "received": "addition transfer takeover",
    "claimed": "addition takeover task_group",
    "dispatched": "addition transfer takeover triage return_request return_refusal task task_group",
    "handling": "addition transfer takeover triage objection return_request return_refusal task task_group",
    "referred": "addition transfer takeover triage",
    "completed": "addition transfer takeover triage contact outstanding",
    "informed": "addition transfer takeover triage contact outstanding",
    "closed": "outstanding",
    "withdrawn": "",
    "archived": "",
}

WHILE_OPEN = "routing finding grading designation special_report joining parting supplement urge "
WHILE_OPEN += "task_taking task_done task_calling_off"
# The rights in one's data, what may hang in the lobby, what we owe other bodies, and what is still to be done after
# an answer outlast the handling.
ALWAYS = "data_request data_answer publicity outside_order spot_check outstanding_date outstanding_end"
AFTER_THE_END = "sealing erasure"


def _expected(state: str, act: str) -> str | None:
    if act in LEAVING[state]:
        return LEAVING[state][act]
    besides = f"{ALWAYS} {WHILE_OPEN if state in OPEN else AFTER_THE_END}"
    return state if act in f"{STAYING[state]} {BESIDES[state]} {besides}".split() else None


def test_the_table_written_here_knows_every_state() -> None:
    assert set(LEAVING) == set(STAYING) == set(BESIDES) == {str(state) for state in State}


# A recall leads back to wherever the case was: shown below.
CELLS = [(state, act) for state, act in product(State, Act) if act is not Act.RECALL]


@pytest.mark.parametrize(("state", "act"), CELLS, ids=str)
def test_each_act_leads_from_each_state_where_the_contract_says(state: State, act: Act) -> None:
    assert after(state, act) == _expected(state.value, act.value)


@pytest.mark.parametrize("before", ["claimed", "dispatched", "handling"])
def test_a_matter_that_comes_back_stands_where_it_stood_before_it_was_referred(before: str) -> None:
    assert after(State.REFERRED, Act.RECALL, before_referral=State(before)) == before


@pytest.mark.parametrize("state", [state for state in State if state is not State.REFERRED])
def test_only_a_referred_matter_can_come_back(state: State) -> None:
    assert after(state, Act.RECALL, before_referral=State.CLAIMED) is None


def test_nothing_leaves_the_archive() -> None:
    assert {after(State.ARCHIVED, act) for act in acts_from(State.ARCHIVED)} == {State.ARCHIVED}


def test_a_case_is_filed_once_and_never_again() -> None:
    assert [state for state in State if after(state, Act.FILING)] == []


@pytest.mark.parametrize("state", State)
def test_the_buttons_offer_exactly_what_the_table_allows(state: State) -> None:
    allowed = [act for act in Act if _expected(state.value, act.value) is not None]
    if state is State.REFERRED:
        allowed = [act for act in Act if act in allowed or act is Act.RECALL]
    assert acts_from(state) == tuple(allowed)


def test_closing_and_withdrawing_end_a_case_and_waiting_for_the_owner_does_not() -> None:
    assert {str(state) for state in ENDED} == {"closed", "withdrawn", "archived"}
    assert sorted(OPEN | ENDED) == sorted(State)
    assert not OPEN & ENDED


def test_nothing_closes_but_a_closure() -> None:
    """No act but the specialist's own ends a round well; a case never closes by itself."""
    open_ones = product(sorted(OPEN), Act)
    assert {act for state, act in open_ones if after(state, act) is State.CLOSED} == {Act.CLOSURE}
