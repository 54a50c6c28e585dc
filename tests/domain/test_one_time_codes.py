"""A code opens once, a step early or late, and nothing before its first one was right (T23)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from sqlalchemy import text

from shared.audit.models import SettingChange
from shared.database import db, transaction
from shared.errors import Refused
from shared.identity import one_time_codes
from shared.identity.models import User
from tests.cast import MONDAY, Cast

STEP = timedelta(seconds=one_time_codes.STEP)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_at(at, secret: str = SECRET) -> str:
    return pyotp.TOTP(secret).at(at)


@pytest.fixture
def limin(cast: Cast) -> User:
    with transaction():
        user = cast.person("limin")
        user.otp_secret, user.otp_since = SECRET, MONDAY - timedelta(days=1)
    return user


def _opens(user: User, code: str, at) -> bool:
    with transaction():
        return one_time_codes.opens(user, code, at)


def test_a_code_of_now_opens_and_never_twice(limin: User) -> None:
    code = code_at(MONDAY)
    assert _opens(limin, code, MONDAY)
    assert not _opens(limin, code, MONDAY)
    assert not _opens(limin, code, MONDAY + STEP)
    assert _opens(limin, code_at(MONDAY + STEP), MONDAY + STEP)


@pytest.mark.parametrize(("steps", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_telephone_may_be_a_step_early_or_late(limin: User, steps: int, good: bool) -> None:
    assert _opens(limin, code_at(MONDAY + steps * STEP), MONDAY) is good


def test_a_code_before_the_last_one_used_opens_nothing(limin: User) -> None:
    assert _opens(limin, code_at(MONDAY), MONDAY)
    assert not _opens(limin, code_at(MONDAY - STEP), MONDAY)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "' or 1", "٠١٢٣٤٥"])
def test_what_is_no_code_opens_nothing(limin: User, typed: str) -> None:
    assert not _opens(limin, typed, MONDAY)


def test_a_code_is_read_as_telephones_show_it(limin: User) -> None:
    code = code_at(MONDAY)
    wide = "".join(chr(ord(digit) - ord("0") + ord("０")) for digit in code)
    assert _opens(limin, f" {wide[:3]} {wide[3:]} ", MONDAY)


def test_of_many_who_send_the_same_code_at_once_one_gets_in(app: Flask, limin: User) -> None:
    code = code_at(MONDAY)
    user_id = limin.id

    def send(_n: int) -> bool:
        with app.app_context(), transaction():
            return one_time_codes.opens(db.session.get_one(User, user_id), code, MONDAY)

    db.session.commit()
    with ThreadPoolExecutor(8) as crowd:
        assert sum(crowd.map(send, range(8))) == 1


def test_nothing_is_asked_before_the_first_code_was_right(cast: Cast) -> None:
    user = cast.person("limin")
    with transaction():
        one_time_codes.begin(user)
    assert not one_time_codes.is_on(user)
    assert not _opens(user, code_at(MONDAY, user.otp_secret or ""), MONDAY)
    with pytest.raises(Refused, match="验证码不对"), transaction():
        one_time_codes.confirm(user, "000000", MONDAY)
    code = code_at(MONDAY, user.otp_secret or "")
    with transaction():
        one_time_codes.confirm(user, code, MONDAY)
    assert one_time_codes.is_on(user)
    assert not _opens(user, code, MONDAY), "the code that switched it on is used up"
    with pytest.raises(Refused, match="已经启用"), transaction():
        one_time_codes.begin(user)


def test_the_secret_lies_sealed(cast: Cast) -> None:
    user = cast.person("limin")
    with transaction():
        one_time_codes.begin(user)
    raw = db.session.execute(text("SELECT otp_secret FROM users WHERE username = 'limin'")).scalar_one()
    assert (user.otp_secret or "").encode() not in bytes(raw)


def test_an_administrator_resets_with_a_reason_and_others_do_not(cast: Cast, limin: User) -> None:
    for by, reason, told in (("hemei", "手机丢了", "由系统管理员"), ("admin", "  ", "为什么")):
        with pytest.raises(Refused, match=told), transaction():
            one_time_codes.reset(limin, cast.estate, reason, by=cast.person(by), at=MONDAY)
    with transaction():
        one_time_codes.reset(limin, cast.estate, "手机丢了", by=cast.person("admin"), at=MONDAY)
    assert not one_time_codes.is_on(limin)
    (change,) = db.session.query(SettingChange).filter_by(what=one_time_codes.CODES)
    assert (change.before["on"], change.after["on"], change.after["reason"]) == (True, False, "手机丢了")
    with pytest.raises(Refused, match="没有启用"), transaction():
        one_time_codes.reset(limin, cast.estate, "再来", by=cast.person("admin"), at=MONDAY)


def test_nobody_resets_their_own(cast: Cast) -> None:
    with transaction():
        admin = cast.person("admin")
        admin.otp_secret, admin.otp_since = SECRET, MONDAY
    with pytest.raises(Refused, match="自己的由别人"), transaction():
        one_time_codes.reset(admin, cast.estate, "忘了", by=admin, at=MONDAY)


def test_many_addresses_together_are_slowed_too(limin: User) -> None:
    for n in range(one_time_codes.TRIES_PER_PERSON):
        with transaction():
            assert one_time_codes.shut_until(limin, f"10.0.0.{n}", MONDAY) is None
            one_time_codes.note_failure(limin, f"10.0.0.{n}", MONDAY)
    with transaction():
        assert one_time_codes.shut_until(limin, "10.9.9.9", MONDAY) == MONDAY + one_time_codes.WINDOW
        assert one_time_codes.shut_until(limin, "10.9.9.9", MONDAY + one_time_codes.WINDOW) is None
