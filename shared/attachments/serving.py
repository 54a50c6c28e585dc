"""One photo as an answer. Bytes only: the caller has settled that this person may see it (T07)."""

from datetime import datetime, timedelta
from http import HTTPStatus

from flask import Response
from flask_babel import gettext as _
from markupsafe import escape

from shared.attachments.models import Attachment
from shared.attachments.port import Unreachable, name_of
from shared.attachments.storage import current_storage, may_wait_elsewhere
from shared.clock import now
from shared.errors import NotFound

UNDER_WAY = timedelta(days=1)  # by then the spool of another server has been carried over, or is lost
AGAIN = 60  # seconds: what waits is carried over each minute

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


# A picture like the one it stands for, so that every page shows it, and can be read at the size of a thumbnail.
PENDING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" width="320" height="320" role="img">'
    "<title>{0} {1}</title>"
    '<rect width="96" height="96" fill="#e6e9ec"/><g text-anchor="middle" font-size="15" font-family="sans-serif"'
    ' fill="#333a40"><text x="48" y="43">{0}</text><text x="48" y="66">{1}</text></g></svg>'
)


def respond(attachment: Attachment, *, thumb: bool = False) -> Response:
    """The photo or its thumbnail, under a name of ours; while it is on its way to us, a picture that says so (F34).

    Raises NotFound when its file is lost.
    """
    try:
        with current_storage().open(name_of(attachment.id, thumb=thumb)) as file:
            content = file.read()
    except Unreachable:
        return _pending()
    except FileNotFoundError as error:
        if is_under_way(attachment.stored_at):
            return _pending()
        raise NotFound from error
    answer = Response(content, mimetype="image/jpeg", headers=HEADERS)
    answer.headers["Content-Disposition"] = f'inline; filename="photo-{attachment.id[:8]}.jpg"'
    return answer


def alternative(attachment: Attachment, number: int) -> str:
    """What is read out in the place of the picture; of one that may be on its way to us, that too (F34).

    Whether it is, is not asked: a store that hangs would keep the whole page waiting.
    """
    if is_under_way(attachment.stored_at) or current_storage().is_away():
        return _("照片 %(n)s（如未显示，稍后可见）", n=number)
    return _("照片 %(n)s", n=number)


def is_under_way(stored_at: datetime) -> bool:
    """Whether a photo of that instant may still wait in the spool of another server, so that it is not lost."""
    return may_wait_elsewhere() and now() - stored_at < UNDER_WAY


def _pending() -> Response:
    picture = PENDING.format(escape(_("照片处理中")), escape(_("稍后可见")))
    answer = Response(picture, HTTPStatus.ACCEPTED, mimetype="image/svg+xml", headers=HEADERS)
    answer.headers["Retry-After"] = str(AGAIN)
    return answer
