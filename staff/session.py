"""Signing in and out (T19–T21, T23)."""

import math
from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import Response, flash, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response as BaseResponse
from wtforms import Form, PasswordField, StringField
from wtforms.validators import InputRequired

from shared import addresses, clock
from shared.database import transaction
from shared.identity import one_time_codes, sessions
from shared.identity.models import User
from shared.web import pages
from shared.web.requests import client_address
from staff import blueprint, second_step
from staff.access import login, me, open_to_all
from staff.cases import luggage
from staff.second_step import CodeForm
from staff.way_back import way_back

LONGEST_NAME = 40
LONGEST_PASSWORD = 1024  # argon2 takes any length; a megabyte of it would be an attack


class SignInForm(Form):
    username = StringField(_l("用户名"), [InputRequired(_l("请填用户名"))])
    password = PasswordField(_l("密码"), [InputRequired(_l("请填密码"))])


def safe_next(address: str | None) -> str:
    """Where to go after signing in: the page that was wanted, which is not the door itself, or the desk."""
    home = url_for("staff.desk")
    wanted = way_back(address, home)
    return home if wanted.startswith(url_for("staff.sign_in")) else wanted


@login.unauthorized_handler
def must_sign_in() -> BaseResponse:
    """To the sign-in page; htmx is told to go there, never given it to swap into a cell (decision 20).

    The script of a page with words on it asks for the sign-in by itself, on top of the page; without script the words
    that were sent travel with the sign-in, and stand in their form again afterwards (F44).
    """
    if request.method == "GET":
        address = url_for("staff.sign_in", next=request.full_path.rstrip("?"))
    else:
        address = url_for("staff.sign_in")
    if pages.wants_fragment():
        return Response(status=HTTPStatus.UNAUTHORIZED, headers={"HX-Redirect": address})
    owner = sessions.owner(session.get("_user_id", "")) if request.method == "POST" else None
    packed = luggage.pack(owner) if owner else ""
    if packed:
        return _page(SignInForm(), HTTPStatus.UNAUTHORIZED, packed=packed)
    return pages.see_other(address)


def _page(form: SignInForm | CodeForm, status: int = 200, problem: str = "", packed: str = "") -> Response:
    step = "sign_in_code" if isinstance(form, CodeForm) else "sign_in"
    return pages.render(
        f"staff/{step}.html",
        fragment=f"staff/_{step}_again.html",
        status=status,
        form=form,
        problem=problem,
        has_errors=bool(problem or form.errors),
        next=request.values.get("next", ""),
        luggage=packed or request.form.get("luggage", ""),
        again=_again(),
        internal_url=addresses.internal_report(),
    )


def _shut(form: SignInForm | CodeForm, until: datetime, at: datetime) -> Response:
    """Too many tries from here: say until when, and let a machine read it too."""
    seconds = max(1, math.ceil((until - at).total_seconds()))
    answer = _page(form, 429, _("试得太多了，请 %(n)s 分钟后再试。", n=math.ceil(seconds / 60)))
    answer.headers["Retry-After"] = str(seconds)
    return answer


def _begin(user: User, address: str, at: datetime) -> None:
    session.clear()  # nothing that was in the cookie before survives: no fixation (T21)
    with transaction():
        begun, token = sessions.begin(user, address, at)
    begun.token = token
    login_user(begun)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@open_to_all
def sign_in() -> Any:
    if current_user.is_authenticated:
        return _signed_in(me())
    if "otp" in request.form:
        return _try_code(CodeForm(request.form))
    form = SignInForm(request.form)
    if request.method == "GET":
        return _page(SignInForm())
    if not form.validate():
        return _page(form, 422)
    return _try(form)


def _try(form: SignInForm) -> Any:
    at, address = clock.now(), client_address()
    username = (form.username.data or "").strip()[:LONGEST_NAME]
    password = (form.password.data or "")[:LONGEST_PASSWORD]
    until = sessions.shut_until(username, address, at)
    if until is not None:
        return _shut(form, until, at)
    # The slow check holds no lock of ours: it is done before any change is opened.
    user = sessions.find(username, password)
    if user is None:
        with transaction():
            sessions.note_failure(username, address, at)
        return _page(form, 422, _("用户名或密码不对。请核对后再试。"))
    if one_time_codes.is_on(user):
        second_step.remember(user, at)
        return _page(CodeForm())
    _begin(user, address, at)
    return _signed_in(user)


def _try_code(form: CodeForm) -> Any:
    at, address = clock.now(), client_address()
    user = second_step.pending(at)
    if user is None:
        return _page(SignInForm(), 422, _("等得太久了，请重新填用户名和密码。"))
    if not form.validate():
        return _page(form, 422)
    is_right, until = second_step.try_code(user, form.otp.data or "", address, at)
    if until is not None:
        return _shut(form, until, at)
    if not is_right:
        return _page(form, 422, _("验证码不对，或已经用过。请等手机上换了数字再填。"))
    _begin(user, address, at)
    return _signed_in(user)


def _again() -> str:
    """Who was signed in on the page that asks for a sign-in on top of it."""
    return request.values.get("again", "")[:LONGEST_NAME]


def _signed_in(user: User) -> BaseResponse:
    """On where they wanted to; on top of a page of theirs, with the token that its forms need now.

    Somebody else's words are never sent in one's own name: another person is led away from that page.
    """
    if pages.wants_fragment() and _again() == user.username:
        return pages.render("staff/_signed_in.html", fragment="staff/_signed_in.html")
    return pages.see_other(_unpacked(user) or safe_next(request.values.get("next")))


def _unpacked(user: User) -> str:
    """The address of the form whose words travelled with the sign-in, where they stand again; empty without any."""
    packed = request.form.get("luggage", "")
    if not packed:
        return ""
    with transaction():
        return luggage.unpack(packed, user, clock.now())


@blueprint.post("/sign-out")
@open_to_all
def sign_out() -> BaseResponse:
    """The row ends, so that a copied cookie is worth nothing (T21)."""
    if current_user.is_authenticated:
        with transaction():
            sessions.end(current_user.id, clock.now())
        logout_user()
    session.clear()
    flash(_("您已退出。"))
    return pages.see_other(url_for("staff.sign_in"))
