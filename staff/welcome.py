"""Choosing a password through a one-time link (T22); nobody is given one."""

from typing import Any

from flask import flash, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import Form, PasswordField, ValidationError
from wtforms.validators import EqualTo, InputRequired, Length

from shared import clock
from shared.database import transaction
from shared.errors import NotFound
from shared.identity import invitations, passwords
from shared.web import pages
from staff import blueprint
from staff.access import open_to_all

LONGEST = 1024  # argon2 takes any length; a megabyte of it would be an attack


class WelcomeForm(Form):
    password = PasswordField(
        _l("新密码"),
        [
            InputRequired(_l("请填新密码")),
            Length(passwords.SHORTEST, LONGEST, _l("密码至少 12 个字，可以是一句话。")),
        ],
        description=_l("至少 12 个字。一句只有您知道的话，比复杂的短密码更安全。"),
    )
    again = PasswordField(
        _l("再填一次"), [InputRequired(_l("请再填一次")), EqualTo("password", _l("两次填的不一样。"))]
    )

    def validate_password(self, field: PasswordField) -> None:
        if len(set(field.data or "")) < passwords.FEWEST_DIFFERENT:
            raise ValidationError(_("重复的字太多，容易被猜到。请换一句话。"))
        if passwords.is_common(field.data or ""):
            raise ValidationError(_("这个密码太常见，一猜就中。请换一句话。"))


@blueprint.route("/welcome/<token>", methods=["GET", "POST"])
@open_to_all
def welcome(token: str) -> Response | Any:
    """The page of a link; unknown, used and expired ones are the same "not found"."""
    at = clock.now()
    user = invitations.invited(token, at)
    if user is None:
        raise NotFound
    form = WelcomeForm(request.form)
    if request.method == "GET" or not form.validate():
        return pages.render(
            "staff/welcome.html",
            status=422 if form.errors else 200,
            form=form,
            has_errors=bool(form.errors),
            name=user.name,
            username=user.username,
        )
    chosen = passwords.hashed(form.password.data or "")  # slow on purpose, so before the change
    with transaction():
        if invitations.accept(token, chosen, at) is None:
            raise NotFound
    flash(_("密码已设好，请登录。"))
    return pages.see_other(url_for("staff.sign_in"))
