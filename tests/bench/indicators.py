"""The indicators of one month, and of a year, at an estate with 100,000 cases of six years: seconds and memory.

`python -m tests.bench.indicators`; BENCH_DATABASE=sqlite (or postgresql) for one engine, BENCH_CASES for fewer.
"""

import os
import time
from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, text

from shared.cases import references
from shared.cases.models import Case, Party
from shared.database import Base, db, transaction
from shared.identity.models import Estate
from shared.reports import indicators
from shared.reports.indicators import Days
from tests import cast as company
from tests.bench.sweeping import measure
from tests.databases import fresh
from tests.year import AT, draw
from tests.year_rows import Rows, Setting, rows_of, setting_of
from wsgi import create_app

CASES = int(os.environ.get("BENCH_CASES", "100000"))
DRAWN = 2_000  # of thirteen months; the others are copies of these, each batch so much earlier
EARLIER = timedelta(days=36)
SPANS = {
    "the latest month": Days(date(2027, 1, 1), date(2027, 1, 31)),
    "a month 4 years ago": Days(date(2023, 1, 1), date(2023, 1, 31)),
    "the latest year": Days(date(2026, 1, 1), date(2026, 12, 31)),
}


def _drawn(setting: Setting) -> Rows:
    rows: Rows = defaultdict(list)
    for story in draw(DRAWN):
        for table, many in rows_of(story, setting).items():
            rows[table] += many
    return rows


def _copy(row: dict[str, Any], table: type[Base], turn: int) -> dict[str, Any]:
    """The same of another party, and *turn* spans earlier."""
    copied = {
        name: value - turn * EARLIER if isinstance(value, datetime) else value for name, value in row.items()
    }
    key = "id" if table is Case else "case_id"
    n = copied[key] = row[key] + turn * DRAWN
    if table is Case:
        number = {"archive_serial": n, "archive_number": f"JX-{n:06d}"}
        copied |= {"seed": n.to_bytes(16, "big"), "reference": references.from_bits(n), **number}
    elif table is Party:
        copied["phone_index"] = n.to_bytes(16, "big")
    return copied


def _fill(setting: Setting) -> None:
    drawn = _drawn(setting)
    for turn in range(CASES // DRAWN):
        with transaction():
            if db.engine.dialect.name == "postgresql":
                db.session.execute(text("SET LOCAL session_replication_role = replica"))
            for table, many in drawn.items():
                alike: dict[frozenset[str], list[dict[str, Any]]] = defaultdict(list)
                for row in many:
                    alike[frozenset(row)].append(_copy(row, table, turn))
                for rows in alike.values():
                    db.session.execute(insert(Base.metadata.tables[table.__tablename__]), rows)
    db.session.execute(text("ANALYZE"))
    db.session.commit()


def _each(estate: Estate, days: Days) -> None:
    """The slowest three by themselves."""
    took = []
    for indicator in indicators.INDICATORS:
        began = time.perf_counter()
        each = indicator.find(estate.id, days.span(estate.zone), AT)
        db.session.execute(each).all()
        took.append((time.perf_counter() - began, indicator.key))
    print(f"{'':22}" + ", ".join(f"{key} {1000 * seconds:.0f} ms" for seconds, key in sorted(took)[:-4:-1]))


def bench(engine: str) -> None:
    with fresh(engine, settled=True) as config:
        app = create_app(config)
        with app.app_context():
            cast = company.Cast("jinxiu")
            _fill(setting_of(cast))
            print(f"\n{engine}: {CASES:,} cases", flush=True)
            estate = cast.estate
            for name, days in SPANS.items():
                indicators.read(estate, days, AT)  # the first turn makes plans and caches
                measure(name, lambda days=days: indicators.read(estate, days, AT)[0].of)  # type: ignore[misc]
                _each(estate, days)
            db.session.remove()
            db.engine.dispose()


if __name__ == "__main__":
    for engine in os.environ.get("BENCH_DATABASE", "sqlite,postgresql").split(","):
        bench(engine)
