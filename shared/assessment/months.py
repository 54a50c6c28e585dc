"""The months of the ledger: 202611, by the clock on the wall of the estate. Pure."""

from datetime import datetime

from shared.clock import local


def month_of(instant: datetime, zone: str) -> int:
    """The month in which *instant* lies at an estate in *zone*."""
    wall = local(instant, zone)
    return wall.year * 100 + wall.month


def before(month: int) -> int:
    return month - 89 if month % 100 == 1 else month - 1


def after(month: int) -> int:
    return month + 89 if month % 100 == 12 else month + 1
