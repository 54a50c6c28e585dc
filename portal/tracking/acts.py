"""What an owner may do on the page of their case: add, withdraw, change the private link; how each act is reached."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import blueprint
from portal.filing import uploads
from portal.filing.answers import tidy
from portal.limits import ACTS, limiter
from portal.tracking import doors, owner_page, queries
from portal.tracking.addition import AdditionForm
from shared import clock, sealing
from shared.attachments import verbs as photos
from shared.cases import acting, ending, guards, links, scope
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.database import transaction
from shared.errors import Refused
from shared.web.pages import see_other

SAME_WORDS = timedelta(minutes=10)
DOORS = ("/c/<token>", "/track/<reference>")

View = Callable[..., Any]


def behind_doors(path: str, *methods: str) -> Callable[[View], View]:
    """Add *path* below both addresses of an owner's page."""

    def add(view: View) -> View:
        limited = limiter.limit(ACTS, methods=["POST"])(_refused_on_the_page(view))
        for door in DOORS:
            blueprint.add_url_rule(f"{door}/{path}", view.__name__, limited, methods=list(methods))
        return view

    return add


def _refused_on_the_page(view: View) -> View:
    """What may not be done now is said above the case itself, where its owner sees why."""

    @wraps(view)
    def guarded(**named: str) -> Any:
        try:
            return view(**named)
        except Refused as refused:
            doors_of = {name: named[name] for name in ("token", "reference") if name in named}
            return owner_page.owners(doors.opened(**doors_of), refused=refused, status=HTTPStatus.CONFLICT)

    return guarded


def attach(case: Case, taken: uploads.Taken, act: Act, number: int, at: datetime) -> list[str]:
    """The photos that came with *act* in round *number*; gives their ids."""
    held = [
        photos.attach(photo, public=True, at=at, case_id=case.id, round=number, act=act)
        for photo in taken.photos
    ]
    return [photo.id for photo in held]


@behind_doors("addition", "GET", "POST")
def addition(**door_named: str) -> Response:
    """Words, photos or both. What could not be taken is told, what could be is kept."""
    door = doors.opened(**door_named)
    if request.method == "GET":
        return see_other(f"{door.base}#addition")
    form = AdditionForm(request.form)
    form.description.data = tidy(form.description.data or "")
    right = form.validate()
    taken = uploads.take(request.files.getlist("photos")) if right else uploads.Taken()
    if right and not form.description.data and not taken.photos:
        form.description.errors = [
            *taken.refusals,
            *([] if taken.refusals else [_("请写几句，或选照片。")]),
        ]
        right = False
    if not right:
        return owner_page.owners(door, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    _add(door, form.description.data, taken)
    flash(_("已收到您的补充。处理人会看到。"))
    for refusal in taken.refusals:
        flash(refusal)
    return see_other(f"{door.base}#timeline")


def _add(door: doors.Door, text: str, taken: uploads.Taken) -> None:
    at = clock.now()
    with transaction():
        case = scope.lock_by_id(door.case_id)
        if not taken.photos and _just_said(case, text, at):
            return
        acting.refuse_unless(
            guards.allows(case, Act.ADDITION), _("这件诉求已经结束，不能再补充。需要时请重新提交。")
        )
        ending.add(case, at=at, text=text, photos=attach(case, taken, Act.ADDITION, case.round, at))


def _just_said(case: Case, text: str, at: datetime) -> bool:
    """A second tap or a reload sends the same words again; they are kept once."""
    last = queries.last_of(queries.public_rows(case.id), Act.ADDITION)
    return bool(last and last.at > at - SAME_WORDS and last.data.get("digest") == sealing.digest(text).hex())


@behind_doors("withdrawal", "GET", "POST")
def withdrawal(**door_named: str) -> Response | str:
    """Asked first, done by POST; whoever opened by the telephone's last four may not."""
    door = doors.opened(**door_named)
    acting.refuse_unless(door.may_withdraw, _("要撤回，请用回执码打开，或从专属链接进入。也可以打服务电话。"))
    if request.method == "GET":
        case = door.case()
        possible = guards.allows(case, Act.WITHDRAWAL)
        return render_template("portal/withdrawal.html", case=case, door=door, possible=possible)
    with transaction():
        case = scope.lock_by_id(door.case_id)
        ending.withdraw(case, at=clock.now(), reason=tidy(request.form.get("reason", ""))[:500])
    flash(_("已撤回。不再处理这件事。"))
    return see_other(door.base)


@behind_doors("link", "GET", "POST")
def link(**door_named: str) -> Response | str:
    """Change the private link (T06); whoever opened by the telephone's last four may not."""
    door = doors.opened(**door_named)
    acting.refuse_unless(door.may_change_link, _("更换专属链接，请用回执码打开，或从现在的专属链接进入。"))
    if request.method == "GET":
        return render_template("portal/change_link.html", case=door.case(), door=door)
    with transaction():
        case = scope.lock_by_id(door.case_id)
        token = links.rotate(case, clock.now())
    flash(_("专属链接已更换。旧链接打不开了。请保存这一页。"))
    return see_other(url_for("portal.receipt", token=token))
