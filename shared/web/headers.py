"""Headers every answer carries (T06, T13, T14, T19, T29)."""

from flask import Flask, Response

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "manifest-src 'self'",
        "frame-ancestors 'none'",
    )
)


HEADERS = (
    ("Content-Security-Policy", POLICY),
    ("X-Frame-Options", "DENY"),  # of webviews that do not read `frame-ancestors`
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "geolocation=(), microphone=()"),
    ("Cache-Control", "no-store"),
)


def _harden(response: Response) -> Response:
    """Add those that the answer has no word of its own for; looked for all at once."""
    own = {name.lower() for name, _value in response.headers}
    response.headers.extend([header for header in HEADERS if header[0].lower() not in own])
    response.vary.update(("Cookie", "Accept-Language"))  # each chooses the language
    return response


def init_app(app: Flask) -> None:
    app.after_request(_harden)
