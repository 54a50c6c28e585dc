"""What opens once opens once, however many press at the same moment: a code from the telephone, a link (T22, T23)."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pyotp
from flask import Flask

from shared.clock import now
from shared.database import db, transaction
from shared.identity import invitations, passwords
from shared.identity.models import StaffSession
from tests.cast import PASSWORD, Cast
from tests.critic import CriticalClient, Page

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
MANY = 8


def _browsers(app: Flask) -> list[CriticalClient]:
    clients = [app.test_client() for _ in range(MANY)]
    return [client for client in clients if isinstance(client, CriticalClient)]


def _at_once(acts: Sequence[Callable[[], Page]]) -> list[int]:
    gate = Barrier(len(acts))

    def alone(act: Callable[[], Page]) -> int:
        gate.wait()
        return act().status_code

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(alone, acts))


def _sends(client: CriticalClient, address: str, **typed: str) -> Callable[[], Page]:
    token = str(client.get(address).one("input[name=csrf_token]")["value"])
    return lambda: client.post(address, data={"csrf_token": token, **typed})


def test_one_code_of_the_telephone_opens_one_browser(app: Flask, cast: Cast) -> None:
    with transaction():
        user = cast.person("limin")
        user.otp_secret, user.otp_since = SECRET, now() - timedelta(days=1)
    clients = _browsers(app)
    for client in clients:
        asked = _sends(client, "/staff/sign-in", username="limin", password=PASSWORD)()
        assert "6 位验证码" in asked.words
    code = pyotp.TOTP(SECRET).at(now())
    acts = [_sends(client, "/staff/sign-in", otp=code) for client in clients]
    db.session.remove()
    went = _at_once(acts)
    assert sorted(went) == [303] + [422] * (MANY - 1)
    db.session.remove()
    assert db.session.query(StaffSession).count() == 1


def test_one_link_sets_one_password(app: Flask, cast: Cast) -> None:
    with transaction():
        token = invitations.invite(cast.person("limin"), now())
    words = [f"第{n}位打开链接的人所选的一句话" for n in range(MANY)]
    acts = [
        _sends(client, f"/staff/welcome/{token}", password=chosen, again=chosen)
        for client, chosen in zip(_browsers(app), words, strict=True)
    ]
    db.session.remove()
    went = _at_once(acts)
    assert sorted(went) == [303] + [404] * (MANY - 1)
    db.session.remove()
    first = words[went.index(303)]
    assert passwords.matches(cast.person("limin").password_hash, first), "another's password was kept"
