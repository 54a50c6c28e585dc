"""Time as the stories of clauses write it: Shanghai's, `03-02 10:00` is in 2026; and a clock read in those words."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from shared.deadlines.models import Deadline

SHANGHAI = ZoneInfo("Asia/Shanghai")
YEAR = 2026


def instant(text: str) -> datetime:
    """`03-02 10:00`, `03-02 10:00:30`, or with another year before it."""
    whole = text if text[4:5] == "-" else f"{YEAR}-{text}"
    return datetime.fromisoformat(whole).replace(tzinfo=SHANGHAI)


def told(moment: datetime | None) -> str | None:
    """The same the other way round."""
    if moment is None:
        return None
    wall = moment.astimezone(SHANGHAI)
    year = "" if wall.year == YEAR else f"{wall.year}-"
    return year + wall.strftime("%m-%d %H:%M:%S" if wall.second else "%m-%d %H:%M")


@dataclass(frozen=True)
class Watch:
    """One clock as it was stored when the story looked at it."""

    row: Deadline

    @property
    def started(self) -> str | None:
        return told(self.row.started_at)

    @property
    def due(self) -> str | None:
        return told(self.row.due_at)

    @property
    def original_due(self) -> str | None:
        return told(self.row.original_due_at)

    @property
    def broke_at(self) -> str | None:
        return told(self.row.breached_at)

    @property
    def met_at(self) -> str | None:
        return told(self.row.met_at)

    @property
    def ended_at(self) -> str | None:
        return told(self.row.ended_at)

    @property
    def paused_at(self) -> str | None:
        return told(self.row.paused_at)

    @property
    def is_kept(self) -> bool:
        return self.row.met_at is not None and self.row.breached_at is None

    @property
    def is_broken(self) -> bool:
        return self.row.breached_at is not None

    @property
    def runs(self) -> bool:
        """Neither done, nor fallen away, nor held?"""
        return self.row.met_at is None and self.row.ended_at is None and self.row.paused_at is None

    @property
    def moved_by(self) -> str | None:
        return self.row.moved_by

    @property
    def gave_way_to(self) -> str | None:
        return self.row.superseded_by

    @property
    def duty(self) -> str:
        return self.row.duty

    @property
    def owner_sees(self) -> bool:
        return self.row.owner_sees

    @property
    def steps(self) -> list[str]:
        return self.row.steps
