"""A request as anybody may read it: where it stands and until when; never whose it is, or what they wrote.

No lists tell the reference, which leads on to the owner's page: requests go by their archive number, as on the board,
and who holds a reference may ask by it. A building is named where the board would name it, and what a case is about as
far as it has cases enough; where the board would not say the category, nor do department and rule, which point at it.
"""

from collections.abc import Sequence
from typing import Any

from portal.open311.catalogue import service_of, told_of
from portal.open311.documents import moment
from portal.open311.filters import CLOSED, OPEN
from shared import words
from shared.cases.lifecycle import OPEN as OPEN_STATES
from shared.deadlines import naming
from shared.deadlines.models import Deadline
from shared.identity.models import Estate
from shared.register import board, figures
from shared.register.board import Named

Document = dict[str, Any]


def documents(
    rows: Sequence[Any], estate: Estate, named: Named, *, by_reference: bool = False
) -> list[Document]:
    """The documents of *rows*, in their order. *by_reference*: what the portal tells whoever holds one."""
    if not rows:
        return []
    due = board.completion_promises([row.id for row in rows], figures.rules_of(estate.id).completion)
    return [_document(row, estate, due.get(row.id), named, by_reference) for row in rows]


def _document(row: Any, estate: Estate, due: Deadline | None, named: Named, by_reference: bool) -> Document:
    exact = service_of(row.category, row.topic)
    service = exact if by_reference else told_of(row.category, row.topic, named)
    is_told = by_reference or row.category in named.categories
    is_named = row.building_id in named.buildings
    return {
        "service_request_id": row.archive_number,
        "status": OPEN if row.state in OPEN_STATES else CLOSED,
        "status_notes": str(words.STAGES_FOR_OWNERS[row.state]),
        "service_name": service.name,
        "service_code": service.code,
        "description": None,
        "agency_responsible": row.department if is_told else None,
        "service_notice": _rule(due) if due and is_told else None,
        "requested_datetime": moment(row.filed_at, estate.zone),
        "updated_datetime": moment(row.changed_at, estate.zone),
        "expected_datetime": moment(due.due_at, estate.zone) if due else None,
        "address": row.building if is_named else None,
        "address_id": str(row.building_id) if is_named and row.building_id else None,
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None,
    }


def _rule(due: Deadline) -> str:
    return words.remarked(naming.phrase(due.rule, due.term), due.clause)
