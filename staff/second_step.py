"""Sign-in's second step: who has shown the right password and has yet to show a code (T23)."""

from datetime import datetime, timedelta

from flask import session
from flask_babel import lazy_gettext as _l
from wtforms import Form, StringField
from wtforms.validators import InputRequired

from shared.database import db, transaction
from shared.identity import one_time_codes
from shared.identity.models import User
from shared.sealing import index

PENDING = "second_step"  # in the cookie of the staff face
PATIENCE = timedelta(minutes=10)


class CodeForm(Form):
    otp = StringField(
        _l("6 位验证码"),
        [InputRequired(_l("请填验证码。"))],
        description=_l("打开手机上的验证器，填“首问”下面的 6 位数字。"),
    )


def _mark(user: User) -> str:
    """Ends the wait when the password is changed meanwhile; says nothing about it."""
    return index(user.password_hash, "second step").hex()


def remember(user: User, at: datetime) -> None:
    """The password was right. The cookie is signed, and worth nothing without a code."""
    session[PENDING] = {"user": user.id, "until": int((at + PATIENCE).timestamp()), "mark": _mark(user)}


def pending(at: datetime) -> User | None:
    """Who has shown their password in this browser a short while ago."""
    kept = session.get(PENDING)
    if not kept or at.timestamp() >= kept["until"]:
        return None
    user = db.session.get(User, kept["user"])
    if user is None or not user.is_active or _mark(user) != kept["mark"]:
        return None
    return user


def try_code(user: User, code: str, address: str, at: datetime) -> tuple[bool, datetime | None]:
    """Whether *code* opens; and until when no code is looked at, where too many were tried."""
    with transaction():
        until = one_time_codes.shut_until(user, address, at)
        if until is not None:
            return False, until
        if not one_time_codes.opens(user, code, at):
            one_time_codes.note_failure(user, address, at)
            return False, None
        one_time_codes.forget_failures(user, address)
        return True, None
