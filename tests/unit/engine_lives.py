"""Lives of cases that hypothesis thinks of: any acts the table allows, at any pace, under any of the presets."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

from hypothesis import strategies as st

from shared.calendars.working_time import Calendar
from shared.cases.lifecycle import OF_THE_MACHINE, Act, State, acts_from, after
from shared.deadlines.engine import due_times
from shared.deadlines.story import OF_THE_PARTY, CaseFacts, Fact
from shared.policies.schema import parse
from shared.policies.versions import preset_text

PRESETS = ("standard", "guangzhou", "vanke", "measures", "handbook", "aid", "company")
PAUSING = ("standard", "handbook")  # while a matter is with a body outside our contracts
UNHEARD = {
    Act.ROUTING,
    Act.DESIGNATION,
    Act.SPECIAL_REPORT,
    Act.JOINING,
    Act.PARTING,
    Act.TRANSFER,
    Act.ADDITION,
    Act.PROPOSAL,
    Act.DECLINE,
    Act.URGE,
    Act.RATING,
    Act.APPEAL,
    Act.DATA_REQUEST,
    Act.DATA_ANSWER,
    Act.PUBLICITY,
    Act.OUTSIDE_ORDER,
    Act.SEALING,
    Act.ERASURE,
}
HANDLERS = (1, 2)
FIRST_RESPONDER = 3
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
YEARS = frozenset(range(2025, 2031))
OFFICE = ((510, 720), (840, 1080))
CALENDARS = (
    Calendar("Asia/Shanghai", dict.fromkeys(range(7), ((480, 1200),)), {}, YEARS),
    Calendar(
        "Asia/Shanghai",
        dict.fromkeys(range(5), OFFICE) | {5: OFFICE[:1]},
        {date(2026, 3, 4): False, date(2026, 3, 5): False, date(2026, 3, 8): True},
        YEARS,
    ),
)
STARTS = datetime(2026, 2, 27, 1, tzinfo=UTC)
EVER = datetime(2029, 1, 1, tzinfo=UTC)  # after everything
# Around every limit of the presets, and beyond the longest of them.
GAPS = [timedelta(minutes=n) for n in (1, 2, 3, 4, 6, 16, 61, 241, 301)] + [
    timedelta(hours=n) for n in (7, 9, 11, 13, 23, 25, 47, 49, 71, 73, 100, 170, 260, 800)
]
gaps = st.sampled_from(GAPS)
rolls = st.integers(0, 2**24 - 1)  # from a larger range hypothesis would mostly draw small numbers


@cache
def policy(preset):
    return parse(preset_text(preset), preset)


@dataclass(frozen=True)
class Life:
    """A case with everything that happened to it."""

    preset: str
    calendar: Calendar
    case: CaseFacts
    states: tuple[State, ...]  # after each act

    @property
    def policy(self):
        return policy(self.preset)

    @property
    def facts(self):
        return self.case.facts

    def with_facts(self, facts):
        return replace(self, case=replace(self.case, facts=list(facts)))

    def dues(self, acts=None):
        """The clocks after so many *acts*; after all of them when left out."""
        return due_times(self.policy, replace(self.case, facts=self.facts[:acts]), self.calendar)

    def breaches(self, now, acts=None, thresholds=False):
        """What is broken as of *now* after so many acts, and since when."""
        return {
            key(due): due.broke_at or due.due_at
            for due in self.dues(acts)
            if due.broken_by(now) and (thresholds or due.duty != "nobody")
        }


def key(due):
    """What tells one clock from another, in the database too."""
    return due.round, due.rule, due.started_at


class Dice:
    """One number, from which one choice after another is taken."""

    def __init__(self, number):
        self.number = number

    def one_of(self, *options):
        self.number, place = divmod(self.number, len(options))
        return options[place]


@st.composite
def lives(draw, presets=PRESETS):
    """Any life under any of *presets*: the filing, and some acts more."""
    dice = Dice(draw(rolls))
    described = _described(dice)
    entered = STARTS + draw(gaps)
    facts = [Fact("filing", entered, 1, 1, described, dice.one_of(FIRST_RESPONDER, None))]
    states = [State.RECEIVED]
    before_referral = None
    for number, gap in draw(st.lists(st.tuples(rolls, gaps), min_size=4, max_size=18)):
        dice = Dice(number)
        act = _act(dice, states[-1])
        if act is None:
            break
        if act is Act.REFERRAL:
            before_referral = states[-1]
        state = after(states[-1], act, before_referral=before_referral)
        assert state is not None
        states.append(state)
        facts.append(_fact(dice, act, facts[-1], gap))
    case = CaseFacts(
        received_at=entered - draw(st.sampled_from(GAPS[:12])),
        kind=described["kind"],
        category=described["category"],
        channel=described["channel"],
        contactable=draw(st.booleans()),
        facts=facts,
    )
    return Life(draw(st.sampled_from(presets)), draw(st.sampled_from(CALENDARS)), case, tuple(states))


def _act(dice, state):
    """Mostly an act that leads on, or that clocks hear of, so that lives get somewhere."""
    allowed = acts_from(state)
    leading = [act for act in allowed if act is Act.RECALL or after(state, act) is not state]
    heard = [act for act in allowed if act not in UNHEARD]
    moving = [act for act in allowed if act in (Act.AGREEMENT, Act.EXTENSION)] or leading
    chosen = dice.one_of(leading, heard, leading, heard, moving, allowed)
    return dice.one_of(*chosen) if chosen else None


def _fact(dice, act, last, gap):
    at = last.at + gap
    return Fact(
        act=str(act),
        at=at,
        round=last.round + (act is Act.REOPENING),
        seq=last.seq + 1,
        data=_data(dice, act, at),
        actor=_actor(dice, act),
        public=dice.one_of(True, False),
    )


def _actor(dice, act):
    """Mostly a person; any act may turn out to be the machine's."""
    if act in OF_THE_PARTY:
        return None
    if act in OF_THE_MACHINE:
        return dice.one_of(None, FIRST_RESPONDER)
    return dice.one_of(*HANDLERS, FIRST_RESPONDER, HANDLERS[0], FIRST_RESPONDER, None)


def _described(dice):
    return {
        "kind": dice.one_of("complaint", "repair", "help"),
        "category": dice.one_of("facilities", "attitude"),
        "channel": dice.one_of("portal", "hotline", "walk_in"),
        "urgency": dice.one_of("normal", "urgent"),
        "paperless": dice.one_of(False, True),
    }


def _data(dice, act, at):
    yes_or_no = (True, False)
    match act:
        case Act.TRIAGE:
            return {
                "urgency": dice.one_of("normal", "urgent"),
                "complexity": dice.one_of("ordinary", "complex"),
                "severity": dice.one_of("ordinary", "major"),
                "validity": dice.one_of("undecided", "valid", "invalid"),
            }
        case Act.FINDING:
            return {
                "fault": dice.one_of("presumed", "ours", "not_ours"),
                "facility_failure": dice.one_of(*yes_or_no),
                "validity": dice.one_of("valid", "invalid"),
            }
        case Act.GRADING:
            return {"severity": dice.one_of("major", "ordinary")}
        case Act.SUPPLEMENT:
            return {"paperless": False}
        case Act.DISPATCH:
            return {"handler": dice.one_of(*HANDLERS)}
        case Act.CONTACT:
            return {"reached": dice.one_of(*yes_or_no), "method": "telephone"}
        case Act.PLAN:
            return {"told": dice.one_of(*yes_or_no)}
        case Act.REFERRAL:
            return {"outside": dice.one_of(*yes_or_no)}
        case Act.AGREEMENT | Act.EXTENSION:
            return {"until": (at + dice.one_of(*GAPS[1:])).isoformat()}
        case Act.TAKEOVER:
            return {"accepted": dice.one_of(*yes_or_no)}
        case Act.REVISIT:
            return {
                "reached": dice.one_of(*yes_or_no),
                "satisfied": dice.one_of(*yes_or_no),
                "method": dice.one_of("door", "telephone"),
                "documented": dice.one_of(*yes_or_no),
                "accompanied": dice.one_of(*yes_or_no),
            }
        case _:
            return {}
