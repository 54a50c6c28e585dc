"""Text as a cell that no spreadsheet takes for a formula (T16)."""

from unicodedata import normalize

_BEGINS_A_FORMULA = ("=", "+", "-", "@")
_BEFORE_IT = ("\t", "\r")


def safe(text: str) -> str:
    """*text*, with an apostrophe before it where a spreadsheet would calculate instead of show.

    Some pass over what stands before the sign, and those set to an East Asian language take the wide sign too.
    """
    first = normalize("NFKC", text.lstrip()[:1])
    return f"'{text}" if text.startswith(_BEFORE_IT) or first.startswith(_BEGINS_A_FORMULA) else text
