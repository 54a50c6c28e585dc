"""Saved views (保存的视图): a register narrowed so, under a name, for oneself or for everybody of an estate."""

from typing import Any

from flask import flash, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse
from wtforms import Form, SelectField, StringField

from shared.database import transaction
from shared.errors import NotFound, Refused
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.register import saving
from shared.register.filters import Filters, parse
from shared.register.models import SavedView
from shared.web import pages
from staff import blueprint, register_columns, row_ids
from staff.access import me, requires
from staff.cases.forms import plain
from staff.context import my_estates

MINE = "mine"


class SaveForm(Form):
    name = StringField(
        _l("视图名称"),
        filters=[plain],
        description=_l("只记住条件、排序和列。查找的字不记，免得留下姓名和电话。"),
    )
    whose = SelectField(_l("谁用"), validate_choice=False)


def address_of(view: SavedView) -> str:
    """The register as it was saved; what no longer means anything is left out there."""
    wanted: dict[str, Any] = saving.arguments_of(view)
    return url_for("staff.register", **wanted)


def asked() -> tuple[Filters, str]:
    """What the address, or a form that carries it, narrows the register to, and the columns if not the usual ones."""
    filters = parse(request.values)
    return filters, register_columns.written(register_columns.chosen(request.values))


def chips(user: User, query: str) -> list[dict[str, Any]]:
    """The saved views over the register; the one whose address this is, is marked."""
    return [
        {"label": _label(view), "url": address_of(view), "current": bool(query) and view.query == query}
        for view in saving.views_of(user)
    ]


def _label(view: SavedView) -> str:
    return _("%(name)s（共用）", name=view.name) if view.estate_id else view.name


def _form(typed: Any = None) -> SaveForm:
    form = SaveForm(typed)
    shared = [(e.slug, _("%(estate)s的同事都能用", estate=e.name)) for e in my_estates() if _is_seen(e.id)]
    form.whose.choices = [(MINE, _("只有我用")), *shared]
    return form


def _is_seen(estate_id: int) -> bool:
    return estate_id in me().estates_where(Permission.CASE_VIEW)


def _page(form: SaveForm, refusal: str = "", of: int | None = None, typed: str = "") -> BaseResponse:
    """The page; *of* is the view whose new name *typed* was refused, else the form that saves is meant."""
    filters, columns = asked()
    query, user = saving.query_of(filters, columns), me()
    if refusal and of is None:
        form.name.errors = [refusal]
    kept: dict[str, Any] = {**filters.values, **({"columns": columns} if columns else {})}
    return pages.render(
        "staff/register_views.html",
        status=409 if refusal else 200,
        form=form,
        wrong=of,
        refusal=refusal if of is not None else "",
        query=query,
        carried={name: value for name, value in kept.items() if name != "q"},
        back_url=url_for("staff.register", **kept),
        longest=saving.LONGEST_NAME,
        views=[
            {
                "id": view.id,
                "name": typed if view.id == of else view.name,
                "label": _label(view),
                "url": address_of(view),
                "by": view.user.name if view.user_id != user.id else "",
                "can_change": saving.can_change(user, view),
            }
            for view in saving.views_of(user)
        ],
    )


@blueprint.get("/register/views")
@requires(Permission.CASE_VIEW)
def register_views() -> BaseResponse:
    return _page(_form())


@blueprint.post("/register/views/new")
@requires(Permission.CASE_VIEW)
def register_views_new() -> BaseResponse:
    form = _form(request.form)
    filters, columns = asked()
    try:
        with transaction():
            view = saving.save(
                saving.query_of(filters, columns),
                by=me(),
                at=g.at,
                name=form.name.data or "",
                estate_id=_estate_of(form.whose.data),
            )
    except Refused as refusal:
        return _page(form, refusal.message)
    flash(_("已保存视图“%(name)s”。", name=view.name))
    return pages.see_other(address_of(view))


def _estate_of(whose: str) -> int | None:
    """None: for oneself. Raises NotFound for an estate that is none of mine."""
    if whose in ("", MINE):
        return None
    found = [estate.id for estate in my_estates() if estate.slug == whose]
    if not found:
        raise NotFound
    return found[0]


@blueprint.post("/register/views/name")
@requires(Permission.CASE_VIEW)
def register_views_name() -> BaseResponse:
    view_id, typed = row_ids.asked("view"), plain(request.form.get("name"))
    try:
        with transaction():
            view = saving.rename(view_id, by=me(), name=typed)
    except Refused as refusal:
        return _page(_form(), refusal.message, view_id, typed)
    flash(_("现在叫“%(name)s”。", name=view.name))
    return pages.see_other(url_for("staff.register_views"))


@blueprint.post("/register/views/removal")
@requires(Permission.CASE_VIEW)
def register_views_removal() -> BaseResponse:
    view_id = row_ids.asked("view")
    try:
        with transaction():
            view = saving.remove(view_id, by=me(), at=g.at)
    except Refused as refusal:
        flash(refusal.message)
        return pages.see_other(url_for("staff.register_views"))
    flash(_("已删掉视图“%(name)s”。", name=view.name))
    return pages.see_other(url_for("staff.register_views"))
