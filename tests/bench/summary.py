"""The monthly summary of a desk with 100,000 cases: of five years, and all of them in the one month.

`python -m tests.bench.summary`; BENCH_DATABASE=sqlite (or postgresql) for one engine.
"""

import ctypes
import gc
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, literal, select, text, update

from shared.cases.models import Case, Closure, Resolution
from shared.clock import local_date, now
from shared.database import db, transaction
from shared.deadlines.models import Deadline
from shared.identity.models import Estate
from shared.ownership.models import Assignment
from shared.reports import comparing, making
from shared.reports.models import Report
from shared.reports.periods import Kind, Period, last_ended
from shared.revisits.models import Revisit
from tests import cast as company
from tests.bench.estate import fill
from tests.bench.sweeping import measure
from tests.databases import fresh
from wsgi import create_app

CASES = 100_000
BREACHED_ONE_IN = 10


def _copied(table: type[Any], columns: dict[str, Any], *conditions: Any) -> None:
    """A row of *table* for each case with a handler, made from the case and its completion clock."""
    given = (
        select(*columns.values())
        .select_from(Case)
        .join(Deadline, (Deadline.case_id == Case.id) & (Deadline.rule == "completion"))
        .where(Case.handler_id.is_not(None), *conditions)
    )
    db.session.execute(insert(table).from_select(list(columns), given))


def _work_through() -> None:
    """What dispatching, completing, revisiting and closing leave behind of those that ended; one in ten was late."""
    of_round = {"case_id": Case.id, "round": literal(1)}
    done = {**of_round, "by_id": Case.handler_id, "at": Deadline.met_at}
    with transaction():
        _copied(
            Assignment,
            {
                **of_round,
                "department_id": Case.lead_department_id,
                "handler_id": Case.handler_id,
                "by_id": Case.first_responder_id,
                "at": Case.filed_at,
            },
        )
        ended = Deadline.met_at.is_not(None)
        _copied(Resolution, {**done, "outcome": literal("resolved")}, ended)
        answers = dict.fromkeys(("reached", "satisfied", "timely", "courteous"), literal(True))
        _copied(Revisit, {**done, "method": literal("telephone"), **answers}, ended)
        _copied(Closure, {**done, "ground": literal("satisfied")}, ended)
        db.session.execute(
            update(Deadline)
            .where(Deadline.rule == "completion", Deadline.case_id % BREACHED_ONE_IN == 0)
            .values(breached_at=Deadline.due_at),
            execution_options={"synchronize_session": False},
        )
    # As the server keeps it up while a desk grows.
    db.session.execute(text("ANALYZE"))
    db.session.commit()


def _ages(period: Period, zone: str, at: datetime) -> Callable[[int], timedelta]:
    """All within the period, evenly."""
    begins, ends = period.instants(zone)
    return lambda n: at - begins - (ends - begins) / (CASES + 1) * n


def _give_back() -> None:
    """What filling the database has left unused would hide what counting takes."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)


def _run(estate: Estate, period: Period, at: datetime) -> None:
    _give_back()
    measure("made", lambda: making.make(estate, period, at=at))
    report = db.session.query(Report).order_by(Report.id.desc()).limit(1).one()
    print(f"{'':22}{report.figures['received']:,} received, {report.figures['completed']:,} completed")
    _give_back()
    measure("counted again", lambda: len(comparing.compare(report, at).differences))


def bench(engine: str, *, in_the_month: bool) -> None:
    with fresh(engine) as config:
        app = create_app(config)
        with app.app_context():
            cast, at = company.settle(), now()
            estate = cast.estate
            period = last_ended(Kind.MONTHLY, local_date(at, estate.zone))
            age = _ages(period, estate.zone, at) if in_the_month else None
            fill(cast, CASES, at, age=age)
            _work_through()
            print(f"\n{engine}: {CASES:,} cases {'in the month' if in_the_month else 'of five years'}")
            _run(cast.estate, period, at)
            db.session.remove()
            db.engine.dispose()


if __name__ == "__main__":
    for engine in os.environ.get("BENCH_DATABASE", "sqlite,postgresql").split(","):
        for in_the_month in (False, True):
            bench(engine, in_the_month=in_the_month)
