"""Whatever the apprise library knows how to reach: SMS gateways, and robots without a module of their own."""

import logging

import apprise
from apprise import AppriseAsset

from shared.outbox.tasks import Undone

# It logs telephones and what it sends, and what it sends by logs addresses: our own words are kept instead (T44).
logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
logging.getLogger("urllib3").setLevel(logging.INFO)
_ASSET = AppriseAsset(app_id="Shouwen", app_desc="Shouwen", async_mode=False)


def notify(url: str, text: str, *, whom: str) -> None:
    """Send *text* to whom *url* names. Raises Undone.

    It tells success from failure by the HTTP status alone, and not which.
    """
    carrier = apprise.Apprise.instantiate(url, asset=_ASSET, suppress_exceptions=True)
    if not isinstance(carrier, apprise.NotifyBase):
        raise Undone(f"{whom} cannot take this recipient")
    if not carrier.notify(body=text, body_format=apprise.NotifyFormat.TEXT):
        raise Undone(f"{whom} did not take it")
