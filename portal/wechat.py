"""What WeChat's server asks of ours: that it is ours (once, when it is set up), and whether messages arrived."""

from http import HTTPStatus

from flask import Response, abort, request

from portal import blueprint
from shared import clock
from shared.database import transaction
from shared.notifications import arriving
from shared.notifications.channels import settings, wechat_callback
from shared.notifications.channels.settings import Account
from shared.web.forgery import csrf

PATH = "/wechat/events"
FINISHED = "TEMPLATESENDJOBFINISH"


@blueprint.get(PATH)
def wechat_handshake() -> Response:
    """Answers with what it was given, to whoever knows the token."""
    _signed(_account())
    return _said(request.args.get("echostr", "")[:128])


@blueprint.post(PATH)
@csrf.exempt
def wechat_event() -> Response:
    """Whatever else WeChat reports is taken and forgotten: it asks again until it is told `success`."""
    account = _account()
    _signed(account)
    event = _event(account)
    if event.get("Event") == FINISHED:
        with transaction():
            arriving.note(
                event.get("MsgID", "")[:80],
                event.get("Status", ""),
                event.get("FromUserName", ""),
                clock.now(),
            )
    return _said("success")


def _account() -> Account:
    account = settings.carriers().account
    if account is None:
        abort(HTTPStatus.NOT_FOUND)
    return account


def _signed(account: Account) -> None:
    asked = request.args
    stamp = asked.get("timestamp", "")
    parts = (account.token, stamp, asked.get("nonce", ""))
    if not wechat_callback.is_signed(asked.get("signature", ""), *parts):
        abort(HTTPStatus.FORBIDDEN)
    if not wechat_callback.is_fresh(stamp, clock.now().timestamp()):
        abort(HTTPStatus.FORBIDDEN)


def _event(account: Account) -> dict[str, str]:
    """Sealed when the settings hold a key: an open one is then nobody's."""
    event = wechat_callback.read(request.get_data(cache=False)[: wechat_callback.LONGEST + 1])
    if not account.key:
        return event
    sealed, asked = event.get("Encrypt", ""), request.args
    parts = (account.token, asked.get("timestamp", ""), asked.get("nonce", ""), sealed)
    if not wechat_callback.is_signed(asked.get("msg_signature", ""), *parts):
        abort(HTTPStatus.FORBIDDEN)
    opened = wechat_callback.opened(sealed, account.key, account.appid)
    if opened is None:
        abort(HTTPStatus.FORBIDDEN)
    return wechat_callback.read(opened)


def _said(text: str) -> Response:
    return Response(text, mimetype="text/plain")
