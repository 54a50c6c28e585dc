"""How often one source may ask of the portal (T05, T24).

Generous: a lift that stops sends a whole building to file from behind one address of a telephone company. Looking a
case up that exists is never limited; looking for cases that don't is, per source and over all sources together.
"""

from collections import OrderedDict
from datetime import datetime, timedelta
from http import HTTPStatus

from flask import Response, g

from shared import clock, counting
from shared.counting import What
from shared.web.limits import limiter, source_key

STEPS = "400 per 10 minutes"
FILINGS = "120 per 10 minutes"
UPLOADS = "120 per 10 minutes"
AUTOSAVES = "1200 per 10 minutes"  # each filer sends several, and none of them makes a row
ACTS = "60 per 10 minutes"
MISSES = "60 per minute"
MISSES_OF_ALL = "300 per minute"

RECENT = timedelta(hours=1)
SOURCES_REMEMBERED = 10_000
_hits: OrderedDict[str, datetime] = OrderedDict()


def source_filed(_response: Response) -> bool:
    """Only a new case counts: a submission repeated by double taps or retries must keep getting its receipt (F24)."""
    return bool(g.get("newly_filed"))


def note_hit() -> None:
    """This source found a case: it is somebody with a receipt, not somebody guessing. In memory only, keyed by day."""
    key = source_key()
    _hits[key] = clock.now()
    _hits.move_to_end(key)
    while len(_hits) > SOURCES_REMEMBERED:
        _hits.popitem(last=False)


def _is_miss(response: Response) -> bool:
    return response.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY)


def _is_miss_to_count(response: Response) -> bool:
    """Every miss is asked about here once; a source that found a case lately counts as well (T05)."""
    if not _is_miss(response):
        return False
    counting.count(What.NOT_FOUND)
    return True


def _found_lately() -> bool:
    at = _hits.get(source_key())
    return at is not None and at > clock.now() - RECENT


per_source = limiter.shared_limit(MISSES, scope="misses", deduct_when=_is_miss_to_count)
of_all = limiter.shared_limit(
    MISSES_OF_ALL,
    scope="misses of all",
    key_func=lambda: "all",
    deduct_when=_is_miss,
    exempt_when=_found_lately,
)

__all__ = [
    "ACTS",
    "AUTOSAVES",
    "FILINGS",
    "STEPS",
    "UPLOADS",
    "limiter",
    "note_hit",
    "of_all",
    "per_source",
    "source_filed",
]
