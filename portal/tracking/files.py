"""Photos of a case, for whoever has opened its door, and of that case only (T07)."""

from flask import Response, request

from portal.tracking import doors
from portal.tracking.acts import behind_doors
from shared.attachments import queries, serving
from shared.errors import NotFound


@behind_doors("files/<id>", "GET")
def case_photo(id: str, **door_named: str) -> Response:
    door = doors.opened(**door_named)
    for attachment in queries.of_case(door.case_id, public_only=True):
        if attachment.id == id:
            return serving.respond(attachment, thumb=request.args.get("size") == "small")
    raise NotFound
