"""A QR code as SVG markup that needs no style of its own, of an address that a telephone can open."""

import segno
from flask import request
from markupsafe import Markup


def whole(address: str) -> str:
    """*address* with the name of this site; the settings' own where they have one (PUBLIC_URL)."""
    return request.host_url.rstrip("/") + address if address.startswith("/") else address


def qr_svg(address: str) -> Markup:
    """Drawn in one path; the page gives it its size."""
    code = segno.make(address, error="m", micro=False)
    return Markup(  # made by segno from an address of ours
        code.svg_inline(omitsize=True, border=2, dark="#000", light="#fff", svgclass=None, lineclass=None)
    )
