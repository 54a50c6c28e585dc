"""Passwords: argon2, and the same work for an unknown name as for a known one (T20)."""

import secrets
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

_hasher = PasswordHasher()
SHORTEST = 12
# Of the 20,000 passwords that leaks show most often (Royce Williams' list), those that are long enough.
COMMON = Path(__file__).with_name("common_passwords.txt")
FEWEST_DIFFERENT = 5  # characters: refuses 111111111111 and its like


@cache
def common() -> frozenset[str]:
    return frozenset(COMMON.read_text().split())


def is_common(password: str) -> bool:
    """Whether everybody who guesses tries *password* first, in letters of any size and with signs behind it (T23)."""
    small = password.casefold()
    return small in common() or small.rstrip("!?.,;-_#*") in common()


def hashed(password: str) -> str:
    """The argon2id hash of *password*, parameters included."""
    return _hasher.hash(password)


@cache
def _nobody() -> str:
    """What an unknown user name is checked against. Made when first needed: commands sign nobody in."""
    return _hasher.hash(secrets.token_hex())


def matches(stored: str | None, password: str) -> bool:
    """Whether *password* gives *stored*; takes as long when there is nobody (None)."""
    otherwise = _nobody()  # made for known names too, or the first unknown one would take longer
    try:
        return _hasher.verify(stored or otherwise, password) and stored is not None
    except (VerifyMismatchError, InvalidHashError):
        return False
