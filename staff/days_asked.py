"""The days that the address of a page asks for (`from`, `to`), both included."""

from datetime import date

from werkzeug.datastructures import MultiDict

from shared.register.filters import FIRST_YEAR, LAST_YEAR
from shared.reports.indicators import Days

LONGEST = 731  # days: two years, more than any report has


def days_asked(args: MultiDict[str, str], usual: Days) -> tuple[Days, bool]:
    """What stands there, else *usual*; and whether it was understood. Nothing asked for is understood."""
    given = [args.get(name, "").strip() for name in ("from", "to")]
    if not any(given):
        return usual, True
    try:
        first, last = (date.fromisoformat(text) for text in given)
    except ValueError:
        return usual, False
    is_sound = first.year > FIRST_YEAR and last.year <= LAST_YEAR and first <= last
    return (Days(first, last), True) if is_sound and (last - first).days < LONGEST else (usual, False)
