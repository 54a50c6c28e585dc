"""Whether two places can be the place of one matter. Pure."""

from collections.abc import Set
from dataclasses import dataclass

from shared.incidents.places import Place

# How much a place says for one matter, from 0 to 1.
_SURE, _LIKELY, _PERHAPS, _HARDLY = 1.0, 0.85, 0.5, 0.15


@dataclass(frozen=True, slots=True)
class Closeness:
    """`apart`: one matter cannot be at both."""

    value: float
    code: str
    apart: bool = False


def closeness(a: Place, b: Place, scope: str) -> Closeness:
    """How near two places are for a matter of that scope (the scopes are explained in the lexicon)."""
    if scope == "estate":
        return Closeness(_LIKELY, "estate")
    if a.garage and b.garage and scope != "person":
        return _in_garages(a, b)
    if _differ(a.gates, b.gates):
        return _apart("other_gate")
    if scope == "gate" and a.gates and b.gates:
        return Closeness(_SURE, "same_gate")
    if a.garage != b.garage and not a.buildings & b.buildings:
        return _apart("other_place")
    return _in_buildings(a, b, scope)


def _differ(a: Set[object], b: Set[object]) -> bool:
    return bool(a) and bool(b) and a.isdisjoint(b)


def _apart(code: str) -> Closeness:
    return Closeness(0.0, code, apart=True)


def _in_garages(a: Place, b: Place) -> Closeness:
    if _differ(a.levels, b.levels):
        return _apart("other_level")
    if _differ(a.zones, b.zones):
        return _apart("other_zone")
    return Closeness(_SURE, "same_level") if a.levels & b.levels else Closeness(_LIKELY, "same_garage")


def _in_buildings(a: Place, b: Place, scope: str) -> Closeness:
    if _differ(a.buildings, b.buildings):
        # Of a thing that stands somewhere, the form may tell the owner's own building.
        weak = scope == "facility" and not (a.named and b.named)
        return Closeness(_HARDLY, "other_building") if weak else _apart("other_building")
    if not (a.buildings and b.buildings):
        return _somewhere(a, b, scope)
    if scope == "person":
        return _in_flats(a, b)
    if scope in ("unit", "floor", "gate") and _differ(a.units, b.units):
        return _apart("other_unit")
    if scope == "floor":
        return _on_floors(a, b)
    if scope == "unit" and not a.units & b.units:
        return Closeness(_LIKELY, "same_building")
    return Closeness(_SURE, "same_unit" if a.units & b.units else "same_building")


def _somewhere(a: Place, b: Place, scope: str) -> Closeness:
    """At least one does not say which building."""
    if scope == "person":
        return Closeness(0.0, "unknown")
    if scope == "gate" and (a.gates or b.gates) and (a.buildings or b.buildings):
        return _apart("other_place")
    if a.buildings or b.buildings:
        # One names a building and the other the grounds: hardly one place. Only saying nothing leaves it open.
        return Closeness(_HARDLY if a.grounds or b.grounds else _PERHAPS, "unknown")
    return _apart("other_zone") if _differ(a.zones, b.zones) else Closeness(_LIKELY, "estate")


def _in_flats(a: Place, b: Place) -> Closeness:
    if _differ(a.rooms, b.rooms):
        return _apart("other_flat")
    return Closeness(_SURE, "same_flat") if a.rooms & b.rooms else Closeness(0.0, "unknown")


def _on_floors(a: Place, b: Place) -> Closeness:
    if a.rooms & b.rooms:
        return Closeness(_SURE, "same_flat")
    if not (a.floors and b.floors):
        return Closeness(_PERHAPS, "same_building")
    # Water reaches the neighbour below: one storey between reports is still one leak.
    if min(abs(x - y) for x in a.floors for y in b.floors) > 1:
        return _apart("other_floor")
    return Closeness(_LIKELY, "same_floor")
