"""The reference (查询号): ten characters an owner can copy by hand. Pure.

Nine characters of Crockford's base 32 carry 45 bits, the tenth is a check computed over GF(32), so that it stays
inside the same alphabet (base 32's usual modulo-37 check needs five more symbols). With weights that are
distinct powers of a generator, every single wrong character and every swap of two characters is detected.
"""

from dataclasses import dataclass

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
BITS = 45
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_MISREAD = str.maketrans("OILoil", "011011")
_POLYNOMIAL = 0b100101  # x^5 + x^2 + 1, primitive over GF(2): x generates all 31 non-zero elements


def _times_x(value: int) -> int:
    value <<= 1
    return value ^ _POLYNOMIAL if value & 0b100000 else value


def _check(values: list[int]) -> int:
    """Horner's rule at x: the sum of value[i] · x^(n-i)."""
    total = 0
    for value in values:
        total = _times_x(total ^ value)
    return total


def from_bits(number: int) -> str:
    """The reference of a 45-bit *number*, without separators."""
    if not 0 <= number < 1 << BITS:
        raise ValueError("a reference carries 45 bits")
    values = [(number >> shift) & 31 for shift in range(BITS - 5, -1, -5)]
    return "".join(ALPHABET[v] for v in [*values, _check(values)])


def shown(reference: str) -> str:
    """As people read it: `K7Q3-9FWM-2T`."""
    return f"{reference[:4]}-{reference[4:8]}-{reference[8:]}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What was typed, understood. `reference` is None unless it can be one; then the rest says why."""

    reference: str | None
    strange: tuple[str, ...] = ()  # characters that no reference holds
    length: int = 0  # of what was left after cleaning
    mistyped: bool = False  # ten good characters whose check fails


def read(typed: str) -> Reading:
    """Understand what a person typed: lower case, full width, spaces, dashes, O for 0, I and L for 1."""
    narrow = "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in typed)
    kept = [c for c in narrow if not c.isspace() and c not in "-‐‑‒–—_·.　"]
    cleaned = "".join(kept).translate(_MISREAD).upper()
    strange = tuple(dict.fromkeys(c for c in cleaned if c not in _VALUE))
    if strange or len(cleaned) != LENGTH:
        return Reading(None, strange, len(cleaned))
    values = [_VALUE[c] for c in cleaned]
    if _check(values[:-1]) != values[-1]:
        return Reading(None, (), LENGTH, mistyped=True)
    return Reading(cleaned, (), LENGTH)
