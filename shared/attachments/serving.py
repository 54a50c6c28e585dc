"""One photo as an answer. Bytes only: the caller has settled that this person may see it (T07)."""

from flask import Response

from shared.attachments.models import Attachment
from shared.attachments.storage import current_storage, name_of
from shared.errors import NotFound

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    # Telephones and desks are shared, and who may see a photo changes (T29).
    "Cache-Control": "private, no-store",
    "Vary": "Cookie",
}


def respond(attachment: Attachment, *, thumb: bool = False) -> Response:
    """The photo or its thumbnail, under a name of ours. Raises NotFound when its file is lost."""
    try:
        with current_storage().open(name_of(attachment.id, thumb=thumb)) as file:
            content = file.read()
    except FileNotFoundError as error:
        raise NotFound from error
    answer = Response(content, mimetype="image/jpeg", headers=HEADERS)
    answer.headers["Content-Disposition"] = f'inline; filename="photo-{attachment.id[:8]}.jpg"'
    return answer
