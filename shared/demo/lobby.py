"""The demo's lobby screens: one that has gone dark, one that was taken down."""

from datetime import datetime, timedelta

from shared.demo import people
from shared.identity.models import Estate
from shared.notices import screens

HUNG = timedelta(days=40)
DARK, TAKEN_DOWN = "1号楼大堂", "老门岗"
SILENT = timedelta(minutes=25)
GONE = timedelta(days=9)


def fill(estate: Estate, began: datetime) -> None:
    """In the change that is open."""
    for name, layout, last_seen in ((DARK, "landscape", SILENT), (TAKEN_DOWN, "portrait", GONE)):
        said = screens.introduction(estate.id, name)
        screens.mark(estate.id, said, layout, began - HUNG)
        screens.mark(estate.id, said, layout, began - last_seen)
    (gone,) = (row for row in screens.hanging(estate.id) if screens.called(row.name) == TAKEN_DOWN)
    screens.take_down(gone.id, estate.id, by=people.user("梁栋"), at=began - GONE)
