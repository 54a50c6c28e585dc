"""怎样告诉您: where the owner of a case is told of news, and their asking for WeChat or this telephone's browser.

Asked for by whoever holds the private link or the receipt code; the telephone's last four are known to neighbours.
"""

from dataclasses import dataclass

from flask import Response, current_app, flash, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from portal import blueprint
from portal.tracking import doors
from portal.tracking.acts import behind_doors
from shared import clock
from shared.cases import acting, scope
from shared.cases.models import Case, Party
from shared.cases.telephones import masked
from shared.database import transaction
from shared.notifications import party_addresses
from shared.notifications.channels import mail, push, sms, wechat
from shared.web.pages import see_other

CHANNELS = (wechat.NAME, push.NAME)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to tell the owner. *on*: it is used."""

    name: str
    said: str
    on: bool


def opened(door_named: dict[str, str]) -> doors.Door:
    """A door that may be subscribed behind. Raises Refused for the telephone's last four, and for anonymous cases."""
    door = doors.opened(**door_named)
    proven = door.by is not doors.By.TAIL
    acting.refuse_unless(proven, _("要开通提醒，请用回执码打开，或从专属链接进入。"))
    return door


@blueprint.get("/push/worker.js")
def push_worker() -> Response:
    """Below a path of its own, so that it answers for no page."""
    response = current_app.send_static_file("js/push-worker.js")
    response.headers["Cache-Control"] = "no-cache"
    return response


@behind_doors("notify", "GET")
def notify(**door_named: str) -> BaseResponse:
    """Each way, and whether it is used."""
    door = opened(door_named)
    case = door.case()
    page = render_template(
        "portal/notify.html",
        door=door,
        case=case,
        ways=_ways(case.party) if case.party else [],
        wechat=_state(case, wechat.NAME) if wechat.is_configured() else "",
        push=_state(case, push.NAME) if push.is_configured() else "",
        push_key=push.public_key() if push.is_configured() else "",
        in_wechat="MicroMessenger" in request.user_agent.string,
    )
    return doors.private(Response(page, mimetype="text/html"))


@behind_doors("notify/push", "POST")
def notify_push(**door_named: str) -> BaseResponse:
    """A browser's own subscription, as the script on the page has got it."""
    door = opened(door_named)
    address = push.address(*(request.form.get(name, "")[:1000] for name in ("endpoint", "p256dh", "auth")))
    acting.refuse_unless(
        push.is_configured() and push.is_usable(address), _("这个浏览器的提醒服务，我们用不了。")
    )
    return subscribe(door, push.NAME, address)


@behind_doors("notify/end", "POST")
def notify_end(**door_named: str) -> BaseResponse:
    door = opened(door_named)
    channel = request.form.get("channel", "")
    if channel in CHANNELS:
        with transaction():
            party_addresses.end(scope.lock_by_id(door.case_id).id, channel, clock.now())
        flash(_("已关闭。不再这样提醒您。"))
    return see_other(f"{door.base}/notify")


def subscribe(door: doors.Door, channel: str, address: str) -> BaseResponse:
    """Tell *address* of the case from now on, and show it."""
    with transaction():
        party_addresses.add(scope.lock_by_id(door.case_id), channel, address, clock.now())
    flash(_("已开通。有进展会提醒您。"))
    return see_other(f"{door.base}/notify")


def _state(case: Case, channel: str) -> str:
    return "on" if party_addresses.addresses(case.id, channel) else "off"


def _ways(party: Party) -> list[Way]:
    """The addresses left for an answer, masked: somebody may look over a shoulder."""
    found = []
    for channel, name, mask in ((sms, _("短信"), masked), (mail, _("邮件"), _masked_address)):
        for address in channel.addresses_of(party):
            used = channel.is_configured() and channel.is_usable(address)
            found.append(Way(name, mask(address), used))
    return found


def _masked_address(address: str) -> str:
    name, _at, domain = address.partition("@")
    return f"{name[:1]}***@{domain}"
