"""What comes of the wish about one's data."""

from dataclasses import dataclass
from datetime import datetime

from shared.events import Event


@dataclass(frozen=True, slots=True)
class DataAsked(Event):
    case_id: int
    request_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class DataAnswered(Event):
    case_id: int
    request_id: int
    at: datetime
