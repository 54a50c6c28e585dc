"""What can have happened to matters that several report, or that one reports again."""

from dataclasses import dataclass
from datetime import datetime

from shared.events import Event


@dataclass(frozen=True, slots=True)
class ReportsCounted(Event):
    """How many stand behind a case has changed; its severity is to be judged again (TR-3, VK-4h). The case is held."""

    case_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class SpecialReportMade(Event):
    """A party came back with the same problem (VK-4e)."""

    case_id: int
    report_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class HandlerDesignated(Event):
    """The general manager has named who is to handle a case (VK-4e)."""

    case_id: int
    report_id: int
    at: datetime
