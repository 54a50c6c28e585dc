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
    days = understood(*given)
    return (days, True) if days else (usual, False)


def understood(first: str, last: str) -> Days | None:
    """The days from one to the other; None for what are no days, too many, or of a time that nobody asks for."""
    try:
        days = Days(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        return None
    is_sound = days.starts_on.year > FIRST_YEAR and days.ends_on.year <= LAST_YEAR
    return days if is_sound and 0 <= (days.ends_on - days.starts_on).days < LONGEST else None
