"""Learning from WeChat who reads the page of a case, when they asked to be told there (OAuth, snsapi_base)."""

import hmac
import secrets
from datetime import timedelta
from http import HTTPStatus

from flask import Response, current_app, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from portal import blueprint
from portal.limits import ACTS, limiter
from portal.subscribing import opened, subscribe
from portal.tracking import doors
from portal.tracking.acts import behind_doors
from shared import clock, sealing
from shared.cases import acting, links, scope
from shared.notifications.channels import wechat
from shared.outbox.tasks import Undone

ASKED = "wechat"  # in the session: what this browser has asked for, and until when it may come back
BACK_WITHIN = timedelta(minutes=10)


@behind_doors("notify/wechat", "GET")
def notify_wechat(**door_named: str) -> BaseResponse:
    """Off to WeChat, which sends the browser back with a code that says who it is."""
    door = opened(door_named)
    case = door.case()
    acting.refuse_unless(wechat.is_configured(), _("这里还没有开通微信提醒。"))
    acting.refuse_unless(not case.anonymous, _("匿名诉求不能开通提醒。请用查询号查看。"), "CO-M5")
    until = int((clock.now() + BACK_WITHIN).timestamp())
    session[ASKED] = [secrets.token_hex(8), case.id, door.by.value, until]
    back = current_app.extensions["shouwen"].public_url + url_for("portal.wechat_bound")
    return doors.private(redirect(wechat.authorize_url(back, _state(door))))  # type: ignore[arg-type]


@blueprint.get("/wechat/bound")
@limiter.limit(ACTS)
def wechat_bound() -> BaseResponse:
    """Back from WeChat: nothing is kept before the owner says so."""
    door = _door_of(request.args.get("state", ""))
    if door is None:
        return _failed()
    page = render_template("portal/wechat_bound.html", door=door, case=door.case())
    return doors.private(Response(page, mimetype="text/html"))


@blueprint.post("/wechat/bound")
@limiter.limit(ACTS)
def wechat_bind() -> BaseResponse:
    door = _door_of(request.form.get("state", ""))
    if door is None:
        return _failed()
    try:
        openid = wechat.openid_of(request.form.get("code", "")[:200])
    except Undone:
        openid = None
    session.pop(ASKED, None)
    return subscribe(door, wechat.NAME, openid) if openid else _failed(door)


def _state(door: doors.Door) -> str:
    """What WeChat carries there and back: of this browser, this case and this very door. At most 128 characters."""
    nonce, *asked = session[ASKED]
    signed = sealing.derive(f"{nonce}:{asked}:{door.base}".encode(), "wechat state")
    return str(nonce) + signed[:16].hex()


def _door_of(state: str) -> doors.Door | None:
    """The door this browser left by, if it is open and still the same; None too when *state* is another browser's."""
    if ASKED not in session:
        return None
    _nonce, case_id, by, until = session[ASKED]
    if until < clock.now().timestamp():
        return None
    case = scope.read_by_id(case_id)
    if by == doors.By.LINK:
        door: doors.Door | None = doors.of_link(links.current_token(case))
    else:
        door = doors.of_reference(case.reference)
    right = door is not None and hmac.compare_digest(state.encode(), _state(door).encode())
    return door if right else None


def _failed(door: doors.Door | None = None) -> Response:
    page = render_template("portal/wechat_failed.html", door=door)
    return doors.private(Response(page, HTTPStatus.UNPROCESSABLE_ENTITY, mimetype="text/html"))
