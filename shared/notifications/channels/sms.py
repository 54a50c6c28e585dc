"""SMS to the party's mobile, through the gateway of CHANNEL_URLS that has `{to}` in its address.

`{text}` and `{mark}` may stand there too: a gateway that knows the mark sends a repeated message once (F07).
"""

import re
from urllib.parse import quote

from shared.cases import telephones
from shared.cases.models import Party
from shared.identity.models import User
from shared.notifications.channels import Letter, by_apprise, settings
from shared.outbox.tasks import Undone

NAME = "sms"
_MOBILE = re.compile(r"1[3-9][0-9]{9}")


def is_configured() -> bool:
    return settings.carriers().gateway is not None


def addresses_of(person: User | Party) -> list[str]:
    """Staff hear by mail and in their groups: an SMS costs."""
    number = telephones.normalised(person.phone or "") if isinstance(person, Party) else None
    return [number] if number else []


def is_usable(address: str) -> bool:
    """A telephone at home receives none."""
    return _MOBILE.fullmatch(address) is not None


def text(letter: Letter) -> str:
    """One line: who writes, what is new, where to look."""
    return " ".join(filter(None, (f"{letter.sender}：{letter.subject}", letter.link)))


def send(letter: Letter) -> None:
    """Raises Undone."""
    gateway = settings.carriers().gateway
    if gateway is None:
        raise Undone("no SMS gateway is configured")
    url = gateway.url
    for name, value in (("to", letter.to), ("text", text(letter)), ("mark", letter.mark)):
        url = url.replace(f"{{{name}}}", quote(value, safe=""))
    by_apprise.notify(url, text(letter), whom="the SMS gateway")
