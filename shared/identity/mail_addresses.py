"""Addresses for mail as people type them: what is taken is what mail of ours can be sent to. Pure."""

import re

LONGEST = 120
# One plain address. A list, or a name with a comma, would let a stranger have us write to others.
PLAIN = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+\Z")


def is_plain(typed: str) -> bool:
    """Whether it is one whole address, and no longer than mail has it (RFC 5321)."""
    return len(typed) <= 254 and PLAIN.match(typed) is not None
