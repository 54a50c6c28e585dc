"""Encrypting fields, and keyed digests that find or derive without revealing.

Every purpose has a key of its own, derived from FIELD_KEY, so that a digest of one kind can never be
compared with one of another kind (PIPL 51, T40).
"""

import base64
import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app
from sqlalchemy import LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

VERSION = b"\x01"
NONCE = 12
KEY_ID = 4


class Unsealable(Exception):
    """Sealed under another key, or altered."""


@lru_cache(maxsize=64)
def _derived(master: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose.encode()).derive(master)


def _key(purpose: str) -> bytes:
    master: bytes = current_app.extensions["shouwen"].field_key
    return _derived(master, purpose)


def _key_id() -> bytes:
    return hashlib.sha256(_key("key id")).digest()[:KEY_ID]


def key_id() -> str:
    """What tells one FIELD_KEY from another and gives nothing of it away."""
    return _key_id().hex()


def seal(text: str, purpose: str) -> bytes:
    """Encrypt *text* for *purpose* (a column, say); the same purpose must open it."""
    nonce = os.urandom(NONCE)
    return (
        VERSION
        + _key_id()
        + nonce
        + AESGCM(_key(f"seal {purpose}")).encrypt(nonce, text.encode(), purpose.encode())
    )


def unseal(sealed: bytes, purpose: str) -> str:
    """The text that `seal` took. Raises Unsealable."""
    start = 1 + KEY_ID
    try:
        return (
            AESGCM(_key(f"seal {purpose}"))
            .decrypt(sealed[start : start + NONCE], sealed[start + NONCE :], purpose.encode())
            .decode()
        )
    except InvalidTag as error:
        raise Unsealable(
            f"{purpose} was sealed under another FIELD_KEY (key id {sealed[1:start].hex()})"
        ) from error


def index(value: str, purpose: str) -> bytes:
    """A keyed digest of 16 bytes: finds an exact value, reveals nothing without the key."""
    return hmac.digest(_key(f"index {purpose}"), value.encode(), "sha256")[:16]


def derive(material: bytes, purpose: str) -> bytes:
    """32 bytes that only a holder of the key can derive from *material*."""
    return hmac.digest(_key(f"derive {purpose}"), material, "sha256")


def token(material: bytes, purpose: str) -> str:
    """128 derived bits, as 22 characters that are safe in an address."""
    return base64.urlsafe_b64encode(derive(material, purpose)[:16]).decode().rstrip("=")


def digest(text: str | bytes) -> bytes:
    """SHA-256, for values that are secrets of 128 bits or more, and for chains."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).digest()


class Sealed(TypeDecorator[str]):
    """A text column that is encrypted in the database. *purpose* is `table.column`."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else seal(value, self.purpose)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else unseal(bytes(value), self.purpose)
