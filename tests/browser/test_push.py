"""From the tap on the page to the reminder on the screen, in a real Chromium.

Only the browser maker's own subscription service is stood in for: it is out of reach of a test, and so is its delivery.
"""

import json
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from shared.cases import links
from shared.cases.models import Case
from shared.clock import now
from shared.database import db, transaction
from shared.notifications import party_addresses
from shared.notifications.channels import push
from shared.notifications.sending import PARTY, tell
from shared.outbox import drain
from tests.browser.conftest import ARGUMENTS, PHONE, Desk
from tests.cast import file
from tests.standins.channels import pushes
from tests.standins.push_service import PushService
from tools.chromium import whole

__all__ = ["pushes"]

SUBSCRIBING = """
window.PushManager.prototype.subscribe = function (options) {
  if (new Uint8Array(options.applicationServerKey).length !== 65) { return Promise.reject(); }
  return Promise.resolve({ toJSON: function () { return %s; } });
};
"""
SHOWN = """
navigator.serviceWorker.getRegistrations()
  .then(function (all) { return all[0].getNotifications(); })
  .then(function (shown) { return shown.map(function (n) { return [n.title, n.body, n.data.url]; }); })
"""
TIMES, LOOKS = 30, 20


def shown_on(page: Page, deliver: Callable[[], object]) -> list[list[str]]:
    """What stands on the screen after *deliver*.

    A busy Chromium drops what it was to show, or takes it away before it is looked at. Push services deliver again
    too; its tag makes one notification of them.
    """
    for _time in range(TIMES):
        deliver()
        for _look in range(LOOKS):
            if found := page.evaluate(SHOWN):
                return list(found)
    return []


def test_an_owner_subscribes_on_the_page_and_the_reminder_leads_back_to_it(
    chromium: Browser, desk: Desk, pushes: PushService, tmp_path: Path
) -> None:
    with desk.app.app_context():
        case = file(desk.cast, email="", phone="", at=now())
        address = f"{desk.url}/c/{links.current_token(case)}"
        pushes.application_key = push.public_key()
        db.session.remove()
    made = pushes.subscription
    keys = {"p256dh": made["p256dh"], "auth": made["auth"]}
    context = chromium.browser_type.launch_persistent_context(  # a private window has no push
        str(tmp_path),
        executable_path=whole(),
        args=ARGUMENTS,
        viewport=PHONE,
        locale="zh-CN",
        permissions=["notifications"],
    )
    context.add_init_script(SUBSCRIBING % json.dumps({"endpoint": made["endpoint"], "keys": keys}))
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    seen: list[str] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: seen.extend(one["registrationId"] for one in event["registrations"]),
    )
    devtools.send("ServiceWorker.enable")
    page.goto(address)
    page.get_by_role("link", name="怎样提醒我").click()
    page.wait_for_url("**/notify")
    page.get_by_role("button", name="在这台手机上提醒我").click()
    page.get_by_text("已开通。有进展会提醒您。").wait_for()
    expect(page.get_by_role("button", name="关闭浏览器提醒")).to_be_visible()

    with desk.app.app_context():
        assert party_addresses.addresses(case.id, "push") == [push.address(**made)]
        with transaction():
            tell(db.session.get_one(Case, case.id), PARTY, "received", at=now(), detail="again")
        drain.run_due(10)
    (said,) = pushes.shown.values()
    message = {"origin": desk.url, "data": json.dumps(said)}
    ((title, body, url),) = shown_on(
        page,
        lambda: devtools.send("ServiceWorker.deliverPushMessage", {**message, "registrationId": seen[-1]}),
    )
    assert (title, body) == ("锦绣花园", f"已收到您的诉求 {case.shown_reference}")
    assert url.endswith(address.removeprefix(desk.url))
    context.close()
