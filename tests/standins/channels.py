"""Fixtures: each carrier's stand-in, connected to the desk as an operator would, by an address in CHANNEL_URLS."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from shared.notifications.channels import wechat as channel
from tests.standins.push_service import PushService
from tests.standins.robots import Robots
from tests.standins.server import running
from tests.standins.sms_gateway import SmsGateway
from tests.standins.wechat import AES_KEY, WeChat


def connect(app: Flask, *urls: str) -> None:
    """As if CHANNEL_URLS held *urls* too."""
    config = app.extensions["shouwen"]
    app.extensions["shouwen"] = replace(config, channel_urls=(*config.channel_urls, *urls))


@pytest.fixture
def gateway(app: Flask) -> Iterator[SmsGateway]:
    stand_in = SmsGateway()
    with running(stand_in):
        connect(app, stand_in.url)
        yield stand_in


@pytest.fixture
def robots() -> Iterator[Robots]:
    """Running, and to be connected by the story itself."""
    stand_in = Robots()
    with running(stand_in):
        yield stand_in


@pytest.fixture
def wechat(app: Flask) -> Iterator[WeChat]:
    stand_in = WeChat()
    with running(stand_in):
        connect(app, stand_in.url(aes=AES_KEY))
        channel._tokens.clear()  # a process that has just started
        yield stand_in


@pytest.fixture
def pushes(app: Flask) -> Iterator[PushService]:
    stand_in = PushService()
    with running(stand_in):
        connect(app, stand_in.url)
        yield stand_in
