"""A push service and the browser behind it: checks who sends, keeps by topic, and opens what was sealed for it."""

import base64
import json
import os
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shared.clock import now
from tests.standins.server import Asked, StandIn


@dataclass
class PushService(StandIn):
    """One browser's subscription. *shown*: the notifications it would show, by topic."""

    shown: dict[str, dict[str, str]] = field(default_factory=dict)
    application_key: str = ""  # what the page subscribed with
    is_gone: bool = False
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def url(self) -> str:
        """For CHANNEL_URLS."""
        return f"webpush://desk@shouwen.example?host={self.address}&plain=1"

    @property
    def subscription(self) -> dict[str, Any]:
        """What the browser gives to the page."""
        return {
            "endpoint": f"http://{self.address}/push/xiulan",
            "p256dh": _text(_point(self.key.public_key())),
            "auth": _text(self.secret),
        }

    def answer(self, asked: Asked) -> tuple[int, Any]:
        if self.is_gone:
            return 410, {}
        if not self._is_ours(asked.headers.get("authorization", "")):
            return 403, {}
        wanted = asked.headers.get("content-encoding") == "aes128gcm" and int(asked.headers["ttl"]) > 0
        if not wanted or len(asked.headers["topic"]) > 32:
            return 400, {}
        self.shown[asked.headers["topic"]] = json.loads(self._opened(asked.body))
        return 201, {}

    def _is_ours(self, authorization: str) -> bool:
        """RFC 8292: signed by the key that the page subscribed with, for this service, and not for long."""
        token, key = (part.split("=", 1)[1] for part in authorization.removeprefix("vapid ").split(", "))
        head, claims, signed = token.split(".")
        raw = _bytes(signed)
        pair = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(key))
        public.verify(pair, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
        said = json.loads(_bytes(claims))
        fresh = now().timestamp() < said["exp"] <= now().timestamp() + 86_400
        named = said["aud"] == f"http://{self.address}" and said["sub"] == "mailto:desk@shouwen.example"
        return key == self.application_key and fresh and named

    def _opened(self, body: bytes) -> bytes:
        """RFC 8291, from the browser's side."""
        salt, length = body[:16], body[20]
        theirs, sealed = body[21 : 21 + length], body[21 + length :]
        shared = self.key.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
        )
        info = b"WebPush: info\0" + _point(self.key.public_key()) + theirs
        material = _derived(shared, self.secret, info, 32)
        key = _derived(material, salt, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _derived(material, salt, b"Content-Encoding: nonce\0", 12)
        text = AESGCM(key).decrypt(nonce, sealed, None)
        assert text.endswith(b"\x02")
        return text[:-1]


def _derived(material: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(material)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
