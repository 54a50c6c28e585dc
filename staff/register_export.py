"""Taking the filtered register away as a file; every case in it is entered in the register of who saw what."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import Response, g, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from shared.clock import local
from shared.database import transaction
from shared.errors import NotFound, Refused
from shared.exports import jobs, register, register_rows, taking
from shared.exports.register_rows import ExportRow
from shared.exports.spreadsheets import MIMETYPES, Form
from shared.identity.permissions import Permission
from shared.register.filters import NAMES, Filters, parse
from shared.register.saving import LONGEST_QUERY, query_of
from shared.web import pages
from shared.web.language import chosen
from staff import blueprint
from staff.access import me, requires
from staff.context import my_zone

BESIDE = ("csrf_token", "form", "phones", "reason")


@blueprint.post("/register/export")
@requires(Permission.CASE_VIEW)
def register_export() -> BaseResponse:
    """By POST, since it leaves entries. They stand before the file does: what cannot be recorded does not leave."""
    asked, whole = request.form.get("form", ""), "phones" in request.form
    if asked not in set(Form):
        raise NotFound
    form, filters = Form(asked), parse(request.form)
    _refuse_strange(filters)
    ids = register_rows.ids_of(me(), filters, g.at, my_zone())
    if len(ids) > jobs.DIRECT:
        return _later(ids, filters, form, whole=whole)
    return _at_once(register_rows.read(me(), ids, whole_phones=whole), filters, form)


def _refuse_strange(filters: Filters) -> None:
    """Raises Refused for a condition that means nothing: what was meant to be a few would be all."""
    strange = [name for name in request.form if name not in (*NAMES, *BESIDE)]
    if names := [*filters.unread, *strange]:
        raise Refused(
            _("没有看懂这些条件：%(names)s。请回台账重新筛选，再导出。", names=_("、").join(names)[:60])
        )


def _at_once(rows: Sequence[ExportRow], filters: Filters, form: Form) -> Response:
    phones = sum(row.shows_phone for row in rows)
    reason = request.form.get("reason", "")
    if taking.needs_reason(rows, me(), g.at) and "reason" not in request.form:
        return _ask(len(rows), phones)
    try:
        with transaction():
            taking.note(rows, by=me(), at=g.at, form=form, asked=_address(filters), reason=reason)
            register_rows.record(rows, by=me(), at=g.at)
    except taking.Unsaid as unsaid:
        return _ask(len(rows), phones, unsaid.message)
    response = Response(register.write(rows, form), content_type=MIMETYPES[form])
    name = f"register-{local(g.at, my_zone()):%Y%m%d-%H%M}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _later(ids: Sequence[int], filters: Filters, form: Form, *, whole: bool) -> BaseResponse:
    """In the background, and never with telephones in whole: nobody needs so many at once (T28)."""
    if whole:
        raise Refused(
            _("电话写全的，一次最多导出 %(n)s 件。请按登记日期分几次导出，或者不写全电话。", n=jobs.DIRECT),
            "AH-6.2",
        )
    if "reason" not in request.form:
        return _ask(len(ids), 0)
    try:
        with transaction():
            export = taking.keep(
                len(ids),
                0,
                by=me(),
                at=g.at,
                form=form,
                asked=_address(filters),
                reason=request.form["reason"],
            )
            jobs.ask(ids, filters, export, by=me(), at=g.at, form=form, language=chosen())
    except taking.Unsaid as unsaid:
        return _ask(len(ids), 0, unsaid.message)
    return pages.see_other(url_for("staff.register_exports"))


def _address(filters: Filters) -> str:
    return query_of(filters)[:LONGEST_QUERY]


def _ask(cases: int, phones: int, error: str = "") -> Response:
    """What for? Everything that was chosen comes back with the answer."""
    kept = {name: value for name, value in request.form.items() if name not in ("csrf_token", "reason")}
    return pages.render(
        "staff/register_export.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
        cases=cases,
        phones=phones,
        is_long=cases > jobs.DIRECT,
        kept=kept,
        reason=request.form.get("reason", ""),
        longest=taking.LONGEST_REASON,
        error=error,
        back_url=url_for("staff.register"),
    )
