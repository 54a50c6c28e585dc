"""Which row a page is asked about: the number that a form or an address names."""

from flask import request

from shared.errors import NotFound

MOST_DIGITS = 9  # what both databases hold in an id


def asked(name: str) -> int:
    """The number under *name*. Raises NotFound for anything that can be no id."""
    return read(request.values.get(name, ""))


def read(text: str) -> int:
    """The number that *text* is. Raises NotFound for anything that can be no id."""
    number = maybe(text)
    if number is None:
        raise NotFound
    return number


def maybe(text: str | None) -> int | None:
    """The number that *text* is, or None for anything that can be no id."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else None
