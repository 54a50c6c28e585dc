"""News about calendars."""

from dataclasses import dataclass

from shared.events import Event


@dataclass(frozen=True, slots=True)
class CalendarChanged(Event):
    """When an estate works was changed; no estate: the country's days, which all estates share."""

    estate_id: int | None
