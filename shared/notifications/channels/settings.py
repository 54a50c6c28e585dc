"""What CHANNEL_URLS means: each address says by its scheme what it is, and by `for` and `estate` whom it is for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit

import apprise
from flask import Flask, current_app

from shared.config import Config, Misconfigured
from shared.escalation.holding import FIRST_RESPONDER
from shared.identity.permissions import Role
from shared.notifications.channels import mail

MAIL = ("smtp", "smtps")
NUMBER = "{to}"  # stands in the address of an SMS gateway where the telephone goes
ROBOTS = {
    "wecombot": "https://qyapi.weixin.qq.com",
    "dingtalk": "https://oapi.dingtalk.com",
    "feishu": "https://open.feishu.cn",
    "lark": "https://open.larksuite.com",
}
ROLES = frozenset({*map(str, Role), FIRST_RESPONDER, "superior", "proposer"})
_OURS = ("for", "estate", "at")


@dataclass(frozen=True, slots=True)
class Gateway:
    """Sends SMS to parties. *url* is one of apprise, with `{to}` in it."""

    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Robot:
    """Speaks in a group of staff. *audience*: roles and departments; none: everybody. *estate*: a slug; none: all."""

    url: str = field(repr=False)
    kind: str
    base: str
    token: str = field(repr=False)
    secret: str = field(repr=False)
    audience: frozenset[str]
    estate: str


@dataclass(frozen=True, slots=True)
class Account:
    """A WeChat official account. *fields*: what its template calls the news, the reference, the estate, the time."""

    appid: str
    secret: str = field(repr=False)
    base: str
    authorize: str
    template: str
    token: str = field(repr=False)
    key: str = field(repr=False)
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PushService:
    """Web push is on. *contact*: whom a push service may write to; *hosts*: services beside the known ones."""

    contact: str
    hosts: frozenset[str]
    plain: bool  # http too, for a service on this machine


Carrier = Gateway | Robot | Account | PushService
Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class Carriers:
    """Everything that carries messages, beside mail."""

    gateway: Gateway | None
    robots: tuple[Robot, ...]
    account: Account | None
    push: PushService | None


def carriers() -> Carriers:
    """Those of the settings."""
    config: Config = current_app.extensions["shouwen"]
    return read(config.channel_urls)


def init_app(app: Flask) -> None:
    """Raises Misconfigured for an address that cannot be used: at start, not when a message waits."""
    config: Config = app.extensions["shouwen"]
    read(config.channel_urls)
    if config.mail_url:
        mail.server_at(config.mail_url)


@lru_cache(maxsize=16)
def read(urls: tuple[str, ...]) -> Carriers:
    """Raises Misconfigured, without the secrets in it."""
    found: list[Carrier] = []
    for nth, url in enumerate(urls, 1):
        try:
            parts = urlsplit(url)
            if parts.scheme not in MAIL:
                found.append(_carrier(url, parts))
        except ValueError as error:
            raise Misconfigured(f"CHANNEL_URLS: address {nth} cannot be read: {error}.") from None
        except Misconfigured as error:
            scheme = url.partition(":")[0]
            raise Misconfigured(f"CHANNEL_URLS: address {nth} ({scheme}://…) {error}") from None
    return Carriers(
        gateway=_only(found, Gateway, "SMS gateway"),
        robots=tuple(each for each in found if isinstance(each, Robot)),
        account=_only(found, Account, "wechat:// account"),
        push=_only(found, PushService, "webpush:// address"),
    )


def _only(found: list[Carrier], kind: type[Kind], name: str) -> Kind | None:
    each = [carrier for carrier in found if isinstance(carrier, kind)]
    if len(each) > 1:
        raise Misconfigured(f"CHANNEL_URLS names more than one {name}; one is used.")
    return each[0] if each else None


def _carrier(url: str, parts: SplitResult) -> Carrier:
    if parts.scheme == "wechat":
        return _account(parts)
    if parts.scheme == "webpush":
        return _push(parts)
    if NUMBER in unquote(url):
        return _gateway(url)
    return _robot(url, parts)


def _gateway(url: str) -> Gateway:
    """The braces are kept, whatever has encoded them."""
    plain = re.sub(r"%7B(to|text|mark)%7D", r"{\1}", url, flags=re.IGNORECASE)
    _check_apprise(plain.replace(NUMBER, "13800138000"))
    return Gateway(plain)


def _robot(url: str, parts: SplitResult) -> Robot:
    options = dict(parse_qsl(parts.query))
    audience = frozenset(part.strip() for part in options.get("for", "").split(",") if part.strip())
    for name in audience:
        if name.isascii() and name not in ROLES:
            raise Misconfigured(
                f"is for {name!r}, which is no role; the roles are {', '.join(sorted(ROLES))}."
            )
    rest = urlencode([(name, value) for name, value in parse_qsl(parts.query) if name not in _OURS])
    secret, _at, token = parts.netloc.rpartition("@")
    robot = Robot(
        url=parts._replace(query=rest).geturl(),
        kind=parts.scheme,
        base=options.get("at", ROBOTS.get(parts.scheme, "")).rstrip("/"),
        token=token,
        secret=unquote(secret),
        audience=audience,
        estate=options.get("estate", ""),
    )
    if robot.kind not in ROBOTS:
        _check_apprise(robot.url)
    elif not re.fullmatch(r"[A-Za-z0-9_-]+", token):
        raise Misconfigured(f"has no robot's key. Write {robot.kind}://KEY?for=dispatcher.")
    return robot


def _check_apprise(url: str) -> None:
    try:
        known = apprise.Apprise.instantiate(url, suppress_exceptions=False)
    except Exception:
        known = None
    if known is None:
        raise Misconfigured("is none that apprise knows; see https://appriseit.com/services/.")


def _account(parts: SplitResult) -> Account:
    options = dict(parse_qsl(parts.query))
    wanted = ("template", "token")
    if not (parts.username and parts.password and parts.hostname and all(options.get(w) for w in wanted)):
        raise Misconfigured(
            "lacks something. Write wechat://APPID:SECRET@api.weixin.qq.com?template=ID&token=TOKEN&news=thing1"
        )
    key = options.get("aes", "")
    if key and not re.fullmatch(r"[A-Za-z0-9]{43}", key):
        raise Misconfigured("has an aes key that is not 43 letters and digits.")
    scheme = "http" if options.get("plain") == "1" else "https"
    return Account(
        appid=unquote(parts.username),
        secret=unquote(parts.password),
        base=f"{scheme}://{parts.netloc.rpartition('@')[2]}",
        authorize=options.get("authorize", "https://open.weixin.qq.com").rstrip("/"),
        template=options["template"],
        token=options["token"],
        key=key,
        fields={what: options[what] for what in ("news", "reference", "estate", "time") if what in options},
    )


def _push(parts: SplitResult) -> PushService:
    options = parse_qsl(parts.query)
    if not parts.username or not parts.hostname:
        raise Misconfigured("lacks a contact. Write webpush://desk@example.com, an address that is read.")
    return PushService(
        contact=f"{unquote(parts.username)}@{parts.hostname}",
        hosts=frozenset(value for name, value in options if name == "host"),
        plain=("plain", "1") in options,
    )
