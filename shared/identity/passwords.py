"""Passwords: argon2, and the same work for an unknown name as for a known one (T20)."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

_hasher = PasswordHasher()
# A hash of a random value: what an unknown user name is checked against.
_NOBODY = _hasher.hash("e2d0cf5b-no-such-person")
SHORTEST = 12
FEWEST_DIFFERENT = 5  # characters: refuses 111111111111 and its like


def hashed(password: str) -> str:
    """The argon2id hash of *password*, parameters included."""
    return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether *password* gives *stored*; takes as long when there is nobody (None)."""
    try:
        return _hasher.verify(stored or _NOBODY, password) and stored is not None
    except (VerifyMismatchError, InvalidHashError):
        return False
