"""The demo's stories, whenever they are loaded: believable hours, in order, over by the load."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from shared.demo import drawing, people, story
from shared.demo.matters import length, matters

WALL = ZoneInfo("Asia/Shanghai")
LOADS = [
    datetime(2026, 3, 2, 10, 30, tzinfo=WALL),
    datetime(2026, 1, 1, 0, 1, tzinfo=WALL),
    datetime(2026, 10, 5, 3, 0, tzinfo=WALL),
    datetime(2027, 2, 28, 7, 59, tzinfo=WALL),
    datetime(2026, 8, 7, 20, 0, 1, tzinfo=WALL),
    datetime(2028, 2, 29, 23, 59, tzinfo=WALL),
]


@pytest.mark.parametrize("load", LOADS, ids=str)
def test_every_story_is_over_and_in_order(load: datetime) -> None:
    steps = story.steps(matters(), load)
    assert steps == story.steps(matters(), load)
    assert [s.at for s in steps] == sorted(s.at for s in steps)
    assert steps[-1].at < load
    assert steps[0].at > load - timedelta(weeks=16)
    for matter in matters():
        own = [s for s in steps if s.matter is matter]
        assert [s.number for s in own] == list(range(len(own)))
        written = [s.line for s in own if s.line in matter.story]
        assert written == list(matter.story)


@pytest.mark.parametrize("load", LOADS, ids=str)
def test_the_desk_acts_while_it_is_open(load: datetime) -> None:
    for step in story.steps(matters(), load):
        wall = step.at.astimezone(WALL)
        if step.number == 0 and not step.matter.urgent and not step.matter.by:
            assert wall.hour >= story.WAKES, step
        by_staff = step.line.act not in story.FROM_HOME and (step.number or step.matter.by)
        if by_staff and not step.matter.urgent:
            assert 8 <= wall.hour < 20, step


def test_what_the_stories_name_exists() -> None:
    named = {line.name for m in matters() for line in m.story if line.name}
    given = {w for m in matters() for ln in m.story if ln.act in ("dispatch", "transfer") for w in ln.words}
    assert (named | given) <= set(people.OF_NAME)
    assert {name for m in matters() for name in (*m.photos, *m.result_photos)} <= set(drawing._SCENES)
    assert len({m.key for m in matters()}) == len(matters())


def test_lengths_of_time() -> None:
    assert length("2h10m") == timedelta(hours=2, minutes=10)
    with pytest.raises(ValueError, match="not a length"):
        length("soon")


def test_pictures_are_the_same_each_time() -> None:
    first = drawing.picture("lift")
    drawing.picture.cache_clear()
    assert drawing.picture("lift") == first
    assert len(first) < 1_000_000
