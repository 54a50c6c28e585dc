"""Web push: sealed for one browser, signed by us, and only to push services that we know."""

import base64

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask

from shared.cases.models import Case
from shared.database import db, transaction
from shared.notifications import party_addresses
from shared.notifications.channels import push, push_cipher
from shared.notifications.delivering import send_message
from shared.outbox import drain
from tests.cast import MONDAY, Cast, file
from tests.domain.test_channels_wechat import LATER, last, told
from tests.domain.test_messages import _monday
from tests.standins.channels import connect, pushes
from tests.standins.push_service import PushService
from tests.standins.server import running

__all__ = ["_monday", "pushes"]


def subscribed(cast: Cast, pushes: PushService) -> Case:
    """Her case, and her browser has been given our key and has subscribed."""
    pushes.application_key = push.public_key()
    case = file(cast, email="", phone="")
    with transaction():
        address = push.address(**pushes.subscription)
        party_addresses.add(db.session.get_one(Case, case.id), "push", address, MONDAY)
    return case


def test_a_browser_shows_who_writes_what_is_new_and_leads_to_the_page(
    cast: Cast, pushes: PushService
) -> None:
    case = subscribed(cast, pushes)
    told(case)
    ((topic, shown),) = pushes.shown.items()
    assert shown["title"] == "锦绣花园"
    assert shown["body"] == f"您的诉求已结案 {case.shown_reference}"
    assert shown["url"].startswith("http://localhost/c/")
    assert shown["tag"] == topic
    assert (last().channel, last().state) == ("push", "sent")


def test_a_subscription_that_the_browser_has_ended_is_not_used_again(cast: Cast, pushes: PushService) -> None:
    case = subscribed(cast, pushes)
    pushes.is_gone = True
    told(case)
    assert (last().state, last().reason) == ("unsent", "对方的浏览器已关闭推送")
    assert party_addresses.addresses(case.id, "push") == []


def test_f36_a_push_service_that_stumbles_is_asked_again_and_shows_it_once(
    cast: Cast, pushes: PushService
) -> None:
    case = subscribed(cast, pushes)
    pushes.failing.extend([500, 429])
    told(case)
    assert last().state == "waiting"
    for minutes in (3, 10):
        with time_machine.travel(LATER.replace(minute=LATER.minute + minutes), tick=False):
            drain.run_due(10)
    assert last().state == "sent"
    assert len(pushes.shown) == 1


def test_f07_of_a_repetition_the_service_keeps_one(cast: Cast, pushes: PushService) -> None:
    case = subscribed(cast, pushes)
    told(case)
    with transaction():
        last().state = "waiting"
    send_message({"message": last().id})
    assert len(pushes.asked) == 2
    assert len(pushes.shown) == 1


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/fcm/send/x",
        "https://127.0.0.1/x",
        "https://10.0.0.8/x",
        "https://[::ffff:169.254.169.254]/latest",
        "https://metadata.google.internal/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evil.example/fcm.googleapis.com",
        "https://fcm.googleapis.com@evil.example/x",
        "https://user:word@fcm.googleapis.com/x",
        "https://fcm.googleapis.com:8443/x",
        "https://evilpush.apple.com.example/x",
        "file:///etc/passwd",
        "https://fcm.googleapis.com:notaport/x",
        "https://ｆcm.googleapis.com/x",
    ],
)
def test_t17_what_a_browser_gives_as_its_push_service_is_one_that_we_know(
    app: Flask, cast: Cast, endpoint: str
) -> None:
    connect(app, "webpush://desk@shouwen.example")
    assert not push.is_usable(push.address(endpoint, *keys()))


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/x",
        "https://updates.push.services.mozilla.com/wpush/v2/x",
        "https://web.push.apple.com/x",
        "https://wns2-by3p.notify.windows.com/w/?token=x",
    ],
)
def test_t17_known_services_are_taken(app: Flask, cast: Cast, endpoint: str) -> None:
    connect(app, "webpush://desk@shouwen.example")
    assert push.is_usable(push.address(endpoint, *keys()))
    assert not push.is_usable(push.address(endpoint, "AAAA", keys()[1]))
    assert not push.is_usable(push.address(endpoint, keys()[0], "AAAA"))
    assert not push.is_usable("not a subscription")
    assert not push.is_usable('{"endpoint": 1}')


def test_t17_a_service_of_this_machine_is_known_only_where_the_operator_names_it(
    app: Flask, cast: Cast, pushes: PushService
) -> None:
    here = push.address(**pushes.subscription)
    assert push.is_usable(here)
    elsewhere = here.replace(pushes.address, "127.0.0.1:9")
    assert not push.is_usable(elsewhere)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_t17_a_push_service_leads_us_nowhere_else(cast: Cast, pushes: PushService, status: int) -> None:
    inside = PushService()
    with running(inside):
        case = subscribed(cast, pushes)
        pushes.always, pushes.elsewhere = status, f"http://{inside.address}/latest/meta-data"
        told(case)
    assert inside.asked == []
    assert last().state == "waiting"


def keys() -> tuple[str, str]:
    """Those of some browser."""
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    return _text(push_cipher.public_bytes(key)), _text(b"0123456789abcdef")


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_the_cipher_is_that_of_rfc_8291_to_the_byte() -> None:
    """Its appendix A."""
    browser = ec.EllipticCurvePublicKey.from_encoded_point(
        ec.SECP256R1(),
        _raw("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
    )
    ours = ec.derive_private_key(
        int.from_bytes(_raw("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")), ec.SECP256R1()
    )
    sealed = push_cipher.encrypted(
        b"When I grow up, I want to be a watermelon",
        browser,
        _raw("BTBZMqHH6r4Tts7J_aSIgg"),
        ours=ours,
        salt=_raw("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert _text(sealed) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIg"
        "Dll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVB"
        "St2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_our_key_is_the_same_after_a_restart(app: Flask, cast: Cast) -> None:
    assert push.public_key() == push.public_key()
    assert len(_raw(push.public_key())) == 65


def test_no_log_holds_an_endpoint(cast: Cast, pushes: PushService, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    pushes.failing.append(500)
    told(subscribed(cast, pushes))
    assert "/push/xiulan" not in caplog.text
