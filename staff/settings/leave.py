"""Leave (休假): who is away, until when, and who stands in."""

from datetime import timedelta
from typing import Any

from flask import abort, flash, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form

from shared import words
from shared.clock import local
from shared.database import db, transaction
from shared.errors import Refused
from shared.identity import leaves
from shared.identity.models import Estate, Leave, User
from shared.identity.permissions import Permission, Role
from shared.identity.queries import people_with
from shared.web import pages
from staff import blueprint, estates, row_ids
from staff.access import me, requires
from staff.cases.forms import instant, menu, moment, pick_from
from staff.settings.people_trace import last_changes

P = Permission
BACK, AHEAD = timedelta(days=30), timedelta(days=400)  # what the page shows
WORKS_ON_CASES = [role for role in Role if role is not Role.ADMINISTRATOR]


class LeaveForm(Form):
    user = menu(_l("谁休假"), _l("请选休假的人。"))
    starts_at = moment(_l("从什么时候"), _l("请填休假从什么时候开始。"))
    ends_at = moment(_l("到什么时候"), _l("请填休假到什么时候结束。"))
    deputy = menu(
        _l("谁代理"),
        _l("请从名单里选。"),
        required=False,
        description=_l("休假期间，派给本人的责任、值班和提醒都找代理人。没有代理人，就找下一级。"),
    )


def address(estate: Estate) -> str:
    return url_for("staff.settings_leave", estate=estate.slug)


@blueprint.get("/settings/leave")
@requires(P.SETTINGS_VIEW)
def settings_leave() -> Any:
    estate = estates.chosen(P.SETTINGS_VIEW)
    found = leaves.between(estate.id, g.at - BACK, g.at + AHEAD)
    return pages.render(
        "staff/settings/leave.html",
        of_estate=estate,
        estates=estates.views(P.SETTINGS_VIEW, estate, address),
        current=[_line(leave, estate) for leave in found if leave.starts_at <= g.at < leave.ends_at],
        coming=[_line(leave, estate) for leave in found if leave.starts_at > g.at],
        past=[_line(leave, estate) for leave in reversed(found) if leave.ends_at <= g.at],
        may_manage=me().can(P.SETTINGS_MANAGE, estate.id),
        new_url=url_for("staff.settings_leave_new", estate=estate.slug),
        changes=last_changes(estate, leaves.LEAVE),
    )


def _line(leave: Leave, estate: Estate) -> dict[str, Any]:
    begins, ends = local(leave.starts_at, estate.zone), local(leave.ends_at, estate.zone)
    return {
        "id": leave.id,
        "who": leave.user.name,
        "roles": words.listed(words.ROLES[role] for role in sorted(leave.user.roles_at(estate.id))),
        "span": f"{begins:%Y-%m-%d %H:%M} – {ends:%m-%d %H:%M}",
        "deputy": leave.deputy.name if leave.deputy else "",
    }


def _form(estate: Estate) -> LeaveForm:
    form = LeaveForm(request.form if request.method == "POST" else None)
    people = [(person.id, _called(person, estate)) for person in people_with(WORKS_ON_CASES, estate.id)]
    pick_from(form.user, people, _("请选择"))
    pick_from(form.deputy, people, _("没有代理人"))
    return form


def _called(person: User, estate: Estate) -> str:
    roles = words.listed(words.ROLES[role] for role in sorted(person.roles_at(estate.id)))
    return words.remarked(person.name, roles)


@blueprint.route("/settings/leave/new", methods=["GET", "POST"])
@requires(P.SETTINGS_MANAGE)
def settings_leave_new() -> Any:
    estate = estates.chosen(P.SETTINGS_MANAGE)
    form = _form(estate)
    if request.method == "POST" and form.validate() and _is_granted(form, estate):
        flash(_("休假已登记。"))
        return pages.see_other(address(estate))
    return pages.render(
        "staff/settings/leave_new.html",
        status=422 if form.errors else 200,
        form=form,
        of_estate=estate,
        back_url=address(estate),
    )


def _is_granted(form: LeaveForm, estate: Estate) -> bool:
    """Do it; a refusal stands at the deputy where it is about them, else at the end of the leave."""
    starts_at, ends_at = (instant(field.data, estate.zone) for field in (form.starts_at, form.ends_at))
    assert starts_at is not None
    assert ends_at is not None
    try:
        with transaction():
            deputy = db.session.get_one(User, int(form.deputy.data)) if form.deputy.data else None
            leaves.grant(
                db.session.get_one(User, int(form.user.data)),
                estate_id=estate.id,
                starts_at=starts_at,
                ends_at=ends_at,
                deputy=deputy,
                by=me(),
                at=g.at,
            )
    except Refused as refusal:
        form.ends_at.errors = [refusal.message]
        return False
    return True


@blueprint.post("/settings/leave/end")
@requires(P.SETTINGS_MANAGE)
def settings_leave_end() -> Any:
    """Back early, or not going at all."""
    estate = estates.chosen(P.SETTINGS_MANAGE)
    try:
        with transaction():
            leave = db.session.get(Leave, row_ids.asked("leave"))
            if leave is None or not leave.user.roles_at(estate.id):
                abort(404)
            leaves.end(leave, estate_id=estate.id, by=me(), at=g.at)
    except Refused as refusal:
        flash(refusal.message)
    else:
        flash(_("休假已结束。"))
    return pages.see_other(address(estate))
