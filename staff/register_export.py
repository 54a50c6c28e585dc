"""Taking the filtered register away as a file; every case in it is entered in the register of who saw what."""

from flask import Response, g, request

from shared.clock import local
from shared.database import transaction
from shared.errors import NotFound
from shared.exports import register, register_rows
from shared.exports.register import Form
from shared.identity.permissions import Permission
from shared.register.filters import parse
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
    rows = register_rows.read(me(), parse(request.form), g.at, my_zone(), whole_phones=whole)
    with transaction():
        register_rows.record(rows, by=me(), at=g.at)
    form = Form(asked)
    response = Response(register.write(rows, form), content_type=register.MIMETYPES[form])
    name = f"register-{local(g.at, my_zone()):%Y%m%d-%H%M}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
