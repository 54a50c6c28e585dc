"""Bytes as the characters that somebody meant, whatever they say they are. Pure."""

import unicodedata

LONG = 1_000  # bytes; in less, one character at the end says nothing about the rest
WIDEST = 5  # bytes of one character, and one more
# Codecs that are no character sets; some of them take the square of the time.
_NO_CHARSETS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "utf_7"})
# gb2312 is what programs say when they write its successor, which can say everything the older ones can.
_CHINESE = frozenset({"gb2312", "gbk", "gb18030", "x-gbk", "cp936", "hz-gb-2312", "euc-cn"})


def text_of(content: bytes, charset: str) -> str:
    """*content* as what it says it is, else as what most of China writes."""
    declared = charset.strip().strip("\"'").lower()
    if declared.replace("-", "_") in _NO_CHARSETS:
        declared = ""
    tries = ["gb18030"] if declared in _CHINESE else [declared, "utf-8", "gb18030"]
    for name in filter(None, tries):
        try:
            return content.decode(name)
        except UnicodeDecodeError as error:
            if len(content) > LONG and error.start > len(content) - WIDEST:
                return content[: error.start].decode(name)  # a text that was cut within a character
        except (ValueError, LookupError):
            continue
    return content.decode("utf-8", "replace")


def clean(text: str) -> str:
    """Without what a database, a log or an eye stumbles over: controls, halves of characters, turned directions."""
    return "".join(c for c in text if c in "\n\t" or not _is_unfit(c))


def _is_unfit(character: str) -> bool:
    if "\u202a" <= character <= "\u202e" or "\u2066" <= character <= "\u2069" or character == "\ufeff":
        return True
    return unicodedata.category(character) in ("Cc", "Cs", "Cn")
