"""News of the ladder."""

from dataclasses import dataclass

from shared.events import Event


@dataclass(frozen=True, slots=True)
class RungGiven(Event):
    """People are to hear of a breach. *climbed*: because the level below did not answer."""

    case_id: int
    rung_id: int
    climbed: bool
