"""What anybody may keep is the same for everybody who asks alike: caches between us and people poison nobody."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.life import begin

ASKED: tuple[dict[str, str], ...] = (
    {},
    {"Accept-Language": "zh-TW"},
    {"Accept-Language": "en"},
    {"Cookie": "lang=en"},
    {"Cookie": "lang=zh_Hant"},
    {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher", "X-Forwarded-Prefix": "/evil"},
    {"X-Original-URL": "/staff/", "X-Rewrite-URL": "/staff/", "Forwarded": "host=evil.example"},
    {"X-HTTP-Method-Override": "POST", "HX-Request": "true"},
    {"Range": "bytes=0-9"},
)


@pytest.mark.parametrize(
    "address",
    [
        "/openness/cases.csv",
        "/openness/cases.csv?lang=en",
        "/open311/v2/discovery.json",
        "/open311/v2/services.xml",
        "/open311/v2/services.json",
        "/open311/v2/requests.json",
    ],
)
def test_t29_of_what_anybody_may_keep_each_header_that_changes_it_is_named(
    app: Flask, cast: Cast, address: str
) -> None:
    """A proxy of a company keeps one answer for all its people, by the headers that `Vary` names."""
    begin(cast)
    kept: dict[tuple[str, ...], tuple[int, bytes]] = {}
    for asked in ASKED:
        with app.app_context():  # as in a process: nothing is left of who asked before
            answer = FlaskClient(app, use_cookies=False).get(address, headers=asked)
        assert answer.cache_control.public, asked
        assert "Set-Cookie" not in answer.headers
        assert b"evil" not in answer.data
        if answer.status_code == 206:  # a part, kept as one
            continue
        known_by = tuple(asked.get(name, "") for name in sorted({name.title() for name in answer.vary}))
        assert kept.setdefault(known_by, (answer.status_code, answer.data))[1] == answer.data, asked
