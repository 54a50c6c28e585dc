"""Routing (分派): which department and person is proposed for each category, and how well cases are classified."""

from typing import Any

from flask import abort, flash, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form

from shared import words
from shared.cases.vocabulary import Category
from shared.database import db, transaction
from shared.errors import Refused
from shared.identity import leaves, routes
from shared.identity.models import CategoryRoute, Department, Estate, User
from shared.identity.permissions import Permission
from shared.identity.queries import buildings, departments, people_who_may
from shared.policies.versions import in_force, policy_of
from shared.register import accuracy
from shared.register.figures import month_start
from shared.web import pages
from staff import blueprint, estates, row_ids
from staff.access import me, requires
from staff.cases import seats
from staff.cases.forms import menu, pick_from
from staff.settings.people_trace import last_changes

P = Permission


class RuleForm(Form):
    """One decision: the department, or one named person in it."""

    category = menu(_l("类别"), _l("请选类别。"))
    building = menu(
        _l("地点"), _l("请从名单里选。"), required=False, description=_l("不选就用在所有没有单独规定的地点。")
    )
    target = menu(_l("分派给"), _l("请选分派给哪个部门或谁。"))


def address(estate: Estate) -> str:
    return url_for("staff.settings_routing", estate=estate.slug)


@blueprint.get("/settings/routing")
@requires(P.SETTINGS_VIEW)
def settings_routing() -> Any:
    estate = estates.chosen(P.SETTINGS_VIEW)
    rule = policy_of(in_force(estate.id, g.at)).routing
    return pages.render(
        "staff/settings/routing.html",
        of_estate=estate,
        estates=estates.views(P.SETTINGS_VIEW, estate, address),
        categories=_categories(estate),
        automatic=rule if rule is not None and rule.automatic else None,
        may_manage=me().can(P.SETTINGS_MANAGE, estate.id),
        new_url=url_for("staff.settings_routing_rule", estate=estate.slug),
        accuracy=accuracy.classification(estate.id, month_start(g.at, estate.zone)),
        target=accuracy.TARGET,
        changes=last_changes(estate, routes.ROUTE),
    )


def _categories(estate: Estate) -> list[dict[str, Any]]:
    """Every category with its rules: everywhere first, then building by building."""
    found = routes.routes(estate.id)
    places = {b.id: b.name for b in buildings(estate.id)}
    teams = {d.id: d.name for d in departments(estate.id)}
    ids = [route.handler_id for route in found if route.handler_id]
    people = {user.id: user for user in db.session.query(User).filter(User.id.in_(ids))}
    away = leaves.away(ids, g.at)

    def line(route: CategoryRoute) -> dict[str, Any]:
        person = people.get(route.handler_id or 0)
        leave = away.get(route.handler_id or 0)
        return {
            "id": route.id,
            "where": places.get(route.building_id or 0) or _("所有地点"),
            "is_special": route.building_id is not None,
            "department": teams.get(route.department_id, ""),
            "person": person.name if person else _("在办最少的人"),
            "note": _away(leave.deputy) if leave else "",
            "url": url_for(
                "staff.settings_routing_rule",
                estate=estate.slug,
                category=route.category,
                building=route.building_id,
            ),
        }

    return [
        {
            "name": words.CATEGORIES[category],
            "rules": [line(route) for route in found if route.category == category],
        }
        for category in Category
    ]


def _away(deputy: User | None) -> str:
    return _("休假，由%(name)s代理", name=deputy.name) if deputy else _("休假，改派在办最少的人")


def _form(estate: Estate) -> RuleForm:
    posted = request.form if request.method == "POST" else None
    form = RuleForm(
        posted, data={"category": request.args.get("category"), "building": request.args.get("building")}
    )
    pick_from(form.category, [(c.value, str(words.CATEGORIES[c])) for c in Category], _("请选择"))
    places = {str(b.id): b.name for b in buildings(estate.id)}
    pick_from(form.building, places.items(), _("所有地点"))
    able = people_who_may(P.CASE_ACCEPT, estate.id)
    pick_from(
        form.target,
        [
            option
            for team in departments(estate.id)
            for option in (
                (seats.code(team.id), _("%(department)s，在办最少的人", department=team.name)),
                *(
                    (seats.code(team.id, user.id), f"{team.name} · {user.name}")
                    for user in able
                    if team.id in user.department_ids
                ),
            )
        ],
        _("请选择"),
    )
    if posted is None and form.category.data:
        building = form.building.data if form.building.data in places else ""
        if route := routes.route_for(estate.id, form.category.data, int(building) if building else None):
            form.target.data = seats.code(route.department_id, route.handler_id)
    return form


@blueprint.route("/settings/routing/rule", methods=["GET", "POST"])
@requires(P.SETTINGS_MANAGE)
def settings_routing_rule() -> Any:
    estate = estates.chosen(P.SETTINGS_MANAGE)
    form = _form(estate)
    if request.method == "POST" and form.validate() and _is_set(form, estate):
        flash(_("分派规则已保存，从下一件诉求起用。"))
        return pages.see_other(address(estate))
    return pages.render(
        "staff/settings/routing_rule.html",
        status=422 if form.errors else 200,
        form=form,
        of_estate=estate,
        back_url=address(estate),
    )


def _is_set(form: RuleForm, estate: Estate) -> bool:
    department_id, handler_id = seats.ids(form.target.data)
    try:
        with transaction():
            routes.set_route(
                estate.id,
                form.category.data,
                int(form.building.data) if form.building.data else None,
                department=db.session.get_one(Department, department_id),
                handler=db.session.get_one(User, handler_id) if handler_id else None,
                by=me(),
                at=g.at,
            )
    except Refused as refusal:
        form.target.errors = [refusal.message]
        return False
    return True


@blueprint.post("/settings/routing/removal")
@requires(P.SETTINGS_MANAGE)
def settings_routing_removal() -> Any:
    """Let a building go by the rule of its category again."""
    estate = estates.chosen(P.SETTINGS_MANAGE)
    try:
        with transaction():
            route = db.session.get(CategoryRoute, row_ids.asked("route"))
            if route is None or route.estate_id != estate.id:
                abort(404)
            routes.drop_route(route, by=me(), at=g.at)
    except Refused as refusal:
        flash(refusal.message)
    else:
        flash(_("已删去，这个地点照类别的规则分派。"))
    return pages.see_other(address(estate))
