"""Web push to browsers whose owners asked for it on the page of their case (RFC 8030, 8291, 8292)."""

import base64
import json
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec

from shared import sealing
from shared.cases.models import Party
from shared.clock import now
from shared.identity.models import User
from shared.notifications import party_addresses, reasons
from shared.notifications.channels import Letter, Unreachable, push_cipher, settings
from shared.notifications.channels.asking import ask
from shared.notifications.channels.settings import PushService
from shared.outbox.tasks import Undone

NAME = "push"
LASTS = 24 * 3600  # seconds a push service keeps what it cannot deliver
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256
# Who may be asked to deliver: the address comes from a browser, and we shall post to it (T17).
KNOWN = ("fcm.googleapis.com", "web.push.apple.com")
KNOWN_ENDINGS = (".push.services.mozilla.com", ".notify.windows.com", ".push.apple.com")


def is_configured() -> bool:
    return settings.carriers().push is not None


def addresses_of(person: User | Party) -> list[str]:
    return party_addresses.addresses(person.case_id, NAME) if isinstance(person, Party) else []


def is_usable(address: str) -> bool:
    """Whether it is a whole subscription of a push service that we know."""
    found = _read(address)
    service = settings.carriers().push
    return found is not None and service is not None and _is_known(found[0], service)


def address(endpoint: str, p256dh: str, auth: str) -> str:
    """A browser's subscription as one text."""
    return json.dumps([endpoint, p256dh, auth])


def public_key() -> str:
    """What a browser must be told to subscribe with."""
    return _base64url(push_cipher.public_bytes(_private_key().public_key()))


def send(letter: Letter) -> None:
    """Raises Unreachable when the browser has ended it, else Undone."""
    found, service = _read(letter.to), settings.carriers().push
    if found is None or service is None or not _is_known(found[0], service):
        raise Unreachable(reasons.OUTDATED, ended=True)
    endpoint, browser, secret = found
    said = {"title": letter.sender, "body": letter.subject, "url": letter.link, "tag": letter.mark}
    body = push_cipher.encrypted(json.dumps(said, ensure_ascii=False).encode(), browser, secret)
    answer = ask(endpoint, body, _headers(endpoint, service, letter.mark), whom="the push service")
    if answer.status in (404, 410):
        raise Unreachable(reasons.PUSH_ENDED, ended=True)
    if answer.status not in (200, 201, 202, 204):
        raise Undone(f"the push service answered {answer.status}")


def _headers(endpoint: str, service: PushService, mark: str) -> dict[str, str]:
    """*Topic*: of two with the same mark that wait for a browser, the service keeps one (F07)."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(now().timestamp()) + 12 * 3600,
        "sub": f"mailto:{service.contact}",
    }
    signed = push_cipher.signed_token(claims, _private_key())
    return {
        "Authorization": f"vapid t={signed}, k={public_key()}",
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(LASTS),
        "Topic": mark,
        "Urgency": "normal",
    }


def _private_key() -> ec.EllipticCurvePrivateKey:
    """Derived, so that it is the same after a restart and on every machine of the desk."""
    secret = int.from_bytes(sealing.derive(b"vapid", "web push") + sealing.derive(b"vapid 2", "web push"))
    return ec.derive_private_key(secret % (ORDER - 1) + 1, ec.SECP256R1())


def _read(text: str) -> tuple[str, ec.EllipticCurvePublicKey, bytes] | None:
    try:
        endpoint, key, secret = json.loads(text)
        browser = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(key))
        found = str(endpoint), browser, _bytes(secret)
    except (ValueError, TypeError):
        return None
    return found if len(found[2]) == 16 and len(found[0]) <= 1000 else None


def _is_known(endpoint: str, service: PushService) -> bool:
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.username or parts.password or not endpoint.isascii():
        return False
    if parts.netloc in service.hosts:
        return parts.scheme == "https" or (service.plain and parts.scheme == "http")
    known = host in KNOWN or host.endswith(KNOWN_ENDINGS)
    return known and parts.scheme == "https" and port in (None, 443)


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
