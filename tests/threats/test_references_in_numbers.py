"""Of references, in numbers: no order, no beginning in common, and nobody beside another (T01)."""

from collections import Counter
from itertools import pairwise
from statistics import correlation

from shared.cases import links
from shared.cases.references import ALPHABET, BITS, read
from tests.cast import Cast

MANY = 5_000


def _number(reference: str) -> int:
    """What the nine signs before the check say."""
    return sum(ALPHABET.index(sign) << 5 * place for place, sign in enumerate(reversed(reference[:9])))


def test_who_knows_some_references_knows_none_of_the_others(cast: Cast) -> None:
    """Those of one submission after the other, as filing derives them; chance keeps to these limits by six sigma."""
    found = [links.reference_of(number.to_bytes(16), 0) for number in range(MANY)]
    assert all(read(reference).reference == reference for reference in found[:50])
    numbers = [_number(reference) for reference in found]
    assert len(set(numbers)) == MANY
    assert abs(correlation(numbers[:-1], numbers[1:])) < 0.1
    assert abs(correlation(range(MANY), numbers)) < 0.1
    rising = sum(a < b for a, b in pairwise(numbers))
    assert abs(rising / MANY - 0.5) < 0.05
    firsts = Counter(reference[0] for reference in found)
    assert len(firsts) == len(ALPHABET)
    assert max(firsts.values()) < 2 * MANY / len(ALPHABET)
    assert max(Counter(reference[:4] for reference in found).values()) <= 3


def test_beside_a_reference_stands_nobody(cast: Cast) -> None:
    """One more and one less, of all of them, with the right check sign: nobody is found."""
    numbers = {_number(links.reference_of(number.to_bytes(16), 0)) for number in range(MANY)}
    assert not {(number + step) % 2**BITS for number in numbers for step in (-1, 1)} & numbers
