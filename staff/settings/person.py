"""One member of staff: telephone and address, posts, a new link, leaving and coming back."""

from collections.abc import Callable
from typing import Any

from flask import flash, g, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from shared import clock
from shared.cases import participation
from shared.cases.models import Case
from shared.database import db, transaction
from shared.errors import Refused
from shared.identity import one_time_codes, people, posts
from shared.identity.models import Appointment, Estate, User
from shared.identity.permissions import Permission, Role
from shared.ownership import leaving
from shared.ownership.leaving import StillHolds
from shared.web import pages
from staff import blueprint, estates, row_ids
from staff.access import me, requires
from staff.settings import succession
from staff.settings.people import address, linked, person_address, post_words
from staff.settings.people_forms import ParticularsForm, PostForm, of_person

P = Permission


@blueprint.get("/settings/people/person")
@requires(P.SETTINGS_MANAGE)
def settings_person() -> Any:
    estate = estates.chosen(P.SETTINGS_MANAGE)
    return _page(people.find(row_ids.asked("person"), estate.id), estate)


def _page(
    user: User,
    estate: Estate,
    *,
    form: ParticularsForm | None = None,
    post_form: PostForm | None = None,
    held: StillHolds | None = None,
    refusal: str = "",
) -> Any:
    if post_form is None:
        post_form = PostForm()
        post_form.offer(estate)
    is_wrong = bool((form and form.errors) or post_form.errors)
    return pages.render(
        "staff/settings/person.html",
        status=409 if held else 422 if is_wrong else 200,
        of_estate=estate,
        person=user,
        form=form or of_person(user),
        post_form=post_form,
        posts=[_post(a, estate) for a in user.appointments if a.estate_id == estate.id and a.until is None],
        former=[
            _post(a, estate) for a in user.appointments if a.estate_id == estate.id and a.until is not None
        ],
        may_change=posts.can_manage(me(), user),
        is_me=user.id == me().id,
        ended=f"{clock.local(user.deactivated_at, estate.zone):%Y-%m-%d}" if user.deactivated_at else "",
        code_since=f"{clock.local(user.otp_since, estate.zone):%Y-%m-%d}" if user.otp_since else "",
        may_reset=posts.can_manage(me(), user) and Role.ADMINISTRATOR in me().roles_at(estate.id),
        held=_shown(held) if held else None,
        refusal=refusal,
        succession=succession.offered(user, request.form) if held else None,
        hands_over_url=url_for("staff.settings_person_succession"),
        back_url=address(estate),
    )


def _post(post: Appointment, estate: Estate) -> dict[str, Any]:
    return {
        "id": post.id,
        "name": post_words(post.role, post.department.name if post.department else ""),
        "since": f"{clock.local(post.since, estate.zone):%Y-%m-%d}",
        "until": f"{clock.local(post.until, estate.zone):%Y-%m-%d}" if post.until else "",
        "may_end": post.role in posts.grantable(me(), estate.id) and post.user_id != me().id,
    }


def _shown(held: StillHolds) -> dict[str, Any]:
    """By number; a link where the reader sees the case.

    Of a report from inside, or a case about the reader, nothing but that more is there.
    """
    ids = [case.id for case in held.cases]
    seen = set(db.session.scalars(select(Case.id).where(Case.id.in_(ids), participation.visible_to(me()))))
    told = [
        case
        for case in held.cases
        if case.id in seen or not (case.is_internal or participation.is_about(case, me()))
    ]
    return {
        "message": held.message,
        "cases": [
            {
                "number": case.archive_number,
                "url": url_for("staff.case", number=case.archive_number) if case.id in seen else "",
            }
            for case in told
        ],
        "others": len(told) < len(held.cases),
    }


@blueprint.post("/settings/people/particulars")
@requires(P.SETTINGS_MANAGE)
def settings_person_particulars() -> Any:
    estate = estates.chosen(P.SETTINGS_MANAGE)
    user = people.find(row_ids.asked("person"), estate.id)
    form = of_person(user, request.form)
    if not form.validate():
        return _page(user, estate, form=form)
    return _done(
        estate, lambda one: people.change(one, estate, form.particulars(), by=me(), at=g.at), _("已保存。")
    )


@blueprint.post("/settings/people/post")
@requires(P.SETTINGS_MANAGE)
def settings_person_post() -> Any:
    """One more post."""
    estate = estates.chosen(P.SETTINGS_MANAGE)
    user = people.find(row_ids.asked("person"), estate.id)
    form = PostForm(request.form)
    form.offer(estate)
    if form.validate():
        try:
            with transaction():
                wanted = form.post()
                one = people.lock(user.id, estate.id, me())
                posts.appoint(one, estate, wanted.role, wanted.department_id, by=me(), at=g.at)
            flash(_("岗位已加上。"))
            return pages.see_other(person_address(user, estate))
        except Refused as refusal:
            form.role.errors = [refusal.message]
    return _page(user, estate, post_form=form)


@blueprint.post("/settings/people/post_end")
@requires(P.SETTINGS_MANAGE)
def settings_person_post_end() -> Any:
    estate = estates.chosen(P.SETTINGS_MANAGE)
    post_id = row_ids.asked("post")

    def end(user: User) -> None:
        leaving.give_up(posts.of_id(post_id, user, estate.id), by=me(), at=g.at)

    return _done(estate, end, _("岗位已免去。"))


@blueprint.post("/settings/people/link")
@requires(P.SETTINGS_MANAGE)
def settings_person_link() -> Any:
    """A new one-time link, and with it whoever comes back after leaving."""
    estate = estates.chosen(P.SETTINGS_MANAGE)
    person = row_ids.asked("person")
    try:
        with transaction():
            user = people.lock(person, estate.id, me())
            give = people.invite if user.is_active else people.reactivate
            token = give(user, estate, by=me(), at=g.at)
    except Refused as refusal:
        flash(refusal.message)
        return pages.see_other(person_address(people.find(person, estate.id), estate))
    return linked(user, estate, token)


@blueprint.post("/settings/people/leaving")
@requires(P.SETTINGS_MANAGE)
def settings_person_leaving() -> Any:
    """At once where they hold nothing, else after what they hold has gone to somebody."""
    estate = estates.chosen(P.SETTINGS_MANAGE)
    user = people.find(row_ids.asked("person"), estate.id)
    return _gone(user, estate, lambda: leaving.leave(user, estate, by=me(), at=g.at))


@blueprint.post("/settings/people/succession")
@requires(P.SETTINGS_MANAGE)
def settings_person_succession() -> Any:
    """What they hold passes to the people named, and they go; refused, the page keeps what was chosen."""
    estate = estates.chosen(P.SETTINGS_MANAGE)
    user = people.find(row_ids.asked("person"), estate.id)

    def hand_over() -> None:
        choices = succession.chosen(user, request.form)
        reason = request.form.get("reason", "")
        left = leaving.hand_over(user, estate, choices, by=me(), at=g.at, reason=reason)
        if left:
            flash(_("还有 %(n)s 项没有移交，请接着移交。", n=left))

    return _gone(user, estate, hand_over)


def _gone(user: User, estate: Estate, act: Callable[[], None]) -> Any:
    """Do it; where they still hold something, or somebody named could not have it, the page says so with the form."""
    refused = ""
    try:
        with transaction():
            act()
    except StillHolds as held:
        return _page(people.find(user.id, estate.id), estate, held=held)
    except Refused as refusal:
        refused = refusal.message
    now = people.find(user.id, estate.id)
    theirs = leaving.held_by(now) if now.is_active and posts.can_manage(me(), now) else []
    if theirs:
        return _page(now, estate, held=StillHolds(now, theirs), refusal=refused)
    flash(refused or _("已停用，打开着的登录已经结束，岗位和值班也都结束。"))
    return pages.see_other(person_address(now, estate))


@blueprint.post("/settings/people/code_reset")
@requires(P.SETTINGS_MANAGE)
def settings_person_code_reset() -> Any:
    """A lost telephone (T23)."""
    estate, reason = estates.chosen(P.SETTINGS_MANAGE), request.form.get("reason", "")
    return _done(
        estate,
        lambda user: one_time_codes.reset(user, estate, reason, by=me(), at=g.at),
        _("两步登录已重设，下次登录只要密码。"),
    )


def _done(estate: Estate, act: Callable[[User], None], said: str) -> Any:
    """Do it to the person that the form names, and say so, or why not."""
    person = row_ids.asked("person")
    try:
        with transaction():
            act(people.lock(person, estate.id, me()))
    except StillHolds as held:
        return _page(people.find(person, estate.id), estate, held=held)
    except Refused as refusal:
        flash(refusal.message)
    else:
        flash(said)
    return pages.see_other(person_address(people.find(person, estate.id), estate))
