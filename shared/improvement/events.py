"""News of measures and meetings."""

from dataclasses import dataclass
from datetime import datetime

from shared.events import Event


@dataclass(frozen=True, slots=True)
class MeasureGiven(Event):
    """A measure has an owner, or another one than before."""

    measure_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class MeetingCalled(Event):
    """A meeting was called, or somebody more is asked to it."""

    meeting_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class MeasureUnowned(Event):
    """The machine has raised a measure; somebody has to say whose it is."""

    measure_id: int
    at: datetime
