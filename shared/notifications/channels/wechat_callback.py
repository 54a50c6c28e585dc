"""What WeChat's server sends to ours: who signed it, what it says, open or sealed. Pure."""

import base64
import binascii
import hashlib
import hmac
import re
from xml.etree import ElementTree  # nosec B405 # see `read`

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

LONGEST = 64 * 1024
FRESH = 300  # seconds: an older one may be somebody's recording
BLOCK = 32  # of WeChat's padding


def is_signed(signature: str, *parts: str) -> bool:
    """Whether WeChat signed these *parts*, the callback token among them."""
    expected = hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()
    return hmac.compare_digest(signature.encode(), expected.encode())


def is_fresh(timestamp: str, at: float) -> bool:
    return timestamp.isdecimal() and len(timestamp) <= 12 and abs(int(timestamp) - at) <= FRESH


def read(body: bytes) -> dict[str, str]:
    """The elements of a message; empty for what is none. Nothing in it may define anything."""
    if len(body) > LONGEST:
        return {}
    try:
        text = body.decode()  # as text: in another encoding the parser would find what is not found here
        if re.search(r"\0|<!(DOCTYPE|ENTITY)", text, re.IGNORECASE):
            return {}
        found = ElementTree.fromstring(text)  # nosec B314 # it defines nothing, and is short
    except (ElementTree.ParseError, ValueError):
        return {}
    return {element.tag: (element.text or "").strip() for element in found}


def opened(sealed: str, key: str, appid: str) -> bytes | None:
    """The message in *sealed*; None when it was not sealed with *key* for *appid*."""
    secret = base64.b64decode(key + "=")
    try:
        raw = base64.b64decode(sealed, validate=True)
        reader = Cipher(algorithms.AES(secret), modes.CBC(secret[:16])).decryptor()
        padded = reader.update(raw) + reader.finalize()
    except (binascii.Error, ValueError):
        return None
    padding = padded[-1] if padded else 0
    if not 1 <= padding <= BLOCK or len(padded) < 20 + padding:
        return None
    text = padded[16:-padding]  # 16 random bytes, the length, the message, for whom
    length = int.from_bytes(text[:4])
    message, whom = text[4 : 4 + length], text[4 + length :]
    return message if hmac.compare_digest(whom, appid.encode()) else None
