"""The headers of a mail, read: who wrote, to whom, and whether it was a machine. Pure.

Decoding is ours: what strangers' programs write there is often not what the standards ask for.
"""

import re
from collections.abc import Iterator
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses

from shared.email_intake.characters import clean, text_of

MOST = 100  # of one name, and recipients of one mail
LONGEST_LINE = 200  # characters of a subject or a name
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
LONGEST_ADDRESS = 254  # characters (RFC 5321)
_TO = (
    "to",
    "cc",
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "x-forwarded-to",
    "resent-to",
)

Headers = dict[str, list[str]]


def of(message: "Message[str, str]") -> Headers:
    """By small name, as they were written: decoding is ours."""
    found: Headers = {}
    for name, value in message.raw_items():
        of_name = found.setdefault(name.lower(), [])
        if len(of_name) < MOST:
            of_name.append(repaired(str(value)))
    return found


def first(headers: Headers, name: str) -> str:
    """The first header of that small name; empty when there is none."""
    return headers.get(name, [""])[0]


def repaired(value: str) -> str:
    """Eight-bit bytes that somebody wrote into a header as they were."""
    try:
        value.encode()
        return value
    except UnicodeEncodeError:
        return text_of(value.encode("utf-8", "surrogateescape"), "")


def decoded(value: str) -> str:
    """RFC 2047, whatever is wrong with it."""
    try:
        parts = decode_header(value)
    except (ValueError, LookupError, MessageError):  # a broken base64 among the words
        return value
    return "".join(_word(part, charset) for part, charset in parts)


def _word(part: str | bytes, charset: str | None) -> str:
    if isinstance(part, str):
        return part
    # Between encoded words the library leaves the rest in this form.
    return text_of(part, charset) if charset else part.decode("raw-unicode-escape", "replace")


def one_line(text: str) -> str:
    """*text* without line ends and control characters, cut to what a subject may have."""
    return " ".join(clean(text).split())[:LONGEST_LINE]


def _addresses(values: list[str]) -> Iterator[tuple[str, str]]:
    """Names and plain addresses; what is no plain address is left out."""
    for name, address in getaddresses(values):
        if len(address) <= LONGEST_ADDRESS and ADDRESS.fullmatch(address):
            yield one_line(decoded(name)), address


def sender(headers: Headers) -> tuple[str, str]:
    """Name and address of whoever it says wrote it; both empty when there is none that could be answered."""
    return next(_addresses(headers.get("from", [])[:1]), ("", ""))


def recipients(headers: Headers) -> tuple[str, ...]:
    """Every address it went to, in small letters, as far as any header tells."""
    named = [value for name in _TO for value in headers.get(name, [])]
    return tuple(dict.fromkeys(address.lower() for _name, address in _addresses(named)))[:MOST]


def machine(headers: Headers, message: "Message[str, str]", address: str) -> str:
    """Why this is no person's mail, as a code; empty when it is (RFC 3834, RFC 3464, and what came before them)."""
    says = {name: " ".join(values).strip().lower() for name, values in headers.items()}
    from_name = address.partition("@")[0].lower()
    if (
        says.get("return-path") == "<>"
        or from_name in ("mailer-daemon", "postmaster")
        or message.get_content_type() == "multipart/report"
    ):
        return "bounce"
    if says.get("auto-submitted", "no").partition(";")[0].strip() != "no":
        return "auto_reply"
    if any(name in says for name in ("x-autoreply", "x-autorespond", "x-auto-reply-from")):
        return "auto_reply"
    if says.get("x-auto-response-suppress", "none") not in ("", "none"):
        return "auto_reply"
    if says.get("precedence") == "auto_reply":
        return "auto_reply"
    if says.get("precedence") in ("bulk", "junk", "list") or "list-id" in says:
        return "bulk"
    return ""
