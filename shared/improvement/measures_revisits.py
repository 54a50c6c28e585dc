"""Revisit data below its target raises a corrective measure by itself, once for each month (TR-15, TR-14)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from shared import events
from shared.identity.models import Estate
from shared.improvement import measures
from shared.improvement.events import MeasureUnowned
from shared.improvement.measures import Kind, Origin, Wanted
from shared.words import INDICATORS

CLAUSE = "TR-15"
# What the revisits say: how many were asked, how many are content, and how many after the second round.
OF_REVISITS = frozenset({"revisited", "satisfaction", "satisfied", "solved", "survey", "low_solved"})
UNITS = {"percent": "%"}


def short_of(readings: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those of the revisits that miss their target, as a report has frozen them. Pure."""
    return [r for r in readings if r["key"] in OF_REVISITS and r["is_met"] is False]


def raise_below(
    estate: Estate, ends_on: date, readings: Sequence[Mapping[str, Any]], *, at: datetime
) -> int | None:
    """One measure for the month that ended *on* that day, whatever fell short; its id, or None. Safe to repeat."""
    short = short_of(readings)
    if not short:
        return None
    with force_locale(current_app.config["BABEL_DEFAULT_LOCALE"]):
        what = _(
            "到 %(day)s 为止的一个月，回访数据没有达标：%(figures)s。请查明原因，定纠正和预防措施。",
            day=ends_on,
            figures=_("；").join(_figure(reading) for reading in short),
        )
    wanted = Wanted(what, Kind.CORRECTIVE, Origin.REVISITS, CLAUSE, key=f"revisits:{ends_on}")
    measure = measures.propose(estate, wanted, by=None, at=at)
    if measure is None:
        return None
    events.publish(MeasureUnowned(measure.id, at))
    return measure.id


def _figure(reading: Mapping[str, Any]) -> str:
    """`回访率 91.3%，目标 100%`"""
    unit = UNITS.get(reading["unit"], "")
    return _(
        "%(name)s %(value)s，目标 %(target)s",
        name=INDICATORS[reading["key"]],
        value=f"{reading['value']}{unit}",
        target=f"{reading['target']['figure']}{unit}",
    )
