"""Cases on the staff face: intake, the case itself, and one module per act with its form beside it.

Importing this package puts all of its views on the blueprint.
"""

from staff.cases import (
    acceptance,
    archiving,
    claim,
    closure,
    completion,
    contact,
    contacts,
    dispatch,
    escalation,
    files,
    informing,
    intake,
    note,
    objection,
    page,
    performing,
    progress,
    redo,
    referral,
    reopening,
    reporting,
    revisit,
    takeover,
    transfer,
    triage,
)

ACTS_BY_MODULE = (
    acceptance,
    archiving,
    claim,
    closure,
    completion,
    contact,
    dispatch,
    escalation,
    informing,
    note,
    objection,
    progress,
    redo,
    referral,
    reopening,
    reporting,
    revisit,
    takeover,
    transfer,
    triage,
)
PAGES = (contacts, files, intake, page)

performing.mount()
