"""The words a policy may use: acts, and what cases and acts are described with. Pure.

The same words as shared.cases, which stands above this package; a test holds the two together.
"""

from collections.abc import Mapping

Value = str | bool
Conditions = tuple[tuple[str, frozenset[Value]], ...]  # every key must have one of its values


def _words(text: str) -> frozenset[Value]:
    return frozenset(text.split())


ACTS = _words(
    "filing routing claim triage finding grading designation special_report joining parting supplement "
    "dispatch acceptance objection return_request returning return_refusal contact progress plan review "
    "approval agreement extension escalation referral recall completion redo report informing revisit "
    "closure reopening transfer takeover addition withdrawal archiving proposal decline urge rating "
    "appeal data_request data_answer publicity outside_order spot_check sealing erasure outstanding "
    "outstanding_date outstanding_end task task_taking task_done task_calling_off task_group"
)
OF_THE_MACHINE = _words("routing special_report sealing erasure")  # no person does these
RECEIVED = "received"  # the start of a round: reception in the first, reopening in later ones
REPORTED = "reported"  # reception of the case itself, whatever the round
YES_OR_NO = frozenset({True, False})
METHODS = _words("telephone door email letter message questionnaire")

# What a case is described with, and so what `when` may ask for.
ATTRIBUTES: Mapping[str, frozenset[Value]] = {
    "kind": _words("complaint repair help"),
    "category": _words("facilities security environment attitude other"),
    "channel": _words(
        "portal hotline walk_in letter email forum city_hotline street_office relay partner internal"
    ),
    "urgency": _words("normal urgent"),
    "severity": _words("ordinary major"),
    "complexity": _words("ordinary complex"),
    "validity": _words("undecided valid invalid"),
    "fault": _words("presumed ours not_ours"),
    "facility_failure": YES_OR_NO,
    "paperless": YES_OR_NO,  # an emergency taken without a record, which is completed later (VK-5.1)
    "contactable": YES_OR_NO,
    "round": _words("first later"),
}
# What every act's own record holds: whether the owner sees it, and who of those who answer for the case did it.
OF_EVERY_ACT: Mapping[str, frozenset[Value]] = {
    "public": YES_OR_NO,
    "by": _words("handler first_responder other"),
}
# What an act's own record holds beyond that and beyond the attributes of its case.
RECORDED: Mapping[str, Mapping[str, frozenset[Value]]] = {
    "contact": {"reached": YES_OR_NO, "method": METHODS},
    "plan": {"told": YES_OR_NO},
    "review": {"passed": YES_OR_NO},
    "approval": {"passed": YES_OR_NO},
    "referral": {"outside": YES_OR_NO},
    "revisit": {
        "reached": YES_OR_NO,
        "satisfied": YES_OR_NO,
        "method": METHODS,
        "documented": YES_OR_NO,
        "accompanied": YES_OR_NO,
    },
    "completion": {"outcome": _words("resolved partly cannot not_ours")},
    "closure": {"ground": _words("satisfied unreachable no_contact dissatisfied")},
}
# What raises an amount, beyond the attributes of the case: flags that people set, and what the record shows.
CIRCUMSTANCES: Mapping[str, frozenset[Value]] = {
    "undone": YES_OR_NO,  # not late only: never done
    "repeated": YES_OR_NO,  # the owner had to complain again
    "strong_complaint": YES_OR_NO,
    "serious_consequences": YES_OR_NO,
    "undocumented": YES_OR_NO,  # a visit without a written record
}
# Whose duty a clock is. What is nobody's is a threshold: passing it breaks no duty, but judges the case.
NOBODY = "nobody"
DUTIES = _words(
    "first_responder handler dispatcher specialist assistant department_head director supervisor nobody"
)
ROLES = _words(
    "dispatcher specialist handler assistant department_head director supervisor deputy_manager "
    "general_manager"
)
MOVERS = _words("agreement extension")  # acts that carry a later time in their record
CRITERIA = _words("owners reports people loss injury facility_failure litigation media unresolved")
COUNTED = _words("owners reports people loss")  # criteria with a figure to reach
TIMED = _words("facility_failure unresolved")  # criteria that are met when a clock runs out
FOR_MAJOR = _words("tell report_progress task_group special_plan approval")
WITH_ROLES = _words("tell report_progress approval")
