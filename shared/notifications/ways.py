"""The ways by which messages leave (渠道), as an operator sees them: which are set, where to, how the latest fared."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import func, select

from shared.cases.models import Case
from shared.cases.vocabulary import Channel
from shared.config import Config
from shared.database import db
from shared.identity.models import Estate
from shared.notifications.channels import groups, mail, push, settings, sms, wechat
from shared.notifications.channels.settings import Robot
from shared.notifications.delivering import CHANNELS
from shared.notifications.models import SENT, UNSENT, WAITING, Message

LATEST = 1_000  # messages of an estate that are looked at: a page must not count ten million


@dataclass(frozen=True, slots=True)
class Way:
    """*key*: the channel's name, of a group its role; *where*: what it goes through, without secrets."""

    key: str
    channel: str
    is_set: bool
    where: str
    robot: Robot | None = None


@dataclass(slots=True)
class Fared:
    """What became of the latest messages by one way."""

    sent: int = 0
    waiting: int = 0
    unsent: int = 0
    last_sent_at: datetime | None = None


def ways(estate: Estate) -> list[Way]:
    """Every channel there is, set or not, then the groups that hear of *estate*."""
    each = [
        Way(channel.NAME, channel.NAME, channel.is_configured(), _where(channel.NAME)) for channel in CHANNELS
    ]
    return [*each, *_groups(estate)]


def _groups(estate: Estate) -> Iterator[Way]:
    for robot in settings.carriers().robots:
        if robot.estate in ("", estate.slug):
            key = groups.PREFIX + groups.mark_of(robot)
            yield Way(key, groups.NAME, True, robot.base.partition("://")[2] or robot.kind, robot)


def _where(channel: str) -> str:
    config: Config = current_app.extensions["shouwen"]
    carriers = settings.carriers()
    if channel == mail.NAME and config.mail_url:
        server = mail.server_at(config.mail_url)
        return f"{server.sender} · {server.host}:{server.port}"
    if channel == sms.NAME and carriers.gateway:
        return carriers.gateway.url.partition("://")[0]
    if channel == wechat.NAME and carriers.account:
        return carriers.account.appid
    if channel == push.NAME and carriers.push:
        return carriers.push.contact
    return ""


def fared(estate: Estate) -> dict[str, Fared]:
    """By the key of the way, of the latest messages about cases of *estate*, reports from inside left out (CO-M5)."""
    latest = (
        select(Message.channel, Message.to_role, Message.state, Message.sent_at)
        .join(Case, Case.id == Message.case_id)
        .where(Case.estate_id == estate.id, Case.channel != Channel.INTERNAL)
        .order_by(Message.id.desc())
        .limit(LATEST)
        .subquery()
    )
    of = latest.c
    found: dict[str, Fared] = {}
    for channel, role, state, count, last in db.session.execute(
        select(of.channel, of.to_role, of.state, func.count(), func.max(of.sent_at)).group_by(
            of.channel, of.to_role, of.state
        )
    ):
        one = found.setdefault(role if channel == groups.NAME else channel, Fared())
        if state == SENT:
            one.sent += count
            one.last_sent_at = max(filter(None, (one.last_sent_at, last)), default=None)
        elif state == WAITING:
            one.waiting += count
        elif state == UNSENT:
            one.unsent += count
    return found
