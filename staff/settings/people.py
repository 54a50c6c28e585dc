"""Staff (员工): who works here and as what; added, changed, sent away and taken back (T21, T22)."""

from typing import Any

from flask import g, request, url_for

from shared import addresses, clock, words
from shared.cases.telephones import masked
from shared.database import transaction
from shared.errors import Refused
from shared.identity import one_time_codes, people, posts
from shared.identity.models import Estate, User
from shared.identity.permissions import Permission
from shared.notifications import inviting
from shared.web import pages
from staff import blueprint, estates
from staff.access import me, requires
from staff.settings.people_forms import NewPersonForm
from staff.settings.people_trace import last_changes

P = Permission


def address(estate: Estate) -> str:
    return url_for("staff.settings_people", estate=estate.slug)


def person_address(user: User, estate: Estate) -> str:
    return url_for("staff.settings_person", estate=estate.slug, person=user.id)


@blueprint.get("/settings/people")
@requires(P.SETTINGS_MANAGE)
def settings_people() -> Any:
    estate = estates.chosen(P.SETTINGS_MANAGE)
    everybody = people.of_estate(estate.id)
    lines = [_line(user, estate) for user in everybody]
    return pages.render(
        "staff/settings/people.html",
        of_estate=estate,
        estates=estates.views(P.SETTINGS_MANAGE, estate, address),
        here=[line for line in lines if line["posts"] and not line["ended"]],
        former=[line for line in lines if line["ended"] or not line["posts"]],
        new_url=url_for("staff.settings_people_new", estate=estate.slug),
        changes=last_changes(estate, people.PERSON, posts.POST, one_time_codes.CODES),
    )


def post_words(role: str, department: str = "") -> str:
    return f"{department} {words.ROLES[role]}".strip()


def _line(user: User, estate: Estate) -> dict[str, Any]:
    held = [a for a in user.appointments if a.until is None and a.estate_id == estate.id]
    ended = clock.local(user.deactivated_at, estate.zone) if user.deactivated_at else None
    return {
        "name": user.name,
        "username": user.username,
        "url": person_address(user, estate),
        "posts": [post_words(a.role, a.department.name if a.department else "") for a in held],
        "phone": masked(user.phone) if user.phone else "",
        "has_code": user.otp_since is not None,
        "ended": f"{ended:%Y-%m-%d}" if ended else "",
    }


@blueprint.route("/settings/people/new", methods=["GET", "POST"])
@requires(P.SETTINGS_MANAGE)
def settings_people_new() -> Any:
    """The link stands on the answer to the very post that made it, and nowhere afterwards."""
    estate = estates.chosen(P.SETTINGS_MANAGE)
    form = NewPersonForm(request.form if request.method == "POST" else None)
    form.offer(estate)
    if request.method == "POST" and form.validate():
        try:
            with transaction():
                user, token = people.add(
                    estate, form.username.data or "", form.particulars(), form.post(), by=me(), at=g.at
                )
            return linked(user, estate, token)
        except people.BadUsername as refusal:
            form.username.errors = [refusal.message]
        except Refused as refusal:
            form.role.errors = [refusal.message]
    return pages.render(
        "staff/settings/people_new.html",
        status=422 if form.errors else 200,
        form=form,
        of_estate=estate,
        back_url=address(estate),
    )


def linked(user: User, estate: Estate, token: str) -> Any:
    """The page that shows a one-time link, once."""
    return pages.render(
        "staff/settings/people_link.html",
        of_estate=estate,
        name=user.name,
        username=user.username,
        link=addresses.welcome(token),
        mailed_to=user.email if inviting.reaches(user) else "",
        minutes=int(people.LINK_VALID.total_seconds() // 60),
        person_url=person_address(user, estate),
        back_url=address(estate),
    )
