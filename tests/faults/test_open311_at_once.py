"""Partners' servers retry and hurry: one post is one case, and a day's allowance is not overdrawn (F24, F45, T24)."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shared.cases.models import Case
from shared.clock import now
from shared.database import db, transaction
from shared.identity import api_keys
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("monday")  # what a day allows is counted, and no midnight comes between

RIVALS, ALLOWANCE = 12, 5


def post_at_once(app: Flask, secret: str, **more: str) -> list[tuple[int, str]]:
    """The same post by many threads that start together, each about a matter of its own unless *more* says which.

    Gives status and id of each answer.
    """
    gate = Barrier(RIVALS)

    def post(n: int) -> tuple[int, str]:
        fields = {
            "api_key": secret,
            "service_code": "public",
            "description": f"第 {n} 处楼道灯不亮，已经三天",
            **more,
        }
        gate.wait()
        answer = FlaskClient(app).post("/open311/v2/requests.json", data=fields)
        return answer.status_code, json.loads(answer.data)[0].get("service_request_id", "")

    with ThreadPoolExecutor(RIVALS) as pool:
        return list(pool.map(post, range(RIVALS)))


def key_of(cast: Cast, per_day: int) -> str:
    with transaction():
        secret = api_keys.make(cast.estate, "邻里通", per_day, by=cast.person("admin"), at=now())[1]
    db.session.remove()
    return secret


def test_f45_a_post_that_is_repeated_at_once_is_one_case(app: Flask, cast: Cast) -> None:
    answers = post_at_once(app, key_of(cast, 500), submission_key="order-17")
    assert len(set(answers)) == 1, Counter(answers)
    assert answers[0][0] == 200
    assert db.session.query(Case).count() == 1
    assert api_keys.used(api_keys.of_estate(cast.estate.id)[0], now()) == 1


def test_t24_a_key_files_no_more_than_its_day_allows_however_fast(app: Flask, cast: Cast) -> None:
    answers = post_at_once(app, key_of(cast, ALLOWANCE))
    assert Counter(status for status, _id in answers) == {200: ALLOWANCE, 429: RIVALS - ALLOWANCE}
    assert db.session.query(Case).count() == ALLOWANCE
