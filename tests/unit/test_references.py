"""The reference (查询号) can be copied by hand: every slip of one character or of two neighbours is noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.tracking.lookup import strange_places
from shared.cases.references import ALPHABET, BITS, LENGTH, from_bits, read, shown

numbers = st.integers(0, (1 << BITS) - 1)
places = st.integers(0, LENGTH - 1)


@given(numbers)
def test_a_reference_reads_back(number: int) -> None:
    reference = from_bits(number)
    assert len(reference) == LENGTH
    assert set(reference) <= set(ALPHABET)
    assert read(reference).reference == reference
    assert read(shown(reference)).reference == reference


@given(numbers, places, st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(number: int, place: int, wrong: str) -> None:
    right = from_bits(number)
    typed = right[:place] + wrong + right[place + 1 :]
    reading = read(typed)
    assert reading.mistyped is (typed != right)


@given(numbers, places, places)
def test_two_characters_that_changed_places_are_noticed(number: int, one: int, other: int) -> None:
    right = from_bits(number)
    swapped = list(right)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    typed = "".join(swapped)
    assert read(typed).mistyped is (typed != right)


@given(numbers)
def test_the_ways_people_write_are_understood(number: int) -> None:
    right = from_bits(number)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in right)
    misread = right.replace("0", "O").replace("1", "I")
    for typed in (right.lower(), wide, misread, misread.lower().replace("i", "l"), f" {shown(right)}\t"):
        assert read(typed).reference == right


def test_the_check_finds_31_of_32_random_tails() -> None:
    stem = from_bits(123_456_789)[:-1]
    assert sum(read(stem + c).reference is not None for c in ALPHABET) == 1


@pytest.mark.parametrize("number", [-1, 1 << BITS])
def test_a_reference_carries_45_bits_and_no_more(number: int) -> None:
    with pytest.raises(ValueError, match="45 bits"):
        from_bits(number)


def test_what_cannot_be_one_says_why() -> None:
    assert read("").length == 0
    assert read("K7Q3").length == 4
    assert read("K7Q3-9FWM-2TT").length == 11
    assert read("U7Q3-9FWM-2！").strange == ("U", "!")


@pytest.mark.parametrize(
    ("typed", "places"),
    [
        ("K7Q3-9FWM-2T", []),
        ("u7q3", [(1, "u")]),
        ("K7Q3 9FWM 2！", [(10, "！")]),
        ("电梯", [(1, "电"), (2, "梯")]),
        ("####", [(1, "#"), (2, "#"), (3, "#")]),
    ],
)
def test_strange_characters_are_placed_as_the_eye_counts(typed: str, places: list[tuple[int, str]]) -> None:
    assert strange_places(typed) == places
