"""Template messages of a WeChat official account, to who asked for them on the page of their case."""

import re
import urllib.parse
from threading import Lock
from typing import Any

from shared.cases.models import Party
from shared.clock import local, now
from shared.identity.models import User
from shared.notifications import party_addresses, reasons
from shared.notifications.channels import Letter, Unreachable, settings
from shared.notifications.channels.asking import ask, ask_json
from shared.notifications.channels.settings import Account
from shared.outbox.tasks import Undone

NAME = "wechat"
ZONE = "Asia/Shanghai"  # WeChat's own
MARGIN = 300  # seconds before its end that a token is not used any more
STALE = frozenset({40001, 40014, 42001})  # the token, not the message
NOT_FOLLOWING, REFUSED, NO_SUCH_USER = 43004, 43101, 40003
# What WeChat itself allows in a field, by the kind that its name begins with.
_LENGTHS = {"thing": 20, "character_string": 32, "phrase": 5, "const": 20}
_OPENID = re.compile(r"[A-Za-z0-9_-]{10,64}")

_tokens: dict[str, tuple[str, float]] = {}
_lock = Lock()


def is_configured() -> bool:
    return settings.carriers().account is not None


def addresses_of(person: User | Party) -> list[str]:
    return party_addresses.addresses(person.case_id, NAME) if isinstance(person, Party) else []


def is_usable(address: str) -> bool:
    return _OPENID.fullmatch(address) is not None


def send(letter: Letter) -> str:
    """Gives WeChat's number of the message. Raises Unreachable or Undone."""
    account = _account()
    code, said = _send(account, _token(account), letter)
    if code in STALE:
        code, said = _send(account, _token(account, refused=True), letter)
    if code == 0:
        return str(said.get("msgid", ""))
    if code == NOT_FOLLOWING:
        raise Unreachable(reasons.NOT_FOLLOWING, ended=False)
    if code in (REFUSED, NO_SUCH_USER):
        raise Unreachable(reasons.REFUSED_BY_THEM, ended=True)
    raise Undone(f"WeChat answered {code}")


def authorize_url(back: str, state: str) -> str:
    """Where a browser inside WeChat is sent to learn who it is, silently; it comes *back* with *state*."""
    account = _account()
    asked = {
        "appid": account.appid,
        "redirect_uri": back,
        "response_type": "code",
        "scope": "snsapi_base",
        "state": state,
    }
    return f"{account.authorize}/connect/oauth2/authorize?{urllib.parse.urlencode(asked)}#wechat_redirect"


def openid_of(code: str) -> str | None:
    """Whom WeChat gave *code* for; None when it says that it did not, or not now. Raises Undone."""
    account = _account()
    asked = {
        "appid": account.appid,
        "secret": account.secret,
        "code": code,
        "grant_type": "authorization_code",
    }
    answer = ask(f"{account.base}/sns/oauth2/access_token?{urllib.parse.urlencode(asked)}", whom="WeChat")
    openid = str(answer.json().get("openid", ""))
    return openid if is_usable(openid) else None


def _account() -> Account:
    account = settings.carriers().account
    if account is None:
        raise Undone("no WeChat account is configured")
    return account


def _send(account: Account, token: str, letter: Letter) -> tuple[int, dict[str, Any]]:
    """*client_msg_id*: WeChat itself drops a repetition within ten minutes (F07)."""
    question = {
        "touser": letter.to,
        "template_id": account.template,
        "url": letter.link,
        "client_msg_id": letter.mark,
        "data": _fields(account, letter),
    }
    url = f"{account.base}/cgi-bin/message/template/send?{urllib.parse.urlencode({'access_token': token})}"
    answer = ask_json(url, question, whom="WeChat")
    said = answer.json()
    if answer.status != 200 or not isinstance(said.get("errcode"), int):
        raise Undone(f"WeChat answered {answer.status}")
    return said["errcode"], said


def _fields(account: Account, letter: Letter) -> dict[str, dict[str, str]]:
    said = {
        "news": letter.subject.removesuffix(letter.reference).strip(),
        "reference": letter.reference,
        "estate": letter.sender,
        "time": f"{local(now(), ZONE):%Y-%m-%d %H:%M}",
    }
    return {name: {"value": _fitting(name, said[what])} for what, name in account.fields.items()}


def _fitting(name: str, value: str) -> str:
    return value[: _LENGTHS.get(name.rstrip("0123456789"), 200)]


def _token(account: Account, *, refused: bool = False) -> str:
    """The access token, asked for again shortly before its end, or when WeChat has *refused* the one we have.

    The stable one: processes that ask at the same time get the same and do not end each other's.
    """
    with _lock:
        held, until = _tokens.get(account.appid, ("", 0.0))
        if held and not refused and until > now().timestamp():
            return held
        fresh, seconds = _fresh_token(account, force=False)
        if refused and fresh == held:
            fresh, seconds = _fresh_token(account, force=True)
        _tokens[account.appid] = (fresh, now().timestamp() + seconds - MARGIN)
        return fresh


def _fresh_token(account: Account, *, force: bool) -> tuple[str, int]:
    question = {
        "grant_type": "client_credential",
        "appid": account.appid,
        "secret": account.secret,
        "force_refresh": force,
    }
    answer = ask_json(f"{account.base}/cgi-bin/stable_token", question, whom="WeChat")
    said = answer.json()
    token, seconds = said.get("access_token"), said.get("expires_in")
    if not isinstance(token, str) or not isinstance(seconds, int):
        code = said.get("errcode")
        raise Undone(f"WeChat gave no access token: {code if isinstance(code, int) else answer.status}")
    return token, seconds
