"""What counts as the same coming again at one place (未诉先办)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.cases.models import Case
from shared.cases.vocabulary import Channel
from shared.database import db, transaction
from shared.improvement import recurrences
from shared.incidents.models import Incident
from tests.cast import MONDAY, Cast, file


def again(cast: Cast, often: int, before: int = 1, **more: object) -> list[int]:
    """The lift again, each time of another owner: *before* days before that Monday, and on the days before that."""
    return [
        file(
            cast,
            MONDAY - timedelta(days=before + n),
            phone=f"1390013{before:02}{n:02}",
            unit=f"3-1-{before}{n:02}",
            description=f"电梯第{before}{n}回停运",
            **more,
        ).id
        for n in range(often)
    ]


def times(cast: Cast, at: datetime = MONDAY) -> list[int]:
    """How often it happened at each place that is suggested to the director."""
    return [place.times for place in recurrences.suggested(cast.person("hemei"), cast.estate, at)]


@pytest.mark.parametrize(
    "more",
    [
        {"channel": Channel.INTERNAL},
        {"about": "何梅收钱不办事"},
        {"building_id": None, "spot": None},
    ],
    ids=["from inside", "about whoever looks", "nowhere"],
)
def test_co_m5_what_is_from_inside_about_whoever_looks_or_nowhere_is_not_counted(
    cast: Cast, more: dict[str, Any]
) -> None:
    again(cast, 3, **more)
    assert times(cast) == []


def test_what_is_long_ago_or_withdrawn_is_not_counted_and_an_incident_counts_once(cast: Cast) -> None:
    recent = again(cast, 2)
    again(cast, 1, before=5)
    assert times(cast) == [3]
    later = MONDAY + timedelta(days=87)
    assert times(cast, later) == [], "the first of them is 92 days ago"
    together = again(cast, 3, before=0, topic="")
    with transaction():
        incident = Incident(
            estate_id=cast.estate.id, category="facilities", title="3号楼电梯停运", opened_at=MONDAY
        )
        db.session.add(incident)
        db.session.flush()
        for case_id in together:
            db.session.get_one(Case, case_id).incident_id = incident.id
    assert times(cast, later) == [3], "two alone and one incident"
    with transaction():
        db.session.get_one(
            Case, recent[0]
        ).state = "archived"  # taken back, for it was never closed, and filed away
    assert times(cast, later) == []
