"""After an outage all screens and desks come back, and none at the same moment as the others (F33)."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from staff.desk import POLL, SPREAD
from tests.browser.conftest import LOBBY, browse, chromium, desk
from tests.cast import Cast
from tests.critic import CriticalClient
from tests.life import begin

__all__ = ["browse", "chromium", "desk"]

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

EVERY = re.compile(r"every ([\d.]+)s")
BOARD = 30_000  # milliseconds between two questions of a board
LISTEN = """
window.waits = [];
const wait = window.setTimeout;
window.setTimeout = (act, delay, ...more) => { window.waits.push(delay); return wait(act, delay, ...more); };
"""


@pytest.fixture(autouse=True)
def _day(that_monday: None) -> None:
    """Any working day."""


def _apart(waits: list[float], usual: float) -> None:
    """Each within three tenths of the usual, and no two alike."""
    assert all(abs(wait - usual) <= SPREAD * usual + 0.1 for wait in waits), waits
    assert len(set(waits)) > len(waits) / 2, waits
    assert max(waits) - min(waits) > SPREAD * usual / 6, waits


def test_desks_ask_again_each_after_a_time_of_their_own(
    cast: Cast, signed_in: Callable[[str], CriticalClient]
) -> None:
    client = signed_in("limin")
    client.reads_pages = False
    waits = [float(EVERY.findall(client.get("/staff/").get_data(as_text=True))[0]) for _ in range(12)]
    _apart(waits, POLL)


def test_open_cases_do_so_too(cast: Cast, signed_in: Callable[[str], CriticalClient]) -> None:
    story, client = begin(cast), signed_in("limin")
    client.reads_pages = False
    address = f"/staff/cases/{story.number}"
    _apart([float(EVERY.findall(client.get(address).get_data(as_text=True))[0]) for _ in range(12)], 15)


def test_boards_do_so_too(desk: object, browse: Callable[..., Page]) -> None:
    page = browse(LOBBY)
    page.add_init_script(LISTEN)
    waits = []
    for _ in range(8):
        page.goto("/board/jinxiu")
        said = page.evaluate("window.waits")
        waits += [wait for wait in said if abs(wait - BOARD) <= SPREAD * BOARD][:1]
    assert len(waits) == 8
    _apart(waits, BOARD)
