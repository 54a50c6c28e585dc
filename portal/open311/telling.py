"""A request as anybody may read it: where it stands and until when; never whose it is, or what they wrote.

No lists tell the reference, which leads on to the owner's page: requests go by their archive number, as on the board,
and who holds a reference may ask by it. A building is named where the board would name it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from portal.open311.catalogue import service_of
from portal.open311.documents import moment
from portal.open311.filters import CLOSED, OPEN
from shared import words
from shared.cases.lifecycle import OPEN as OPEN_STATES
from shared.deadlines import naming
from shared.deadlines.models import Deadline
from shared.identity.models import Estate
from shared.register import board, figures

Document = dict[str, Any]


def documents(rows: Sequence[Any], estate: Estate, at: datetime) -> list[Document]:
    """The documents of *rows*, in their order."""
    if not rows:
        return []
    named = board.nameable(estate.id, at).buildings
    due = board.completion_promises([row.id for row in rows], figures.rules_of(estate.id).completion)
    return [_document(row, estate, due.get(row.id), row.building_id in named) for row in rows]


def _document(row: Any, estate: Estate, due: Deadline | None, is_named: bool) -> Document:
    service = service_of(row.category, row.topic)
    return {
        "service_request_id": row.archive_number,
        "status": OPEN if row.state in OPEN_STATES else CLOSED,
        "status_notes": str(words.STAGES_FOR_OWNERS[row.state]),
        "service_name": service.name,
        "service_code": service.code,
        "description": None,
        "agency_responsible": row.department,
        "service_notice": f"{naming.phrase(due.rule, due.term)}（{due.clause}）" if due else None,
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
