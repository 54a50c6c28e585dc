"""Signing in and out (T19–T21, T23)."""

import math
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Response, flash, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response as BaseResponse
from wtforms import Form, PasswordField, StringField
from wtforms.validators import InputRequired

from shared import addresses, clock
from shared.database import transaction
from shared.identity import sessions
from shared.identity.models import User
from shared.web import pages
from shared.web.requests import client_address
from staff import blueprint
from staff.access import open_to_all

LONGEST_NAME = 40
LONGEST_PASSWORD = 1024  # argon2 takes any length; a megabyte of it would be an attack


class SignInForm(Form):
    username = StringField(_l("用户名"), [InputRequired(_l("请填用户名"))])
    password = PasswordField(_l("密码"), [InputRequired(_l("请填密码"))])


def safe_next(address: str | None) -> str:
    """Where to go after signing in: a path of this face, or the desk. Never another site (T19)."""
    home = url_for("staff.desk")
    if not address or not address.isprintable() or "\\" in address or address.startswith("//"):
        return home
    parts = urlsplit(address)
    inside = parts.path == "/staff" or parts.path.startswith("/staff/")
    if parts.scheme or parts.netloc or not inside or parts.path.startswith(url_for("staff.sign_in")):
        return home
    return address


def _page(form: SignInForm, status: int = 200, problem: str = "") -> Response:
    return pages.render(
        "staff/sign_in.html",
        status=status,
        form=form,
        problem=problem,
        has_errors=bool(problem or form.errors),
        next=request.values.get("next", ""),
        internal_url=addresses.internal_report(),
    )


def _shut(form: SignInForm, until: datetime, at: datetime) -> Response:
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
        return pages.see_other(safe_next(request.values.get("next")))
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
    _begin(user, address, at)
    return pages.see_other(safe_next(request.form.get("next")))


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
