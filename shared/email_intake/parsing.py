"""A mail as it lay in the mailbox, understood: who, what, which files, and whether a machine wrote it. Pure.

Written by strangers and by their machines: nothing here trusts a declared character set, a length or a depth.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from email._policybase import Compat32
from email.errors import MessageError
from email.feedparser import BytesFeedParser
from email.message import Message
from email.utils import collapse_rfc2231_value

from shared.email_intake import headers, plain_text, quoting
from shared.email_intake.characters import clean, text_of

PIECE = 64 * 1024  # fed to the parser at a time: it would otherwise hold the mail four times over
MOST_PARTS = 100
DEEPEST = 20
MOST_TEXTS = 8
LONGEST_PART = 256 * 1024  # bytes of each text that are looked at
LONGEST_HEADER = (
    16 * 1024
)  # characters: the library takes the square of the time for what only a machine writes
DECORATION = 8 * 1024  # bytes of a picture inside the text that is a logo and no photo


class _AsWritten(Compat32):
    """Headers as they came: the library would put question marks for bytes that nobody encoded."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:LONGEST_HEADER]

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value


# What the library's parser meets hostile input with.
_HOSTILE = (
    AssertionError,
    AttributeError,
    LookupError,
    MessageError,
    RecursionError,
    TypeError,
    ValueError,
)


class Unreadable(Exception):
    """No mail, or built so that nothing can be read from it."""


@dataclass(frozen=True, slots=True)
class File:
    """Something that came with the mail; decoded only when it is asked for."""

    name: str
    part: "Message[str, str]"

    @property
    def content(self) -> bytes:
        return _bytes_of(self.part)


@dataclass(frozen=True, slots=True)
class Mail:
    """*words* are the sender's own, *whole* has what they quote as well. *machine* says why it is no person's."""

    message_id: str
    sender: str  # empty when there is none that could be answered
    sender_name: str
    recipients: tuple[str, ...]
    subject: str
    words: str
    whole: str
    files: tuple[File, ...]
    machine: str
    is_encrypted: bool

    @property
    def is_garbled(self) -> bool:
        """Whether too much of the text could not be decoded to make sense of the rest."""
        return self.whole.count("�") * 10 > len(self.whole)


def read(raw: bytes) -> Mail:
    """Understand *raw*, a whole mail or its beginning. Raises Unreadable."""
    try:
        message = _parsed(raw)
        return _mail(message, headers.of(message))
    except _HOSTILE as error:
        raise Unreadable(type(error).__name__) from error


def _mail(message: "Message[str, str]", found: headers.Headers) -> Mail:
    words, whole, files = _body(message)
    name, sender = headers.sender(found)
    return Mail(
        message_id=headers.one_line(headers.first(found, "message-id")),
        sender=sender,
        sender_name=name,
        recipients=headers.recipients(found),
        subject=headers.one_line(headers.decoded(headers.first(found, "subject"))),
        words=words,
        whole=whole,
        files=files,
        machine=headers.machine(found, message, sender),
        is_encrypted=_is_encrypted(message),
    )


def _parsed(raw: bytes) -> "Message[str, str]":
    parser: BytesFeedParser[Message[str, str]] = BytesFeedParser(policy=_AsWritten())
    for start in range(0, len(raw), PIECE):
        parser.feed(raw[start : start + PIECE])
    return parser.close()


def _is_encrypted(message: "Message[str, str]") -> bool:
    kind = message.get_content_type()
    return kind in ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime")


# Body


def _leaves(message: "Message[str, str]", depth: int = 0) -> Iterator["Message[str, str]"]:
    """The parts that hold something. A mail inside the mail is one of them: its words are somebody else's."""
    if message.get_content_maintype() != "multipart" or not isinstance(message.get_payload(), list):
        yield message
        return
    if depth >= DEEPEST:
        raise Unreadable("too deep")
    parts = [part for part in message.get_payload() if isinstance(part, Message)]
    if message.get_content_subtype() == "alternative":
        parts = _best(parts)
    for part in parts:
        yield from _leaves(part, depth + 1)


def _best(parts: list["Message[str, str]"]) -> list["Message[str, str]"]:
    """Of one text in several forms the plain one, unless it is empty."""
    plain = [p for p in parts if p.get_content_type() == "text/plain" and _bytes_of(p).strip()]
    return plain[:1] or parts[-1:]


def _body(message: "Message[str, str]") -> tuple[str, str, tuple[File, ...]]:
    own: list[str] = []
    whole: list[str] = []
    files: list[File] = []
    for number, part in enumerate(_leaves(message)):
        if number >= MOST_PARTS:
            break
        if _is_text(part):
            if len(own) >= MOST_TEXTS:
                continue
            said, quoted = _said(part)
            own.append(said)
            whole.append("\n".join(filter(None, [said, quoted])))
        elif not _is_beside(part):
            files.append(File(_file_name(part), part))
    return quoting.own_words("\n".join(own)), "\n".join(whole).strip(), tuple(files)


def _is_text(part: "Message[str, str]") -> bool:
    return (
        part.get_content_type() in ("text/plain", "text/html")
        and part.get_content_disposition() != "attachment"
        and not _file_name(part)
    )


def _is_beside(part: "Message[str, str]") -> bool:
    """Signatures of the mail itself, calendars, logos: nobody means to show us these."""
    kind = part.get_content_type()
    if kind in ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"):
        return True
    if part.get_content_maintype() == "text" and not _file_name(part):
        return True
    inside = part.get("Content-ID") is not None and part.get_content_disposition() != "attachment"
    return inside and part.get_content_maintype() == "image" and len(_bytes_of(part)) < DECORATION


def _said(part: "Message[str, str]") -> tuple[str, str]:
    text = text_of(_bytes_of(part)[:LONGEST_PART], str(part.get_param("charset") or ""))
    if part.get_content_type() == "text/html":
        said, quoted = plain_text.of_html(text)
        return clean(said), clean(quoted)
    return clean(text.replace("\r\n", "\n").replace("\r", "\n")).strip(), ""


def _bytes_of(part: "Message[str, str]") -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _file_name(part: "Message[str, str]") -> str:
    """RFC 2231 as it should be, RFC 2047 as QQ and others write it."""
    value = part.get_param("filename", None, "content-disposition") or part.get_param("name")
    if value is None:
        return ""
    name = collapse_rfc2231_value(value, errors="replace") if isinstance(value, tuple) else value
    return headers.one_line(headers.decoded(headers.repaired(name))).replace("/", "_").replace("\\", "_")
