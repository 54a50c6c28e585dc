"""Telephone numbers as people type them. Pure."""

import unicodedata


def normalised(typed: str) -> str | None:
    """Digits only, without the country's +86; None unless 7 to 12 digits are left, of a mobile exactly 11."""
    digits = "".join(c for c in unicodedata.normalize("NFKC", typed) if c.isdigit())
    for prefix in ("0086", "86"):
        if digits.startswith(prefix) and len(digits) == len(prefix) + 11:
            digits = digits[len(prefix) :]
    # Only mobiles begin with 1, and one with a digit lost or doubled rings nowhere.
    lengths = (11,) if digits.startswith("1") else range(7, 13)
    return digits if len(digits) in lengths else None


def masked(number: str) -> str:
    """For screens: 138****1234."""
    return f"{number[:3]}****{number[-4:]}" if len(number) >= 8 else f"****{number[-2:]}"
