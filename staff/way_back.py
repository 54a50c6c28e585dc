"""The way back that an address or a form carries, and never one to another site (T19)."""

from urllib.parse import unquote, urlsplit


def way_back(address: str | None, otherwise: str) -> str:
    """*address* if it is a page of this face, *otherwise* for whatever else a stranger may have put there."""
    if not address or not address.isprintable() or "\\" in address:
        return otherwise
    try:
        parts = urlsplit(address)
    except ValueError:  # a bracket that nothing closes
        return otherwise
    elsewhere = parts.scheme or parts.netloc or "//" in parts.path
    climbs = ".." in unquote(parts.path).split("/")  # out of this face, once a browser has read it
    is_inside = parts.path == "/staff" or parts.path.startswith("/staff/")
    return otherwise if elsewhere or climbs or not is_inside else address
