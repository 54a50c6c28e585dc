"""The life of a case as a table: which act may follow which state, and where it leads. Pure."""

from enum import StrEnum
from functools import cache


class State(StrEnum):
    """Where the case stands in its present round."""

    RECEIVED = "received"
    CLAIMED = "claimed"
    DISPATCHED = "dispatched"
    HANDLING = "handling"
    REFERRED = "referred"
    COMPLETED = "completed"
    INFORMED = "informed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    ARCHIVED = "archived"


class Act(StrEnum):
    """What people do to a case; also the last part of the address that does it."""

    FILING = "filing"
    ROUTING = "routing"  # the machine fills in the department; a person still relays (MS-1)
    CLAIM = "claim"
    TRIAGE = "triage"
    FINDING = "finding"  # what the investigation, or the owner's account, shows (TR-6)
    GRADING = "grading"  # ordinary or major: provisionally by rule, confirmed or overruled by a person
    DESIGNATION = "designation"  # the general manager names the department or person (VK-4e)
    SPECIAL_REPORT = "special_report"  # to the general manager (VK-4e)
    JOINING = "joining"  # into an incident
    PARTING = "parting"  # out of it
    SUPPLEMENT = "supplement"  # the record of an emergency is completed (VK-5.1)
    DISPATCH = "dispatch"
    ACCEPTANCE = "acceptance"
    OBJECTION = "objection"
    RETURN_REQUEST = "return_request"  # whoever it was sent to says that it is not theirs (退单)
    RETURNING = "returning"  # somebody else agrees: it goes back to be dispatched anew
    RETURN_REFUSAL = "return_refusal"
    TASK = "task"  # another department is asked for its part (协办, AH-3.3b)
    TASK_TAKING = "task_taking"
    TASK_DONE = "task_done"
    TASK_CALLING_OFF = "task_calling_off"
    TASK_GROUP = "task_group"  # of a major case, and who leads it (AH-3.3c)
    CONTACT = "contact"
    PROGRESS = "progress"
    PLAN = "plan"
    REVIEW = "review"
    APPROVAL = "approval"
    PROPOSAL = "proposal"  # the owner is asked to agree to a time; their consent is the agreement (GZ-12)
    DECLINE = "decline"  # the owner does not agree
    AGREEMENT = "agreement"
    EXTENSION = "extension"
    ESCALATION = "escalation"
    REFERRAL = "referral"
    RECALL = "recall"  # a referred matter comes back to us
    COMPLETION = "completion"
    OUTSTANDING = (
        "outstanding"  # what is still to be done after the answer (遗留事项): its own person and date
    )
    OUTSTANDING_DATE = "outstanding_date"
    OUTSTANDING_END = "outstanding_end"  # done, or given up with a reason
    REDO = "redo"  # the first responder sends a completed case back to its handler
    REPORT = "report"
    INFORMING = "informing"
    REVISIT = "revisit"
    CLOSURE = "closure"
    REOPENING = "reopening"
    TRANSFER = "transfer"  # asking another to become first responder
    TAKEOVER = "takeover"  # the other's acceptance, or refusal, of it
    ADDITION = "addition"  # the owner's own further words and photos
    URGE = "urge"  # the owner asks us to hurry (催办)
    RATING = "rating"  # the owner's own judgement of a round (MS-4)
    APPEAL = "appeal"  # the owner asks for another person; the next round follows
    DATA_REQUEST = "data_request"  # the party asks for a copy, or for deletion (PIPL 45, 47)
    DATA_ANSWER = "data_answer"
    PUBLICITY = "publicity"  # what of the case the board may show
    OUTSIDE_ORDER = "outside_order"  # the number and the limit that 12345 or the street office gave it
    SPOT_CHECK = "spot_check"  # supervision looks into what the record says (GZ-17B)
    SEALING = "sealing"  # contacts and photos are closed to all but the archive (PIPL 19)
    ERASURE = "erasure"  # words, contacts and photos are deleted; counts and times stay
    WITHDRAWAL = "withdrawal"
    ARCHIVING = "archiving"


# Acts without a name behind them are the reporting party's, but for these: the machine does them, or a person.
OF_THE_MACHINE = frozenset({Act.ROUTING, Act.GRADING, Act.SPECIAL_REPORT, Act.SEALING, Act.ERASURE})
OPEN = frozenset(
    {
        State.RECEIVED,
        State.CLAIMED,
        State.DISPATCHED,
        State.HANDLING,
        State.REFERRED,
        State.COMPLETED,
        State.INFORMED,
    }
)
ENDED = frozenset(set(State) - OPEN)

_S, _A = State, Act
LEADS: dict[tuple[State, Act], State] = {
    (_S.RECEIVED, _A.CLAIM): _S.CLAIMED,
    (_S.RECEIVED, _A.WITHDRAWAL): _S.WITHDRAWN,
    (_S.CLAIMED, _A.DISPATCH): _S.DISPATCHED,
    (_S.CLAIMED, _A.REFERRAL): _S.REFERRED,
    (_S.CLAIMED, _A.INFORMING): _S.INFORMED,
    (_S.CLAIMED, _A.WITHDRAWAL): _S.WITHDRAWN,
    (_S.DISPATCHED, _A.ACCEPTANCE): _S.HANDLING,
    (_S.DISPATCHED, _A.DISPATCH): _S.DISPATCHED,
    (_S.DISPATCHED, _A.RETURNING): _S.CLAIMED,
    (_S.DISPATCHED, _A.REFERRAL): _S.REFERRED,
    (_S.HANDLING, _A.COMPLETION): _S.COMPLETED,
    (_S.HANDLING, _A.DISPATCH): _S.DISPATCHED,
    (_S.HANDLING, _A.RETURNING): _S.CLAIMED,
    (_S.HANDLING, _A.REFERRAL): _S.REFERRED,
    (_S.HANDLING, _A.INFORMING): _S.INFORMED,
    (_S.REFERRED, _A.COMPLETION): _S.COMPLETED,
    (_S.COMPLETED, _A.INFORMING): _S.INFORMED,
    (_S.COMPLETED, _A.REDO): _S.HANDLING,
    (_S.INFORMED, _A.CLOSURE): _S.CLOSED,
    (_S.INFORMED, _A.REOPENING): _S.CLAIMED,
    (_S.CLOSED, _A.REOPENING): _S.CLAIMED,
    (_S.CLOSED, _A.ARCHIVING): _S.ARCHIVED,
    (_S.WITHDRAWN, _A.REOPENING): _S.CLAIMED,
    (_S.WITHDRAWN, _A.ARCHIVING): _S.ARCHIVED,
}

_STAYING: dict[State, tuple[Act, ...]] = {
    _S.RECEIVED: (_A.TRIAGE,),
    _S.CLAIMED: (_A.TRIAGE, _A.CONTACT, _A.PROGRESS, _A.TASK_GROUP),
    _S.DISPATCHED: (
        _A.TRIAGE,
        _A.OBJECTION,
        _A.RETURN_REQUEST,
        _A.RETURN_REFUSAL,
        _A.TASK,
        _A.TASK_GROUP,
        _A.CONTACT,
        _A.PROGRESS,
        _A.EXTENSION,
        _A.PROPOSAL,
        _A.DECLINE,
        _A.AGREEMENT,
        _A.ESCALATION,
    ),
    _S.HANDLING: (
        _A.TRIAGE,
        _A.OBJECTION,
        _A.RETURN_REQUEST,
        _A.RETURN_REFUSAL,
        _A.TASK,
        _A.TASK_GROUP,
        _A.CONTACT,
        _A.PROGRESS,
        _A.PLAN,
        _A.REVIEW,
        _A.APPROVAL,
        _A.EXTENSION,
        _A.PROPOSAL,
        _A.DECLINE,
        _A.AGREEMENT,
        _A.ESCALATION,
    ),
    _S.REFERRED: (_A.TRIAGE, _A.PROGRESS, _A.CONTACT),
    _S.COMPLETED: (_A.TRIAGE, _A.REPORT, _A.CONTACT),
    _S.INFORMED: (_A.TRIAGE, _A.REVISIT, _A.CONTACT, _A.RATING, _A.APPEAL),
}
_WHILE_OPEN = (
    _A.ROUTING,
    _A.FINDING,
    _A.GRADING,
    _A.DESIGNATION,
    _A.SPECIAL_REPORT,
    _A.JOINING,
    _A.PARTING,
    _A.SUPPLEMENT,
    _A.TRANSFER,
    _A.TAKEOVER,
    # What a cooperating department began it may end, wherever the case has gone meanwhile.
    _A.TASK_TAKING,
    _A.TASK_DONE,
    _A.TASK_CALLING_OFF,
    _A.ADDITION,
    _A.URGE,
)
# The rights in one's data, what may hang in the lobby, what we owe other bodies, and what supervision looks into
# outlast the handling.
_ALWAYS = (_A.DATA_REQUEST, _A.DATA_ANSWER, _A.PUBLICITY, _A.OUTSIDE_ORDER, _A.SPOT_CHECK)
_AFTER_THE_END = (_A.SEALING, _A.ERASURE)
# What is still to be done after an answer is tracked through further rounds and after the closure.
_FROM_COMPLETION = (_S.COMPLETED, _S.INFORMED, _S.CLOSED)
_TRACKED = (_A.OUTSTANDING_DATE, _A.OUTSTANDING_END)
# Of a case whose words are erased only the record goes on (T41).
AFTER_ERASURE = frozenset({*_ALWAYS, _A.ERASURE, _A.ARCHIVING, _A.OUTSTANDING_END})

for _state, _acts in _STAYING.items():
    for _act in (*_acts, *_WHILE_OPEN):
        LEADS[(_state, _act)] = _state
for _state in State:
    for _act in (*_ALWAYS, *_TRACKED, *(() if _state in OPEN else _AFTER_THE_END)):
        LEADS[(_state, _act)] = _state
for _state in _FROM_COMPLETION:
    LEADS[(_state, _A.OUTSTANDING)] = _state
for _act in (_A.RATING, _A.APPEAL):
    LEADS[(_S.CLOSED, _act)] = _S.CLOSED


# What supervision does with a report from inside, by itself: it is handed to nobody (CO-M5).
OF_SUPERVISION = frozenset(
    {
        Act.CLAIM,
        Act.TRIAGE,
        Act.CONTACT,
        Act.PROGRESS,
        Act.COMPLETION,
        Act.INFORMING,
        Act.REVISIT,
        Act.CLOSURE,
        Act.REOPENING,
        Act.TRANSFER,
        Act.TAKEOVER,
        Act.ARCHIVING,
    }
)
# What the reporting party does, and what the law demands, is the same for both.
_OF_OTHERS = frozenset(
    {
        Act.FILING,
        Act.ADDITION,
        Act.URGE,
        Act.RATING,
        Act.APPEAL,
        Act.WITHDRAWAL,
        Act.DATA_REQUEST,
        Act.DATA_ANSWER,
        Act.SEALING,
        Act.ERASURE,
    }
)


def after(
    state: State, act: Act, *, before_referral: State | None = None, internal: bool = False
) -> State | None:
    """The state that *act* leads to from *state*, or None where it may not happen.

    A recalled matter goes back to *before_referral*, the state in which it was referred. An *internal* report is
    carried out by whoever claimed it.
    """
    if internal:
        if (state, act) == (State.CLAIMED, Act.COMPLETION):
            return State.COMPLETED
        if act not in OF_SUPERVISION | _OF_OTHERS:
            return None
    if act is Act.RECALL:
        return before_referral if state is State.REFERRED else None
    return LEADS.get((state, act))


@cache
def acts_from(state: State, *, internal: bool = False) -> tuple[Act, ...]:
    """The acts that may follow *state*, in the order of the enumeration. The page of a case asks some fifty times."""
    return tuple(
        act for act in Act if after(state, act, before_referral=state, internal=internal) is not None
    )
