"""What does not exist costs the same work as what does, so that no stop-watch tells them apart (T04, T20).

Work is compared by the statements that are sent to the database and the tries at a hash, not by time: that tells of the
machine.
"""

from collections.abc import Callable

import pytest

from shared.cases.references import from_bits, shown
from shared.identity import passwords
from tests.cast import Cast
from tests.critic import CriticalClient, Page
from tests.life import begin

Answer = tuple[int, str, list[str]]


def _said(page: Page, *typed: str) -> Answer:
    """Status, visible words without what was typed, and the statements it took."""
    words = page.words.split("错误编号")[0]
    for each in typed:
        words = words.replace(each, "·")
    return page.status_code, words, page.statements


def _of_unlocking(client: CriticalClient, reference: str) -> Answer:
    token = str(client.get("/track").one("[name=csrf_token]")["value"])
    page = client.post(f"/track/{reference}/unlock", data={"csrf_token": token, "code": "0000"})
    return _said(page, reference)


def test_a_wrong_code_and_an_unknown_reference_are_the_same_work(client: CriticalClient, cast: Cast) -> None:
    real, made_up = begin(cast).case.shown_reference, shown(from_bits(2**44 + 7))
    _of_unlocking(client, made_up)  # whatever is remembered from the first request on
    known, unknown = _of_unlocking(client, real), _of_unlocking(client, made_up)
    assert known[0] == unknown[0] == 422
    assert known[1] == unknown[1]
    assert len(known[2]) == len(unknown[2]), (known[2], unknown[2])


def test_so_they_are_when_the_door_has_closed(client: CriticalClient, cast: Cast) -> None:
    real, made_up = begin(cast).case.shown_reference, shown(from_bits(2**44 + 7))
    tries = [(_of_unlocking(client, real), _of_unlocking(client, made_up)) for _ in range(6)]
    assert [(known[:2], len(known[2])) for known, _ in tries] == [
        (unknown[:2], len(unknown[2])) for _, unknown in tries
    ]
    assert tries[-1][0][0] == 429


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """What each try at the hash of a password was done for: a known name, or none."""
    tried: list[bool] = []
    matches: Callable[[str | None, str], bool] = passwords.matches

    def count(stored: str | None, password: str) -> bool:
        tried.append(stored is not None)
        return matches(stored, password)

    monkeypatch.setattr(passwords, "matches", count)
    return tried


def test_a_wrong_password_and_an_unknown_name_are_the_same_work(
    client: CriticalClient, cast: Cast, hashes: list[bool]
) -> None:
    """T20: one try at the hash each, and as many statements."""
    found = []
    for name in ("nobody-0", "limin", "nobody-1"):
        page = client.get("/staff/sign-in").submit(username=name, password="a guess of mine")
        found.append(_said(page, name))
    assert hashes == [False, True, False]
    _first, known, unknown = found
    assert known[:2] == unknown[:2]
    assert len(known[2]) == len(unknown[2]), (known[2], unknown[2])
