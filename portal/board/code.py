"""The QR code that leads from the wall to the portal."""

import hashlib
from io import BytesIO

import segno
from flask import current_app, request

from shared.identity.models import Estate

QUIET = 2  # modules of white around it: what a telephone needs to find it on a dark wall


def address(estate: Estate) -> str:
    """Where the code leads."""
    public: str = current_app.extensions["shouwen"].public_url or request.url_root.rstrip("/")
    return f"{public}/?estate={estate.slug}"


def drawing(estate: Estate) -> bytes:
    """An SVG that fills the box around it."""
    made, out = segno.make(address(estate), micro=False, error="m"), BytesIO()
    made.save(out, kind="svg", xmldecl=False, omitsize=True, border=QUIET, dark="#000", light="#fff")
    return out.getvalue()


def stamp(estate: Estate) -> str:
    """Changes with the address, so that the drawing may be kept for ever."""
    return hashlib.sha256(address(estate).encode()).hexdigest()[:12]
