"""Signing in, staying in and being put out, on the server (T20, T21, T23); and doors that close for a while (T03)."""

from datetime import timedelta

import pytest

from shared.database import db, transaction
from shared.identity import passwords, sessions, throttle
from shared.identity.models import StaffSession, Throttle
from tests.cast import MONDAY, PASSWORD, Cast

HOME, CAFE = "10.0.0.7", "192.0.2.9"
MINUTE = timedelta(minutes=1)


def _signed_in(cast: Cast, username: str = "limin") -> str:
    with transaction():
        _session, token = sessions.begin(cast.person(username), HOME, MONDAY)
    return token


def _seen(token: str, after: timedelta) -> StaffSession | None:
    db.session.expire_all()
    return sessions.of_token(token, MONDAY + after)


def _mark(token: str, after: timedelta) -> None:
    with transaction():
        session = sessions.of_token(token, MONDAY + after)
        assert session is not None, f"put out before {after}"
        sessions.mark_seen(session.id, MONDAY + after)


# Who it is


def test_name_and_password_find_the_person_and_nothing_else_does(cast: Cast) -> None:
    found = sessions.find("limin", PASSWORD)
    assert found is not None
    assert found.name == "李敏"
    for username, password in (("limin", "wrong"), ("nobody", PASSWORD), ("limin", ""), ("", PASSWORD)):
        assert sessions.find(username, password) is None


def test_who_has_left_is_found_no_more(cast: Cast) -> None:
    with transaction():
        sessions.deactivate(cast.person("limin"), MONDAY)
    assert sessions.find("limin", PASSWORD) is None


def test_an_unknown_name_costs_the_same_work_as_a_known_one(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T20: neither the answer nor the time tells whether a name exists."""
    worked: list[bool] = []
    matches = passwords.matches

    def counted(stored: str | None, password: str) -> bool:
        result = matches(stored, password)
        worked.append(stored is not None)
        return result

    hashing: list[str] = []

    class Counting:
        def __init__(self, hasher: object) -> None:
            self.hasher = hasher

        def verify(self, stored: str, password: str) -> bool:
            hashing.append(stored.split("$")[1])
            return bool(self.hasher.verify(stored, password))  # type: ignore[attr-defined]

    monkeypatch.setattr(passwords, "matches", counted)
    monkeypatch.setattr(passwords, "_hasher", Counting(passwords._hasher))
    sessions.find("limin", "wrong")
    sessions.find("nobody", "wrong")
    assert worked == [True, False]
    assert hashing == ["argon2id", "argon2id"]


def test_passwords_are_kept_as_argon2id_and_never_alike_twice() -> None:
    once, again = passwords.hashed("a long enough one"), passwords.hashed("a long enough one")
    assert once.startswith("$argon2id$")
    assert once != again


# How long


def test_a_session_ends_after_thirty_idle_minutes(cast: Cast) -> None:
    token = _signed_in(cast)
    assert _seen(token, 30 * MINUTE) is not None
    assert _seen(token, 30 * MINUTE + timedelta(seconds=1)) is None


def test_work_keeps_a_session_alive_and_twelve_hours_end_it_all_the_same(cast: Cast) -> None:
    token = _signed_in(cast)
    for half_hours in range(1, 25):
        _mark(token, half_hours * 30 * MINUTE)
    assert _seen(token, 12 * 60 * MINUTE) is not None
    assert _seen(token, 12 * 60 * MINUTE + timedelta(seconds=1)) is None


def test_presence_is_written_once_a_minute_at_most(cast: Cast) -> None:
    session = _seen(_signed_in(cast), timedelta())
    assert session is not None
    assert not sessions.needs_mark(session, MONDAY + timedelta(seconds=59))
    assert sessions.needs_mark(session, MONDAY + MINUTE)


def test_signing_out_ends_it_on_the_server(cast: Cast) -> None:
    token = _signed_in(cast)
    session = _seen(token, MINUTE)
    assert session is not None
    with transaction():
        sessions.end(session.id, MONDAY + MINUTE)
    assert _seen(token, MINUTE) is None


def test_who_is_put_out_is_out_in_every_browser_and_their_colleagues_are_not(cast: Cast) -> None:
    first, second, colleague = _signed_in(cast), _signed_in(cast), _signed_in(cast, "zhouqi")
    with transaction():
        sessions.deactivate(cast.person("limin"), MONDAY + MINUTE)
    assert _seen(first, MINUTE) is None
    assert _seen(second, MINUTE) is None
    assert _seen(colleague, MINUTE) is not None


@pytest.mark.parametrize("token", ["", "null", "0", "x" * 43])
def test_a_token_nobody_was_given_opens_nothing(cast: Cast, token: str) -> None:
    _signed_in(cast)
    assert _seen(token, timedelta()) is None


def test_the_database_does_not_hold_what_the_cookie_carries(cast: Cast) -> None:
    token = _signed_in(cast)
    stored = db.session.query(StaffSession).one()
    assert token.encode() not in bytes(stored.token_digest)
    assert len(stored.token_digest) == 32


# Too many tries (T23)


def _fail(username: str, address: str, times: int) -> None:
    for _ in range(times):
        with transaction():
            sessions.note_failure(username, address, MONDAY)


def test_eight_wrong_passwords_slow_the_name_at_that_address_for_a_quarter_of_an_hour(cast: Cast) -> None:
    _fail("limin", HOME, 7)
    assert sessions.shut_until("limin", HOME, MONDAY) is None
    _fail("limin", HOME, 1)
    assert sessions.shut_until("limin", HOME, MONDAY) == MONDAY + 15 * MINUTE
    assert sessions.shut_until("limin", HOME, MONDAY + 15 * MINUTE) is None


def test_nobody_can_lock_a_colleague_out_from_elsewhere(cast: Cast) -> None:
    _fail("limin", CAFE, 30)
    assert sessions.shut_until("limin", CAFE, MONDAY) is not None
    assert sessions.shut_until("limin", HOME, MONDAY) is None


def test_twenty_wrong_ones_close_an_address_for_every_name(cast: Cast) -> None:
    for n in range(20):
        _fail(f"guess{n}", CAFE, 1)
    assert sessions.shut_until("limin", CAFE, MONDAY) is not None


def test_the_right_password_forgets_the_slips_before_it(cast: Cast) -> None:
    _fail("limin", HOME, 7)
    _signed_in(cast)
    _fail("limin", HOME, 7)
    assert sessions.shut_until("limin", HOME, MONDAY) is None


# Any door (T03)

HOUR = timedelta(hours=1)


def _knock(times: int, at: timedelta = timedelta()) -> int:
    count = 0
    for _ in range(times):
        with transaction():
            count = throttle.note_failure("unlock", "K7Q39FWM2T", window=HOUR, at=MONDAY + at)
    return count


def _closed(after: timedelta) -> object:
    return throttle.closed_until("unlock", "K7Q39FWM2T", limit=5, window=HOUR, at=MONDAY + after)


def test_five_wrong_codes_close_a_door_for_the_rest_of_the_hour(cast: Cast) -> None:
    assert _knock(4) == 4
    assert _closed(timedelta()) is None
    assert _knock(1, at=10 * MINUTE) == 5
    assert _closed(10 * MINUTE) == MONDAY + HOUR
    assert _closed(HOUR) is None


def test_after_the_hour_the_count_begins_anew(cast: Cast) -> None:
    _knock(5)
    assert _knock(1, at=HOUR) == 1
    assert _closed(HOUR) is None


def test_each_door_counts_for_itself(cast: Cast) -> None:
    _knock(5)
    for kind, name in (("unlock", "AAAAAAAAAA"), ("name", "K7Q39FWM2T")):
        assert throttle.closed_until(kind, name, limit=1, window=HOUR, at=MONDAY) is None


def test_a_right_code_opens_the_door_again(cast: Cast) -> None:
    _knock(5)
    with transaction():
        throttle.forget("unlock", "K7Q39FWM2T")
    assert _closed(timedelta()) is None
    assert _knock(1) == 1


def test_doors_are_kept_under_keyed_digests_and_swept_when_they_are_old(cast: Cast) -> None:
    _knock(1)
    assert b"K7Q39FWM2T" not in bytes(db.session.query(Throttle).one().door)
    with transaction():
        throttle.purge(MONDAY)
    assert db.session.query(Throttle).count() == 1
    with transaction():
        throttle.purge(MONDAY + timedelta(seconds=1))
    assert db.session.query(Throttle).count() == 0
