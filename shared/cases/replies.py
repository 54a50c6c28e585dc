"""The address that answers a case: what is sent there belongs to it, whoever sends it and whatever the subject says.

`desk+k7q39fwm2t…@example.com` names the case and proves by key that we gave it out (T18). Nothing is looked up
before the proof holds, so no guess ever reaches the database. Letters and digits only, in one case: some mail
servers write the local part of an address anew in small letters.
"""

import base64
import hmac

from shared import sealing
from shared.cases import references
from shared.cases.models import Case

PROOF = 15  # bytes: 120 bits, 24 letters
LENGTH = references.LENGTH + PROOF * 8 // 5
MARK = "+"


def address_of(case: Case, base: str) -> str:
    """Where an answer to our mail about *case* is to go; *base* is the estate's own address."""
    name, _at, domain = base.partition("@")
    return f"{name}{MARK}{case.reference.lower()}{_proof(case.reference)}@{domain}"


def token_in(address: str, base: str) -> str | None:
    """What stands behind the mark when *address* is *base* with one; None when it is another address."""
    name, _at, domain = address.lower().rpartition("@")
    own, _at, own_domain = base.lower().partition("@")
    if domain != own_domain or not name.startswith(own + MARK):
        return None
    return name[len(own) + len(MARK) :]


def reference_in(token: str) -> str | None:
    """The reference of the case that *token* was made for; None when we did not make it."""
    if len(token) != LENGTH or not token.isascii():
        return None
    reference = token[: references.LENGTH].upper()
    given = token[references.LENGTH :].lower()
    return reference if hmac.compare_digest(given, _proof(reference)) else None


def _proof(reference: str) -> str:
    proof = sealing.derive(reference.encode(), "reply address")[:PROOF]
    return base64.b32encode(proof).decode().lower()
