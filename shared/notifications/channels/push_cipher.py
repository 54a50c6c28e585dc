"""What a push service cannot read (RFC 8291, aes128gcm of RFC 8188), and the token that names us (RFC 8292). Pure."""

import base64
import json
import os
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

RECORD = 4096
LAST = b"\x02"  # ends the text of the last record


def public_bytes(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def encrypted(
    text: bytes,
    browser: ec.EllipticCurvePublicKey,
    secret: bytes,
    *,
    ours: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """*text* for the one *browser* that holds *secret*; *ours* and *salt* are new each time but in tests."""
    ours = ours or ec.generate_private_key(ec.SECP256R1())
    salt = salt or os.urandom(16)
    mine, theirs = public_bytes(ours.public_key()), public_bytes(browser)
    shared = ours.exchange(ec.ECDH(), browser)
    material = _derived(shared, secret, b"WebPush: info\0" + theirs + mine, 32)
    key = _derived(material, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(material, salt, b"Content-Encoding: nonce\0", 12)
    head = salt + RECORD.to_bytes(4) + bytes([len(mine)]) + mine
    return head + AESGCM(key).encrypt(nonce, text + LAST, None)


def _derived(material: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(material)


def signed_token(claims: Mapping[str, Any], key: ec.EllipticCurvePrivateKey) -> str:
    """A JWT under ES256."""
    head = _part(json.dumps({"typ": "JWT", "alg": "ES256"}).encode())
    said = f"{head}.{_part(json.dumps(dict(claims)).encode())}"
    r, s = decode_dss_signature(key.sign(said.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{said}.{_part(r.to_bytes(32) + s.to_bytes(32))}"


def _part(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
