"""A new name that was refused: it stands in its row as it was typed, with what is wrong beside it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Misnamed:
    id: str  # of the field
    typed: str
    said: str
