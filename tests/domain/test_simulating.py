"""Real cases under another rule book: breaches and would-be amounts by clause, and nothing written."""

import json
from datetime import timedelta

from flask import Flask
from sqlalchemy import event

from shared.assessment.simulating import Comparison, simulate
from shared.cases import handling
from shared.cases.vocabulary import Method, Outcome
from shared.database import db
from shared.policies.schema import parse
from shared.policies.versions import preset_text
from shared.revisits import recording
from tests.cast import MONDAY, Cast
from tests.life import Life, begin

DAY = timedelta(days=1)


def slow(cast: Cast) -> Life:
    """Contact after thirty hours, completion after three days; then as it should be."""
    story = begin(cast).in_handling()
    story.at = MONDAY + timedelta(hours=30)
    story.act("limin", handling.contact, method=Method.TELEPHONE, reached=True)
    story.at = MONDAY + 3 * DAY
    story.act("wangqiang", handling.complete, outcome=Outcome.RESOLVED, result="已更换门锁继电器")
    story.act("wangqiang", handling.report, text="已修好")
    story.act("limin", handling.inform, method=Method.TELEPHONE, text="电梯已修好")
    story.revisited()
    story.act("chenjing", recording.close)
    return story


def replay(cast: Cast, preset: str) -> Comparison:
    policy = parse(preset_text(preset), preset)
    return simulate(cast.estate, policy, since=MONDAY - DAY, until=MONDAY + 30 * DAY)


def test_what_was_late_here_would_be_late_there_under_its_own_article(cast: Cast) -> None:
    number = slow(cast).number
    found = replay(cast, "vanke")
    assert (found.cases, found.left_out) == (1, 0)
    assert found.actual["CO-M2"].breaches == 1
    assert found.actual["MS-3"].breaches == 1
    assert found.other["VK-4c"].breaches == 1
    assert found.other["VK-4c"].cases == [number]
    assert "CO-M2" not in found.other


def test_the_same_rule_book_gives_the_same_account(cast: Cast) -> None:
    slow(cast)
    found = replay(cast, "standard")
    assert found.actual == found.other


def test_the_guangzhou_rules_would_fine_the_handler(cast: Cast) -> None:
    slow(cast)
    side = replay(cast, "guangzhou").other["GZ-12"]
    assert (side.breaches, side.fine_least, side.fine_most, side.wage_most) == (1, 50, 50, 0)


def test_amounts_are_in_the_unit_of_the_rule_book_and_none_where_it_assesses_nothing(cast: Cast) -> None:
    slow(cast)
    text = preset_text("guangzhou")
    bare = text[: text.index("# Assessment")]

    def side(body: str) -> tuple[int, int, str | None]:
        found = simulate(
            cast.estate, parse(body, "tried"), since=MONDAY - DAY, until=MONDAY + 30 * DAY
        ).other["GZ-12"]
        return found.breaches, found.fine_most, found.unit

    assert side(text) == (1, 50, "yuan")
    assert side(text.replace('unit = "yuan"', 'unit = "points"')) == (1, 50, "points")
    assert side(bare) == (1, 0, None)


def test_cases_still_open_and_other_estates_are_left_alone(cast: Cast, elsewhere: Cast) -> None:
    begin(cast).claimed()
    slow(elsewhere)
    assert replay(cast, "vanke").cases == 0


def test_a_simulation_writes_nothing(app: Flask, cast: Cast) -> None:
    slow(cast)
    written: list[str] = []
    event.listen(
        db.engine,
        "before_cursor_execute",
        lambda _c, _k, statement, *_: (
            written.append(statement) if not statement.startswith(("SELECT", "BEGIN")) else None
        ),
    )
    result = app.test_cli_runner().invoke(
        args=["policy", "simulate", "vanke", "--since", "2026-03-01", "--json"]
    )
    assert result.exit_code == 0, result.output
    told = json.loads(result.output)
    assert (told["preset"], told["cases"]) == ("vanke", 1)
    (line,) = [line for line in told["clauses"] if line["clause"] == "VK-4c"]
    assert line["other"]["breaches"] == 1
    assert written == []


def test_a_preset_that_is_not_there_is_named(app: Flask, cast: Cast) -> None:
    result = app.test_cli_runner().invoke(args=["policy", "simulate", "shenzhen", "--since", "2026-03-01"])
    assert result.exit_code == 1
    assert "no such preset" in result.output
