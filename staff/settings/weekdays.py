"""Opening hours as people read and write them."""

from collections.abc import Iterable, Sequence

from flask_babel import lazy_gettext as _l

WEEKDAYS = (_l("周一"), _l("周二"), _l("周三"), _l("周四"), _l("周五"), _l("周六"), _l("周日"))


def interval_text(intervals: Iterable[Sequence[int]]) -> str:
    """`08:00–12:00 14:00–18:00`, as the form of the hours reads it again."""
    return " ".join(f"{_clock(opens)}–{_clock(closes)}" for opens, closes in intervals)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
