"""A mail is read by machines before people: scanners and previews that open each link in it, and those behind it."""

from collections.abc import Iterable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shared import clock
from shared.audit import timeline
from shared.cases import links
from shared.database import transaction
from shared.identity import invitations
from tests.cast import Cast
from tests.critic import CriticalClient
from tests.life import begin

OWN = "四号门的灯是蓝色的晚上八点亮"
LOOKS: tuple[tuple[str, dict[str, str]], ...] = (
    ("HEAD", {}),
    ("GET", {"Range": "bytes=0-0"}),
    ("GET", {"Sec-Purpose": "prefetch;prerender", "Purpose": "prefetch", "X-Moz": "prefetch"}),
    ("OPTIONS", {}),
    ("GET", {"Referer": "https://scanner.example/", "If-None-Match": "*"}),
)


def looked_at(app: Flask, link: str) -> Iterable[TestResponse]:
    """By machines that are strangers to each other; each asks twice."""
    for method, headers in 2 * LOOKS:
        with app.app_context():
            yield FlaskClient(app, use_cookies=False).open(link, method=method, headers=headers)


def is_kept_by_nobody(answer: TestResponse) -> bool:
    """Nor told to any other site."""
    return answer.cache_control.no_store is not None and answer.headers["Referrer-Policy"] == "no-referrer"


def test_t22_a_link_that_machines_have_opened_still_gives_its_person_a_password(
    app: Flask, cast: Cast, client: CriticalClient
) -> None:
    with transaction():
        link = f"/staff/welcome/{invitations.invite(cast.person('wangqiang'), clock.now())}"
    for answer in looked_at(app, link):
        assert (answer.status_code, is_kept_by_nobody(answer)) == (200, True)
    assert client.get(link).submit(password=OWN, again=OWN).where.startswith("/staff/sign-in")
    for answer in looked_at(app, link):
        assert (answer.status_code == 404 or not answer.data, is_kept_by_nobody(answer)) == (True, True)


@pytest.mark.parametrize("path", ["", "/receipt", "/receipt.png"])
def test_t06_a_private_link_that_machines_have_opened_is_what_it_was(
    app: Flask, cast: Cast, path: str
) -> None:
    life = begin(cast)
    with transaction():
        token = links.current_token(life.case)
    for answer in looked_at(app, f"/c/{token}{path}"):
        assert (answer.status_code, is_kept_by_nobody(answer)) == (200, True)
    assert links.current_token(life.case) == token
    with transaction():
        links.rotate(life.case, clock.now())
    with time_machine.travel(clock.now() + timedelta(seconds=1)):
        for answer in looked_at(app, f"/c/{token}{path}"):
            assert (answer.status_code == 404 or not answer.data, is_kept_by_nobody(answer)) == (True, True)


def test_a_head_is_answered_as_a_get_is_and_does_nothing_at_any_door(app: Flask, cast: Cast) -> None:
    """HEAD needs no token against forgery: what it did, any machine would do that looks whether a link is alive."""
    life = begin(cast)
    with transaction():
        token, before = links.current_token(life.case), len(timeline.rows_of(life.case.id))
    written = {"reason": "不用了", "rating": "satisfied", "round": "1", "description": "又坏了"}
    for rule in app.url_map.iter_rules():
        if {"GET", "POST"} <= (rule.methods or set()) and set(rule.arguments) == {"token"}:
            address = rule.rule.replace("<token>", token)
            for method in ("HEAD", "GET"):
                with app.app_context():
                    stranger = FlaskClient(app, use_cookies=False)
                    answers = [stranger.open(address, method=method, data=written) for _each in range(2)]
                assert {answer.status_code for answer in answers} <= {200, 302, 303, 404, 409}, address
                assert method == "GET" or not answers[0].data
            with transaction():
                assert links.current_token(life.case) == token, address
                assert len(timeline.rows_of(life.case.id)) == before, address
