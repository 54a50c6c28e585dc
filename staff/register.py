"""The register (台账): every case this person may see, narrowed by what the address says."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from flask import g, request, url_for
from sqlalchemy import Select, bindparam, select

from shared.cases.vocabulary import Channel
from shared.catalogues import gettext as _
from shared.catalogues import lazy_gettext as _l
from shared.database import db
from shared.exports import register_rows
from shared.identity.models import Appointment, Building, Department, Estate, User
from shared.identity.permissions import GRANTS, Permission, Role
from shared.register import listing, saving, search
from shared.register.filters import ANY_OPEN, DATES, NAMES, NOBODY, Filters, Sort, parse
from shared.register.listing import Page
from shared.register.views import offered
from shared.web import pages
from shared.words import CATEGORIES, CHANNELS, KINDS, STATES, URGENCIES, VALIDITIES
from staff import blueprint, register_columns, register_views
from staff.access import me, requires
from staff.context import my_estates, my_zone
from staff.desk import NAMES as VIEW_NAMES
from staff.lists import case_url

Options = list[tuple[str, str]]

SORTS = {Sort.NEWEST: _l("最新登记在前"), Sort.OLDEST: _l("最早登记在前"), Sort.DUE: _l("最先到时限在前")}


BESIDE = ("columns", "after", "before")  # in the address, and no filters
LONGEST_NAME, MOST_NAMED = 20, 5


def _words(table: Any) -> Options:
    return [(code, str(word)) for code, word in table.items()]


def _channels(user: User) -> Options:
    sees_internal = bool(user.estates_where(Permission.CASE_ANSWER_INTERNAL))
    return [(code, name) for code, name in _words(CHANNELS) if sees_internal or code != Channel.INTERNAL]


def _places(estates: Sequence[Estate]) -> tuple[Options, Options]:
    """Buildings and departments of the estates; with several estates each says which it belongs to."""
    names = {estate.id: estate.name for estate in estates}
    several = len(names) > 1

    def options(model: type[Building] | type[Department]) -> Options:
        found = db.session.execute(_named(model), {"estates": [*names]})
        return [(str(i), f"{names[estate]} {name}" if several else name) for i, estate, name in found]

    return options(Building), options(Department)


@cache
def _named(model: type[Building] | type[Department]) -> Select[int, int, str]:
    """Built once: a statement is longer in the making than in the asking."""
    return (
        select(model.id, model.estate_id, model.name)
        .where(model.estate_id.in_(bindparam("estates", expanding=True)))
        .order_by(model.estate_id, model.position)
    )


_POSTS = (
    select(User.username, User.name, Appointment.role)
    .join(Appointment, Appointment.user_id == User.id)
    .where(Appointment.estate_id.in_(bindparam("estates", expanding=True)), Appointment.until.is_(None))
    .order_by(User.name, User.id)
)


def _people(estates: Sequence[Estate]) -> tuple[Options, Options]:
    """Who handles and who takes first responsibility, by the posts they hold now; one query."""
    found = db.session.execute(_POSTS, {"estates": [e.id for e in estates]}).all()

    def holding(permission: Permission) -> Options:
        return list({(u, name): None for u, name, role in found if permission in GRANTS[Role(role)]})

    nobody = (NOBODY, _("（没有）"))
    return [nobody, *holding(Permission.CASE_ACCEPT)], [nobody, *holding(Permission.CASE_CLAIM)]


def _choices(estates: Sequence[Estate], user: User) -> list[dict[str, Any]]:
    """The selects of the filter bar, the most used first; *often* stay in sight."""
    buildings, departments = _places(estates)
    handlers, responders = _people(estates)
    shown = [
        ("state", _("状态"), [(ANY_OPEN, _("未结")), *_words(STATES)], True),
        ("category", _("类别"), _words(CATEGORIES), True),
        ("building", _("楼栋"), buildings, True),
        ("sort", _("排序"), _words(SORTS), True),
        ("view", _("工作台视图"), [(v.value, str(VIEW_NAMES[v])) for v in offered(user)], False),
        ("kind", _("性质"), _words(KINDS), False),
        ("department", _("主办部门"), departments, False),
        ("handler", _("处理人"), handlers, False),
        ("first_responder", _("首问责任人"), responders, False),
        ("channel", _("渠道"), _channels(user), False),
        ("urgency", _("紧急程度"), _words(URGENCIES), False),
        ("validity", _("有效性"), _words(VALIDITIES), False),
    ]
    if len(estates) > 1:
        shown.insert(0, ("estate", _("小区"), [(e.slug, e.name) for e in estates], True))
    return [{"name": n, "label": label, "options": o, "often": often} for n, label, o, often in shown]


def _folded(choices: list[dict[str, Any]]) -> list[str]:
    """The names of those that are out of sight until one is in force."""
    return [choice["name"] for choice in choices if not choice["often"]]


def _heading(page: Page) -> str:
    if page.total is None:
        return ""
    if page.total > page.counted:
        return _("%(n)s 件以上", n=page.counted)
    if page.matters is not None and page.matters < page.total:
        return _("共 %(n)s 件，%(m)s 件事", n=page.total, m=page.matters)
    return _("共 %(n)s 件", n=page.total)


def _turn(kept: dict[str, Any], **cursor: str) -> str:
    wanted: dict[str, Any] = {**kept, **cursor}
    return url_for("staff.register", **wanted)


def _columns(columns: tuple[str, ...]) -> list[dict[str, Any]]:
    """What there is to choose from; the way to the case is always there."""
    return [
        {"name": name, "label": str(label), "shown": name in columns}
        for name, label in register_columns.NAMES.items()
        if name != register_columns.ALWAYS
    ]


def _not_narrowed_by(filters: Filters, choices: list[dict[str, Any]]) -> list[str]:
    """What the address asks for and nothing understands; dates have a sentence of their own."""
    labels = {c["name"]: str(c["label"]) for c in choices}
    strange = [name[:LONGEST_NAME] for name in request.args if name not in (*NAMES, *BESIDE)]
    unread = [labels.get(name, name) for name in filters.unread if name not in DATES]
    return [*unread, *strange][:MOST_NAMED]


def _bulk(user: User) -> list[dict[str, Any]]:
    """What may be done with ticked cases, with its key."""
    doors = (
        (Permission.CASE_CLAIM, "staff.register_bulk_claim", _("领取"), "c"),
        (Permission.CASE_DISPATCH, "staff.register_bulk_dispatch", _("派单"), "a"),
        (Permission.INCIDENT_MANAGE, "staff.register_bulk_joining", _("并入群诉"), ""),
    )
    return [
        {"url": url_for(endpoint), "label": label, "key": key}
        for permission, endpoint, label, key in doors
        if user.estates_where(permission)
    ]


@blueprint.get("/cases")
@requires(Permission.CASE_VIEW)
def register() -> Any:
    user, filters = me(), parse(request.args)
    sought = search.understand(filters.q, g.at, my_zone(), user)
    number = search.exact_case(sought, user) if sought else None
    if number is not None:
        return pages.see_other(case_url(number))
    cursor = listing.read_cursor(request.args.get("after", ""), request.args.get("before", ""))
    page = listing.page(user, filters, cursor, g.at, my_zone())
    estates = my_estates()
    columns = register_columns.chosen(request.args)
    in_address = register_columns.written(columns)
    kept: dict[str, Any] = {**filters.values, **({"columns": in_address} if in_address else {})}
    query, choices = saving.query_of(filters, in_address), _choices(estates, user)
    return pages.render(
        "staff/register.html",
        drawn=register_columns.draw(page.rows, columns, user, several_estates=len(estates) > 1),
        columns=columns,
        column_names=register_columns.NAMES,
        column_choices=_columns(columns),
        bulk=_bulk(user),
        may_reveal=bool(user.estates_where(Permission.CONTACT_REVEAL)),
        most_exported=register_rows.MOST,
        kept=kept,
        carried={name: kept[name] for name in ("q", "columns") if name in kept},
        narrows_more=any(filters.get(name) for name in (*DATES, *_folded(choices))),
        views=register_views.chips(user, query),
        views_url=url_for("staff.register_views", **kept),
        can_save=bool(query),
        filters=filters,
        choices=choices,
        not_narrowed_by=_not_narrowed_by(filters, choices),
        heading=_heading(page),
        next_url=_turn(kept, after=page.next) if page.next else "",
        previous_url=_turn(kept, before=page.previous) if page.previous else "",
        clear_url=url_for("staff.register"),
    )
