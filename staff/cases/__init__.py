"""Cases on the staff face: intake, the case itself, and one module per act with its form beside it.

Importing this package puts all of its views on the blueprint.
"""

from staff.cases import (
    acceptance,
    agreement,
    archiving,
    claim,
    closure,
    completion,
    contact,
    contacts,
    dispatch,
    escalation,
    extension,
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
    supplement,
    takeover,
    transfer,
    triage,
)

ACTS_BY_MODULE = (
    acceptance,
    agreement,
    archiving,
    claim,
    closure,
    completion,
    contact,
    dispatch,
    escalation,
    extension,
    informing,
    note,
    objection,
    progress,
    redo,
    referral,
    reopening,
    reporting,
    revisit,
    supplement,
    takeover,
    transfer,
    triage,
)
PAGES = (contacts, files, intake, page)

performing.mount()
