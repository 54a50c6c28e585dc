"""The boards that hang: who is alive, who is missed, and that a stranger at the door enters no list (T27)."""

from datetime import timedelta

import pytest

from shared.database import db, transaction
from shared.errors import NotFound, Refused
from shared.notices import screens
from shared.notices.models import Screen
from tests.cast import MONDAY, Cast

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def beat(cast: Cast, name: str, at=MONDAY, layout: str = "") -> bool:
    """A screen with an address of ours asks for news; gives whether anything was written."""
    return asks(cast, screens.introduction(cast.estate.id, name), at, layout)


def asks(cast: Cast, said: str, at=MONDAY, layout: str = "") -> bool:
    """As the board's view takes it."""
    estate_id = cast.estate.id
    name = screens.understood(estate_id, said)
    if not name or not screens.needs_mark(estate_id, name, at):
        return False
    with transaction():
        screens.mark(estate_id, name, layout, at)
    return True


def names(cast: Cast) -> list[str]:
    return [
        screens.called(screen.name) for screen in screens.hanging(cast.estate.id) if screens.is_ours(screen)
    ]


def bare(cast: Cast) -> list[str]:
    """Those that have no proof."""
    return [screen.name for screen in screens.hanging(cast.estate.id) if not screens.is_ours(screen)]


def missed(cast: Cast, at) -> list[str]:
    found = db.session.query(Screen).filter(
        screens.is_missed(at - screens.DARK_AFTER), Screen.estate_id == cast.estate.id
    )
    return [screens.called(screen.name) for screen in found]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("大堂屏", "大堂屏"),
        (" 3号楼　B1 ", "3号楼 B1"),
        ("lobby-1", "lobby-1"),
        ("Ａ座", "A座"),
        ("屏", "屏"),
        ("", ""),
        (None, ""),
        ("../../etc", ""),
        ("<b>屏</b>", ""),
        ("x" * 21, ""),
        ("屏\x00", ""),
        ("-屏", ""),
        ("请回电 138 0013 8000", ""),
    ],
)
def test_a_name_is_short_and_of_letters(typed: str | None, name: str) -> None:
    assert screens.name_of(typed) == name


def test_a_screen_is_written_down_once_a_minute_and_no_oftener(cast: Cast) -> None:
    written = [beat(cast, "大堂屏", MONDAY + n * timedelta(seconds=20)) for n in range(10)]
    assert written == [True, False, False, True, False, False, True, False, False, True]
    assert names(cast) == ["大堂屏"]


def test_a_screen_is_missed_after_five_minutes_unless_it_was_there_but_once(cast: Cast) -> None:
    beat(cast, "大堂屏")
    beat(cast, "大堂屏", MONDAY + MINUTE)
    beat(cast, "路过的人")
    assert missed(cast, MONDAY + 5 * MINUTE) == []
    assert missed(cast, MONDAY + 6 * MINUTE) == ["大堂屏"]
    beat(cast, "大堂屏", MONDAY + 7 * MINUTE)
    assert missed(cast, MONDAY + 8 * MINUTE) == []


def test_a_screen_with_a_bare_name_is_heard_and_missed_by_nobody(cast: Cast) -> None:
    for n in range(2):
        assert asks(cast, "大堂屏", MONDAY + n * MINUTE)
    assert (bare(cast), names(cast)) == (["大堂屏"], [])
    assert missed(cast, MONDAY + HOUR) == []


def test_t27_strangers_fill_their_own_places_and_make_room_for_each_other(cast: Cast) -> None:
    beat(cast, "大堂屏")
    assert [asks(cast, f"x{n}") for n in range(21)] == [True] * 20 + [False]
    assert beat(cast, "北门屏")
    assert asks(cast, "x9", MONDAY + 6 * MINUTE)
    assert asks(cast, "x20", MONDAY + 6 * MINUTE)
    assert (names(cast), len(bare(cast))) == (["北门屏", "大堂屏"], 20)
    assert {"x9", "x20"} < set(bare(cast))


def test_t27_what_is_no_name_or_has_a_false_proof_is_on_no_list(cast: Cast, elsewhere: Cast) -> None:
    ours = screens.introduction(cast.estate.id, "大堂屏")
    proof = ours.partition(".")[2]
    for said in (
        "大堂屏.",
        "<b>屏</b>",
        f".{proof}",
        "大堂屏.aaaaaaaa",
        f"大堂屏.{proof[:-1]}",
        f"北门屏.{proof}",
        f"{ours}.{proof}",
        screens.introduction(elsewhere.estate.id, "大堂屏"),
    ):
        assert not asks(cast, said), said
    assert db.session.query(Screen).count() == 0


def test_t27_a_stranger_keeps_no_dark_screen_alive(cast: Cast) -> None:
    for n in range(2):
        beat(cast, "大堂屏", MONDAY + n * MINUTE)
    asks(cast, "大堂屏", MONDAY + 10 * MINUTE)
    assert missed(cast, MONDAY + 10 * MINUTE) == ["大堂屏"]


def test_an_address_typed_with_a_remote_control_is_still_ours(cast: Cast) -> None:
    name, _dot, proof = screens.introduction(cast.estate.id, "A座 B1").partition(".")
    assert (name, len(proof)) == ("A座 B1", 8)
    assert asks(cast, f" Ａ座  B1.{proof.upper()}")
    assert names(cast) == ["A座 B1"]


def test_as_many_screens_as_an_estate_has_are_on_its_list(cast: Cast, elsewhere: Cast) -> None:
    assert all(beat(cast, f"{n}号楼大堂") for n in range(30))
    assert len(names(cast)) == 30
    assert names(elsewhere) == []


def test_what_was_taken_down_is_missed_by_nobody_until_it_asks_again(cast: Cast) -> None:
    beat(cast, "大堂屏")
    beat(cast, "大堂屏", MONDAY + HOUR)
    screen = screens.hanging(cast.estate.id)[0]
    with transaction():
        screens.take_down(screen.id, cast.estate.id, by=cast.person("hemei"), at=MONDAY + HOUR)
    assert (names(cast), missed(cast, MONDAY + 9 * HOUR)) == ([], [])
    assert beat(cast, "大堂屏", MONDAY + HOUR + timedelta(seconds=1))
    assert names(cast) == ["大堂屏"]


def test_who_takes_down_may_change_settings_of_that_estate(cast: Cast, elsewhere: Cast) -> None:
    beat(cast, "大堂屏")
    screen = screens.hanging(cast.estate.id)[0]
    with pytest.raises(Refused), transaction():
        screens.take_down(screen.id, cast.estate.id, by=cast.person("limin"), at=MONDAY)
    with pytest.raises(NotFound), transaction():
        screens.take_down(screen.id, elsewhere.estate.id, by=elsewhere.person("hemei"), at=MONDAY)


@pytest.mark.parametrize(
    ("begins", "ends", "dark"),
    [(1380, 360, [23, 0, 5]), (60, 300, [1, 4]), (0, 0, []), (480, 480, [])],
)
def test_the_night_is_that_of_the_estates_wall(cast: Cast, begins: int, ends: int, dark: list[int]) -> None:
    estate = cast.estate
    estate.dark_from, estate.dark_until = begins, ends
    midnight = MONDAY.replace(hour=16)  # in Shanghai
    found = [hour for hour in (23, 0, 1, 4, 5, 6, 12) if screens.is_night(estate, midnight + hour * HOUR)]
    db.session.expire_all()
    assert sorted(found) == sorted(
        {hour for hour in (23, 0, 1, 4, 5, 6, 12) if _within(hour * 60, begins, ends)}
    )
    assert set(dark) <= set(found)


def _within(minute: int, begins: int, ends: int) -> bool:
    minutes = range(begins, ends) if begins <= ends else (*range(begins, 1440), *range(ends))
    return minute in minutes
