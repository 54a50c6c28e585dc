"""The keyboard's shortcuts on lists and cases: what may be done with the row one stands on, and where `g` leads."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from shared.identity.permissions import Permission
from shared.register.views import View
from staff import blueprint
from staff.access import me
from staff.cases.acts import ACTS

ON_ROWS = ("progress", "note", "closure")  # r, n, e; claiming and dispatching have keys of their own


@dataclass(frozen=True, slots=True)
class Shortcut:
    key: str
    label: LazyString | str
    goes: str  # on a row: the last part of the act's address; after `g`: the whole address


_PLACES: tuple[tuple[str, LazyString, Permission, Callable[[], str]], ...] = (
    ("m", _l("我的"), Permission.DESK_VIEW, lambda: url_for("staff.desk", view=View.MINE)),
    ("u", _l("未领取"), Permission.CASE_CLAIM, lambda: url_for("staff.desk", view=View.UNCLAIMED)),
    ("r", _l("台账"), Permission.CASE_VIEW, lambda: url_for("staff.register")),
    ("n", _l("登记诉求"), Permission.CASE_REGISTER, lambda: url_for("staff.intake")),
)


@blueprint.app_template_global()
def row_keys() -> list[Shortcut]:
    """The acts that I could do, on a row where its case allows them."""
    return [
        Shortcut(act.key, act.label, act.slug)
        for act in (ACTS[slug] for slug in ON_ROWS)
        if me().estates_where(act.permission)
    ]


@blueprint.app_template_global()
def may_assign() -> bool:
    """Whether I dispatch anywhere."""
    return bool(me().estates_where(Permission.CASE_DISPATCH))


@blueprint.app_template_global()
def going_keys() -> list[Shortcut]:
    """Where the two keys `g` and another lead me."""
    return [
        Shortcut(key, label, address())
        for key, label, permission, address in _PLACES
        if me().estates_where(permission)
    ]
