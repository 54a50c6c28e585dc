"""The pictures of the page of analysis: what each says, its lines, and where each number leads."""

from collections import Counter
from itertools import dropwhile
from typing import Any

from flask_babel import gettext as _

from shared import words
from shared.identity import queries as identity
from shared.identity.models import Estate
from shared.reports.analysis import Part, Received
from shared.reports.indicators import Days
from shared.reports.periods import Kind
from shared.reports.pictures import grid, pareto, trend
from shared.reports.pictures.grid import Grid
from staff import pictures_cases, pictures_words
from staff.reports_figures import period_name

MOST_ROWS = 20  # of buildings, before the others are folded away


def came(found: Received, estate: Estate, days: Days) -> dict[str, Any]:
    """Everything of what came."""
    return {
        "total": found.total,
        "few": pictures_words.few(found.total),
        "trend": _trend(found, estate, days),
        "categories": _categories(found, estate, days),
        "places": _places(found, estate, days),
        "hours": _hours(found, estate, days),
    }


def _trend(found: Received, estate: Estate, days: Days) -> dict[str, Any]:
    title = pictures_words.trend(found)
    names = trend.Names(title, _("受理"), _("上年同期"))
    parts = list(dropwhile(_is_unknown, found.trend)) or found.trend
    points = [trend.Point(_short(found.kind, part.days), part.n, part.before, part.is_part) for part in parts]
    return {
        "title": title,
        "drawing": trend.draw(points, names),
        "kind": _("每周") if found.kind is Kind.WEEKLY else _("每月（到 25 日）"),
        "lines": [_trend_line(found.kind, part, estate, days) for part in parts],
        "has_parts": any(part.is_part and part.n is not None for part in parts),
    }


def _is_unknown(part: Part) -> bool:
    """Of the time before there was a record: a picture does not begin with nothing."""
    return part.n is None and part.before is None


def _short(kind: Kind, days: Days) -> str:
    """As short as an axis wants it: the week by its Monday, the month by when it ends."""
    return f"{days.starts_on:%m-%d}" if kind is Kind.WEEKLY else f"{days.ends_on:%y-%m}"


def _trend_line(kind: Kind, part: Part, estate: Estate, days: Days) -> dict[str, Any]:
    narrowed = pictures_cases.part
    return {
        "name": period_name(kind, part.days.starts_on.isoformat(), part.days.ends_on.isoformat()),
        "is_part": part.is_part,
        "days": part.days,
        "n": part.n,
        "url": pictures_cases.address(estate, days, **narrowed(part.days)),
        "before": part.before,
        "before_url": pictures_cases.address(estate, days, **narrowed(part.before_days)),
    }


def _categories(found: Received, estate: Estate, days: Days) -> dict[str, Any]:
    bars = pareto.rank(found.categories)
    few = pareto.vital(bars)
    title = pictures_words.few(found.total) or pictures_words.vital(
        [str(words.CATEGORIES.get(bar.key or "", bar.key)) for bar in few], few[-1].upto, len(bars)
    )
    lines = [
        {
            "name": words.CATEGORIES.get(bar.key or "", bar.key),
            "n": bar.n,
            "percent": bar.percent,
            "upto": bar.upto,
            "url": pictures_cases.address(estate, days, category=bar.key or ""),
        }
        for bar in bars
    ]
    return {"title": title, "lines": lines}


def _places(found: Received, estate: Estate, days: Days) -> dict[str, Any]:
    names: dict[int | None, str] = {each.id: each.name for each in identity.every_building(estate.id)}
    names[None] = _("没有写楼栋")
    by_building: Counter[int | None] = Counter()
    for (building, _category), n in found.places.items():
        by_building[building] += n
    rows = sorted(by_building, key=lambda key: (-by_building[key], key is None, key or 0))
    columns = [bar.key or "" for bar in pareto.rank(found.categories)]
    laid = grid.lay(found.places, rows, columns)
    top = [_place_name(names[row], column) for row, column in laid.top]
    return {
        "title": pictures_words.few(found.total) or pictures_words.most(top, laid.most),
        "columns": [str(words.CATEGORIES.get(key, key)) for key in columns],
        "rows": _place_rows(laid, names, estate, days),
        "most_rows": MOST_ROWS,
    }


def _place_name(building: str, category: str) -> str:
    return _(
        "%(building)s的%(category)s", building=building, category=words.CATEGORIES.get(category, category)
    )


def _place_rows(
    laid: Grid[int | None, str], names: dict[int | None, str], estate: Estate, days: Days
) -> list[dict[str, Any]]:
    rows = []
    for row in laid.rows:
        building = pictures_cases.NONE if row.key is None else str(row.key)
        cells = [
            {
                "n": cell.n,
                "shade": cell.shade,
                "url": pictures_cases.address(estate, days, building=building, category=cell.column),
            }
            for cell in row.cells
        ]
        whole = {"n": row.n, "url": pictures_cases.address(estate, days, building=building)}
        rows.append({"name": names[row.key], "cells": cells, "whole": whole})
    return rows


def _hours(found: Received, estate: Estate, days: Days) -> dict[str, Any]:
    laid = grid.lay(found.hours, range(7), range(24))
    top = [pictures_words.hour(*each) for each in laid.top]
    rows = [
        {
            "name": str(pictures_words.WEEKDAYS[row.key]),
            "cells": [
                {
                    "n": cell.n,
                    "shade": cell.shade,
                    "url": pictures_cases.address(estate, days, hour=f"{row.key}-{cell.column}"),
                }
                for cell in row.cells
            ],
            "whole": {"n": row.n, "url": pictures_cases.address(estate, days, hour=str(row.key))},
        }
        for row in laid.rows
    ]
    return {
        "title": pictures_words.few(found.total) or pictures_words.most(top, laid.most),
        "columns": list(range(24)),
        "rows": rows,
    }
