"""Telephone numbers as people type them, and as screens show them."""

import pytest

from shared.cases.telephones import masked, normalised


@pytest.mark.parametrize(
    "typed",
    [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "+86 138 0013 8000",
        "0086 13800138000",
        "8613800138000",
        "１３８００１３８０００",
        "(138) 0013.8000",
        "手机 13800138000",
    ],
)
def test_one_mobile_number_is_one_number_however_it_is_typed(typed: str) -> None:
    assert normalised(typed) == "13800138000"


@pytest.mark.parametrize(
    ("typed", "number"),
    [("020-8888 6666", "02088886666"), ("8888666", "8888666"), ("0755 8888 6666", "075588886666")],
)
def test_a_landline_is_kept_with_its_area_code(typed: str, number: str) -> None:
    assert normalised(typed) == number


def test_a_landline_that_begins_with_86_loses_nothing() -> None:
    assert normalised("8688 6666") == "86886666"


@pytest.mark.parametrize(
    "typed",
    ["", "110", "123456", "不想留", "1380013800013800", "-", "1380013800", "138001380001", "0086 138001380"],
)
def test_what_cannot_be_a_number_is_none(typed: str) -> None:
    assert normalised(typed) is None


@pytest.mark.parametrize(
    ("number", "shown"),
    [("13800138000", "138****8000"), ("02088886666", "020****6666"), ("8888666", "****66")],
)
def test_screens_show_enough_to_recognise_a_number_and_too_little_to_call_it(number: str, shown: str) -> None:
    assert masked(number) == shown
