"""Answering: a page or a fragment, a refusal or an error, always in the reader's words."""

import logging
from http import HTTPStatus
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
)
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from gunicorn.http.errors import ParseException
from sqlalchemy.exc import DataError, OperationalError, TimeoutError
from werkzeug.exceptions import BadRequest, HTTPException, SecurityError
from werkzeug.wrappers import Response as BaseResponse

from shared import words
from shared.attachments.port import Unreachable
from shared.errors import NotFound, Refused
from shared.web.unbroken import unbroken, with_times

log = logging.getLogger(__name__)


def wants_fragment() -> bool:
    """Whether htmx asks for a part of the page (not boosted, not restoring history)."""
    asked = request.headers
    return (
        asked.get("HX-Request") == "true"
        and "HX-Boosted" not in asked
        and asked.get("HX-History-Restore-Request") != "true"
    )


def render(
    page: str, *, fragment: str | None = None, status: int = HTTPStatus.OK, **context: Any
) -> Response:
    """The page, or with htmx the *fragment* template; both from the same context.

    The title of what is refused or filled in wrongly says so first, for whoever hears the page.
    """
    context.setdefault("has_errors", status in (HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY))
    template = fragment if fragment and wants_fragment() else page
    response = make_response(render_template(template, **context), status)
    response.vary.add("HX-Request")
    return response


def see_other(address: str) -> BaseResponse:
    """After a change: go and look (303). With htmx the browser is told to go there itself."""
    if wants_fragment():
        return Response(status=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": address})
    return redirect(address, HTTPStatus.SEE_OTHER)


def _face() -> str:
    path = request.path
    if path.startswith("/staff"):
        return "staff"
    return "board" if path.startswith("/board") else "portal"


def error_page(status: int, title: str, text: str) -> Response:
    """A whole page that says what is wrong and what to do next; a fragment of it with htmx."""
    if _face() not in current_app.blueprints:
        # FACES leaves this face to another process: its dress is not here, and nobody lives at this address.
        return Response(f"{title}\n{text}\n", status, mimetype="text/plain")
    return render(
        f"{_face()}/error.html",
        fragment="web/_error.html",
        status=status,
        title=title,
        text=text,
        request_id=g.get("request_id", ""),
    )


def _refused(error: Refused) -> Response:
    return error_page(HTTPStatus.CONFLICT, _("现在不能这样做"), words.refusal(error))


def _not_found(_error: Exception) -> Response:
    return error_page(
        HTTPStatus.NOT_FOUND, _("没有找到"), _("这个地址没有内容，或者不在您的范围内。请从首页重新进入。")
    )


def _forged(_error: CSRFError) -> Response:
    return error_page(
        419, _("页面放得太久了"), _("为了安全，请返回上一页刷新后再提交一次，您填写的内容仍在上一页。")
    )


def _forbidden() -> tuple[str, str]:
    """An owner has no rank to lack a right by: what is refused there did not come from a page of ours."""
    if _face() == "staff":
        return _("没有权限"), _("您的岗位没有这项权限。需要时请联系服务中心主任。")
    return _("没有收下"), _("这次提交不是从我们的页面发出的。请从首页重新进入。")


def _http(error: HTTPException) -> BaseResponse:
    if error.code is not None and 300 <= error.code < 400:
        return error.get_response()
    texts = {
        403: _forbidden(),
        405: (_("不能这样打开"), _("请从页面上的按钮或链接进入。")),
        413: (_("内容太大"), _("照片或文字太大，没有收下。请减少照片后再试，文字请保留在上一页。")),
        429: (_("请求太频繁"), _("请稍等几分钟再试。着急请直接拨打服务电话。")),
    }
    code = error.code or 500
    title, text = texts.get(code, (_("没有成功"), _("请返回上一页再试一次。仍不行请拨打服务电话。")))
    response = error_page(code, title, text)
    for name, value in error.get_headers():
        if name.lower() == "retry-after":
            response.headers[name] = value
    return response


def _misspoken(_error: ParseException) -> BaseResponse:
    """The server found in the middle of a body that this is no request: no fault of ours (T32)."""
    return _http(BadRequest())


def _strange_host(_error: SecurityError) -> Response:
    """Asked for by a name that is not ours: no page, since no address on it could be built (T26)."""
    return Response(_("这个网址不是本站的。"), HTTPStatus.BAD_REQUEST, mimetype="text/plain")


def _unavailable(error: OperationalError | TimeoutError) -> Response:
    """The database is away, or busy beyond its pool of connections."""
    log.error("database unavailable: %s", type(getattr(error, "orig", error)).__name__)
    response = error_page(
        HTTPStatus.SERVICE_UNAVAILABLE,
        _("请稍后重试"),
        _("系统暂时不能保存，您填写的内容请保留在本页，过一会儿再提交。着急请直接拨打服务电话。"),
    )
    response.headers["Retry-After"] = "30"
    return response


def _out_of_reach(error: Unreachable) -> Response:
    """A page that cannot do without a photo, while the object store is away (F34)."""
    log.error("object store unavailable: %s", error)
    response = error_page(
        HTTPStatus.SERVICE_UNAVAILABLE, _("请稍后重试"), _("照片暂时取不到，请过几分钟再打开。")
    )
    response.headers["Retry-After"] = "60"
    return response


def _unstorable(error: DataError) -> Response:
    """PostgreSQL holds no NUL: what is asked for with one in it is not there, as SQLite finds by looking."""
    return _not_found(error) if "NUL" in str(error.orig) else _failed(error)


def _failed(error: Exception) -> Response:
    log.exception("unexpected error")
    return error_page(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        _("出了故障"),
        _("没有成功，我们已经记录下来。请过几分钟再试；着急请直接拨打服务电话。"),
    )


def init_app(app: Flask) -> None:
    app.register_blueprint(Blueprint("web", __name__, template_folder="templates"))
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(404, _not_found)
    app.register_error_handler(SecurityError, _strange_host)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(ParseException, _misspoken)
    app.register_error_handler(OperationalError, _unavailable)
    app.register_error_handler(TimeoutError, _unavailable)
    app.register_error_handler(DataError, _unstorable)
    app.register_error_handler(Unreachable, _out_of_reach)
    if not app.debug:
        app.register_error_handler(Exception, _failed)
    app.add_template_global(lambda: current_app.extensions["shouwen"].app_env, "app_env")
    app.add_template_filter(unbroken, "unbroken_parts")
    app.add_template_filter(with_times, "unbroken_times")
