"""The words a policy may use: acts, and what cases and acts are described with. Pure.

The same words as shared.cases, which stands above this package; a test holds the two together.
"""

from collections.abc import Mapping

Value = str | bool
Conditions = tuple[tuple[str, frozenset[Value]], ...]  # every key must have one of its values


def _words(text: str) -> frozenset[Value]:
    return frozenset(text.split())


ACTS = _words(
    "filing claim triage dispatch acceptance objection returning contact progress plan review approval "
    "agreement extension escalation referral recall completion redo report informing revisit closure "
    "reopening transfer takeover addition withdrawal archiving"
)
RECEIVED = "received"  # the start of a round: reception in the first, reopening in later ones
YES_OR_NO = frozenset({True, False})
METHODS = _words("telephone door email letter message questionnaire")

# What a case is described with, and so what `when` may ask for.
ATTRIBUTES: Mapping[str, frozenset[Value]] = {
    "kind": _words("complaint repair help"),
    "category": _words("facilities security environment attitude other"),
    "channel": _words("portal hotline walk_in letter email forum city_hotline street_office relay"),
    "urgency": _words("normal urgent"),
    "severity": _words("ordinary major"),
    "complexity": _words("ordinary complex"),
    "validity": _words("undecided valid invalid"),
    "contactable": YES_OR_NO,
    "round": _words("first later"),
}
# What an act's own record holds, beyond the attributes of its case.
RECORDED: Mapping[str, Mapping[str, frozenset[Value]]] = {
    "contact": {"reached": YES_OR_NO, "method": METHODS},
    "revisit": {"reached": YES_OR_NO, "satisfied": YES_OR_NO, "method": METHODS},
    "completion": {"outcome": _words("resolved partly cannot not_ours")},
    "closure": {"ground": _words("satisfied unreachable no_contact dissatisfied")},
}
