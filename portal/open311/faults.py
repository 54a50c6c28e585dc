"""What went wrong, as the standard has it told: a list of codes and sentences, in the format that was asked for.

404 for what is not there, 403 for a key that is missing or wrong, 400 for any other request that cannot be met.
"""

import logging
from http import HTTPStatus

from flask import request
from flask_babel import gettext as _
from sqlalchemy.exc import DataError, OperationalError, TimeoutError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from portal.open311 import blueprint
from portal.open311.documents import answer
from shared import words
from shared.errors import NotFound, Refused

log = logging.getLogger(__name__)


class Fault(Exception):
    """The request cannot be met: an HTTP status, and a sentence for each thing that is wrong."""

    def __init__(self, status: HTTPStatus, *sentences: str, retry_after: int | None = None) -> None:
        super().__init__(*sentences)
        self.status, self.sentences, self.retry_after = status, sentences, retry_after


def asked_format() -> str:
    """The format that the address ends in; XML, which every server has, where it ends in neither."""
    return "json" if request.path.endswith(".json") else "xml"


def _told(status: int, *sentences: str, retry_after: int | str | None = None) -> Response:
    errors = [{"code": int(status), "description": sentence} for sentence in sentences]
    response = answer(asked_format(), "errors", errors, status)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _not_found(_error: Exception) -> Response:
    return _told(HTTPStatus.NOT_FOUND, _("没有这个地址，或没有这一件。"))


@blueprint.errorhandler(Fault)
def _fault(error: Fault) -> Response:
    return _told(error.status, *error.sentences, retry_after=error.retry_after)


@blueprint.errorhandler(Refused)
def _refused(error: Refused) -> Response:
    return _told(HTTPStatus.BAD_REQUEST, words.refusal(error))


@blueprint.errorhandler(HTTPException)
def _http(error: HTTPException) -> Response:
    sentences = {
        403: _("没有收下：网页里的脚本不能直接提交，请由您的服务器提交。"),
        413: _("内容太大，没有收下。请减少照片后再发。"),
        429: _("请求太频繁。请稍等几分钟再试。"),
    }
    code = error.code or 500
    after = next((value for name, value in error.get_headers() if name.lower() == "retry-after"), None)
    return _told(code, sentences.get(code, _("这个请求看不懂，没有收下。")), retry_after=after)


@blueprint.errorhandler(OperationalError)
@blueprint.errorhandler(TimeoutError)
def _unavailable(error: OperationalError | TimeoutError) -> Response:
    """The database is away, or busy beyond its pool of connections (F13, F14)."""
    log.error("database unavailable: %s", type(getattr(error, "orig", error)).__name__)
    return _told(
        HTTPStatus.SERVICE_UNAVAILABLE, _("系统暂时不能保存。请用同一个幂等键过一会儿再发。"), retry_after=30
    )


@blueprint.errorhandler(DataError)
def _unstorable(error: DataError) -> Response:
    """PostgreSQL holds no NUL: what is asked for with one in it is not there, as SQLite finds by looking."""
    return _not_found(error) if "NUL" in str(error.orig) else _failed(error)


@blueprint.errorhandler(Exception)
def _failed(_error: Exception) -> Response:
    log.exception("unexpected error")
    return _told(HTTPStatus.INTERNAL_SERVER_ERROR, _("出了故障，我们已经记录下来。请过几分钟再试。"))


# By its number too: the application's own page for 404 would come before what is said for all of them.
blueprint.register_error_handler(HTTPStatus.NOT_FOUND.value, _not_found)
blueprint.register_error_handler(NotFound, _not_found)
