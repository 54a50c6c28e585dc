"""Text as a cell that no spreadsheet takes for a formula (T16)."""

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe(text: str) -> str:
    """*text*, with an apostrophe before it where Excel would calculate instead of show."""
    return f"'{text}" if text.startswith(_BEGINS_A_FORMULA) else text
