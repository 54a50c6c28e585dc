"""How often one source may ask of the portal (T05, T24).

Generous: a lift that stops sends a whole building to file from behind one address of a telephone company.
"""

from flask import Response, g

from shared.web.limits import limiter

STEPS = "400 per 10 minutes"
FILINGS = "120 per 10 minutes"
UPLOADS = "120 per 10 minutes"
LOOKUPS = "60 per minute"
ACTS = "60 per 10 minutes"

__all__ = ["ACTS", "FILINGS", "LOOKUPS", "STEPS", "UPLOADS", "limiter", "source_filed"]


def source_filed(_response: Response) -> bool:
    """Only a new case counts: a submission repeated by double taps or retries must keep getting its receipt (F24)."""
    return bool(g.get("newly_filed"))
