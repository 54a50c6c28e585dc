"""One's own second step: a secret for the app on the telephone, its first code, and doing without again (T23)."""

from typing import Any

import segno
from flask import flash, g, request, session, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from shared import clock
from shared.database import transaction
from shared.errors import Refused
from shared.identity import one_time_codes
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.sealing import index
from shared.web import pages
from shared.web.requests import client_address
from staff import blueprint
from staff.access import before_second_step, me, requires
from staff.context import my_zone
from staff.second_step import PATIENCE, CodeForm

P = Permission
BEGUN = "two_steps_begun"  # in the cookie of the staff face
SCALE = 4  # pixels of a module: about 200 for the whole, which a telephone reads from a screen


def _drawn(address: str) -> Markup:
    code = segno.make(address, error="m", micro=False)
    return Markup(  # nosec B704 # made by segno from an address of ours
        code.svg_inline(scale=SCALE, border=4, dark="#000", light="#fff", svgclass=None, lineclass=None)
    )


def _is_begun_here(user: User) -> bool:
    """Whether the secret that waits for its first code was begun in this very browser, a short while ago.

    Whoever once sat at the open screen may know an older one, and must not find it taken over.
    """
    mark, begun = session.get(BEGUN, ("", 0))
    return (
        not one_time_codes.is_on(user)
        and user.otp_secret is not None
        and mark == _mark(user.otp_secret)
        and g.at.timestamp() < begun + PATIENCE.total_seconds()
    )


def _mark(secret: str) -> str:
    """Says nothing about it: the cookie is signed, and can be read."""
    return index(secret, "two steps begun").hex()


def _page(form: CodeForm | None = None) -> Any:
    form, user = form or CodeForm(), me()
    shown = user.otp_secret if _is_begun_here(user) else None
    return pages.render(
        "staff/two_steps.html",
        status=422 if form.errors else 200,
        form=form,
        has_errors=bool(form.errors),
        since=f"{clock.local(user.otp_since, my_zone()):%Y-%m-%d}" if user.otp_since else "",
        required=one_time_codes.is_required(user),
        secret=" ".join(shown[n : n + 4] for n in range(0, len(shown), 4)) if shown else "",
        drawn=_drawn(one_time_codes.address(user)) if shown else "",
    )


@blueprint.get("/two-steps")
@before_second_step
@requires(P.DESK_VIEW)
def two_steps() -> Any:
    return _page()


@blueprint.post("/two-steps/new")
@before_second_step
@requires(P.DESK_VIEW)
def two_steps_new() -> Any:
    """A secret to carry over to the telephone; whoever begins again gets another."""
    try:
        with transaction():
            secret = one_time_codes.begin(me())
        session[BEGUN] = _mark(secret), int(g.at.timestamp())
    except Refused as refusal:
        flash(refusal.message)
    return pages.see_other(url_for("staff.two_steps"))


@blueprint.post("/two-steps/confirmation")
@before_second_step
@requires(P.DESK_VIEW)
def two_steps_confirmation() -> Any:
    if not one_time_codes.is_on(me()) and not _is_begun_here(me()):
        flash(_("这个密钥不是刚才在这里开始的。请点“开始”，换一个新的密钥。"), "error")
        return pages.see_other(url_for("staff.two_steps"))
    form = CodeForm(request.form)
    if not form.validate():
        return _page(form)
    try:
        with transaction():
            one_time_codes.confirm(me(), form.otp.data or "", g.at)
    except Refused as refusal:
        form.otp.errors = [refusal.message]
        return _page(form)
    flash(_("两步登录已启用。下次登录要填验证码。"))
    return pages.see_other(url_for("staff.two_steps"))


@blueprint.post("/two-steps/ending")
@requires(P.DESK_VIEW)
def two_steps_ending() -> Any:
    """Whoever sits down at an open screen cannot take it away: it needs a code, and guesses are counted."""
    form = CodeForm(request.form)
    if form.validate() and _is_ended(me(), form):
        flash(_("两步登录已关闭。"))
        return pages.see_other(url_for("staff.two_steps"))
    return _page(form)


def _is_ended(user: User, form: CodeForm) -> bool:
    address = client_address()
    try:
        with transaction():
            if one_time_codes.shut_until(user, address, g.at) is not None:
                raise Refused(_("试得太多了，请过一会儿再试。"))
            one_time_codes.end(user, form.otp.data or "", g.at)
    except Refused as refusal:
        form.otp.errors = [refusal.message]
        with transaction():
            one_time_codes.note_failure(user, address, g.at)
        return False
    return True
