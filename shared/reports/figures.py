"""The figures of a period (AH-5.1, MS-6): counted from the record as it stood when the period ended.

What was received counts by when it was received, what was done by when it was done. What was entered or decided after
the end shows as a difference when the period is counted again. What staff report internally counts nowhere (CO-M5).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, func, select

from shared.database import db
from shared.identity import queries as identity
from shared.identity.models import Estate
from shared.reports import standing
from shared.reports.periods import Period
from shared.reports.statements import ANSWERS, Statements

Figures = dict[str, Any]  # as JSON holds them: whole numbers, words, lists
SECOND = timedelta(seconds=1)
# Whose duty a department answers for; the desk's own duties are nobody's department.
OF_A_DEPARTMENT = frozenset({"handler", "department_head"})


def read(estate: Estate, period: Period) -> Figures:
    """Everything that is counted of *period*; nothing of it is about a person by name."""
    ends, counted_at = period.instants(estate.zone)[1], Statements(estate, period)
    received, completed = _all(counted_at.received()), _all(counted_at.completed())
    broken, revisits = _all(counted_at.broken()), _all(counted_at.revisits())
    names = _names(estate.id)
    states = standing.states_at([row.id for row in received if row.changed_at >= ends], ends)
    counted: dict[str, Counter[str | None]] = {
        "kind": Counter(row.kind for row in received),
        "category": Counter(row.category for row in received),
        "channel": Counter(row.channel for row in received),
        "building": Counter(_key(row.building_id) for row in received),
        "department": Counter(_key(row.department) for row in received),
        "state": Counter(states.get(row.id, row.state) for row in received),
    }
    return {
        "received": len(received),
        "completed": len(completed),
        "open": db.session.scalar(select(func.count()).select_from(counted_at.open().subquery())),
        "by": {axis: _lines(counts, names.get(axis, {})) for axis, counts in counted.items()},
        "handling": spread(map(_seconds, completed)),
        "broken": _broken(broken),
        "revisits": _revisits(revisits),
        "outcomes": dict(Counter(row.outcome for row in completed)),
        "grounds": dict(Counter(row.ground for row in _all(counted_at.closed()))),
        "incidents": {
            **{name: len(_all(statement)) for name, statement in counted_at.incidents().items()},
            "cases": sum(row.incident_id is not None for row in received),
        },
        "causes": dict(Counter(row.code for row in _all(counted_at.causes()))),
        "measures": {name: len(_all(statement)) for name, statement in counted_at.measures().items()},
        "repeats": _repeats(_all(counted_at.phones())),
        "departments": _departments(
            names["department"], received, completed, broken, revisits, _all(counted_at.entries())
        ),
    }


def _all(statement: Any) -> Sequence[Row[Any]]:
    return db.session.execute(statement).all()


def _repeats(rows: Sequence[Row[Any]]) -> dict[str, int]:
    """Who reported more than once in the period, by telephone: how many, and of how many cases; never who."""
    often = [n for n in Counter(row.phone_index for row in rows).values() if n > 1]
    return {"parties": len(often), "cases": sum(often)}


def spread(seconds: Iterable[int]) -> dict[str, int | None]:
    """The middle one, of two their mean, and the one that nine in ten do not exceed."""
    found = sorted(seconds)
    if not found:
        return {"cases": 0, "median": None, "ninetieth": None}
    half = len(found) // 2
    median = found[half] if len(found) % 2 else (found[half - 1] + found[half]) // 2
    return {"cases": len(found), "median": median, "ninetieth": found[-(-len(found) * 9 // 10) - 1]}


def _seconds(row: Row[Any]) -> int:
    return (row.at - (row.received_at if row.round == 1 else row.opened_at)) // SECOND


def _key(number: int | None) -> str | None:
    return None if number is None else str(number)


def _names(estate_id: int) -> dict[str, dict[str, str]]:
    """As they are called now, so that a report still says of whom it speaks when they are called otherwise."""
    return {
        "building": {str(each.id): each.name for each in identity.every_building(estate_id)},
        "department": {str(each.id): each.name for each in identity.every_department(estate_id)},
    }


def _lines(counts: Counter[str | None], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The most first. A code is worded where it is read, a place or a department by its own name."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0] or ""))
    return [{"key": key, "name": names.get(key or "", ""), "n": n} for key, n in ordered]


def _broken(rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    counts = Counter((row.clause, row.rule) for row in rows)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [{"clause": clause, "rule": rule, "n": n} for (clause, rule), n in ordered]


def _revisits(rows: Sequence[Row[Any]]) -> dict[str, Any]:
    """Attempts, people reached, and of each question how many said yes of how many who answered it."""
    told = {name: [answer for row in rows if (answer := getattr(row, name)) is not None] for name in ANSWERS}
    answers = {name: [sum(given), len(given)] for name, given in told.items()}
    return {"made": len(rows), "reached": sum(row.reached for row in rows), **answers}


def _departments(
    names: Mapping[str, str],
    received: Sequence[Row[Any]],
    completed: Sequence[Row[Any]],
    broken: Sequence[Row[Any]],
    revisits: Sequence[Row[Any]],
    entries: Sequence[Row[Any]],
) -> list[dict[str, Any]]:
    """What each department was given and did (MS-7); of the duties broken only a department's own."""

    def of(rows: Sequence[Row[Any]], key: str) -> list[Row[Any]]:
        return [row for row in rows if _key(row.department) == key]

    lines = [
        {
            "key": key,
            "name": name,
            "received": len(of(received, key)),
            "handling": spread(map(_seconds, of(completed, key))),
            "broken": sum(row.duty in OF_A_DEPARTMENT for row in of(broken, key)),
            "satisfied": _revisits(of(revisits, key))["satisfied"],
            "entries": len(of(entries, key)),
        }
        for key, name in names.items()
    ]
    worked = ("received", "broken", "entries")
    return [line for line in lines if line["handling"]["cases"] or any(line[name] for name in worked)]
