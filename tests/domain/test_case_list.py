"""`flask case list`: the register's filters at the terminal."""

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from shared.database import transaction
from shared.ownership import claiming
from tests.cast import MONDAY, Cast, file


@pytest.fixture
def three(cast: Cast) -> list[str]:
    """A lift, a parking place two days later, and a lift that 李敏 has taken."""
    first = file(cast)
    second = file(
        cast, MONDAY + timedelta(days=2), category="security", description="车位被占", phone="13911112222"
    )
    third = file(cast)
    with transaction():
        claiming.claim(third, by=cast.person("limin"), at=MONDAY)
    return [first.archive_number, second.archive_number, third.archive_number]


def listed(app: Flask, *options: str) -> Any:
    result = app.test_cli_runner().invoke(args=["case", "list", "--json", *options])
    assert result.exit_code == 0, result.output
    return [row["archive_number"] for row in json.loads(result.output)]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ([], {0, 1, 2}),
        (["--category", "security"], {1}),
        (["--state", "received"], {0, 1}),
        (["--first-responder", "limin"], {2}),
        (["--from", "2026-03-03"], {1}),
        (["--to", "2026-03-02"], {0, 2}),
        (["--q", "2222"], {1}),
        (["--q", "车位"], {1}),
        (["--estate", "nowhere"], set()),
    ],
)
def test_the_filters_of_the_register_work_at_the_terminal(
    app: Flask, three: list[str], options: list[str], found: set[int]
) -> None:
    assert set(listed(app, *options)) == {three[n] for n in found}


def test_what_is_not_understood_is_told(app: Flask, cast: Cast) -> None:
    result = app.test_cli_runner().invoke(args=["case", "list", "--state", "lost"])
    assert result.exit_code != 0
    assert "state" in result.output
