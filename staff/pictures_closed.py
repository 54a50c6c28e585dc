"""The pictures of what was closed: how long each stage took, who had it how long, and why it came about (CO-6)."""

from collections import Counter
from typing import Any

from flask_babel import gettext as _

from shared.identity import queries as identity
from shared.identity.models import Estate
from shared.improvement.causes import CAUSES
from shared.reports.analysis_closed import Closed, Holder
from shared.reports.indicators import Days
from shared.reports.pictures import pareto
from shared.reports.pictures.spending import Spent
from staff import pictures_cases, pictures_words
from staff.reports_figures import lasted


def took(found: Closed, causes: Counter[str | None], estate: Estate, days: Days) -> dict[str, Any]:
    """Everything of what was closed."""
    departments = {each.id: each.name for each in identity.every_department(estate.id)}
    stages = [
        _line(each, str(pictures_words.STAGES.get(each.key, each.key)), "stage", each.key, estate, days)
        for each in found.by_stage
    ]
    holders = [
        _line(
            each, pictures_words.holder(each.key, departments), "holder", holder_key(each.key), estate, days
        )
        for each in found.by_holder
    ]
    return {
        "total": found.total,
        "read": found.read,
        "stages": {"title": _longest(stages, found.total), "lines": stages},
        "holders": {"title": _longest(holders, found.total), "lines": holders},
        "causes": _causes(causes, estate, days),
    }


def holder_key(holder: Holder) -> str:
    """`handler-3`; without a department `nobody`."""
    return (
        str(holder.as_what)
        if holder.department_id is None
        else f"{holder.as_what.value}-{holder.department_id}"
    )


def _line(spent: Spent[Any], name: str, of: str, key: str, estate: Estate, days: Days) -> dict[str, Any]:
    here = {"of": of, "key": str(key)}
    return {
        "name": name,
        "cases": spent.cases,
        "url": pictures_cases.address(estate, days, **here),
        "seconds": spent.median,
        "median": lasted(spent.median),
        "ninetieth": lasted(spent.ninetieth),
        "slow_url": pictures_cases.address(estate, days, **here, slow="1"),
        "median_width": spent.median_width,
        "ninetieth_width": spent.ninetieth_width,
        "waited": spent.waited,
    }


def _longest(lines: list[dict[str, Any]], total: int) -> str:
    """The line with the longest median."""
    known = [line for line in lines if line["seconds"] is not None]
    if not known:
        return pictures_words.few(total) or _("每一段都不足 %(n)s 件，不算", n=pictures_words.ENOUGH)
    longest = max(known, key=lambda line: line["seconds"])
    return _("%(name)s最久，一半超过 %(span)s", name=longest["name"], span=longest["median"])


def _causes(causes: Counter[str | None], estate: Estate, days: Days) -> dict[str, Any]:
    """What is not said stands apart, and is no cause."""
    unsaid = causes[None]
    said: dict[str | None, int] = {code: n for code, n in causes.items() if code is not None}
    bars = pareto.rank(said)
    lines = [
        {
            "name": CAUSES.get(bar.key or "", bar.key),
            "n": bar.n,
            "percent": bar.percent,
            "upto": bar.upto,
            "url": pictures_cases.address(estate, days, of="cause", key=bar.key or ""),
        }
        for bar in bars
    ]
    whole = sum(said.values())
    title = _("还没有写原因") if not bars else pictures_words.few(whole)
    return {
        "title": title or pictures_words.most([str(lines[0]["name"])], bars[0].n),
        "lines": lines,
        "said": whole,
        "unsaid": unsaid,
        "unsaid_url": pictures_cases.address(estate, days, of="cause", key=pictures_cases.NONE),
    }
