"""One-time codes (TOTP): sign-in's second step. The secret is sealed, and a code opens once (T23)."""

import hmac
import re
from datetime import datetime, timedelta
from unicodedata import normalize

import pyotp
from flask import current_app
from flask_babel import gettext as _

from shared.audit import settings
from shared.database import db
from shared.errors import Refused
from shared.identity import posts, sessions, throttle
from shared.identity.models import Estate, User
from shared.identity.permissions import Role

CODES = "estate.person_codes"  # in the record of changed settings
ISSUER = "首问"
STEP = 30  # seconds, what every app on telephones assumes
DRIFT = 1  # steps that a telephone may be early or late
WINDOW = timedelta(minutes=15)
TRIES_PER_ADDRESS = 8
# Whoever comes here knows the password already, so a person may be slowed from everywhere: three codes in a million
# are right at any time, and many addresses together would find one in days.
TRIES_PER_PERSON = 40
LONGEST_REASON = 200
_CODE = re.compile(r"[0-9]{6}")


def is_on(user: User) -> bool:
    return user.otp_since is not None


def is_required(user: User) -> bool:
    """Administrators in production; everybody else as they like (T23)."""
    return current_app.extensions["shouwen"].is_production and any(
        a.until is None and a.role == Role.ADMINISTRATOR for a in user.appointments
    )


def is_missing(user: User) -> bool:
    """Whether the person may do nothing before they have a second step."""
    return not is_on(user) and bool(is_required(user))


def begin(user: User) -> str:
    """A new secret, to be shown until its first code is right; nothing is asked for before that. Raises Refused."""
    user = _hold(user)
    if is_on(user):
        raise Refused(_("两步登录已经启用了。"))
    user.otp_secret = pyotp.random_base32()
    return user.otp_secret


def address(user: User) -> str:
    """What the QR code holds for the app on the telephone."""
    return pyotp.TOTP(user.otp_secret or "").provisioning_uri(name=user.username, issuer_name=ISSUER)


def confirm(user: User, code: str, at: datetime) -> None:
    """The first code is right: from now on one is asked for at every sign-in. Raises Refused."""
    user = _hold(user)
    if is_on(user):
        raise Refused(_("两步登录已经启用了。"))
    if not _is_right(user, code, at):
        raise Refused(_("验证码不对。请看手机上现在的 6 位数字。"))
    user.otp_since = at
    _note(user, _first_estate(user), by=user, at=at, was_on=False)


def opens(user: User, code: str, at: datetime) -> bool:
    """Whether *code* is right, and was not used before; it is used up."""
    user = _hold(user)
    return is_on(user) and _is_right(user, code, at)


def end(user: User, code: str, at: datetime) -> None:
    """The person wants no second step any more; a code proves that it is them. Raises Refused."""
    user = _hold(user)
    if is_required(user):
        raise Refused(_("系统管理员要用两步登录，不能关闭。"))
    if not (is_on(user) and _is_right(user, code, at)):
        raise Refused(_("验证码不对。请看手机上现在的 6 位数字。"))
    _forget(user)
    _note(user, _first_estate(user), by=user, at=at, was_on=True)


def reset(user: User, estate: Estate, reason: str, *, by: User, at: datetime) -> None:
    """A lost telephone: an administrator takes the second step away and says why. Raises Refused."""
    reason = " ".join(reason.split())[:LONGEST_REASON]
    if Role.ADMINISTRATOR not in by.roles_at(estate.id) or not posts.can_manage(by, user):
        raise Refused(_("两步登录由系统管理员来重设，自己的由别人来重设。"))
    if not reason:
        raise Refused(_("请写为什么重设。"))
    reset_by_operator(user, estate, reason, by=by, at=at)


def reset_by_operator(user: User, estate: Estate, reason: str, *, by: User, at: datetime) -> None:
    """The same from the machine itself, where the only administrator may be the one who lost it; sessions end too.

    Raises Refused.
    """
    user = _hold(user)
    if user.otp_secret is None:
        raise Refused(_("%(name)s没有启用两步登录。", name=user.name))
    _forget(user)
    sessions.end_all(user.id, at)
    _note(user, estate.id, by=by, at=at, was_on=True, reason=reason)


def shut_until(user: User, address: str, at: datetime) -> datetime | None:
    """When codes of this person are looked at again, or None for now. Asked inside a change it holds the door."""
    limits = ((f"{user.id}@{address}", TRIES_PER_ADDRESS), (f"{user.id}", TRIES_PER_PERSON))
    shut = [throttle.closed_until("code", name, limit=limit, window=WINDOW, at=at) for name, limit in limits]
    return max((until for until in shut if until), default=None)


def note_failure(user: User, address: str, at: datetime) -> None:
    for name in (f"{user.id}@{address}", f"{user.id}"):
        throttle.note_failure("code", name, window=WINDOW, at=at)


def forget_failures(user: User, address: str) -> None:
    for name in (f"{user.id}@{address}", f"{user.id}"):
        throttle.forget("code", name)


def _hold(user: User) -> User:
    """The person as they are now, until the change ends: of two who send the same code at once, one gets in."""
    return db.session.get_one(User, user.id, with_for_update=True, populate_existing=True)


def _is_right(user: User, code: str, at: datetime) -> bool:
    """Whether the code is one of now, or a step early or late, later than the last one used; uses it up."""
    typed = "".join(normalize("NFKC", code).split())
    if not user.otp_secret or not _CODE.fullmatch(typed):
        return False
    now = int(at.timestamp()) // STEP
    totp = pyotp.TOTP(user.otp_secret, interval=STEP)
    for step in range(max(now - DRIFT, user.otp_step + 1), now + DRIFT + 1):
        if hmac.compare_digest(totp.at(step * STEP), typed):
            user.otp_step = step
            return True
    return False


def _forget(user: User) -> None:
    # The step stays: a code that was used opens nothing of a later secret either.
    user.otp_secret = user.otp_since = None


def _first_estate(user: User) -> int | None:
    return next((a.estate_id for a in user.appointments if a.until is None), None)


def _note(
    user: User, estate_id: int | None, *, by: User, at: datetime, was_on: bool, reason: str = ""
) -> None:
    settings.note(
        user_id=by.id,
        estate_id=estate_id,
        what=CODES,
        before={"user": user.id, "on": was_on},
        after={"user": user.id, "on": not was_on, "reason": reason},
        at=at,
    )
