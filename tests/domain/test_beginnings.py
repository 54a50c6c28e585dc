"""A story that begins where others have begun stands on the very rows that the verbs wrote."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text, update

from shared.audit import roots
from shared.clock import now
from shared.database import Base, db, transaction
from shared.identity.models import Estate
from shared.outbox.models import OutboxRow
from tests.beginnings import Beginnings
from tests.cast import MONDAY, Cast, file, settle
from tests.conftest import House
from tests.life import NOT_CONTENT, Life, begin

Begin = Callable[[Cast], Life]
# What the verbs draw by lot is another each time they are called; so are all bytes, which are sealed or hashes.
BY_LOT = {"reference"}


@pytest.fixture
def renewed(app: Flask, cast: Cast, house: House, engine: str) -> Callable[[], Beginnings]:
    """The house as it is before a story, in the middle of one."""

    def renew() -> Beginnings:
        db.session.remove()
        house.renew(engine, settled=True)
        beginnings: Beginnings = app.extensions["beginnings"]
        return beginnings

    return renew


def _rows() -> dict[str, list[dict[str, Any]]]:
    """Everything that the database holds."""
    found = {}
    for table in Base.metadata.sorted_tables:
        rows = db.session.execute(text(f"SELECT * FROM {table.name}")).mappings()
        found[table.name] = sorted((dict(row) for row in rows), key=repr)
    return found


def _of_no_lot(rows: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    return {table: [_without_lots(row) for row in found] for table, found in rows.items()}


def _without_lots(row: dict[str, Any]) -> dict[str, Any]:
    known = {name: value for name, value in row.items() if name not in BY_LOT}
    return {name: len(value) if isinstance(value, bytes) else value for name, value in known.items()}


def _a_second_round(cast: Cast) -> Life:
    return begin(cast).informed().revisited(NOT_CONTENT)


def _beside_another(cast: Cast) -> Life:
    file(cast, description="楼道灯不亮")
    file(settle("yunhe", "云和苑", "YH"), email="")
    return begin(cast, MONDAY + timedelta(hours=1), phone="13900139000").in_handling("zhaolei")


def _go_on(cast: Cast) -> None:
    """Who comes later gets the next number of everything."""
    begin(cast, MONDAY + timedelta(days=1), phone="13700137000").claimed()


@pytest.mark.parametrize(
    "told",
    [lambda cast: begin(cast).closed(), _a_second_round, _beside_another],
    ids=["closed", "second round", "beside another"],
)
def test_what_is_written_again_is_what_the_verbs_wrote(
    told: Begin, cast: Cast, renewed: Callable[[], Beginnings], monday: time_machine.Traveller
) -> None:
    renewed()
    told(cast)
    written = _rows()
    renewed()
    told(cast)
    assert _rows() == written, (
        "what is sealed is sealed with a number drawn by lot: the verbs were called again"
    )
    assert roots.verify()[1] == []
    _go_on(cast)
    went_on = _rows()
    renewed().lose()
    told(cast)
    _go_on(cast)
    driven = _rows()
    assert driven != went_on
    assert _of_no_lot(driven) == _of_no_lot(went_on)


def test_after_any_other_change_the_verbs_are_called(
    cast: Cast, renewed: Callable[[], Beginnings], monday: time_machine.Traveller
) -> None:
    def with_a_shorter_code(code: str) -> str:
        renewed()
        with transaction():
            db.session.execute(update(Estate).values(code=code))
        return begin(cast).number

    renewed()
    begin(cast)
    assert [with_a_shorter_code("AB"), with_a_shorter_code("CD")] == ["AB-26-0001", "CD-26-0001"]


def test_what_the_machine_dated_is_dated_anew_and_due_at_once(
    cast: Cast, renewed: Callable[[], Beginnings], that_monday: None
) -> None:
    for _time in range(3):
        renewed()
        begin(cast)
        before = now()
        begin(cast, phone="13900139000")
        (due_at,) = db.session.scalars(select(OutboxRow.due_at))
        assert before - timedelta(seconds=1) < due_at <= now()


def test_a_case_that_a_story_holds_is_as_it_stands_now(
    cast: Cast, renewed: Callable[[], Beginnings], that_monday: None
) -> None:
    for _time in range(2):
        renewed()
        story = begin(cast)
        case = story.case
        assert case.handler is None
        story.in_handling()
        assert case.handler == cast.person("wangqiang")
