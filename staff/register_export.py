"""Taking the filtered register away as a file; every case in it is entered in the register of who saw what."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import Response, g, request, url_for

from shared.clock import local
from shared.database import transaction
from shared.errors import NotFound
from shared.exports import register, register_rows, taking
from shared.exports.register import Form
from shared.exports.register_rows import ExportRow
from shared.identity.permissions import Permission
from shared.register.filters import parse
from shared.register.saving import LONGEST_QUERY, query_of
from shared.web import pages
from staff import blueprint
from staff.access import me, requires
from staff.context import my_zone


@blueprint.post("/register/export")
@requires(Permission.CASE_VIEW)
def register_export() -> Response:
    """By POST, since it leaves entries. They stand before the file does: what cannot be recorded does not leave."""
    asked, whole = request.form.get("form", ""), "phones" in request.form
    if asked not in set(Form):
        raise NotFound
    filters = parse(request.form)
    rows = register_rows.read(me(), filters, g.at, my_zone(), whole_phones=whole)
    reason = request.form.get("reason", "")
    if taking.needs_reason(rows, me(), g.at) and "reason" not in request.form:
        return _ask(rows)
    try:
        with transaction():
            taking.note(
                rows, by=me(), at=g.at, form=asked, asked=query_of(filters)[:LONGEST_QUERY], reason=reason
            )
            register_rows.record(rows, by=me(), at=g.at)
    except taking.Unsaid as unsaid:
        return _ask(rows, unsaid.message)
    form = Form(asked)
    response = Response(register.write(rows, form), content_type=register.MIMETYPES[form])
    name = f"register-{local(g.at, my_zone()):%Y%m%d-%H%M}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _ask(rows: Sequence[ExportRow], error: str = "") -> Response:
    """What for? Everything that was chosen comes back with the answer."""
    kept = {name: value for name, value in request.form.items() if name not in ("csrf_token", "reason")}
    return pages.render(
        "staff/register_export.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
        cases=len(rows),
        phones=sum(row.shows_phone for row in rows),
        kept=kept,
        reason=request.form.get("reason", ""),
        longest=taking.LONGEST_REASON,
        error=error,
        back_url=url_for("staff.register"),
    )
