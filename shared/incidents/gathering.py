"""Groups of what is alike, without chains: a group is joined by its whole, never by one neighbour. Pure."""

from collections.abc import Iterable, Mapping
from heapq import heappop, heappush
from itertools import combinations

Pair = tuple[int, int]  # the smaller first
Group = tuple[int, ...]
# Between two groups: the sum of what their pairs score, and how many of them say anything. No entry: never together.
Bonds = dict[int, dict[int, tuple[float, int]]]
# Of two groups about equally like a third, the larger has it: more witnesses weigh more than a few alike words.
_WITNESS = 0.03


def gathered(
    items: Iterable[int], scores: Mapping[Pair, float], beyond: frozenset[Pair], threshold: float
) -> list[Group]:
    """Groups of two and more.

    `scores` holds every pair that may stand in one group; a pair in neither `scores` nor `beyond` must not.
    Pairs of `beyond` say nothing either way (one matter may go on for longer than two of its reports are apart).
    """
    links = [pair for pair, score in scores.items() if score >= threshold]
    found: list[Group] = []
    for cluster in _connected(items, links):
        found.extend(_divided(cluster, scores, beyond, threshold))
    return found


def _connected(items: Iterable[int], links: Iterable[Pair]) -> list[set[int]]:
    """Whatever any chain of links holds together; groups are sought within each."""
    cluster_of = {item: {item} for item in items}
    for first, second in links:
        one, other = cluster_of[first], cluster_of[second]
        if one is not other:
            one |= other
            cluster_of.update(dict.fromkeys(other, one))
    return [c for c in {id(cluster): cluster for cluster in cluster_of.values()}.values() if len(c) > 1]


def _divided(
    cluster: set[int], scores: Mapping[Pair, float], beyond: frozenset[Pair], threshold: float
) -> list[Group]:
    """The two groups that belong together most are joined, until none do."""
    groups: dict[int, Group] = {item: (item,) for item in cluster}
    bonds = _bonds(cluster, scores, beyond)
    waiting: list[tuple[float, int, int]] = []

    def propose(one: int, other: int) -> None:
        total, telling = bonds[one][other]
        if telling and total >= threshold * telling:
            size = len(groups[one]) + len(groups[other])
            heappush(waiting, (-total / telling - _WITNESS * size, one, other))

    for one, other in combinations(sorted(cluster), 2):
        if other in bonds[one]:
            propose(one, other)
    fresh = max(cluster) + 1
    while waiting:
        _, one, other = heappop(waiting)
        if one in groups and other in groups:
            groups[fresh] = groups.pop(one) + groups.pop(other)
            _join(bonds, one, other, fresh)
            for neighbour in sorted(bonds[fresh]):
                propose(neighbour, fresh)
            fresh += 1
    return [tuple(sorted(group)) for group in groups.values() if len(group) > 1]


def _bonds(cluster: set[int], scores: Mapping[Pair, float], beyond: frozenset[Pair]) -> Bonds:
    bonds: Bonds = {item: {} for item in cluster}
    for pair in combinations(sorted(cluster), 2):
        if pair in scores or pair in beyond:
            bond = (scores[pair], 1) if pair in scores else (0.0, 0)
            bonds[pair[0]][pair[1]] = bonds[pair[1]][pair[0]] = bond
    return bonds


def _join(bonds: Bonds, one: int, other: int, fresh: int) -> None:
    """Only who may stand with both may stand with what they become."""
    first, second = bonds.pop(one), bonds.pop(other)
    bonds[fresh] = {
        third: (first[third][0] + second[third][0], first[third][1] + second[third][1])
        for third in first.keys() & second.keys()
    }
    for third, neighbours in bonds.items():
        neighbours.pop(one, None)
        neighbours.pop(other, None)
        if third in bonds[fresh]:
            neighbours[fresh] = bonds[fresh][third]
