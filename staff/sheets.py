"""Answering with a sheet of paper."""

from flask import Response

# What the readers of PDF in browsers need of the page that they make themselves; nothing may be fetched or run.
_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"


def pdf(content: bytes, name: str) -> Response:
    """To be looked at and printed, under that name if it is saved. Like all of this face it is kept nowhere (T29)."""
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Content-Security-Policy"] = _POLICY
    return response
