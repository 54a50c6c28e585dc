"""Which row a page is asked about: the number that a form or an address names."""

from flask import request

from shared.errors import NotFound

MOST_DIGITS = 9  # what both databases hold in an id


def asked(name: str) -> int:
    """The number under *name*. Raises NotFound for anything that can be no id."""
    return read(request.values.get(name, ""))


def read(text: str) -> int:
    """The number that *text* is. Raises NotFound for anything that can be no id."""
    if not (text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS):
        raise NotFound
    return int(text)
