"""Photos of a case: only through the case's scope, and only those that are its own (T07)."""

from flask import Response

from shared.attachments import serving
from shared.cases import scope
from shared.errors import NotFound
from shared.identity.permissions import Permission
from staff import blueprint
from staff.access import me, requires
from staff.cases import queries
from staff.cases.archive import refuse_shut


def _photo(number: str, file: str, *, thumb: bool) -> Response:
    case = scope.read(me(), number)
    attachment = queries.attachment_of(case, file)
    if attachment is None:
        raise NotFound
    refuse_shut(case, me())
    return serving.respond(attachment, thumb=thumb)


@blueprint.get("/cases/<number>/files/<file>", endpoint="case_file")
@requires(Permission.CASE_VIEW)
def photo(number: str, file: str) -> Response:
    return _photo(number, file, thumb=False)


@blueprint.get("/cases/<number>/files/<file>/thumb", endpoint="case_thumb")
@requires(Permission.CASE_VIEW)
def thumbnail(number: str, file: str) -> Response:
    return _photo(number, file, thumb=True)
