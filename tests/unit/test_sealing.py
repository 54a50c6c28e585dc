"""Fields that only a holder of the key can read, and digests that find without revealing (PIPL 51, T40)."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from flask import Flask

from shared import sealing

NUMBER = "13800138000"


@contextmanager
def _desk_with(key: bytes) -> Iterator[None]:
    app = Flask(__name__)
    app.extensions["shouwen"] = SimpleNamespace(field_key=key)
    with app.app_context():
        yield


@pytest.fixture(autouse=True)
def _key() -> Iterator[None]:
    with _desk_with(b"k" * 32):
        yield


def test_what_was_sealed_opens_again() -> None:
    assert sealing.unseal(sealing.seal("王秀兰", "parties.name"), "parties.name") == "王秀兰"


def test_nothing_of_the_text_shows_and_the_same_text_looks_different_each_time() -> None:
    once, again = sealing.seal(NUMBER, "parties.phone"), sealing.seal(NUMBER, "parties.phone")
    assert NUMBER.encode() not in once
    assert once != again


def test_a_seal_of_one_column_does_not_open_as_another() -> None:
    with pytest.raises(sealing.Unsealable):
        sealing.unseal(sealing.seal(NUMBER, "parties.phone"), "parties.name")


@pytest.mark.parametrize("position", [5, 16, 17, -1])
def test_a_single_altered_byte_of_the_content_is_noticed(position: int) -> None:
    sealed = bytearray(sealing.seal(NUMBER, "parties.phone"))
    sealed[position] ^= 1
    with pytest.raises(sealing.Unsealable):
        sealing.unseal(bytes(sealed), "parties.phone")


def test_another_key_opens_nothing_and_the_error_names_column_and_key_but_no_text() -> None:
    sealed = sealing.seal(NUMBER, "parties.phone")
    with _desk_with(b"another key of 32 bytes, exactly"), pytest.raises(sealing.Unsealable) as error:
        sealing.unseal(sealed, "parties.phone")
    assert "parties.phone" in str(error.value)
    assert sealed[1:5].hex() in str(error.value)
    assert NUMBER not in str(error.value)


def test_an_index_finds_the_same_value_and_only_with_the_same_key() -> None:
    found = sealing.index(NUMBER, "phone")
    assert found == sealing.index(NUMBER, "phone") != sealing.index("13800138001", "phone")
    with _desk_with(b"another key of 32 bytes, exactly"):
        assert sealing.index(NUMBER, "phone") != found


def test_digests_of_different_purposes_cannot_be_compared() -> None:
    """The last four digits of one number must not be found under the index of another kind."""
    assert sealing.index("8000", "phone") != sealing.index("8000", "phone tail")
    assert sealing.derive(b"seed", "reference") != sealing.derive(b"seed", "receipt code")


def test_a_token_carries_128_bits_in_characters_that_are_safe_in_an_address() -> None:
    token = sealing.token(b"seed", "private link")
    assert len(token) == 22
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
